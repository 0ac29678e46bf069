"""The stored form of a timeline, made to be looked up on the hot path: one text in the status item.

    yellow|epidemic@3|arrival-medium|9f86d081884c7d659a2feaa0 1791129600 green|epidemic@3|otherwise|

Colours with the reason that leads, between them the Unix second of each change; words are separated by one space.
The first colour holds for all time before the first change. Segments of the same colour are one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from chalicelib.status.model import Colour
from chalicelib.status.timeline import EVER, Reason, Segment


class Turn(NamedTuple):
    """From this Unix second on (`EVER` for the first) the colour is this, for this reason."""

    at: int
    colour: Colour
    reason: Reason


def to_text(segments: Sequence[Segment], *, since: int) -> str:
    """Write the part of a timeline that holds from `since` on, which is what can still be looked up."""
    words: list[str] = []
    last = None
    for index, segment in enumerate(segments):
        over = segments[index + 1].starts if index + 1 < len(segments) else None
        if (over is not None and over <= since) or segment.colour is last:
            continue
        words += [str(segment.starts), _word(segment)] if words else [_word(segment)]
        last = segment.colour
    return " ".join(words)


def turns(text: str) -> Iterator[Turn]:
    """Read a stored timeline."""
    words = text.split(" ")
    yield _turn(EVER, words[0])
    for at, word in zip(words[1::2], words[2::2], strict=True):
        yield _turn(int(at), word)


def turn_at(text: str, instant: float) -> Turn:
    """What holds at an instant, and why."""
    *_, turn = (turn for turn in turns(text) if turn.at <= instant or turn.at == EVER)
    return turn


def next_turn(text: str, instant: float) -> Turn | None:
    """The first change after an instant, None where the colour stays."""
    return next((turn for turn in turns(text) if turn.at > instant), None)


def ahead(text: str, instant: float) -> list[tuple[int, Colour]]:
    """The colour of an instant and every change after it, whatever came before and for whatever reason."""
    return [
        (EVER, turn_at(text, instant).colour),
        *((turn.at, turn.colour) for turn in turns(text) if turn.at > instant),
    ]


def _word(segment: Segment) -> str:
    return "|".join((segment.colour, *segment.reasons[0]))


def _turn(at: int, word: str) -> Turn:
    colour, policy, rule, evidence_id = word.split("|")
    return Turn(at, Colour(colour), Reason(policy, rule, evidence_id))
