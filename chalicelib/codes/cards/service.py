"""Cards, as everybody else knows them: bind, list, lose, unbind. Whoever does it for a holder says so (`by`)."""

from __future__ import annotations

from chalicelib.codes.cards.binding import Binding, CardBinding
from chalicelib.codes.cards.changing import CardChanges
from chalicelib.codes.cards.model import Card
from chalicelib.codes.cards.store import CardStore
from chalicelib.people.documents.cards import mask_card
from chalicelib.platform.http.creation import Creation
from chalicelib.trust.fields import Fields


class Cards:
    """The cards of the city."""

    def __init__(self, store: CardStore, *, binding: CardBinding, changes: CardChanges, fields: Fields) -> None:
        self._store = store
        self._binding = binding
        self._changes = changes
        self._fields = fields

    def bind(
        self, wish: Binding, *, holder: str, creation: Creation, now: int, by: str = "", seen: bool = True
    ) -> Card:
        """Bind a card to its holder; the same wish again is the same card. Raises a `Refusal`.

        Who does it for the holder (`by`) has `seen` card and person together, or knows from files alone whose it is.
        """
        return self._binding.bind(wish, holder=holder, creation=creation, now=now, by=by, seen=seen)

    def id_of(self, card_type: str, card_number: str, *, now: float) -> str:
        """The id of a card that somebody has in hand; raises a `Refusal` for what is no card's number."""
        return self._binding.id_of(card_type, card_number, now=now)

    def lose(self, card_id: str, *, holder: str, now: int, by: str = "") -> Card:
        """Report a holder's card lost: it verifies nobody from now on. Raises a `Refusal`."""
        return self._changes.lose(card_id, holder, now=now, by=by)

    def unbind(self, card_id: str, *, holder: str, now: int, by: str = "") -> Card:
        """Let a card be only what it was before it was bound. Raises a `Refusal`."""
        return self._changes.unbind(card_id, holder, now=now, by=by)

    def of(self, holder: str) -> list[Card]:
        """A holder's cards, the newest first; one bound in the last second may be missing."""
        return self._store.of(holder)

    def shown_number(self, card: Card, *, now: float) -> str:
        """The number of a card as its holder may see it."""
        return mask_card(card.card_type, self._fields.open(card.number, context=f"card#{card.card_id}", now=now))
