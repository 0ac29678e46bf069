"""What happens to a bound card: one conditional write, then its holder is told. A repeat completes what was begun."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.codes.cards.model import LIFECYCLE, NOTICES, Card, CardEvent, may, outcome
from chalicelib.codes.cards.refusals import CardContended, CardNotFound, CardStateForbids
from chalicelib.codes.cards.store import CardStore
from chalicelib.people.notices import Notices

ATTEMPTS = 5


class CardChanges:
    """Lets holders, and helpers for them, change what becomes of a card."""

    def __init__(self, store: CardStore, notices: Notices) -> None:
        self._store = store
        self._notices = notices

    def lose(self, card_id: str, holder: str, *, now: int, by: str = "") -> Card:
        """Report a card lost: it verifies nobody from now on. Raises a `Refusal`."""
        return self.step(card_id, holder, CardEvent.LOSE, now=now, by=by)

    def unbind(self, card_id: str, holder: str, *, now: int, by: str = "") -> Card:
        """Let a card be only what it was before it was bound. Raises a `Refusal`."""
        return self.step(card_id, holder, CardEvent.UNBIND, now=now, by=by)

    def own(self, card_id: str, holder: str) -> Card:
        """A holder's card, read strongly consistent; raises `CardNotFound`."""
        card = self._store.get(card_id)
        if card is None or card.holder != holder:
            raise CardNotFound
        return card

    def step(self, card_id: str, holder: str, event: CardEvent, *, now: int, by: str = "") -> Card:
        """Do one thing to a holder's card. Where it was done already, that is told once more and nothing changes."""
        for _ in range(ATTEMPTS):
            card = self.own(card_id, holder)
            if card.state is outcome(event):
                return self.told(card, event)
            if not may(card, event, by=by):
                raise CardStateForbids(state=str(card.state))
            new = replace(card, state=LIFECYCLE[card.state][event], changed_at=now, by=by)
            if self._store.replace(card, new):
                return self.told(new, event)
        raise CardContended

    def told(self, card: Card, event: CardEvent) -> Card:
        """Tell the holder, once however often it is told: by the time at which it happened."""
        facts = {"card_id": card.card_id, "card_type": card.card_type} | ({"by": card.by} if card.by else {})
        named = f"{card.card_id} {NOTICES[event]}"
        self._notices.tell(card.holder, NOTICES[event], facts, event=named, now=card.changed_at)
        return card
