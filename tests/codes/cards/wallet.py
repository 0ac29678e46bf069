"""Somebody with cards, as the tests need them: numbers, wishes, and what is kept of them."""

from __future__ import annotations

from itertools import count

from chalicelib.codes.cards.binding import Binding
from chalicelib.codes.cards.model import Card
from chalicelib.codes.model import Verdict
from chalicelib.platform.http.creation import Creation
from chalicelib.wiring import City
from tests.world import NOON, scan_by

SENIOR, OTHER_SENIOR, TRANSIT = (
    ("senior_card", "3101990000001"),
    ("senior_card", "3101990000002"),
    ("transit_card", "04A1B2C3"),
)
HELPER = "王*丽"

_wishes = count()


def wish() -> Creation:
    """A wish that nobody had before."""
    number = next(_wishes)
    return Creation(f"{number:024x}", f"digest {number}")


def bind(
    city: City,
    holder: str,
    card: tuple[str, str] = SENIOR,
    *,
    replaces: str = "",
    creation: Creation | None = None,
    at: int = NOON,
    by: str = "",
) -> Card:
    """Bind a card, with a new wish where none is given."""
    return city.cards.bind(Binding(*card, replaces), holder=holder, creation=creation or wish(), now=at, by=by)


def show(city: City, card: tuple[str, str] = SENIOR, *, verifier: str = "bus 71", at: float = NOON) -> Verdict:
    """Hold a card to a reader."""
    return city.card_verifier.verify(*card, scan=scan_by(verifier, at=at), now=at)
