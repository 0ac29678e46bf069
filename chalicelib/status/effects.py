"""What evidence does to the colour under a policy: each fact a rule speaks of, from one instant until another."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from operator import attrgetter
from typing import NamedTuple

from chalicelib.status.calendar import Calendar
from chalicelib.status.evidence.model import MANUAL, Evidence
from chalicelib.status.model import SEVERITY, Colour
from chalicelib.status.policy.model import Clearing, Offset, Pattern, Policy, Rule

NEVER = 1 << 40
"""Where an effect without an end ends, in Unix seconds."""

OTHERWISE = "otherwise"
"""The rule that leads where no other speaks."""

ABOVE_EVERY_POLICY = 1_000

Span = Callable[[int], int]
"""An offset made ready: from an instant to the one that lies so much later."""

happened = attrgetter("happened_at")


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


class PreparedPattern:
    """The facts a pattern means: a kind, and sets of values for some attributes."""

    def __init__(self, pattern: Pattern) -> None:
        self.kind = pattern.kind
        self._wanted = [(name, _set_of(values)) for name, values in pattern.attributes.items()]

    def among(self, facts: list[Evidence]) -> list[Evidence]:
        """Those of some facts of its kind that have the attributes it asks for."""
        for name, values in self._wanted:
            facts = [fact for fact in facts if fact.attributes.get(name) in values]
        return facts


class PreparedClearing:
    """A clearing with its spans at hand."""

    def __init__(self, clearing: Clearing, calendar: Calendar) -> None:
        self.facts = PreparedPattern(clearing)
        self._count = clearing.count
        self._apart = _until_day(clearing.apart, calendar)
        self._not_before = _until_day(clearing.not_before, calendar)

    def completed(self, at: int, counting: Sequence[Evidence]) -> int:
        """When it ends an effect of what happened at `at`; `NEVER` where it does not.

        All that counts must still be valid when the last one happens. So each one is tried as the last.
        """
        earliest = max(at + 1, self._not_before(at))
        first = bisect_left(counting, earliest, key=happened)
        for end in range(first + self._count, len(counting) + 1):
            if self._are_enough(counting[first:end]):
                return counting[end - 1].happened_at
        return NEVER

    def _are_enough(self, facts: Sequence[Evidence]) -> bool:
        """Whether enough of these, in order of time, are far enough apart and valid when the last one happens."""
        count, earliest, now = 0, facts[0].happened_at, facts[-1].happened_at
        for fact in facts:
            at, until = fact.happened_at, fact.valid_until
            if at >= earliest and (until is None or until > now):
                count += 1
                earliest = self._apart(at)
        return count >= self._count


class PreparedRule:
    """A rule with its spans and sets at hand."""

    def __init__(self, rule: Rule, policy: str, calendar: Calendar) -> None:
        self.facts = PreparedPattern(rule.when)
        self.clearings = [PreparedClearing(clearing, calendar) for clearing in rule.cleared_by]
        self._starts = _until_day(rule.starts, calendar)
        self._until = _through_day(rule.until, calendar)
        self._rank = rule.precedence, SEVERITY[rule.colour]
        self._colour = rule.colour
        self._name = policy, rule.id

    def effects(self, known: dict[str, list[Evidence]]) -> list[Effect]:
        """What it makes of all that is known, by kind and in order of time."""
        facts = self.facts.among(known[self.facts.kind])
        if not facts:
            return facts  # type: ignore[return-value]
        return []
