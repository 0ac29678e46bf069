"""Which changes of colour are to be told, once each. Pure.

People see what the stored timeline says at each instant, whoever has been told of it. So what is told follows what was
seen: first the changes that passed by themselves since the last telling, then the one that a new timeline brings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from chalicelib.status.course import Turn, turn_at, turns
from chalicelib.status.model import Colour
from chalicelib.status.timeline import Reason

TIME = "time"
"""The cause of a change that the timeline had foreseen; others are `evidence` and `policy`."""


class Told(NamedTuple):
    """How far a holder's changes have been told: the colour told last, up to which instant, how many in all."""

    colour: Colour
    at: int
    sequence: int


class Change(NamedTuple):
    """`status.changed`: at this Unix second the colour became another, for this reason. `sequence` counts from 1."""

    sequence: int
    at: int
    old: Colour
    new: Colour
    reason: Reason
    cause: str


def passed(course: str, told: Told, *, now: int) -> list[Change]:
    """The changes that a stored timeline has brought since the last telling, whenever that was."""
    return list(_numbered(told, _foreseen(course, told.at, now)))


def replaced(old: str, new: str, told: Told, *, now: int, cause: str) -> list[Change]:
    """All that is to be told when a stored timeline gives way to another at `now`."""
    seen = _foreseen(old, told.at, now)
    return list(_numbered(told, [*seen, (turn_at(new, now)._replace(at=now), cause)]))


def telling(told: Told, changes: list[Change], *, now: int) -> Told:
    """How far has been told after these changes. It never goes back, not even for a clock that is behind."""
    last = changes[-1] if changes else None
    return Told(last.new if last else told.colour, max(now, told.at), last.sequence if last else told.sequence)


def _foreseen(course: str, after: int, until: int) -> list[tuple[Turn, str]]:
    """The changes of a stored timeline after one instant and not after another."""
    return [(turn, TIME) for turn in turns(course) if after < turn.at <= until]


def _numbered(told: Told, seen: list[tuple[Turn, str]]) -> Iterator[Change]:
    """Turns as changes; what does not change the colour is none."""
    colour, sequence = told.colour, told.sequence
    for turn, cause in seen:
        if turn.colour is not colour:
            sequence += 1
            yield Change(sequence, turn.at, colour, turn.colour, turn.reason, cause)
            colour = turn.colour


def told_text(told: Told) -> str:
    """`green|1790000000|7`, as the status item keeps it."""
    return "|".join((told.colour, str(told.at), str(told.sequence)))


def told_in(text: str) -> Told:
    """What `told_text` wrote."""
    colour, at, sequence = text.split("|")
    return Told(Colour(colour), int(at), int(sequence))


def changes_text(changes: Sequence[Change]) -> str:
    """Changes as the status item keeps them: `8|1790000000|yellow|green|epidemic@3|otherwise||time`, by spaces."""
    return " ".join(
        "|".join((str(change.sequence), str(change.at), change.old, change.new, *change.reason, change.cause))
        for change in changes
    )


def changes_in(text: str) -> list[Change]:
    """What `changes_text` wrote."""
    return [_change(word) for word in text.split()]


def _change(word: str) -> Change:
    sequence, at, old, new, policy, rule, evidence_id, cause = word.split("|")
    return Change(int(sequence), int(at), Colour(old), Colour(new), Reason(policy, rule, evidence_id), cause)
