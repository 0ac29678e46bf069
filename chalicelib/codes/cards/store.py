"""The cards table: one item per card, found by the blind index of its kind and number. Claimed once, then changed."""

from __future__ import annotations

from dataclasses import asdict

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from chalicelib.codes.cards.model import Card, CardState
from chalicelib.platform.tables import TableMeta, TableModel, carried_out, table_name


class CardsOfHolder(GlobalSecondaryIndex["CardItem"]):  # type: ignore[no-untyped-call]
    """A holder's cards, by when they were bound. For lists: what is decided is decided by the card itself."""

    class Meta:
        index_name = "by_holder"
        projection = AllProjection()

    holder = UnicodeAttribute(hash_key=True)
    bound_at = NumberAttribute(range_key=True)


class CardItem(TableModel):
    """A card (model.Card). Verifying by card reads it with the low-level client (lookup.py)."""

    class Meta(TableMeta):
        table_name = table_name("cards")

    card_id = UnicodeAttribute(hash_key=True)
    holder = UnicodeAttribute()
    card_type = UnicodeAttribute()
    number = BinaryAttribute(legacy_encoding=False)
    state = UnicodeAttribute()
    bound_at = NumberAttribute()
    changed_at = NumberAttribute()
    creation = UnicodeAttribute()
    digest = UnicodeAttribute()
    replaces = UnicodeAttribute(null=True)
    by = UnicodeAttribute(null=True)
    by_holder = CardsOfHolder()


class CardStore:
    """Cards by id, read strongly consistent, and by holder."""

    def get(self, card_id: str) -> Card | None:
        """A card, None where nobody ever bound it."""
        try:
            return _card(CardItem.get(card_id, consistent_read=True))
        except CardItem.DoesNotExist:
            return None

    def of(self, holder: str) -> list[Card]:
        """A holder's cards, the newest first; one bound in the last second may be missing."""
        return [_card(item) for item in CardItem.by_holder.query(holder, scan_index_forward=False)]

    def claim(self, new: Card) -> bool:
        """Bind a card that nobody ever bound; False where somebody did."""
        return carried_out(lambda: _item(new).save(condition=CardItem.card_id.does_not_exist()))

    def replace(self, old: Card, new: Card) -> bool:
        """Store a change; False where anybody else changed the card since `old` was read."""
        as_read = (
            (CardItem.state == str(old.state))
            & (CardItem.changed_at == old.changed_at)
            & (CardItem.holder == old.holder)
        )
        return carried_out(lambda: _item(new).save(condition=as_read))


def _item(card: Card) -> CardItem:
    values = asdict(card)
    return CardItem(**values | {"state": str(card.state), "replaces": card.replaces or None, "by": card.by or None})


def _card(item: CardItem) -> Card:
    return Card(
        card_id=item.card_id,
        holder=item.holder,
        card_type=item.card_type,
        number=item.number,
        state=CardState(item.state),
        bound_at=int(item.bound_at),
        changed_at=int(item.changed_at),
        creation=item.creation,
        digest=item.digest,
        replaces=item.replaces or "",
        by=item.by or "",
    )
