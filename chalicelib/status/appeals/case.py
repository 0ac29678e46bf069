"""The case on a reviewer's desk: all that the holder sees, and what the holder does not see - the sources in full."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.status.appeals.holding import Holdings, Opened
from chalicelib.status.appeals.model import Appeal
from chalicelib.status.appeals.neighbours import Overrides
from chalicelib.status.appeals.reasons import about_of
from chalicelib.status.appeals.refusals import AppealNotFound
from chalicelib.status.appeals.sides import Sides
from chalicelib.status.evidence.model import MANUAL, Evidence
from chalicelib.status.explain import Explanation, Explanations, OverrideWords

if TYPE_CHECKING:
    from chalicelib.status.evidence.store import EvidenceReader


class Case(NamedTuple):
    """An appeal with what is needed to judge it: all facts about the holder, and all overrides that concern them.

    `first` is the appeal on the level below, if this one goes on from it.
    """

    appeal: Opened
    explanation: Explanation
    facts: list[Evidence]
    overrides: list[OverrideWords]
    first: Opened | None


class Cases:
    """Lays cases before their reviewers."""

    def __init__(
        self,
        *,
        sides: Sides,
        holdings: Holdings,
        evidence: EvidenceReader,
        explanations: Callable[[], Explanations],
        overrides: Callable[[], Overrides],
    ) -> None:
        self._sides = sides
        self._holdings = holdings
        self._evidence = evidence
        self._explanations = explanations
        self._overrides = overrides

    def on_desk(self, appeal_id: str, *, asking: str, now: float) -> Case:
        """The case of an appeal, for the officer who has taken it; raises `AppealNotFound` for everybody else."""
        appeal = self._sides.on_desk_of(appeal_id, asking)
        if not appeal.is_reviewed_by(asking):
            raise AppealNotFound
        facts = self._evidence.of(appeal.holder)
        return Case(
            appeal=self._holdings.opened(appeal, now=now),
            explanation=self._explanations().status(appeal.holder, now=int(now)),
            facts=[fact for fact in facts if fact.kind != MANUAL],
            overrides=self._overridden(facts, now),
            first=self._first(appeal, now),
        )

    def _overridden(self, facts: list[Evidence], now: float) -> list[OverrideWords]:
        """What officers said of the overrides that concern the holder."""
        ids = dict.fromkeys(about_of(fact).id for fact in facts if fact.kind == MANUAL)
        told = (self._overrides().explained(override_id, now=now) for override_id in ids)
        return [words for words in told if words is not None]

    def _first(self, appeal: Appeal, now: float) -> Opened | None:
        """What was said and answered on the level below."""
        return self._holdings.opened(self._sides.filed(appeal.first), now=now) if appeal.first else None
