"""What the city keeps of who a holder is, and keeping it right: the identity, and the masked name in their status."""

from __future__ import annotations

from datetime import datetime

import msgspec

from chalicelib.people.model import Identity, mask_name
from chalicelib.people.notices import Notices
from chalicelib.people.store import PeopleStore
from chalicelib.platform.http.refusals import StorageUnavailable
from chalicelib.status.store import StatusStore
from chalicelib.trust.fields import Fields

ROUNDS = 8
"""How often we begin again because somebody else was quicker."""

_identity = msgspec.json.Decoder(Identity)


class IdentityRecords:
    """Keeps who holders are."""

    def __init__(self, people: PeopleStore, statuses: StatusStore, fields: Fields, notices: Notices) -> None:
        self._people = people
        self._statuses = statuses
        self._fields = fields
        self._notices = notices

    def identity(self, holder: str, *, now: float) -> Identity | None:
        """Who a holder is, None where the registration is not complete."""
        sealed = self._people.identity(holder)
        return self._opened(holder, sealed, now) if sealed is not None else None

    def claim(self, identity: Identity, holder: str, *, now: float) -> str:
        """Bind another document to a holder, once and for all; answers the holder it is bound to.

        It is noted first, so that none is bound of which the holder's own record does not know.
        """
        index = self._fields.blind_index(identity.document_type, identity.document_number, now=now)
        self._people.note_document(holder, index)
        return self._people.claim(index, holder)

    def forget(self, holder: str, *, now: float, claims_until: datetime) -> None:
        """Forget who somebody is who leaves. Their documents lead to the bare id for as long as evidence is kept:
        who comes back meets it, and nobody changes their colour by leaving. The claims first, then who it was."""
        known = self.identity(holder, now=now)
        if known is None:
            return
        first = self._fields.blind_index(known.document_type, known.document_number, now=now)
        for index in sorted(self._people.documents(holder) | {first}):
            self._people.keep_claim(index, holder, until=claims_until)
        self._people.forget(holder)

    def keep(self, holder: str, identity: Identity, *, now: float) -> None:
        """Keep who a new holder is. It is the last thing of a registration: its presence says that all is there."""
        self._people.save(holder, identity=self._sealed(holder, identity, now), created_at=int(now))

    def rewrite(self, holder: str, identity: Identity, *, now: float) -> None:
        """Keep an identity in place of the one before, and the masked name with it; its holder is told.

        The masked name first, then the identity on top of the one that was read: who dies in between is put right by
        whoever comes next with the new name, and of two at once the later one does both again. So somebody may be told
        twice, and is never not told.
        """
        for _ in range(ROUNDS):
            old = self._people.identity(holder)
            if old is None or _same(self._opened(holder, old, now), identity):
                return
            self._statuses.set_masked_name(holder, self.masked(holder, identity, now=now))
            self._tell(holder, identity, int(now))
            if self._people.replace(holder, self._sealed(holder, identity, now), old=old):
                return
        raise StorageUnavailable

    def follow(self, holder: str, proven: Identity, *, now: float) -> bool:
        """Whether a holder is known by then; what is known of them follows what has just been proven.

        A person with two documents has two spellings of a name: only the document on record brings another one.
        """
        known = self.identity(holder, now=now)
        if known is None:
            return False
        if _document(known) == _document(proven):
            self.rewrite(holder, _followed(known, proven), now=now)
        return True

    def masked(self, holder: str, identity: Identity, *, now: float) -> bytes:
        """The masked name as it stands sealed in a status."""
        return self._fields.seal(mask_name(identity.name), context=f"status#{holder}", now=now)

    def _tell(self, holder: str, identity: Identity, now: int) -> None:
        facts = {"name": mask_name(identity.name)}
        self._notices.tell(holder, "identity_changed", facts, event=f"identity#{facts['name']}", now=now)

    def _sealed(self, holder: str, identity: Identity, now: float) -> bytes:
        return self._fields.seal(msgspec.json.encode(identity).decode(), context=f"holder#{holder}", now=now)

    def _opened(self, holder: str, sealed: bytes, now: float) -> Identity:
        return _identity.decode(self._fields.open(sealed, context=f"holder#{holder}", now=now))


def _document(identity: Identity) -> tuple[str, str]:
    return identity.document_type, identity.document_number


def _same(one: Identity, other: Identity) -> bool:
    """Whether two identities are the same to the last detail; `==` leaves the day of birth out."""
    return one == other and one.born == other.born


def _followed(known: Identity, proven: Identity) -> Identity:
    """What is known after something was proven: a name replaces a name, and a day of birth is never lost."""
    return Identity(proven.name, known.document_type, known.document_number, proven.born or known.born)
