"""Invented residents, and the identity provider that believes in them. For laptops and demonstrations only.

Their numbers carry valid check digits and a division code (310199) that does not exist, so they are nobody's.
"""

from __future__ import annotations

from typing import NamedTuple

from chalicelib.people.model import Identity, resident_id_check_digit
from chalicelib.people.proofing.provider import Assurance, Proven
from chalicelib.status.model import Colour

NOWHERE = "310199"


class SandboxResident(NamedTuple):
    """Somebody who does not exist, and the colour the demo city gives them."""

    identity: Identity
    colour: Colour


def _resident(name: str, born: str, serial: str, colour: Colour) -> SandboxResident:
    """An invented resident with a number nobody has."""
    first_17 = NOWHERE + born + serial
    number = first_17 + resident_id_check_digit(first_17)
    return SandboxResident(Identity(name, "resident_id", number), colour)


RESIDENTS = (
    _resident("林晚晴", "19880314", "002", Colour.GREEN),
    _resident("周牧之", "19791102", "013", Colour.GREEN),
    _resident("沈若溪", "19950627", "024", Colour.GREEN),
    _resident("顾南", "19620918", "035", Colour.GREEN),
    _resident("陆知秋", "20010105", "046", Colour.GREEN),
    _resident("欧阳明远", "19550423", "057", Colour.GREEN),
    _resident("许小满", "20100521", "068", Colour.GREEN),
    _resident("方云", "19900730", "079", Colour.GREEN),
    _resident("苏念安", "19840216", "080", Colour.YELLOW),
    _resident("程一诺", "19991231", "091", Colour.YELLOW),
    _resident("梁书衡", "19731008", "105", Colour.RED),
    _resident("贺兰", "19680812", "116", Colour.RED),
)


class SandboxIdentityProvider:
    """Believes exactly in the invented residents above. Refused in production by the settings."""

    def __init__(self) -> None:
        self._known = {resident.identity for resident in RESIDENTS}

    def prove(self, claimed: Identity, *, liveness: str | None, now: float) -> Proven | None:
        """Whether the invented person exists just as claimed."""
        if claimed not in self._known:
            return None
        number = claimed.document_number
        return Proven(Assurance.REAL_PERSON, f"{number[6:10]}-{number[10:12]}-{number[12:14]}")

    def relation(self, guardian: Identity, child: Identity, *, now: float) -> str | None:
        """Nobody is anybody's parent here, yet."""
        return None

    def owns_card(self, claimed: Identity, card_type: str, card_number: str, *, now: float) -> bool:
        """Everybody's card is theirs here."""
        return claimed in self._known

    @staticmethod
    def login(resident: SandboxResident) -> dict[str, str]:
        """The `login` object with which an invented resident opens a session."""
        identity = resident.identity
        return {
            "document_type": identity.document_type,
            "document_number": identity.document_number,
            "name": identity.name,
        }
