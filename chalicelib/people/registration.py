"""Becoming a holder: once per person, however often and through however many channels they come."""

from __future__ import annotations

import secrets

import msgspec

from chalicelib.people.model import Identity, mask_name
from chalicelib.people.store import PeopleStore
from chalicelib.status.evidence.reporting import Arrivals
from chalicelib.status.recompute import Recompute
from chalicelib.trust.fields import Fields

HOLDER_ID_BYTES = 12


class Registration:
    """Makes people holders on their first visit."""

    def __init__(self, people: PeopleStore, *, statuses: Recompute, arrivals: Arrivals, fields: Fields) -> None:
        self._people = people
        self._statuses = statuses
        self._arrivals = arrivals
        self._fields = fields

    def register(self, identity: Identity, *, now: float) -> str:
        """The holder of an identity, made on first sight.

        The document is claimed first and everything else follows from the claim, so two registrations at once make
        one holder, and a registration that died half-way is completed by the next log-in. Evidence that waited for
        the person comes before the status, so that the first colour they see is the right one.
        """
        index = self._fields.blind_index(identity.document_type, identity.document_number, now=now)
        holder = self._people.holder_of(index) or self._people.claim(index, secrets.token_hex(HOLDER_ID_BYTES))
        if not self._people.exists(holder):
            self._arrivals.adopt(index, holder, now=now)
            self._complete(holder, identity, now)
        return holder

    def _complete(self, holder: str, identity: Identity, now: float) -> None:
        """Status first, the holder's own record last: its presence says that all is there."""
        masked = self._fields.seal(mask_name(identity.name), context=f"status#{holder}", now=now)
        self._statuses.open(holder, masked_name=masked, now=int(now))
        text = msgspec.json.encode(identity).decode()
        sealed = self._fields.seal(text, context=f"holder#{holder}", now=now)
        self._people.save(holder, identity=sealed, created_at=int(now))
