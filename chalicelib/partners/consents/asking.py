"""A client asks a holder for consent, while it still holds the token of the holder's scan."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from chalicelib.codes.exchange import Exchange, Exchanged
from chalicelib.codes.purposes import Basis, Field, Purpose, by_exchange
from chalicelib.codes.refusals import NoLegalBasis
from chalicelib.partners.consents.model import (
    ANSWER_S,
    LEFT_ALONE_S,
    LONGEST_S,
    MOST_OPEN,
    Consent,
    State,
    Use,
    consent_id_of,
)
from chalicelib.partners.consents.refusals import (
    ConsentNotNeeded,
    ConsentRefusedLately,
    ConsentUntilOutOfBounds,
    TooManyConsentRequests,
    UnattendedForPartners,
    UnattendedNeedsPeriod,
)
from chalicelib.partners.consents.store import ConsentStore
from chalicelib.platform.http.creation import Creation
from chalicelib.platform.http.operation import Principal
from chalicelib.platform.http.refusals import IdempotencyKeyReused, Refusal, StorageUnavailable
from chalicelib.platform.times import rfc3339
from chalicelib.trust.fields import Fields


class Wish(NamedTuple):
    """What a client asks for. `until` (Unix seconds) is None where it does not say."""

    exchange_token: str
    fields: frozenset[Field]
    use: Use
    until: int | None = None
    unattended: bool = False
    why: str = ""


class Asking:
    """Takes what clients ask holders for."""

    def __init__(
        self, store: ConsentStore, *, exchange: Exchange, fields: Fields, is_partner: Callable[[str], bool]
    ) -> None:
        self._store = store
        self._exchange = exchange
        self._fields = fields
        self._is_partner = is_partner

    def ask(self, wish: Wish, *, by: Principal, creation: Creation, now: float) -> Consent:
        """Ask a holder; the same wish again is the same request. Raises a `Refusal`.

        1. Learn from the exchange token whose code was scanned, and what for; the token stays good.
        2. See that consent is what these fields need, and when it is to end.
        3. See that the holder is not being worn down.
        4. Write it down, look again, and step back where others were quicker.
        """
        said = self._exchange.open(wish.exchange_token, client_id=by.subject, terminal=by.terminal, now=now)
        consent_id = consent_id_of(creation.record_id, said.holder, said.scan_id)
        kept = self._store.get(said.holder, consent_id)
        if kept is None:
            new = self._new(consent_id, said, wish, by=by, digest=creation.digest, now=now)
            kept = self._written(new, now)
        if kept.digest != creation.digest:
            raise IdempotencyKeyReused
        return kept

    def _new(self, consent_id: str, said: Exchanged, wish: Wish, *, by: Principal, digest: str, now: float) -> Consent:
        """The request as it would be kept; raises a `Refusal`."""
        purpose = Purpose(said.purpose)
        check_basis(purpose, wish.fields)
        self._check_unattended(wish, by.subject)
        until = _until(wish, now)
        why = self._fields.seal(wish.why, context=f"consent#{consent_id}", now=now) if wish.why else b""
        return Consent(
            consent_id=consent_id,
            holder=said.holder,
            client_id=by.subject,
            client_name=by.name,
            purpose=purpose,
            fields=wish.fields,
            use=wish.use,
            unattended=wish.unattended,
            asked_at=int(now),
            answer_by=min(int(now) + ANSWER_S, until),
            until=until,
            why=why,
            digest=digest,
        )

    def _check_unattended(self, wish: Wish, client_id: str) -> None:
        """Refuse what is to be used without a scan by who may not."""
        if not wish.unattended:
            return
        if wish.use is not Use.PERIOD:
            raise UnattendedNeedsPeriod
        if not self._is_partner(client_id):
            raise UnattendedForPartners

    def _written(self, new: Consent, now: float) -> Consent:
        """What is asked under an id, written down; or what was there already. Raises a `Refusal`."""
        self._look(new, now)
        if not self._store.begin(new):
            return self._standing(new)
        try:
            self._look(new, now)
        except Refusal:
            self._store.step_back(new)
            raise
        return new

    def _standing(self, new: Consent) -> Consent:
        """What was written under the same id; where that has just stepped back, whoever asks again is told why."""
        kept = self._store.get(new.holder, new.consent_id)
        if kept is None:
            raise StorageUnavailable
        return kept

    def _look(self, new: Consent, now: float) -> None:
        """Refuse who asks too much of one holder: too many requests at a time, or for what was refused lately."""
        own = [one for one in self._store.of(new.holder) if one.client_id == new.client_id]
        refused = [one for one in own if one.state is State.REFUSED and now < one.closed_at + LEFT_ALONE_S]
        again = [one for one in refused if one.fields & new.fields]
        if again:
            fields = sorted(new.fields & frozenset[Field]().union(*(one.fields for one in again)))
            not_before = rfc3339(max(one.closed_at for one in again) + LEFT_ALONE_S)
            raise ConsentRefusedLately(fields=fields, not_before=not_before)
        waiting = [one for one in own if one.is_open(now)]
        if len({one.consent_id for one in waiting} | {new.consent_id}) > MOST_OPEN:
            wait = min(one.answer_by for one in waiting) - int(now)
            raise TooManyConsentRequests(limit=MOST_OPEN, retry_after_s=max(wait, 1))


def check_basis(purpose: Purpose, fields: frozenset[Field]) -> None:
    """See that the holder's consent is what all of these fields need; raises `NoLegalBasis` or `ConsentNotNeeded`."""
    known = by_exchange(purpose)
    if baseless := sorted(fields - known.keys()):
        raise NoLegalBasis(fields=baseless, purpose=str(purpose))
    if lawful := sorted(field for field in fields if known[field].basis is Basis.LAW):
        raise ConsentNotNeeded(fields=lawful, purpose=str(purpose))


def _until(wish: Wish, now: float) -> int:
    """When it ends; what is used once is used within a day. Raises `ConsentUntilOutOfBounds`."""
    latest = int(now) + (ANSWER_S if wish.use is Use.ONCE else LONGEST_S)
    until = latest if wish.until is None and wish.use is Use.ONCE else wish.until
    if until is None or not now < until <= latest:
        raise ConsentUntilOutOfBounds(latest=rfc3339(latest))
    return until
