"""What the rooms below may ask about people (the Protocol of status/residents.py): who, whose name, whose child."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from chalicelib.people.documents import registry
from chalicelib.people.guardians import Guardians
from chalicelib.people.lookup import HolderLookup
from chalicelib.people.model import Identity, mask_name
from chalicelib.people.store import PeopleStore
from chalicelib.status.residents import Document
from chalicelib.trust.fields import Fields

NAMELESS = "*"
"""The name of somebody whose registration is not complete."""

_identity = msgspec.json.Decoder(Identity)


class Residents:
    """Who somebody is."""

    def __init__(
        self, people: PeopleStore, guardians: Guardians, fields: Fields, *, lookup: HolderLookup | None = None
    ) -> None:
        self._people = people
        self._lookup = lookup or people
        self._guardians = guardians
        self._fields = fields

    def index_of(self, document: Document, *, now: float) -> str:
        """The blind index of a document as people type it; raises `UnknownDocumentType` or `InvalidDocumentNumber`."""
        return self._fields.blind_index(*canonical(document), now=now)

    def holder_of(self, index: str) -> str | None:
        """The holder a document belongs to (strongly consistent), None for somebody who never came."""
        return self._lookup.holder_of(index)

    def holders_of(self, documents: Sequence[Document], *, now: float) -> list[str | None]:
        """The holder of each document, None for one that is nobody's or cannot be; a few calls for hundreds."""
        indexes = [self.index_of(one, now=now) if is_document(one) else "" for one in documents]
        known = self._people.holders_of([index for index in indexes if index])
        return [known.get(index) for index in indexes]

    def identity(self, holder: str, *, now: float) -> Identity | None:
        """Who a holder is, None where the registration is not complete."""
        sealed = self._people.identity(holder)
        return self._opened(holder, sealed, now) if sealed is not None else None

    def born(self, holder: str, *, now: float) -> str:
        """When a holder was born (YYYY-MM-DD) as proven, else as their document says; empty where neither does."""
        who = self.identity(holder, now=now)
        if who is None:
            return ""
        return who.born or registry.born(who.document_type, who.document_number)

    def masked_name(self, holder: str, *, now: float) -> str:
        """The name of a holder as others see it."""
        identity = self.identity(holder, now=now)
        return mask_name(identity.name) if identity else NAMELESS

    def masked_names(self, holders: Sequence[str], *, now: float) -> list[str]:
        """The names of many holders, in their order; a few calls for hundreds."""
        sealed = self._people.identities(holders)
        names = {holder: mask_name(self._opened(holder, text, now).name) for holder, text in sealed.items()}
        return [names.get(holder, NAMELESS) for holder in holders]

    def _opened(self, holder: str, sealed: bytes, now: float) -> Identity:
        """Who a holder is, unsealed."""
        return _identity.decode(self._fields.open(sealed, context=f"holder#{holder}", now=now))

    def is_guardian(self, guardian: str, dependant: str, *, now: float) -> bool:
        """Whether one holder answers for another at this instant."""
        return self._guardians.is_guardian(guardian, dependant, now=now)

    def has_family_among(self, holder: str, others: Sequence[str], *, now: float) -> bool:
        """Whether a holder answers for one of these at this instant, or one of them for the holder."""
        return self._guardians.has_family_among(holder, others, now=now)


def canonical(document: Document) -> Document:
    """A document in the one way to write it; raises `UnknownDocumentType` or `InvalidDocumentNumber`."""
    return document._replace(document_number=registry.normalised(*document))


def is_document(document: Document) -> bool:
    """Whether there can be such a document."""
    return registry.is_number(*document)
