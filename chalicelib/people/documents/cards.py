"""The cards that may stand for a person, by tag: each is known by the number printed on it or the UID of its chip.

Who issues a card decides what its number looks like, and city cards differ from city to city: so only what every
issuer keeps to is checked here, and whether a card is somebody's is asked of the identity provider. A chip's UID has 4,
7 or 10 bytes (ISO/IEC 14443-3) and is written as hex digits; readers put colons between the bytes, which are dropped.
"""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.people.documents.gb11643 import RESIDENT_ID
from chalicelib.people.documents.model import HINTS, Flaw, Mistake, covered
from chalicelib.people.documents.refusals import InvalidCardNumber, UnknownCardType
from chalicelib.people.documents.text import strange, tidied

SHORTEST, LONGEST = 8, 20
BETWEEN_BYTES = ":"


@dataclass(frozen=True, slots=True)
class CardKind:
    """One kind of card: its name in the API and for people, and the lengths its numbers and UIDs have."""

    tag: str
    title: str
    lengths: range = range(SHORTEST, LONGEST + 1)


def registered(*kinds: CardKind) -> dict[str, CardKind]:
    """Kinds by tag; raises ValueError where two have the same."""
    by_tag = {kind.tag: kind for kind in kinds}
    if len(by_tag) != len(kinds):
        raise ValueError("two kinds of card have the same tag")
    return by_tag


CARDS = registered(
    CardKind("citizen_card", "市民卡"),
    CardKind("social_security_card", "社会保障卡"),
    CardKind("senior_card", "敬老卡"),
    CardKind("transit_card", "交通卡"),
)


def normalised_card(card_type: str, text: str) -> str:
    """The canonical number of a card as somebody typed it or a reader told it.

    Raises `UnknownCardType`, or `InvalidCardNumber` with the `mistake` it looks like and never the number.
    """
    kind, number = _kind(card_type), tidied(text).replace(BETWEEN_BYTES, "")
    flaw = _flaw(kind, number)
    if flaw is None:
        return number
    more = {"looks_like": RESIDENT_ID.tag} if flaw.mistake is Mistake.OTHER_DOCUMENT_TYPE else {}
    places = {"positions": list(flaw.positions)} if flaw.positions else {}
    raise InvalidCardNumber(mistake=str(flaw.mistake), hint=HINTS[flaw.mistake], **places, **more)


def mask_card(card_type: str, number: str) -> str:
    """A card's number as its holder may see it: the last four characters; raises `UnknownCardType`."""
    _kind(card_type)
    return covered(number, 0, 4)


def _kind(card_type: str) -> CardKind:
    kind = CARDS.get(card_type)
    if kind is None:
        raise UnknownCardType(accepted=list(CARDS))
    return kind


def _flaw(kind: CardKind, number: str) -> Flaw | None:
    """What is wrong with a tidied number. A card is not its holder: a person's own number names no card."""
    if not number:
        return Flaw(Mistake.EMPTY)
    wrong = strange(number)
    if wrong or len(number) in kind.lengths:
        is_person = wrong is None and RESIDENT_ID.flaw(number) is None
        return Flaw(Mistake.OTHER_DOCUMENT_TYPE) if is_person else wrong
    return Flaw(Mistake.TOO_SHORT if len(number) < kind.lengths.start else Mistake.TOO_LONG)
