"""Who may see an appeal and touch it: the holder's side, and its reviewer. For everybody else it does not exist."""

from __future__ import annotations

from chalicelib.status.appeals.model import FIRST_LEVEL, HIGHER_LEVEL, Appeal, State, higher_id
from chalicelib.status.appeals.refusals import AppealNotFound
from chalicelib.status.appeals.store import AppealStore
from chalicelib.status.refusals import NotInOffice
from chalicelib.status.residents import Officer, Officers, Residents

SCOPES = {FIRST_LEVEL: "appeal:review", HIGHER_LEVEL: "appeal:review2"}
"""What an office must reach to review the appeals of a level."""


class Sides:
    """Shows an appeal to those whom it concerns; all others learn nothing, not even that there is one."""

    def __init__(self, store: AppealStore, residents: Residents, officers: Officers) -> None:
        self._store = store
        self._residents = residents
        self._officers = officers

    def filed(self, appeal_id: str) -> Appeal:
        """An appeal that was filed; raises `AppealNotFound`."""
        appeal = self._store.get(appeal_id)
        if appeal is None or appeal.state is State.DRAFTED:
            raise AppealNotFound
        return appeal

    def of_holder(self, appeal_id: str, asking: str, *, now: float) -> Appeal:
        """An appeal for the holder's side; raises `AppealNotFound`."""
        appeal = self.filed(appeal_id)
        if not self.is_holders(appeal.holder, appeal.filed_by, asking, now=now):
            raise AppealNotFound
        return appeal

    def is_holders(self, holder: str, filed_by: str, asking: str, *, now: float) -> bool:
        """Whether somebody is the holder, or filed for the holder and still answers for them."""
        if asking == holder:
            return True
        return asking == filed_by and self._residents.is_guardian(asking, holder, now=now)

    def officer(self, subject: str, level: int) -> Officer:
        """The officer, if they review appeals of a level at this moment; raises `NotInOffice`."""
        return self._officers.require(subject, SCOPES[level])

    def reviewer(self, appeal: Appeal, subject: str) -> Officer:
        """The officer, if appeals of this level are theirs to review; raises `NotInOffice` or `AppealNotFound`."""
        officer = self.officer(subject, FIRST_LEVEL)
        if appeal.level == FIRST_LEVEL:
            return officer
        try:
            return self.officer(subject, appeal.level)
        except NotInOffice as error:
            raise AppealNotFound from error

    def on_desk_of(self, appeal_id: str, subject: str) -> Appeal:
        """An appeal for the reviewer who has taken it, or taken the one that goes on from it; `AppealNotFound`."""
        appeal = self.filed(appeal_id)
        if appeal.is_reviewed_by(subject):
            self.reviewer(appeal, subject)
            return appeal
        higher = self._store.get(higher_id(appeal_id))
        if higher is None or not higher.is_reviewed_by(subject):
            raise AppealNotFound
        self.reviewer(higher, subject)
        return appeal
