"""Which spans of time hold which others, for every moment something may happen at. Pure.

Days are as long as the calendar makes them, so days and hours are compared by the least and the most they can be.
What is answered "yes" is so in every time zone; "no" may only mean that it cannot be told.
"""

from __future__ import annotations

from chalicelib.status.policy.model import Offset, Rule

SLACK_H = 27
"""As far as clocks have ever been put at once, and a whole day that a zone left out."""


def is_never_in_force(rule: Rule) -> bool:
    """Whether a rule ends before it begins, whatever it speaks of."""
    if rule.until is None:
        return False
    starts, until = rule.starts, rule.until
    if starts.days is not None and until.days is not None:
        return until.days < starts.days
    return _latest_end(until) <= _earliest_start(starts)


def begins_no_later(one: Offset, other: Offset) -> bool:
    """Whether `one` after something is never after `other` after the same (both as beginnings)."""
    if one.days is not None and other.days is not None:
        return one.days <= other.days
    return _latest_start(one) <= _earliest_start(other)


def ends_no_sooner(one: Offset | None, other: Offset | None) -> bool:
    """Whether `one` after something is never before `other` after the same (both as ends; None: never)."""
    if one is None or other is None:
        return one is None
    if one.days is not None and other.days is not None:
        return one.days >= other.days
    return _earliest_end(one) >= _latest_end(other)


def _earliest_start(offset: Offset) -> int:
    return offset.hours or 0 if offset.days is None else 24 * (offset.days - 1) - SLACK_H


def _latest_start(offset: Offset) -> int:
    if offset.days == 0:
        return 0  # the day has begun when something happens in it
    return offset.hours or 0 if offset.days is None else 24 * offset.days + SLACK_H


def _earliest_end(offset: Offset) -> int:
    if offset.days == 0:
        return 0
    return offset.hours or 0 if offset.days is None else 24 * offset.days - SLACK_H


def _latest_end(offset: Offset) -> int:
    return offset.hours or 0 if offset.days is None else 24 * (offset.days + 1) + SLACK_H
