"""What evidence does to the colour under a policy: each fact a rule speaks of, from one instant until another."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from operator import add
from typing import NamedTuple

from chalicelib.status.calendar import Calendar
from chalicelib.status.evidence.model import MANUAL, Evidence
from chalicelib.status.model import SEVERITY, Colour
from chalicelib.status.policy.model import Clearing, Offset, Pattern, Policy, Rule
from chalicelib.status.policy.patterns import Known, Patterns, happened

NEVER = 1 << 40
"""Where an effect without an end ends, in Unix seconds."""

OTHERWISE = "otherwise"
"""The rule that leads where no other speaks."""

ABOVE_EVERY_POLICY = 1_000

Span = Callable[[int], int]
"""An offset made ready: leads from an instant to the one that lies so much later."""


class Reason(NamedTuple):
    """Why a segment has its colour: a rule of a policy, and the evidence it speaks of ("" for `otherwise`)."""

    policy: str
    rule: str
    evidence_id: str


class Effect(NamedTuple):
    """What one piece of evidence does, in order of rank; the greatest of those in force leads.

    Among equals the one that came into force last leads, and then names decide: the order of arrival never does.
    """

    precedence: int
    severity: int
    starts: int
    reason: Reason
    colour: Colour
    ends: int


class PreparedPolicy:
    """A policy ready to be applied, to any number of holders."""

    def __init__(self, policy: Policy) -> None:
        calendar, patterns = Calendar(policy.time_zone), Patterns()
        self.policy = policy
        self.nothing = policy.otherwise.colour, (Reason(policy.key, OTHERWISE, ""),)
        """The colour where no rule speaks, and why."""
        self.overrides = patterns.number(Pattern(MANUAL))
        self.rules = [
            PreparedRule(rule, policy.key, calendar, patterns) for rule in policy.rules if rule.when.kind != MANUAL
        ]
        self.patterns = patterns


class PreparedRule:
    """A rule, what it asks for and counts at hand."""

    def __init__(self, rule: Rule, policy: str, calendar: Calendar, patterns: Patterns) -> None:
        self._when = patterns.number(rule.when)
        self._starts = _until_day(rule.starts, calendar)
        self._ends = _through_day(rule.until, calendar)
        self._clearings = [PreparedClearing(clearing, calendar, patterns) for clearing in rule.cleared_by]
        self._rank = rule.precedence, SEVERITY[rule.colour]
        self._colour = rule.colour
        self._name = policy, rule.id

    def effects(self, known: Known) -> Iterator[Effect]:
        """What the rule makes of everything that is known."""
        for fact in known[self._when]:
            at = fact.happened_at
            starts, ends = self._starts(at), self._ends(at)
            if fact.valid_until is not None:
                ends = min(ends, fact.valid_until)
            for clearing in self._clearings:
                ends = min(ends, clearing.completed(at, known))
            if starts < ends:
                yield Effect(*self._rank, starts, Reason(*self._name, fact.evidence_id), self._colour, ends)


class PreparedClearing:
    """A clearing, what it asks for and counts at hand."""

    def __init__(self, clearing: Clearing, calendar: Calendar, patterns: Patterns) -> None:
        self._facts = patterns.number(clearing)
        self._count = clearing.count
        self._apart = _until_day(clearing.apart, calendar)
        self._not_before = _until_day(clearing.not_before, calendar)

    def completed(self, at: int, known: Known) -> int:
        """When it ends an effect of what happened at `at`; `NEVER` where it does not.

        All that is counted must still be valid when the last one happens. So each one is tried as the last, from the
        first that may be far enough apart from the others.
        """
        counting = known[self._facts]
        if not counting or counting[-1].happened_at <= at:
            return NEVER
        first = bisect_left(counting, max(at + 1, self._not_before(at)), key=happened)
        if first + self._count > len(counting):
            return NEVER
        soonest = counting[first].happened_at
        for _ in range(self._count - 1):
            soonest = self._apart(soonest)
        for last in range(bisect_left(counting, soonest, first, key=happened), len(counting)):
            if self._is_enough(counting[first : last + 1]):
                return counting[last].happened_at
        return NEVER

    def _is_enough(self, facts: Sequence[Evidence]) -> bool:
        """Whether enough of these, in order of time, are far enough apart and valid when the last one happens."""
        count, earliest, now = 0, facts[0].happened_at, facts[-1].happened_at
        for fact in facts:
            if fact.happened_at >= earliest and (fact.valid_until is None or fact.valid_until > now):
                count += 1
                earliest = self._apart(fact.happened_at)
        return count >= self._count


def effects(evidence: Iterable[Evidence], policy: PreparedPolicy) -> list[Effect]:
    """What all the evidence about a holder does."""
    known = policy.patterns.sort(evidence)
    found = [effect for rule in policy.rules for effect in rule.effects(known)]
    overrides = map(_manual, known[policy.overrides])
    return found + [effect for effect in overrides if effect.starts < effect.ends]


def _manual(fact: Evidence) -> Effect:
    """What an approved override does: its colour while it is valid."""
    colour = Colour(fact.attributes["colour"])
    ends = NEVER if fact.valid_until is None else fact.valid_until
    reason = Reason(MANUAL, MANUAL, fact.evidence_id)
    return Effect(ABOVE_EVERY_POLICY, SEVERITY[colour], fact.happened_at, reason, colour, ends)


def _until_day(offset: Offset, calendar: Calendar) -> Span:
    """An offset after an instant; days lead to the midnight that begins the day."""
    if offset.days is not None:
        return partial(calendar.midnight, offset.days)
    return partial(add, 3600 * (offset.hours or 0))


def _through_day(offset: Offset | None, calendar: Calendar) -> Span:
    """An offset after an instant; days lead to the midnight that ends the day, and no offset leads nowhere."""
    if offset is None:
        return lambda _: NEVER
    if offset.days is not None:
        return partial(calendar.midnight, offset.days + 1)
    return _until_day(offset, calendar)
