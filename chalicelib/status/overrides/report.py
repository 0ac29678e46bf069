"""Who set which colours on which grounds: all overrides of a month by officer and ground. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from chalicelib.status.overrides.model import Event, Override, State


class Row(NamedTuple):
    """What one officer proposed on one ground.

    `states` counts overrides by where they stand, `colours` people by colour and `hours` adds up durations; both of
    what was approved. `voided` counts what appeals undid, for everybody or for one person.
    """

    officer: str
    ground: str
    overrides: int
    people: int
    states: dict[State, int]
    colours: dict[str, int]
    hours: int
    voided: int


def report(overrides: Iterable[Override], *, now: float) -> list[Row]:
    """The rows, by the officer's name, then by ground. Officers of the same masked name have rows of their own."""
    by_both: dict[tuple[str, str, str], list[Override]] = {}
    for override in overrides:
        proposer = override.proposer
        by_both.setdefault((proposer.by_name, proposer.by, override.ground), []).append(override)
    return [_row(name, ground, by_both[name, by, ground], now) for name, by, ground in sorted(by_both)]


def _row(officer: str, ground: str, those: list[Override], now: float) -> Row:
    approved = [override for override in those if override.first(Event.APPROVED)]
    colours: Counter[str] = Counter()
    for override in approved:
        colours[str(override.colour)] += override.people
    return Row(
        officer=officer,
        ground=ground,
        overrides=len(those),
        people=sum(override.people for override in those),
        states=dict(Counter(override.standing(now) for override in those)),
        colours=dict(colours),
        hours=sum(override.hours for override in approved),
        voided=sum(override.first(Event.VOIDED, Event.EXEMPTED) is not None for override in those),
    )
