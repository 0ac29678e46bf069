"""What the holder's side does with an appeal that is filed: list, read, withdraw."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge
from itertools import islice
from typing import NamedTuple

from chalicelib.status.appeals.changing import change
from chalicelib.status.appeals.filing import reason_context, text_context
from chalicelib.status.appeals.items import Listed, place
from chalicelib.status.appeals.model import Appeal, Event, IllegalMove, State, higher_id, moved
from chalicelib.status.appeals.refusals import AppealNotWaiting
from chalicelib.status.appeals.sides import Sides
from chalicelib.status.appeals.store import AppealStore
from chalicelib.status.residents import Residents
from chalicelib.trust.fields import Fields


class Opened(NamedTuple):
    """An appeal with what is sealed in it: the holder's words, and the reviewer's ("" before there are any).

    `name` is the holder's, masked. `higher` is the id of the appeal that takes it one level up, "" where there is none.
    """

    appeal: Appeal
    name: str
    text: str
    reason: str
    higher: str


class Holdings:
    """Appeals as the holder's side has them."""

    def __init__(self, store: AppealStore, *, sides: Sides, residents: Residents, fields: Fields) -> None:
        self._store = store
        self._sides = sides
        self._residents = residents
        self._fields = fields

    def page(self, asking: str, *, before: str, size: int, now: float) -> list[Listed]:
        """Appeals about somebody, and those they filed for who is still in their care; newest first."""
        about, filed = self._store.about_or_by(asking, before=before)
        return list(islice(self._theirs(merge(about, filed, key=cursor, reverse=True), asking, now), size))

    def read(self, appeal_id: str, *, asking: str, now: float) -> Opened:
        """One appeal; raises `AppealNotFound`."""
        return self.opened(self._sides.of_holder(appeal_id, asking, now=now), now=now)

    def opened(self, appeal: Appeal, *, now: float) -> Opened:
        """Open what is sealed in an appeal that may be shown."""
        sealed, context = appeal.reason, reason_context(appeal.appeal_id)
        reason = self._fields.open(sealed, context=context, now=now) if sealed else ""
        text = self._fields.open(appeal.text, context=text_context(appeal.appeal_id), now=now)
        name = self._residents.masked_name(appeal.holder, now=now)
        return Opened(appeal, name, text, reason, self._higher(appeal))

    def withdraw(self, appeal_id: str, *, by: str, now: float) -> Appeal:
        """Take an appeal back; raises a `Refusal`."""

        def act(appeal: Appeal) -> Appeal:
            if appeal.state is State.WITHDRAWN:
                return appeal
            try:
                return moved(appeal, Event.WITHDRAWN, by=by, by_name="", at=int(now))
            except IllegalMove as error:
                raise AppealNotWaiting from error

        return change(self._store, lambda: self._sides.of_holder(appeal_id, by, now=now), act)

    def _theirs(self, found: Iterator[Listed], asking: str, now: float) -> Iterator[Listed]:
        """Each once, and only what the person may still see."""
        last = ""
        for one in found:
            if one.appeal_id != last and self._sides.is_holders(one.holder, one.filed_by, asking, now=now):
                last = one.appeal_id
                yield one

    def _higher(self, appeal: Appeal) -> str:
        """The id of what goes on from a rejected appeal."""
        if not appeal.escalable_until:
            return ""
        higher = self._store.get(higher_id(appeal.appeal_id))
        return higher.appeal_id if higher and higher.state is not State.DRAFTED else ""


def cursor(one: Listed) -> str:
    """Where an appeal stands in the lists of its holder."""
    return place(one.filed_at, one.appeal_id)
