"""Verifying by card: one read to find whose it is, one write that answers and records. Two round trips."""

from __future__ import annotations

from chalicelib.codes.cards.lookup import CardLookup, card_id
from chalicelib.codes.cards.model import REFUSED, CardState
from chalicelib.codes.looks import Looks
from chalicelib.codes.model import Plain, Reason, Rejected, Verdict
from chalicelib.people.documents.cards import normalised_card
from chalicelib.status.model import Carrier, Scan
from chalicelib.trust.fields import Fields


class CardVerifier:
    """Verifies people by their cards."""

    def __init__(self, lookup: CardLookup, looks: Looks, fields: Fields, *, specimen: bool) -> None:
        self._lookup = lookup
        self._looks = looks
        self._fields = fields
        self._shown = Plain(Carrier.CARD, specimen)

    def verify(self, card_type: str, card_number: str, *, scan: Scan, now: float) -> Verdict:
        """Verify whoever a card is bound to; raises a `Refusal` for what is no card's number.

        1. There can be such a card.
        2. Somebody has bound it, and it is neither lost nor replaced nor unbound.
        3. They are in good standing; the same write records the look.
        """
        number = normalised_card(card_type, card_number)
        found = self._lookup.find(card_id(self._fields, card_type, number, now=now))
        if found is None:
            return Rejected(Reason.UNKNOWN_CARRIER, self._shown)
        if found.state is not CardState.ACTIVE:
            return Rejected(REFUSED[found.state], self._shown)
        return self._looks.accept(found.holder, self._shown, scan=scan, now=now)
