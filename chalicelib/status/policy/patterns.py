"""Which evidence a policy speaks of: every fact is put where the rules look for it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from operator import attrgetter

from chalicelib.status.evidence.model import Evidence
from chalicelib.status.policy.model import Pattern

Known = list[list[Evidence]]
"""The evidence about one holder, by the number of the pattern it fits, in order of time."""

happened = attrgetter("happened_at")


class Patterns:
    """All that the rules of a policy ask for, each pattern once, by number.

    What a fact means depends on its kind and a few attributes only, and most facts are alike. So it is found out once.
    """

    def __init__(self) -> None:
        self._patterns: list[tuple[str, dict[str, frozenset[str]]]] = []
        self._asked: dict[str, tuple[str, ...]] = {}
        self._fitted = lru_cache(maxsize=4_096)(self._fit)

    def number(self, pattern: Pattern) -> int:
        """The number of a pattern, which is new where it was not asked for before."""
        wanted = {
            name: frozenset([values] if isinstance(values, str) else values)
            for name, values in pattern.attributes.items()
        }
        if (pattern.kind, wanted) not in self._patterns:
            self._patterns.append((pattern.kind, wanted))
            self._asked[pattern.kind] = tuple(dict.fromkeys([*self._asked.get(pattern.kind, ()), *wanted]))
        return self._patterns.index((pattern.kind, wanted))

    def sort(self, evidence: Iterable[Evidence]) -> Known:
        """Put evidence where the rules look for it."""
        known: Known = [[] for _ in self._patterns]
        asked, fitted = self._asked, self._fitted
        for fact in sorted(evidence, key=happened):
            kind = fact.kind
            if kind in asked:
                for number in fitted(kind, *map(fact.attributes.get, asked[kind])):
                    known[number].append(fact)
        return known

    def _fit(self, kind: str, *values: str | None) -> list[int]:
        """The patterns that evidence of a kind fits which says this where it is asked."""
        says = dict(zip(self._asked[kind], values, strict=True))
        return [
            number
            for number, (meant, wanted) in enumerate(self._patterns)
            if meant == kind and all(says[name] in allowed for name, allowed in wanted.items())
        ]
