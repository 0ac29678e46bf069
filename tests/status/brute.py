"""The colour at one instant, straight from the definitions: slow, naive, and sharing no code with timeline.py.

Days are compared as dates on the city's wall clock, never as instants, and clearings are found by trying every choice
of later evidence. What it answers at each instant is what `timeline()` must say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import combinations, pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from chalicelib.status.evidence.model import Evidence
from chalicelib.status.policy.model import Clearing, Offset, Pattern, Policy, Rule

SEVERITY = ["green", "yellow", "red"]
MINUTE = 60
LONGEST_DAY_S = 26 * 3600


class Speaking(NamedTuple):
    """A rule that speaks of somebody at an instant, in order of rank: the greatest leads."""

    precedence: int
    severity: int
    since: int
    evidence_id: str
    rule: str
    policy: str

    @property
    def reason(self) -> tuple[str, str, str]:
        """As a segment names it."""
        return self.policy, self.rule, self.evidence_id


class Verdict(NamedTuple):
    """A colour, the reason that leads, and all that speak for it."""

    colour: str
    leading: tuple[str, str, str]
    reasons: frozenset[tuple[str, str, str]]


class Brute:
    """One holder under one policy."""

    def __init__(self, evidence: Sequence[Evidence], policy: Policy) -> None:
        self.evidence, self.policy, self.zone = evidence, policy, policy.time_zone
        self.pairs = [(rule, fact) for rule in policy.rules for fact in evidence if matches(rule.when, fact)]
        self.cleared = [min(self._clearings(rule, fact), default=None) for rule, fact in self.pairs]

    def at(self, instant: int) -> Verdict:
        """What holds at an instant."""
        speaking = [*self._manual(instant), *self._by_policy(instant)]
        if not speaking:
            nothing = (self.policy.key, "otherwise", "")
            return Verdict(self.policy.otherwise.colour, nothing, frozenset([nothing]))
        leading = max(speaking)
        same = frozenset(one.reason for one in speaking if one.severity == leading.severity)
        return Verdict(SEVERITY[leading.severity], leading.reason, same)

    def _manual(self, instant: int) -> Iterator[Speaking]:
        """Approved overrides, from their instant until they expire; no policy's precedence reaches theirs."""
        for fact in self.evidence:
            if fact.kind == "manual" and fact.happened_at <= instant and valid(fact, instant):
                severity = SEVERITY.index(fact.attributes["colour"])
                yield Speaking(1_000, severity, fact.happened_at, fact.evidence_id, "manual", "manual")

    def _by_policy(self, instant: int) -> Iterator[Speaking]:
        """Rules whose evidence has an effect at the instant."""
        for (rule, fact), cleared in zip(self.pairs, self.cleared, strict=True):
            begun = reached(instant, rule.starts, fact.happened_at, self.zone)
            over = not valid(fact, instant) or (cleared is not None and instant >= cleared)
            if begun and not over and not passed(instant, rule.until, fact.happened_at, self.zone):
                since = first_instant(rule.starts, fact.happened_at, self.zone)
                severity = SEVERITY.index(rule.colour)
                yield Speaking(rule.precedence, severity, since, fact.evidence_id, rule.id, self.policy.key)

    def _clearings(self, rule: Rule, fact: Evidence) -> Iterator[int]:
        """Every instant at which some choice of later evidence completes one of a rule's clearings."""
        in_order = sorted(self.evidence, key=lambda one: one.happened_at)
        for clearing in rule.cleared_by:
            for choice in combinations(in_order, clearing.count):
                if self._clears(clearing, fact.happened_at, choice):
                    yield choice[-1].happened_at

    def _clears(self, clearing: Clearing, at: int, choice: Sequence[Evidence]) -> bool:
        """Whether these, in order of time, end an effect of something that happened at `at`."""
        return (
            all(matches(clearing, one) and one.happened_at > at for one in choice)
            and all(reached(one.happened_at, clearing.not_before, at, self.zone) for one in choice)
            and all(reached(b.happened_at, clearing.apart, a.happened_at, self.zone) for a, b in pairwise(choice))
            and all(valid(one, choice[-1].happened_at) for one in choice)
        )


def matches(pattern: Pattern, fact: Evidence) -> bool:
    """Whether a fact is one that a pattern means."""
    return pattern.kind == fact.kind and all(
        fact.attributes.get(name) == values or (isinstance(values, list) and fact.attributes.get(name) in values)
        for name, values in pattern.attributes.items()
    )


def valid(fact: Evidence, instant: int) -> bool:
    """Whether a fact still speaks."""
    return fact.valid_until is None or instant < fact.valid_until


def reached(instant: int, offset: Offset, at: int, zone: str) -> bool:
    """Whether an instant is as much later as an offset says, or more; days are looked up on the wall calendar."""
    if offset.days is not None:
        return local_date(instant, zone) >= local_date(at, zone) + timedelta(offset.days)
    return instant - at >= timedelta(hours=offset.hours or 0).total_seconds()


def passed(instant: int, offset: Offset | None, at: int, zone: str) -> bool:
    """Whether the time until which a rule speaks is over; a last day counts in full."""
    if offset is not None and offset.days is not None:
        return local_date(instant, zone) > local_date(at, zone) + timedelta(offset.days)
    return offset is not None and reached(instant, offset, at, zone)


@lru_cache(maxsize=1 << 18)
def local_date(instant: int, zone: str) -> date:
    """What a calendar on a wall of the city says."""
    return datetime.fromtimestamp(instant, UTC).astimezone(ZoneInfo(zone)).date()


@lru_cache(maxsize=1 << 14)
def first_instant(offset: Offset, at: int, zone: str) -> int:
    """Where an effect begins; a day's first minute is found by waiting for it. Only ties are decided by it."""
    if offset.days is None:
        return at + 3600 * (offset.hours or 0)
    minute = at // MINUTE * MINUTE - LONGEST_DAY_S
    while not reached(minute, offset, at, zone):
        minute += MINUTE
    return minute
