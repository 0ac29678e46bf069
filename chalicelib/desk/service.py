"""What a helper does: open an assistance for a person who stands there, act, and close it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from chalicelib.desk.acts import DeskAct, Outcome, name_of
from chalicelib.desk.model import Assistance, OutOfTurn, Why, begun, closed, done
from chalicelib.desk.refusals import (
    AssistanceContended,
    AssistanceNotFound,
    AssistanceOver,
    DocumentNotSeen,
    HelpingFamily,
    HelpingYourself,
)
from chalicelib.desk.store import AssistanceStore
from chalicelib.people.model import Identity
from chalicelib.platform.http.creation import Creation
from chalicelib.platform.http.refusals import IdempotencyKeyReused
from chalicelib.status.residents import Officer, Officers, Residents

ASSIST = "assist:person"
ATTEMPTS = 5


class Visit(NamedTuple):
    """What a helper says about who stands there."""

    claimed: Identity
    document_seen: bool
    why: Why
    place: str


class Doer(Protocol):
    """Carries an act out, for the person and under the helper's name. Repeatable under one creation."""

    def __call__(self, case: Assistance, act: DeskAct, creation: Creation, now: int) -> Outcome: ...


class Desk:
    """Lets helpers act for people."""

    def __init__(
        self,
        store: AssistanceStore,
        *,
        officers: Officers,
        residents: Residents,
        received: Callable[[Identity, str, float], str],
        do: Doer,
    ) -> None:
        self._store = store
        self._officers = officers
        self._residents = residents
        self._received = received
        self._do = do

    def open(self, subject: str, visit: Visit, creation: Creation, *, now: int) -> Assistance:
        """Begin to help a person; raises a `Refusal`.

        1. The helper is in office, and has compared document and face.
        2. The registers know the document under this name; who was never here becomes a holder.
        3. Nobody helps themselves or their family.
        """
        helper = self._officers.require(subject, ASSIST)
        if not visit.document_seen:
            raise DocumentNotSeen
        holder = self._received(visit.claimed, helper.holder, now)
        self._check_stranger(helper, holder, now)
        new = Assistance(
            creation.record_id, helper.holder, helper.name, holder, visit.why, visit.place, now, creation.digest
        )
        if self._store.add(new):
            return new
        return self._repeated(creation)

    def act(
        self, subject: str, assistance_id: str, act: DeskAct, creation: Creation, *, now: int
    ) -> tuple[Assistance, Outcome]:
        """Do something for the person; raises a `Refusal`.

        It is written down first: from then on journal and person learn of it, whatever becomes of us. A repeat finds it
        written and carries it out again, which changes nothing where it was carried out.
        """
        helper = self._officers.require(subject, ASSIST)
        for _ in range(ATTEMPTS):
            case = self._own(helper, assistance_id)
            self._check_stranger(helper, case.holder, now)
            begun_case = self._begun(case, act, creation, now)
            if begun_case is not None:
                outcome = self._do(begun_case, act, creation, now)
                return self._noted(begun_case, creation.record_id, outcome.outcome), outcome
        raise AssistanceContended

    def close(self, subject: str, assistance_id: str, *, now: int) -> Assistance:
        """The person has left; nothing more can be done under it. Closed before, it stays closed."""
        helper = self._officers.require(subject, ASSIST)
        for _ in range(ATTEMPTS):
            case = self._own(helper, assistance_id)
            try:
                new = closed(case, now)
            except OutOfTurn:
                return case
            if self._store.replace(case, new):
                return new
        raise AssistanceContended

    def get(self, subject: str, assistance_id: str) -> Assistance:
        """An assistance of the helper's own; raises a `Refusal`."""
        return self._own(self._officers.require(subject, ASSIST), assistance_id)

    def _begun(self, case: Assistance, act: DeskAct, creation: Creation, now: int) -> Assistance | None:
        """The assistance with the act written down; None where somebody came in between."""
        known = case.act(creation.record_id)
        if known is not None:
            if known.digest != creation.digest:
                raise IdempotencyKeyReused
            return case
        try:
            new = begun(case, name_of(act), wish=creation.record_id, digest=creation.digest, now=now)
        except OutOfTurn:
            raise AssistanceOver from None
        return new if self._store.replace(case, new) else None

    def _noted(self, case: Assistance, wish: str, outcome: str) -> Assistance:
        """The assistance with what came of an act."""
        for _ in range(ATTEMPTS):
            new = done(case, wish, outcome)
            if new == case or self._store.replace(case, new):
                return new
            case = self._store.get(case.assistance_id) or case
        raise AssistanceContended

    def _own(self, helper: Officer, assistance_id: str) -> Assistance:
        """An assistance that this helper opened; raises `AssistanceNotFound`."""
        case = self._store.get(assistance_id)
        if case is None or case.helper != helper.holder:
            raise AssistanceNotFound
        return case

    def _repeated(self, creation: Creation) -> Assistance:
        """The assistance that this very request opened; raises `IdempotencyKeyReused`."""
        case = self._store.get(creation.record_id)
        if case is None or case.digest != creation.digest:
            raise IdempotencyKeyReused
        return case

    def _check_stranger(self, helper: Officer, holder: str, now: float) -> None:
        """Refuse a helper who is the person, or close to them."""
        if helper.holder == holder:
            raise HelpingYourself
        if self._residents.has_family_among(helper.holder, [holder], now=now):
            raise HelpingFamily
