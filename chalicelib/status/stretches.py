"""A timeline as people tell it: one colour after the other, and the reasons in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from chalicelib.status.effects import NEVER, OTHERWISE, PreparedPolicy, Reason
from chalicelib.status.evidence.model import MANUAL
from chalicelib.status.model import Colour
from chalicelib.status.policy.model import Text
from chalicelib.status.timeline import Segment

Rulebook = Sequence[tuple[int, PreparedPolicy]]
"""As `spliced` takes it: policies with the instants from which they hold."""

OVERRIDDEN = Text(zh="经两名工作人员核准的人工干预", en="Set by two officers")


class Stretch(NamedTuple):
    """One colour without a break, and all reasons it has on the way."""

    starts: int
    ends: int
    colour: Colour
    reasons: tuple[Reason, ...]


def stretches_of(segments: Sequence[Segment]) -> list[Stretch]:
    """Segments of one colour as one."""
    found: list[Stretch] = []
    for index, segment in enumerate(segments):
        ends = segments[index + 1].starts if index + 1 < len(segments) else NEVER
        if found and found[-1].colour is segment.colour:
            reasons = tuple(dict.fromkeys(found[-1].reasons + segment.reasons))
            found[-1] = found[-1]._replace(ends=ends, reasons=reasons)
        else:
            found.append(Stretch(segment.starts, ends, segment.colour, segment.reasons))
    return found


def in_words(reason: Reason, rulebook: Rulebook) -> Text:
    """A reason as people read it."""
    if reason.policy == MANUAL:
        return OVERRIDDEN
    policy = next(ready.policy for _, ready in rulebook if ready.policy.key == reason.policy)
    if reason.rule == OTHERWISE:
        return policy.otherwise.reason
    return next(rule.reason for rule in policy.rules if rule.id == reason.rule)
