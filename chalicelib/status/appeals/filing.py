"""Filing an appeal, for oneself or for somebody in one's care, and taking a rejected one a level up."""

from __future__ import annotations

from typing import NamedTuple

from chalicelib.platform.http.creation import Creation
from chalicelib.platform.http.refusals import IdempotencyKeyReused
from chalicelib.platform.times import rfc3339
from chalicelib.status.appeals.model import FIRST_LEVEL, HIGHER_LEVEL, Appeal, State, higher_id
from chalicelib.status.appeals.opening import Openings
from chalicelib.status.appeals.reasons import Reasons
from chalicelib.status.appeals.refusals import (
    AlreadyGoneUp,
    AppealContended,
    NoGuardian,
    NotRejected,
    TooLateToGoUp,
)
from chalicelib.status.appeals.sides import Sides
from chalicelib.status.appeals.store import AppealStore
from chalicelib.status.residents import Document, Residents
from chalicelib.trust.fields import Fields


class Filing(NamedTuple):
    """What somebody objects to, in their words. `dependant` is in their care and whom it is about; None: themselves."""

    text: str
    about: str
    dependant: Document | None


class Filings:
    """Takes appeals."""

    def __init__(
        self,
        store: AppealStore,
        *,
        openings: Openings,
        sides: Sides,
        reasons: Reasons,
        residents: Residents,
        fields: Fields,
    ) -> None:
        self._store = store
        self._openings = openings
        self._sides = sides
        self._reasons = reasons
        self._residents = residents
        self._fields = fields

    def file(self, wish: Filing, *, by: str, creation: Creation, now: float) -> Appeal:
        """File an appeal; the same wish again is the same appeal. Raises a `Refusal`.

        1. Find whom it is about, and whether they are in the care of who files.
        2. See that it names a reason of this holder's status.
        3. Keep it as a draft, and open it (opening.py).
        """
        kept = self._store.get(creation.record_id)
        if kept is None or kept.state is State.DRAFTED:
            kept = self._drafted(wish, by, creation, now)
        if kept.digest != creation.digest:
            raise IdempotencyKeyReused
        return self._openings.open(kept, now=int(now))

    def escalate(self, appeal_id: str, text: str, *, by: str, creation: Creation, now: float) -> Appeal:
        """Take a rejected appeal one level up, once; the same wish again is the same appeal. Raises a `Refusal`."""
        first = self._sides.of_holder(appeal_id, by, now=now)
        higher = self._store.get(higher_id(appeal_id))
        if higher is None or higher.state is State.DRAFTED:
            _check_may_go_up(first, now)
            higher = self._drafted_above(first, text, by, creation, now)
        if higher.creation != creation.record_id:
            raise AlreadyGoneUp(appeal_id=higher.appeal_id)
        if higher.digest != creation.digest:
            raise IdempotencyKeyReused
        return self._openings.open(higher, now=int(now))

    def _drafted(self, wish: Filing, by: str, creation: Creation, now: float) -> Appeal:
        """What is to be filed under an id, or what is kept there already."""
        holder = self._holder(wish.dependant, by, now)
        (about,) = self._reasons.named([wish.about], holder)
        draft = Appeal(
            appeal_id=creation.record_id,
            holder=holder,
            filed_by=by,
            level=FIRST_LEVEL,
            about=about,
            text=self._sealed(wish.text, creation.record_id, now),
            creation=creation.record_id,
            digest=creation.digest,
        )
        return draft if self._store.draft(draft, now=int(now)) else self._there(draft.appeal_id)

    def _drafted_above(self, first: Appeal, text: str, by: str, creation: Creation, now: float) -> Appeal:
        """The same a level up. A draft that was never filed, whoever left it there, gives way."""
        appeal_id = higher_id(first.appeal_id)
        draft = Appeal(
            appeal_id=appeal_id,
            holder=first.holder,
            filed_by=by,
            level=HIGHER_LEVEL,
            about=first.about,
            first=first.appeal_id,
            text=self._sealed(text, appeal_id, now),
            creation=creation.record_id,
            digest=creation.digest,
        )
        if self._store.draft(draft, now=int(now), instead_of_draft=True):
            return draft
        return self._there(appeal_id)

    def _holder(self, dependant: Document | None, by: str, now: float) -> str:
        """Whom an appeal is about; raises `NoGuardian` also for somebody nobody here knows."""
        if dependant is None:
            return by
        holder = self._residents.holder_of(self._residents.index_of(dependant, now=now))
        if holder is None or not self._residents.is_guardian(by, holder, now=now):
            raise NoGuardian
        return holder

    def _sealed(self, text: str, appeal_id: str, now: float) -> bytes:
        return self._fields.seal(text, context=text_context(appeal_id), now=now)

    def _there(self, appeal_id: str) -> Appeal:
        """What was kept under an id a moment ago."""
        appeal = self._store.get(appeal_id)
        if appeal is None:
            raise AppealContended
        return appeal


def text_context(appeal_id: str) -> str:
    """What the holder's words are bound to."""
    return f"appeal#{appeal_id}"


def reason_context(appeal_id: str) -> str:
    """What the reviewer's words are bound to."""
    return f"appeal#{appeal_id}#reason"


def _check_may_go_up(first: Appeal, now: float) -> None:
    """Only a rejection goes up, one level, while it is fresh."""
    until = first.escalable_until
    if not until:
        raise NotRejected
    if now > until:
        raise TooLateToGoUp(until=rfc3339(until))
