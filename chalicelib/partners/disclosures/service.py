"""Disclosing: nothing is told before it is written down, and nothing but what a law or the holder allows.

Both ways end alike: the use of a consent is counted by the write that looks whether it still runs, the disclosure is
written into the holder's list, and only then are the values read. Who dies in between has told nothing; the same
request again goes on where the last one ended.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from chalicelib.codes.exchange import Exchange, Exchanged
from chalicelib.codes.purposes import Basis, Field, Purpose, by_exchange
from chalicelib.codes.refusals import NoLegalBasis
from chalicelib.partners.consents.refusals import ConsentRequestNotFound
from chalicelib.partners.disclosures.model import (
    Answer,
    Claim,
    Disclosure,
    Told,
    basis_of,
    claim_id,
    listed,
    unattended_id,
)
from chalicelib.partners.disclosures.people import Persons
from chalicelib.partners.disclosures.refusals import ConsentNeeded, ExchangeTokenUsed, ScanNeeded
from chalicelib.partners.disclosures.store import DisclosureStore
from chalicelib.partners.disclosures.values import value_of
from chalicelib.platform.http.operation import Principal
from chalicelib.status.model import HolderStatus

if TYPE_CHECKING:
    from chalicelib.partners.consents.model import Consent
    from chalicelib.partners.consents.service import Consents

Wanted = frozenset[Field]


class Disclosures:
    """Discloses fields to clients, and shows holders what was disclosed."""

    def __init__(
        self, store: DisclosureStore, *, exchange: Exchange, consents: Callable[[], Consents], persons: Persons
    ) -> None:
        self._store = store
        self._exchange = exchange
        self._consents = consents
        self._persons = persons

    def for_scan(self, token: str, wanted: Wanted, *, asking: Principal, now: float) -> Answer:
        """Exchange a scan for fields; the same again is the same disclosure. Raises a `Refusal`.

        1. The token is this client's, at this terminal, and in its time.
        2. The purpose of the scan has every field.
        3. The person is in good standing.
        4. What needs consent has it; then the scan is claimed for these fields, and for no others.
        5. The consent still runs: the write that counts its use says so.
        6. The disclosure is written down.
        7. The values are read and told.
        """
        said = self._exchange.open(token, client_id=asking.subject, terminal=asking.terminal, now=now)
        purpose = Purpose(said.purpose)
        require_basis(purpose, wanted)
        status = self._persons.in_good_standing(said.holder)
        claim = self._claim(said, purpose, wanted, now)
        written = Disclosure(
            holder=said.holder,
            disclosure_id=claim.disclosure_id,
            verifier=asking.subject,
            verifier_name=asking.name,
            terminal=said.terminal,
            purpose=said.purpose,
            place=said.place,
            fields=claim.fields,
            basis=basis_of(claim.consent_id),
            consent_id=claim.consent_id,
            at=claim.at,
        )
        consent = _there(self._consents().of_holder(said.holder, claim.consent_id)) if claim.consent_id else None
        return self._disclosed(written, status, consent, now)

    def under_consent(self, consent_id: str, wanted: Wanted, *, asking: Principal, now: float) -> Answer:
        """Disclose fields of somebody who is not there, as they have agreed to; raises a `Refusal`."""
        consent = _there(self._consents().of_client(asking.subject, consent_id))
        require_basis(consent.purpose, wanted)
        if not consent.unattended:
            raise ScanNeeded
        if missing := sorted(wanted - consent.fields):
            raise ConsentNeeded(fields=missing, purpose=str(consent.purpose))
        status = self._persons.in_good_standing(consent.holder)
        written = Disclosure(
            holder=consent.holder,
            disclosure_id=unattended_id(consent_id, asking.terminal, listed(wanted), int(now)),
            verifier=asking.subject,
            verifier_name=asking.name,
            terminal=asking.terminal,
            purpose=str(consent.purpose),
            place=asking.place,
            fields=listed(wanted),
            basis=Basis.CONSENT,
            consent_id=consent_id,
            at=int(now),
        )
        return self._disclosed(written, status, consent, now)

    def page(self, holder: str, *, before: str | None, size: int) -> list[Disclosure]:
        """A holder's disclosures, newest first."""
        return self._store.page(holder, before=before, size=size)

    def forget(self, holder: str) -> None:
        """For who leaves the city."""
        self._store.forget(holder)

    def _claim(self, said: Exchanged, purpose: Purpose, wanted: Wanted, now: float) -> Claim:
        """The one exchange of a scan, made now or before; raises `ConsentNeeded` or `ExchangeTokenUsed`."""
        number = claim_id(said.holder, said.scan_id)
        claim = self._store.claimed(number)
        if claim is None:
            consent_id = self._consent_id(said, purpose, wanted, now)
            claim = self._store.claim(Claim(number, listed(wanted), consent_id, int(now)))
        if claim.fields != listed(wanted):
            raise ExchangeTokenUsed(fields=claim.fields.split())
        return claim

    def _consent_id(self, said: Exchanged, purpose: Purpose, wanted: Wanted, now: float) -> str:
        """The consent that covers what no law asks for; empty where a law asks for all. Raises `ConsentNeeded`."""
        known = by_exchange(purpose)
        needed = frozenset(field for field in wanted if known[field].basis is Basis.CONSENT)
        if not needed:
            return ""
        consent = self._consents().covering(said.holder, said.client_id, purpose, needed, now)
        if consent is None:
            raise ConsentNeeded(fields=sorted(needed), purpose=said.purpose)
        return consent.consent_id

    def _disclosed(self, written: Disclosure, status: HolderStatus, consent: Consent | None, now: float) -> Answer:
        """Use, write down, tell: in this order."""
        if consent is not None:
            self._consents().use(consent, written.disclosure_id, now)
        self._store.keep(written)
        person = self._persons.known(status, now=now)
        known = by_exchange(Purpose(written.purpose))
        masks = {Field(field): known[Field(field)].mask for field in written.fields.split()}
        return Answer(written, {field: Told(value_of(field, person, mask), mask) for field, mask in masks.items()})


def _there(consent: Consent | None) -> Consent:
    """A consent, running or not; raises `ConsentRequestNotFound` where there is none such."""
    if consent is None:
        raise ConsentRequestNotFound
    return consent


def require_basis(purpose: Purpose, wanted: Wanted) -> None:
    """See that a purpose has all of these fields; raises `NoLegalBasis`."""
    baseless = sorted(wanted - by_exchange(purpose).keys())
    if baseless:
        raise NoLegalBasis(fields=baseless, purpose=str(purpose))
