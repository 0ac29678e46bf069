"""Who the two people of a delegation are: how old, by which document, and what one is to the other by the registers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from chalicelib.people.documents.registry import born, normalised
from chalicelib.people.family.model import FULL_AGE, comes_of_age
from chalicelib.people.family.refusals import BirthDateUnknown, DependantNotProven, GuardianTooYoung
from chalicelib.people.model import Identity
from chalicelib.people.proofing.attempts import Attempts, device_key, document_key
from chalicelib.people.proofing.provider import IdentityProvider
from chalicelib.people.refusals import NoIdentityProvider
from chalicelib.people.residents import Residents
from chalicelib.status.calendar import Calendar
from chalicelib.trust.fields import Fields

NO_RELATION = ""


class Relative(NamedTuple):
    """Somebody whom the registers know, and what the guardian is to them (empty: nobody asked)."""

    identity: Identity
    relation: str


class Relatives:
    """Asks the registers. Asking is counted like logging in is, for it tells as much."""

    def __init__(
        self,
        *,
        provider: IdentityProvider | None,
        attempts: Attempts,
        residents: Residents,
        fields: Fields,
        calendar: Callable[[float], Calendar],
    ) -> None:
        self._provider = provider
        self._attempts = attempts
        self._residents = residents
        self._fields = fields
        self._calendar = calendar

    def guardian(self, holder: str, *, now: float) -> Identity:
        """Who wants to act for another; raises `GuardianTooYoung` or `BirthDateUnknown`."""
        identity = self._residents.identity(holder, now=now)
        if identity is None:
            raise BirthDateUnknown(whose="guardian")
        if now < self.comes_of_age(identity, FULL_AGE, whose="guardian", now=now):
            raise GuardianTooYoung
        return identity

    def proven(self, claimed: Identity, guardian: Identity, *, holder: str, related: bool, now: float) -> Relative:
        """Who the other person is and, where they are to be `related`, what `guardian` is to them.

        Raises `DependantNotProven` whatever is wrong, `TooManyAttempts`, or a refusal of the family `Unavailable`.
        """
        number = normalised(claimed.document_type, claimed.document_number)
        claimed = replace(claimed, document_number=number)
        keys = self._keys(claimed, holder, now)
        with self._attempts.counted(keys, now):
            found = self._asked(claimed, guardian, related, now)
        if found is None:
            self._attempts.failed(keys, now)
            raise DependantNotProven
        self._attempts.succeeded(keys, now)
        return found

    def comes_of_age(self, identity: Identity, age: int, *, whose: str, now: float) -> int:
        """When somebody is so old, at the city's midnight; raises `BirthDateUnknown`."""
        known = identity.born or born(identity.document_type, identity.document_number)
        try:
            return comes_of_age(known, age, self._calendar(now))
        except ValueError:
            raise BirthDateUnknown(whose=whose) from None

    def _asked(self, claimed: Identity, guardian: Identity, related: bool, now: float) -> Relative | None:
        """What the registers say; None where anything is not as claimed."""
        if self._provider is None:
            raise NoIdentityProvider
        proven = self._provider.prove(claimed, liveness=None, now=now)
        if proven is None:
            return None
        identity = replace(claimed, born=proven.born)
        if not related:
            return Relative(identity, NO_RELATION)
        relation = self._provider.relation(guardian, identity, now=now)
        return Relative(identity, relation) if relation else None

    def _keys(self, claimed: Identity, holder: str, now: float) -> list[str]:
        """Under what an attempt is counted: the document, and who asks in the place of a device."""
        document = self._fields.blind_index(claimed.document_type, claimed.document_number, now=now)
        return [document_key(document), device_key(self._fields.blind_index("guardian", holder, now=now))]
