"""Who may judge what: nobody anything that concerns them, that they brought about, or that they decided before."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from chalicelib.status.appeals.model import HIGHER_LEVEL, Appeal, Event
from chalicelib.status.appeals.neighbours import Overrides
from chalicelib.status.appeals.reasons import Reasons
from chalicelib.status.appeals.refusals import DecidedBefore, OwnOverride, ReviewerConcerned
from chalicelib.status.appeals.store import AppealStore
from chalicelib.status.residents import Residents

DECISIONS = (Event.UPHELD, Event.REJECTED)


class Impartiality:
    """Keeps officers from judging where they are not free to. Asked when an appeal is taken, and when it is decided."""

    def __init__(
        self, store: AppealStore, *, residents: Residents, reasons: Reasons, overrides: Callable[[], Overrides]
    ) -> None:
        self._store = store
        self._residents = residents
        self._reasons = reasons
        self._overrides = overrides

    def check(self, appeal: Appeal, officer: str, *, now: float) -> None:
        """Refuse whoever is not free to judge an appeal.

        1. It is about them or somebody near to them, or one of those filed it.
        2. They had a part in an override that concerns the holder, whatever the appeal names.
        3. They decided it on the level below.
        """
        people = {appeal.holder, appeal.filed_by}
        if officer in people or any(self._near(officer, one, now) for one in people):
            raise ReviewerConcerned
        self._refuse_own(officer, {appeal.about.id, *self._reasons.overrides(appeal.holder)})
        if appeal.level == HIGHER_LEVEL and officer == self._decider(appeal.first):
            raise DecidedBefore

    def _near(self, one: str, other: str, now: float) -> bool:
        """Whether one of two people answers for the other."""
        near = self._residents.is_guardian
        return near(one, other, now=now) or near(other, one, now=now)

    def _refuse_own(self, officer: str, overrides: Iterable[str]) -> None:
        """Refuse who had a part in any of these; what is no override has nobody's part in it."""
        if any(officer in self._overrides().parties(one) for one in overrides if one):
            raise OwnOverride

    def _decider(self, appeal_id: str) -> str:
        """Who decided an appeal."""
        appeal = self._store.get(appeal_id)
        step = appeal and appeal.last(DECISIONS)
        return step.by if step else ""
