"""Cards over HTTP: bind one, list mine, report one lost, unbind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import msgspec

from chalicelib.codes.cards.refusals import (
    CardAlreadyBound,
    CardBoundElsewhere,
    CardContended,
    CardNotFound,
    CardNotYours,
    CardReportedLost,
    CardStateForbids,
    OtherKindOfCard,
)
from chalicelib.people.assurance import require_real_person
from chalicelib.people.documents.refusals import CARD
from chalicelib.people.proofing.refusals import IdentityProviderUntrusted
from chalicelib.people.refusals import AssuranceTooLow, NoIdentityProvider
from chalicelib.platform.http.operation import Api, Call, Front
from chalicelib.platform.http.refusals import StorageUnavailable
from chalicelib.platform.times import rfc3339
from chalicelib.status.refusals import NoStatus

if TYPE_CHECKING:
    from chalicelib.codes.cards.model import Card
    from chalicelib.codes.cards.service import Cards

Word = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
CHANGING = (CardNotFound, CardStateForbids, CardContended, StorageUnavailable)
BINDING = (
    *CARD,
    CardNotYours,
    CardBoundElsewhere,
    CardAlreadyBound,
    CardReportedLost,
    OtherKindOfCard,
    NoStatus,
    AssuranceTooLow,
    NoIdentityProvider,
    IdentityProviderUntrusted,
)


class BindCard(msgspec.Struct):
    """A card of mine: its kind, its printed number or the UID of its chip, and the card of mine that it replaces."""

    card_type: Word
    card_number: Word
    replaces: Annotated[str, msgspec.Meta(max_length=64)] = ""


class BoundCard(msgspec.Struct):
    """A card as its holder sees it. `state` is active, lost, replaced or ended; times are RFC 3339 UTC."""

    card_id: str
    card_type: str
    number: str
    state: str
    bound_at: str
    changed_at: str


class BoundCards(msgspec.Struct):
    """A holder's cards, the newest first."""

    cards: list[BoundCard]


def api(cards: Callable[[], Cards], front: Front) -> Api:
    """The operations of this room."""
    api = front("cards")

    def told(card: Card, now: float) -> BoundCard:
        number = cards().shown_number(card, now=now)
        times = (rfc3339(card.bound_at), rfc3339(card.changed_at))
        return BoundCard(card.card_id, card.card_type, number, str(card.state), *times)

    @api.operation(
        "POST",
        "/v1/cards",
        summary="Bind a card of mine",
        body=BindCard,
        answer=BoundCard,
        status=201,
        needs="carrier:write",
        creates=True,
        refusals=(*BINDING, *CHANGING),
    )
    def bind_card(call: Call[BindCard]) -> BoundCard:
        from chalicelib.codes.cards.binding import Binding

        require_real_person(call.principal)
        wish = Binding(*msgspec.structs.astuple(call.body))
        card = cards().bind(wish, holder=call.principal.subject, creation=call.creation, now=int(call.now))
        return told(card, call.now)

    @api.operation(
        "GET",
        "/v1/cards",
        summary="My cards",
        answer=BoundCards,
        needs="carrier:read",
        refusals=(StorageUnavailable,),
    )
    def list_cards(call: Call[None]) -> BoundCards:
        return BoundCards([told(card, call.now) for card in cards().of(call.principal.subject)])

    @api.operation(
        "POST",
        "/v1/cards/{card_id}/loss",
        summary="Report a card of mine lost",
        answer=BoundCard,
        needs="carrier:write",
        refusals=CHANGING,
    )
    def report_card_lost(call: Call[None]) -> BoundCard:
        lost = cards().lose(call.path["card_id"], holder=call.principal.subject, now=int(call.now))
        return told(lost, call.now)

    @api.operation(
        "DELETE",
        "/v1/cards/{card_id}",
        summary="Unbind a card of mine",
        answer=BoundCard,
        needs="carrier:write",
        refusals=CHANGING,
    )
    def unbind_card(call: Call[None]) -> BoundCard:
        ended = cards().unbind(call.path["card_id"], holder=call.principal.subject, now=int(call.now))
        return told(ended, call.now)

    return api
