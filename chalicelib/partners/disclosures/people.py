"""What is known of a person whose fields are disclosed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from chalicelib.partners.disclosures.refusals import PersonSuspended
from chalicelib.partners.disclosures.values import Adult, Person
from chalicelib.people.documents import registry
from chalicelib.people.family.model import FULL_AGE, comes_of_age
from chalicelib.people.model import Identity
from chalicelib.people.tags.model import visible
from chalicelib.status.calendar import Calendar
from chalicelib.status.model import HolderStatus, Standing
from chalicelib.status.register import StatusRegister

NOBODY = Identity("", "", "")


class Identities(Protocol):
    """Who holders are."""

    def identity(self, holder: str, *, now: float) -> Identity | None:
        """None where the registration is not complete."""


class Persons:
    """Reads what a disclosure tells from: the status, and on top of it the identity."""

    def __init__(self, register: StatusRegister, identities: Identities, calendar: Callable[[float], Calendar]) -> None:
        self._register = register
        self._identities = identities
        self._calendar = calendar

    def in_good_standing(self, holder: str) -> HolderStatus:
        """The status of somebody whose codes are honoured (strongly consistent); raises `PersonSuspended`."""
        status = self._register.read(holder)
        if status is None or status.standing is not Standing.ACTIVE:
            raise PersonSuspended
        return status

    def known(self, status: HolderStatus, *, now: float) -> Person:
        """All that may be told, unmasked."""
        who = self._identities.identity(status.holder, now=now) or NOBODY
        born = who.born
        if not born and who.document_type:
            born = registry.born(who.document_type, who.document_number)
        return Person(
            name=who.name,
            document_type=who.document_type,
            document_number=who.document_number,
            born=born,
            adult=self._adult(born, now),
            colour=str(status.colour_at(now)),
            groups=visible(status.tags, now),
        )

    def _adult(self, born: str, now: float) -> Adult:
        """By the days of the city: somebody is of age from the midnight that begins their birthday."""
        try:
            of_age = comes_of_age(born, FULL_AGE, self._calendar(now))
        except ValueError:
            return Adult.UNKNOWN
        return Adult.YES if now >= of_age else Adult.NO
