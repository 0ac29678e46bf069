"""Invented residents, and the identity provider that believes in them. For laptops and demonstrations only.

Nobody has their numbers. Resident identity numbers have a division code (310199) that does not exist; the other kinds
a serial number that is not given out, or one beyond what has been given out so far. All check digits are right.
"""

from __future__ import annotations

from typing import NamedTuple

from chalicelib.people.model import Identity, resident_id_check_digit
from chalicelib.people.proofing.provider import Assurance, Proven
from chalicelib.platform.crypto.hashing import same, sm3
from chalicelib.status.model import Colour

NOWHERE = "310199"
NOBODYS_CARD_ENDS_IN = "404"
"""A card number that ends so was issued to nobody; every other card belongs to whoever says so."""


class SandboxResident(NamedTuple):
    """Somebody who does not exist, and the colour the demo city gives them."""

    identity: Identity
    colour: Colour


def _resident(name: str, born: str, serial: str, colour: Colour) -> SandboxResident:
    """An invented resident with a number nobody has."""
    return _numbered(name, "resident_id", NOWHERE + born + serial, born, colour)


def _numbered(name: str, document_type: str, first_17: str, born: str, colour: Colour) -> SandboxResident:
    """Somebody whose document has a number of 18 characters."""
    number = first_17 + resident_id_check_digit(first_17)
    return _with(name, document_type, number, born, colour)


def _with(name: str, document_type: str, number: str, born: str, colour: Colour = Colour.GREEN) -> SandboxResident:
    """Somebody with a document of any kind; `born` is YYYYMMDD."""
    day = f"{born[:4]}-{born[4:6]}-{born[6:]}"
    return SandboxResident(Identity(name, document_type, number, day), colour)


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
    # A grandmother without a phone, two children under 14, and somebody who comes of age at the end of 2026.
    _resident("王秀英", "19410309", "128", Colour.GREEN),
    _resident("周小禾", "20170601", "139", Colour.GREEN),
    _resident("沈果果", "20150208", "140", Colour.GREEN),
    _resident("顾一帆", "20081231", "151", Colour.GREEN),
    # From Hong Kong, Macao and Taiwan: with a residence permit (serial 000), and with a travel permit alone.
    _numbered("何嘉敏", "hk_macao_residence_permit", "81000019920417000", "19920417", Colour.GREEN),
    _numbered("林志豪", "taiwan_residence_permit", "83000019860923000", "19860923", Colour.GREEN),
    _with("黄伟文", "hk_macao_travel_permit", "M99999981", "19710705"),
    _with("陈怡君", "taiwan_travel_permit", "99999973", "19931120"),
    # From abroad: a passport, and the card of a permanent resident in its form of 2023 and in the one before.
    _with("Emma Tremblay", "passport", "CAN-ZZ999971", "19970214"),
    _numbered("Lukas Weber", "foreign_permanent_resident_card", "93127619850412000", "19850412", Colour.GREEN),
    _with("Camille Laurent", "foreign_permanent_resident_card", "FRA319985061204", "19850612"),
)
"""Invented people; new ones are added at the end, since tests and stories know them by their place."""


class Family(NamedTuple):
    """What the registers say of two people: one is the other's `parent` or `guardian`."""

    guardian: Identity
    child: Identity
    relation: str


def _family(guardian: str, child: str, relation: str = "parent") -> Family:
    """Two invented residents by their names."""
    by_name = {resident.identity.name: resident.identity for resident in RESIDENTS}
    return Family(by_name[guardian], by_name[child], relation)


FAMILIES = (
    _family("林晚晴", "周小禾"),
    _family("周牧之", "周小禾"),
    _family("沈若溪", "沈果果", "guardian"),
    _family("苏念安", "许小满"),
    _family("顾南", "顾一帆"),
)
"""Who is whose parent or guardian. 周小禾 has two parents; 沈果果 a guardian who is no parent."""


class SandboxIdentityProvider:
    """Believes exactly in the invented residents above. Refused in production by the settings."""

    def __init__(self) -> None:
        self._known = {resident.identity: resident.identity.born for resident in RESIDENTS}
        self._families = {(family.guardian, family.child): family.relation for family in FAMILIES}

    def prove(self, claimed: Identity, *, liveness: str | None, now: float) -> Proven | None:
        """Whether the invented person exists just as claimed and, where a liveness token is given, whether it is
        theirs."""
        born = self._known.get(claimed)
        if born is None:
            return None
        if liveness is None:
            return Proven(Assurance.REAL_NAME, born)
        if not same(liveness.encode(), liveness_token(claimed).encode()):
            return None
        return Proven(Assurance.REAL_PERSON, born)

    def relation(self, guardian: Identity, child: Identity, *, now: float) -> str | None:
        """What FAMILIES say."""
        return self._families.get((guardian, child))

    def owns_card(self, claimed: Identity, card_type: str, card_number: str, *, now: float) -> bool:
        """Everybody's card is theirs here, but for numbers that are nobody's."""
        return claimed in self._known and not card_number.endswith(NOBODYS_CARD_ENDS_IN)

    @staticmethod
    def login(resident: SandboxResident) -> dict[str, str]:
        """The `login` object with which an invented resident opens a session, their face before the camera."""
        identity = resident.identity
        return {
            "document_type": identity.document_type,
            "document_number": identity.document_number,
            "name": identity.name,
            "liveness_token": liveness_token(identity),
        }


def liveness_token(identity: Identity) -> str:
    """What the camera of an invented person gives: a short text that is theirs alone."""
    return "sandbox-face-" + sm3(f"{identity.name}\x1f{identity.document_number}".encode()).hex()[:16]
