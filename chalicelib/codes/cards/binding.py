"""Binding a card: whoever issued it says whose it is, the card is claimed, and all else follows from the claim."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from chalicelib.codes.cards.changing import CardChanges
from chalicelib.codes.cards.lookup import card_id
from chalicelib.codes.cards.model import Card, CardEvent, CardState, may
from chalicelib.codes.cards.refusals import (
    CardAlreadyBound,
    CardBoundElsewhere,
    CardContended,
    CardNotYours,
    CardReportedLost,
    CardStateForbids,
    OtherKindOfCard,
)
from chalicelib.codes.cards.store import CardStore
from chalicelib.people.documents.cards import normalised_card
from chalicelib.people.proofing.provider import IdentityProvider
from chalicelib.people.refusals import NoIdentityProvider
from chalicelib.people.residents import Residents
from chalicelib.platform.http.creation import Creation
from chalicelib.platform.http.refusals import IdempotencyKeyReused
from chalicelib.status.refusals import NoStatus
from chalicelib.trust.fields import Fields

ATTEMPTS = 5


class Binding(NamedTuple):
    """A card to be bound, as somebody typed it or a reader told it; and the card whose place it takes, if any."""

    card_type: str
    card_number: str
    replaces: str = ""


class CardBinding:
    """Binds cards to people."""

    def __init__(
        self,
        store: CardStore,
        *,
        changes: CardChanges,
        residents: Residents,
        provider: Callable[[], IdentityProvider | None],
        fields: Fields,
    ) -> None:
        self._store = store
        self._changes = changes
        self._residents = residents
        self._provider = provider
        self._fields = fields

    def bind(
        self, wish: Binding, *, holder: str, creation: Creation, now: int, by: str = "", seen: bool = True
    ) -> Card:
        """Bind a card to its holder; the same wish again is the same card. Raises a `Refusal`.

        Who does it for the holder (`by`) has `seen` card and person together, or knows from files alone whose it is.

        1. There can be such a card, and the one that it replaces is this holder's and of the same kind.
        2. It was issued to this person, or the helper who does it (`by`) has seen both.
        3. Nobody else has it: the claim is one conditional write.
        4. The one before it is replaced, and the holder is told of both.
        """
        number = normalised_card(wish.card_type, wish.card_number)
        new = self._new(wish, number, holder=holder, creation=creation, now=now, by=by)
        for _ in range(ATTEMPTS):
            kept = self._store.get(new.card_id)
            if kept is not None and (kept.holder, kept.creation) == (holder, creation.record_id):
                return self._followed(kept, creation)
            self._check(kept, new, number, seen=seen)
            if self._claims(kept, new):
                return self._followed(new, creation)
        raise CardContended

    def id_of(self, card_type: str, card_number: str, *, now: float) -> str:
        """The id of a card; raises a `Refusal` for what is no card's number."""
        return card_id(self._fields, card_type, normalised_card(card_type, card_number), now=now)

    def _new(self, wish: Binding, number: str, *, holder: str, creation: Creation, now: int, by: str) -> Card:
        """The card as it will be kept."""
        name = card_id(self._fields, wish.card_type, number, now=now)
        return Card(
            card_id=name,
            holder=holder,
            card_type=wish.card_type,
            number=self._fields.seal(number, context=f"card#{name}", now=now),
            state=CardState.ACTIVE,
            bound_at=now,
            changed_at=now,
            creation=creation.record_id,
            digest=creation.digest,
            replaces=wish.replaces,
            by=by,
        )

    def _check(self, kept: Card | None, new: Card, number: str, *, seen: bool) -> None:
        """Refuse a card that this holder cannot have. Who has it is told to nobody but those it was issued to."""
        others = (each for each in self._store.of(new.holder) if each.card_id != new.card_id)
        if any(each.creation == new.creation for each in others):
            raise IdempotencyKeyReused
        self._check_replaced(new)
        self._check_issued(new, number)
        if kept is not None:
            _check_free(kept, new, at_a_desk=bool(new.by) and seen)

    def _claims(self, kept: Card | None, new: Card) -> bool:
        """The one conditional write; False where somebody came in between."""
        return self._store.claim(new) if kept is None else self._store.replace(kept, new)

    def _check_replaced(self, new: Card) -> None:
        """Refuse to put a card in the place of what is not there."""
        if not new.replaces:
            return
        old = self._changes.own(new.replaces, new.holder)
        if old.card_type != new.card_type or old.card_id == new.card_id:
            raise OtherKindOfCard
        if not may(old, CardEvent.REPLACE, by=new.by):
            raise CardStateForbids(state=str(old.state))

    def _check_issued(self, new: Card, number: str) -> None:
        """Refuse a card that is not known to be this person's; at a desk somebody has seen it."""
        if new.by:
            return
        provider = self._provider()
        if provider is None:
            raise NoIdentityProvider
        identity = self._residents.identity(new.holder, now=new.bound_at)
        if identity is None:
            raise NoStatus
        if not provider.owns_card(identity, new.card_type, number, now=new.bound_at):
            raise CardNotYours

    def _followed(self, card: Card, creation: Creation) -> Card:
        """What follows from the claim, again where it was interrupted."""
        if card.digest != creation.digest:
            raise IdempotencyKeyReused
        if card.replaces:
            self._replace(card)
        first_told = replace(card, changed_at=card.bound_at)
        self._changes.told(first_told, CardEvent.BIND)
        return card

    def _replace(self, card: Card) -> None:
        """Let the card before it go; where that was done and perhaps not told, it is told again."""
        old = self._store.get(card.replaces)
        if old is None or old.holder != card.holder:
            return  # unbound since, and somebody else's by now
        if old.state is CardState.REPLACED or may(old, CardEvent.REPLACE, by=card.by):
            self._changes.step(old.card_id, old.holder, CardEvent.REPLACE, now=card.bound_at, by=card.by)


def _check_free(kept: Card, new: Card, *, at_a_desk: bool) -> None:
    """Refuse a card that is bound, lost or replaced. A lost one is found by its holder, at a desk."""
    if kept.holder != new.holder and kept.state is not CardState.ENDED:
        raise CardBoundElsewhere
    if may(kept, CardEvent.BIND, by=new.by if at_a_desk else ""):
        return
    if kept.state is CardState.ACTIVE:
        raise CardAlreadyBound(card_id=kept.card_id)
    raise CardReportedLost if kept.state is CardState.LOST else CardStateForbids(state=str(kept.state))
