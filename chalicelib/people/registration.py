"""Becoming a holder: once per person, however often and through however many channels they come."""

from __future__ import annotations

import secrets

from chalicelib.people.model import Identity
from chalicelib.people.records import IdentityRecords
from chalicelib.people.store import PeopleStore
from chalicelib.status.evidence.reporting import Arrivals
from chalicelib.status.recompute import Recompute
from chalicelib.trust.fields import Fields

HOLDER_ID_BYTES = 12


class Registration:
    """Makes people holders on their first visit."""

    def __init__(
        self,
        people: PeopleStore,
        *,
        records: IdentityRecords,
        statuses: Recompute,
        arrivals: Arrivals,
        fields: Fields,
    ) -> None:
        self._people = people
        self._records = records
        self._statuses = statuses
        self._arrivals = arrivals
        self._fields = fields

    def register(self, identity: Identity, *, now: float) -> str:
        """The holder of an identity, made on first sight.

        The document is claimed first and everything else follows from the claim, so two registrations at once make
        one holder, and a registration that died half-way is completed by the next log-in. Evidence that waited for
        the person comes before the status, so that the first colour they see is the right one. Of somebody who is
        known, what is kept follows what was proven: people change their names, and registers correct them.
        """
        index = self._fields.blind_index(identity.document_type, identity.document_number, now=now)
        holder = self._people.holder_of(index) or self._people.claim(index, secrets.token_hex(HOLDER_ID_BYTES))
        if not self._records.follow(holder, identity, now=now):
            self._people.keep_claim(index, holder, until=None)
            self._arrivals.adopt(index, holder, now=now)
            self._complete(holder, identity, now)
        return holder

    def _complete(self, holder: str, identity: Identity, now: float) -> None:
        """Status first, the holder's own record last: its presence says that all is there."""
        self._statuses.open(holder, masked_name=self._records.masked(holder, identity, now=now), now=int(now))
        self._records.keep(holder, identity, now=now)
