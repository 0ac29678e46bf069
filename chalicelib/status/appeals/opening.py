"""Opening an appeal: of all appeals about one thing of one holder, one at a time awaits its answer.

1. The appeal is kept as a draft, which nobody sees.
2. It claims its matter. Where an undecided appeal has the matter, it is refused, and the draft goes after a day.
3. It is filed.

Whoever finds a matter claimed by a draft files that one first: its filer has died between 2 and 3, or is about to file
it. So a matter never has two undecided appeals, and none is lost, wherever a function is killed.
"""

from __future__ import annotations

from chalicelib.status.appeals.changing import ATTEMPTS
from chalicelib.status.appeals.model import Appeal, State, filed
from chalicelib.status.appeals.refusals import AppealAlreadyOpen, AppealContended
from chalicelib.status.appeals.store import AppealStore, MatterStore


class Openings:
    """Files drafts. `answer_s` is within how many seconds an appeal is to be answered."""

    def __init__(self, store: AppealStore, matters: MatterStore, *, answer_s: int) -> None:
        self._store = store
        self._matters = matters
        self._answer_s = answer_s

    def open(self, draft: Appeal, *, now: int) -> Appeal:
        """File a draft, one that was filed before is answered as it is; raises `AppealAlreadyOpen`."""
        if draft.state is not State.DRAFTED:
            return draft
        self._claim(draft, now)
        return self._file(draft, now)

    def _claim(self, draft: Appeal, now: int) -> None:
        """Get hold of the matter."""
        for _ in range(ATTEMPTS):
            before = self._matters.held_by(draft.matter)
            if before == draft.appeal_id:
                return
            if before is not None:
                self._refuse_beside(before, now)
            if self._matters.claim(draft.matter, draft.appeal_id, instead_of=before):
                return
        raise AppealContended

    def _refuse_beside(self, appeal_id: str, now: int) -> None:
        """Refuse where the appeal that has the matter is undecided; one that has gone is no hindrance."""
        other = self._store.get(appeal_id)
        if other is not None and other.state is State.DRAFTED:
            other = self._file(other, now)
        if other is not None and other.undecided:
            raise AppealAlreadyOpen(appeal_id=appeal_id)

    def _file(self, draft: Appeal, now: int) -> Appeal:
        """Let the time for the answer begin, once."""
        opened = filed(draft, at=now, answer_s=self._answer_s)
        if self._store.replace(draft, opened):
            return opened
        there = self._store.get(draft.appeal_id)
        if there is None or there.state is State.DRAFTED or there.creation != draft.creation:
            raise AppealContended
        return there
