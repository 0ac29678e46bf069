"""The colour of a holder through all time, as a pure function of evidence and policy.

    timeline(evidence, prepare(policy)) -> segments

Every piece of evidence a rule speaks of has an effect: a colour from one instant until another. Where effects overlap,
the highest rank leads. The order in which evidence arrived plays no part, and neither does the present time: the
colour at an instant is a look-up, in the past and in the future.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import NamedTuple

from chalicelib.status.calendar import Calendar
from chalicelib.status.evidence.model import MANUAL, Evidence
from chalicelib.status.model import SEVERITY, Colour
from chalicelib.status.policy.model import Clearing, Offset, Pattern, Policy, Rule

EVER = 0
"""Where the first segment starts: as long as anybody can look back."""

NEVER = 1 << 40
"""Where an effect without an end ends, in Unix seconds."""

OTHERWISE = "otherwise"
"""The rule that leads where no other speaks."""

ABOVE_EVERY_POLICY = 1_000

happened = attrgetter("happened_at")


class Effect(NamedTuple):
    """What one piece of evidence does to the colour, in order of rank; the greatest of those in force leads."""

    precedence: int
    severity: int
    starts: int
    evidence_id: str
    rule: str
    policy: str
    colour: Colour
    ends: int


class Reason(NamedTuple):
    """Why a segment has its colour: a rule of a policy, and the evidence it speaks of ("" for `otherwise`)."""

    policy: str
    rule: str
    evidence_id: str


class Segment(NamedTuple):
    """A colour from an instant on, until the next segment starts. The first reason leads; all speak for the colour."""

    starts: int
    colour: Colour
    reasons: tuple[Reason, ...]


class PreparedPolicy:
    """A policy ready to be applied: its rules by the kind of evidence they speak of, its calendar at hand."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.calendar = Calendar(policy.time_zone)
        self.rules: dict[str, list[_ReadyRule]] = defaultdict(list)
        self.nothing = (Reason(policy.key, OTHERWISE, ""),)
        for rule in policy.rules:
            self.rules[rule.when.kind].append(_ReadyRule(rule, _wanted(rule.when), policy.key))


class _ReadyRule(NamedTuple):
    """A rule, the attribute values it wants as sets, and its policy."""

    rule: Rule
    wanted: list[tuple[str, frozenset[str]]]
    policy: str


def prepare(policy: Policy) -> PreparedPolicy:
    """Make a policy ready; do it once, it serves every holder."""
    return PreparedPolicy(policy)


def timeline(evidence: Iterable[Evidence], policy: PreparedPolicy) -> list[Segment]:
    """The whole timeline: at least one segment, the first starts at `EVER`, neighbours differ.

    `evidence` is all that is known and not voided about one holder, in any order.
    """
    known: dict[str, list[Evidence]] = defaultdict(list)
    for fact in sorted(evidence, key=happened):
        known[fact.kind].append(fact)
    return _lined_up(list(_effects(known, policy)), policy)


def spliced(evidence: Sequence[Evidence], policies: Sequence[tuple[int, PreparedPolicy]]) -> list[Segment]:
    """The timeline under policies that follow each other: each holds from its instant until the next one's.

    `policies` is in order of time and not empty; the first holds for all time before, too.
    """
    segments: list[Segment] = []
    for index, (since, policy) in enumerate(policies):
        start = since if index else EVER
        end = policies[index + 1][0] if index + 1 < len(policies) else NEVER
        for segment in _clipped(timeline(evidence, policy), start, end):
            _append(segments, segment)
    return segments


def segment_at(segments: Sequence[Segment], instant: float) -> Segment:
    """The segment an instant lies in."""
    return next(segment for segment in reversed(segments) if segment.starts <= instant or segment.starts == EVER)


def _effects(known: dict[str, list[Evidence]], policy: PreparedPolicy) -> Iterator[Effect]:
    """What all the evidence does."""
    for kind, facts in known.items():
        if kind == MANUAL:
            yield from map(_manual_effect, facts)
            continue
        for rule in policy.rules.get(kind, ()):
            for fact in facts:
                effect = _effect(rule, fact, known, policy.calendar)
                if effect is not None:
                    yield effect


def _manual_effect(fact: Evidence) -> Effect:
    """What an approved override does: its colour while it is valid."""
    colour = Colour(fact.attributes["colour"])
    ends = NEVER if fact.valid_until is None else fact.valid_until
    return Effect(
        ABOVE_EVERY_POLICY, SEVERITY[colour], fact.happened_at, fact.evidence_id, MANUAL, MANUAL, colour, ends
    )


def _effect(ready: _ReadyRule, fact: Evidence, known: dict[str, list[Evidence]], calendar: Calendar) -> Effect | None:
    """What a rule makes of a fact; None where it makes nothing of it."""
    rule, wanted, policy = ready
    if wanted and not _fits(fact, wanted):
        return None
    at = fact.happened_at
    starts = _after(at, rule.starts, calendar)
    ends = NEVER if rule.until is None else _through(at, rule.until, calendar)
    if fact.valid_until is not None and fact.valid_until < ends:
        ends = fact.valid_until
    for clearing in rule.cleared_by:
        ends = min(ends, _cleared_at(clearing, at, known, calendar))
    if ends <= starts:
        return None
    return Effect(rule.precedence, SEVERITY[rule.colour], starts, fact.evidence_id, rule.id, policy, rule.colour, ends)


def _after(instant: int, offset: Offset, calendar: Calendar) -> int:
    """An offset after an instant; days mean the midnight that begins the day."""
    if offset.days is not None:
        return calendar.midnight(instant, offset.days)
    return instant + 3600 * (offset.hours or 0)


def _through(instant: int, offset: Offset, calendar: Calendar) -> int:
    """An offset after an instant; days mean the midnight that ends the day."""
    if offset.days is not None:
        return calendar.midnight(instant, offset.days + 1)
    return instant + 3600 * (offset.hours or 0)


def _cleared_at(clearing: Clearing, at: int, known: dict[str, list[Evidence]], calendar: Calendar) -> int:
    """When a clearing is complete; `NEVER` where it is not.

    All that counts must still be valid when the last one happens. So each one is tried as the last.
    """
    facts = known.get(clearing.kind)
    if not facts or facts[-1].happened_at <= at:
        return NEVER
    wanted = _wanted(clearing)
    earliest = _after(at, clearing.not_before, calendar)
    counting = [one for one in facts if one.happened_at > at and one.happened_at >= earliest and _fits(one, wanted)]
    for index, last in enumerate(counting):
        if _are_enough(counting[: index + 1], last.happened_at, clearing, calendar):
            return last.happened_at
    return NEVER


def _are_enough(facts: list[Evidence], now: int, clearing: Clearing, calendar: Calendar) -> bool:
    """Whether enough of these, in order of time, are valid at `now` and far enough apart."""
    count, earliest = 0, 0
    for fact in facts:
        if fact.happened_at >= earliest and (fact.valid_until is None or fact.valid_until > now):
            count += 1
            earliest = _after(fact.happened_at, clearing.apart, calendar)
    return count >= clearing.count


def _wanted(pattern: Pattern) -> list[tuple[str, frozenset[str]]]:
    """The attributes a pattern asks for, and the values it takes."""
    return [
        (name, frozenset([values] if isinstance(values, str) else values))
        for name, values in pattern.attributes.items()
    ]


def _fits(fact: Evidence, wanted: list[tuple[str, frozenset[str]]]) -> bool:
    """Whether a fact has the attributes that are asked for."""
    return all(fact.attributes.get(name) in values for name, values in wanted)


def _lined_up(effects: list[Effect], policy: PreparedPolicy) -> list[Segment]:
    """Overlapping effects as segments, one after the other.

    Effects come into force and go in order of time; those in force stand sorted by rank, so the last one leads.
    """
    turns = sorted(
        [(effect.starts, True, effect) for effect in effects]
        + [(effect.ends, False, effect) for effect in effects if effect.ends < NEVER]
    )
    segments = [_segment(EVER, [], policy)]
    in_force: list[Effect] = []
    for instant, those in groupby(turns, key=itemgetter(0)):
        for _, comes, effect in those:
            insort(in_force, effect) if comes else in_force.remove(effect)
        _append(segments, _segment(instant, in_force, policy))
    return segments


def _segment(starts: int, in_force: list[Effect], policy: PreparedPolicy) -> Segment:
    """The segment that begins with these effects in force."""
    if not in_force:
        return Segment(starts, policy.policy.otherwise.colour, policy.nothing)
    colour = in_force[-1].colour
    reasons = [Reason(one.policy, one.rule, one.evidence_id) for one in reversed(in_force) if one.colour is colour]
    return Segment(starts, colour, tuple(reasons))


def _clipped(segments: list[Segment], start: int, end: int) -> Iterator[Segment]:
    """The part of a timeline between two instants."""
    for index, segment in enumerate(segments):
        over = segments[index + 1].starts if index + 1 < len(segments) else NEVER
        if segment.starts < end and over > start:
            yield segment._replace(starts=max(segment.starts, start))


def _append(segments: list[Segment], segment: Segment) -> None:
    """Add a segment, unless it only goes on with the last one."""
    if not segments or segments[-1][1:] != segment[1:]:
        segments.append(segment)
