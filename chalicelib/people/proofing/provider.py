"""Whom the city asks who people are: one seam, and what is answered through it."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple, Protocol

from chalicelib.people.model import Identity


class Assurance(StrEnum):
    """How sure it is that somebody is who they say."""

    REAL_NAME = "real_name"
    """Name and number belong together: somebody knows both."""

    REAL_PERSON = "real_person"
    """The person themselves was there: their face was compared, alive."""


class Proven(NamedTuple):
    """A claim that was confirmed: how surely, and when the person was born (YYYY-MM-DD, empty where unknown)."""

    assurance: Assurance
    born: str


class IdentityProvider(Protocol):
    """Knows people, families and cards. Every question may raise a refusal of the family `Unavailable`: nobody knows.

    "No" is an answer and tells nothing of what was wrong.
    """

    def prove(self, claimed: Identity, *, liveness: str | None, now: float) -> Proven | None:
        """Whether name and document belong together and, where a liveness token is given, whether it is their face."""

    def relation(self, guardian: Identity, child: Identity, *, now: float) -> str | None:
        """What one is to the other by the registers: `parent` or `guardian`; None where nothing is known."""

    def owns_card(self, claimed: Identity, card_type: str, card_number: str, *, now: float) -> bool:
        """Whether a card was issued to this person."""
