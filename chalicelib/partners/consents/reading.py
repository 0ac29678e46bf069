"""A holder's consents, and a client's requests, as each of them may see them."""

from __future__ import annotations

from typing import NamedTuple

from chalicelib.partners.consents.model import Consent, State
from chalicelib.partners.consents.refusals import ConsentNotFound, ConsentRequestNotFound
from chalicelib.partners.consents.store import ConsentStore, Page
from chalicelib.trust.fields import Fields

MOST_OVER = 50
"""How many that are over are still listed; the export has all."""

_ORDER = {State.ASKED: 0, State.AGREED: 1}


class Seen(NamedTuple):
    """A consent as its holder sees it, with the client's reason; it is empty where there is none any more."""

    consent: Consent
    why: str


class ConsentReader:
    """Reads consents."""

    def __init__(self, store: ConsentStore, fields: Fields) -> None:
        self._store = store
        self._fields = fields

    def of(self, holder: str, *, now: float) -> list[Seen]:
        """Those that wait for an answer, those that run, then the newest of those that are over."""
        return self._seen(holder, MOST_OVER, now)

    def all_of(self, holder: str, *, now: float) -> list[Seen]:
        """Every consent that is still on record, in the same order."""
        return self._seen(holder, None, now)

    def one(self, holder: str, consent_id: str, *, now: float) -> Seen:
        """A holder's consent; raises `ConsentNotFound`."""
        found = self._store.get(holder, consent_id)
        if found is None:
            raise ConsentNotFound
        return self.seen(found, now=now)

    def request(self, client_id: str, consent_id: str) -> Consent:
        """What a client has asked for; raises `ConsentRequestNotFound`."""
        found = self._store.of_client(client_id, consent_id)
        if found is None:
            raise ConsentRequestNotFound
        return found

    def requests(self, client_id: str, *, after: str | None, size: int) -> Page:
        """What a client has asked for, by id."""
        return self._store.page(client_id, after=after, size=size)

    def seen(self, consent: Consent, *, now: float) -> Seen:
        """A consent with its reason opened."""
        context = f"consent#{consent.consent_id}"
        return Seen(consent, self._fields.open(consent.why, context=context, now=now) if consent.why else "")

    def _seen(self, holder: str, over: int | None, now: float) -> list[Seen]:
        newest_first = sorted(self._store.of(holder), key=lambda one: (-one.asked_at, one.consent_id))
        open_ones = [one for one in newest_first if one.state_at(now) in _ORDER]
        open_ones.sort(key=lambda one: _ORDER[one.state_at(now)])
        rest = [one for one in newest_first if one.state_at(now) not in _ORDER]
        return [self.seen(one, now=now) for one in [*open_ones, *rest[:over]]]
