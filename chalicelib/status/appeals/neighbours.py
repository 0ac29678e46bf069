"""What appeals ask of the rooms beside them: to take back what was wrong, and who had a part in it."""

from __future__ import annotations

from typing import Protocol

from chalicelib.status.explain import OverrideWords
from chalicelib.status.residents import Officer


class Overrides(Protocol):
    """Overrides, as far as an appeal touches them."""

    def explained(self, override_id: str, *, now: float) -> OverrideWords | None:
        """What officers decided, in their words; None where there is none of this id."""

    def parties(self, override_id: str) -> frozenset[str]:
        """The holder ids of the officers who proposed, approved or ended it; none where there is none of this id."""

    def void(self, override_id: str, *, by: Officer, note: str, now: int, holder: str) -> None:
        """Take an override back for a holder; repeating it changes nothing."""


class EvidenceReports(Protocol):
    """What can be done to evidence."""

    def void_by_appeal(self, subject: str, evidence_id: str, appeal_id: str, *, now: float) -> None:
        """Let a holder's fact count no more; repeating it changes nothing."""


class StepJournal(Protocol):
    """The append-only log of what people did."""

    def append(self, chain: str, *, step_id: str, what: dict[str, str], now: float) -> object:
        """Append a step; one that stands there already stands there once."""
