"""The colour of a holder through all time, as a pure function of evidence and policy.

    timeline(evidence, prepare(policy)) -> segments

Every piece of evidence a rule speaks of has an effect: a colour from one instant until another (effects.py). Where
effects overlap, the highest rank leads. The order in which evidence arrived plays no part, and neither does the present
time: the colour at an instant is a look-up, in the past and in the future.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from chalicelib.status.effects import NEVER, OTHERWISE, Effect, PreparedPolicy, Reason, effects
from chalicelib.status.evidence.model import Evidence
from chalicelib.status.model import Colour
from chalicelib.status.policy.model import Policy

__all__ = ["EVER", "NEVER", "OTHERWISE", "PreparedPolicy", "Reason", "Segment"]
__all__ += ["prepare", "segment_at", "spliced", "timeline"]

EVER = 0
"""Where the first segment starts: as long as anybody can look back."""


class Segment(NamedTuple):
    """A colour from an instant on, until the next segment starts. The first reason leads; all speak for the colour."""

    starts: int
    colour: Colour
    reasons: tuple[Reason, ...]


def prepare(policy: Policy) -> PreparedPolicy:
    """Make a policy ready; do it once, it serves every holder."""
    return PreparedPolicy(policy)


def timeline(evidence: Iterable[Evidence], policy: PreparedPolicy) -> list[Segment]:
    """The whole timeline: at least one segment, the first starts at `EVER`, neighbours differ.

    `evidence` is all that is known and not voided about one holder, in any order.
    """
    segments: list[Segment] = []
    coming = _coming(effects(evidence, policy))
    in_force: list[Effect] = []
    for instant in sorted(coming):
        in_force = [effect for effect in in_force if effect.ends > instant]
        if coming[instant]:
            in_force = sorted(in_force + coming[instant], reverse=True)
        _append(segments, instant, *(_speaking(in_force) if in_force else policy.nothing))
    return segments


def _coming(found: list[Effect]) -> dict[int, list[Effect]]:
    """Every instant at which something comes or goes, and what comes then."""
    coming: dict[int, list[Effect]] = {EVER: []}
    for effect in found:
        if effect.ends > EVER:
            coming.setdefault(max(effect.starts, EVER), []).append(effect)
            coming.setdefault(effect.ends, [])
    coming.pop(NEVER, None)
    return coming


def _speaking(in_force: list[Effect]) -> tuple[Colour, tuple[Reason, ...]]:
    """The colour of the effect that leads, and the reasons of all that are for it."""
    colour = in_force[0].colour
    return colour, tuple([effect.reason for effect in in_force if effect.colour is colour])


def spliced(evidence: Sequence[Evidence], policies: Sequence[tuple[int, PreparedPolicy]]) -> list[Segment]:
    """The timeline under policies that follow each other: each holds from its instant until the next one's.

    `policies` is in order of time and not empty; the first holds for all time before, too.
    """
    segments: list[Segment] = []
    for index, (since, policy) in enumerate(policies):
        start = since if index else EVER
        end = policies[index + 1][0] if index + 1 < len(policies) else NEVER
        for segment in _clipped(timeline(evidence, policy), start, end):
            _append(segments, *segment)
    return segments


def segment_at(segments: Sequence[Segment], instant: float) -> Segment:
    """The segment an instant lies in."""
    return next(segment for segment in reversed(segments) if segment.starts <= instant or segment.starts == EVER)


def _clipped(segments: list[Segment], start: int, end: int) -> Iterator[Segment]:
    """The part of a timeline between two instants."""
    for index, segment in enumerate(segments):
        over = segments[index + 1].starts if index + 1 < len(segments) else NEVER
        if segment.starts < end and over > start:
            yield segment._replace(starts=max(segment.starts, start))


def _append(segments: list[Segment], starts: int, colour: Colour, reasons: tuple[Reason, ...]) -> None:
    """Add a segment, unless it only goes on with the last one. The same reasons are the same colour."""
    if not segments or segments[-1].reasons != reasons:
        segments.append(Segment(starts, colour, reasons))
