"""What status asks of the room above it, which knows the people: who somebody is, whose child, in which office."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Document(NamedTuple):
    """How others name a person to us: the type and number of an identity document. Never logged, never stored."""

    document_type: str
    document_number: str


class Officer(NamedTuple):
    """A person in an office: their own holder id, and the name under which their acts are kept."""

    holder: str
    name: str


class Residents(Protocol):
    """Who somebody is."""

    def index_of(self, document: Document, *, now: float) -> str:
        """The blind index of a document; raises a `Refusal` for one that cannot exist."""

    def holder_of(self, index: str) -> str | None:
        """The holder a document belongs to (strongly consistent), None for somebody who never came."""

    def holders_of(self, documents: Sequence[Document], *, now: float) -> list[str | None]:
        """The holder of each document, None for one that is nobody's or cannot be; a few calls for hundreds."""

    def masked_name(self, holder: str, *, now: float) -> str:
        """The name of a holder as others see it."""

    def masked_names(self, holders: Sequence[str], *, now: float) -> list[str]:
        """The names of many holders, in their order; a few calls for hundreds."""

    def is_guardian(self, guardian: str, dependant: str, *, now: float) -> bool:
        """Whether one holder answers for another at this instant."""

    def has_family_among(self, holder: str, others: Sequence[str], *, now: float) -> bool:
        """Whether a holder answers for one of these at this instant, or one of them for the holder."""


class Officers(Protocol):
    """Who may act for the city."""

    def require(self, subject: str, scope: str) -> Officer:
        """The officer, if their office reaches `scope` at this very moment (consistent read); raises `NotInOffice`."""
