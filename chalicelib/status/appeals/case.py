"""The case on a reviewer's desk: all that the holder sees, and what the holder does not see - the sources in full."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.status.appeals.holding import Holdings, Opened
from chalicelib.status.appeals.model import Appeal
from chalicelib.status.appeals.refusals import AppealNotFound
from chalicelib.status.appeals.sides import Sides
from chalicelib.status.evidence.model import Evidence
from chalicelib.status.explain import Explanation, Explanations

if TYPE_CHECKING:
    from chalicelib.status.evidence.store import EvidenceReader
    from chalicelib.status.residents import Residents


class Case(NamedTuple):
    """An appeal with what is needed to judge it. `first` is the appeal on the level below, if this goes on from one."""

    appeal: Opened
    name: str
    explanation: Explanation
    facts: list[Evidence]
    first: Opened | None


class Cases:
    """Lays cases before their reviewers."""

    def __init__(
        self,
        *,
        sides: Sides,
        holdings: Holdings,
        residents: Residents,
        evidence: EvidenceReader,
        explanations: Callable[[], Explanations],
    ) -> None:
        self._sides = sides
        self._holdings = holdings
        self._residents = residents
        self._evidence = evidence
        self._explanations = explanations

    def on_desk(self, appeal_id: str, *, asking: str, now: float) -> Case:
        """The case of an appeal, for the officer who has taken it; raises `AppealNotFound` for everybody else."""
        appeal = self._sides.on_desk_of(appeal_id, asking)
        if not appeal.is_reviewed_by(asking):
            raise AppealNotFound
        return Case(
            appeal=self._holdings.opened(appeal, now=now),
            name=self._residents.masked_name(appeal.holder, now=now),
            explanation=self._explanations().status(appeal.holder, now=int(now)),
            facts=self._evidence.of(appeal.holder),
            first=self._first(appeal, now),
        )

    def _first(self, appeal: Appeal, now: float) -> Opened | None:
        """What was said and answered on the level below."""
        return self._holdings.opened(self._sides.filed(appeal.first), now=now) if appeal.first else None
