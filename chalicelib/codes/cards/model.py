"""The life of a bound card. Values and rules only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.codes.model import Reason


class CardState(StrEnum):
    """Where a card is in its life."""

    ACTIVE = "active"
    LOST = "lost"
    REPLACED = "replaced"
    ENDED = "ended"


class CardEvent(StrEnum):
    """What happens to a card."""

    BIND = "bind"
    LOSE = "lose"
    REPLACE = "replace"
    UNBIND = "unbind"


LIFECYCLE: dict[CardState, dict[CardEvent, CardState]] = {
    CardState.ACTIVE: {
        CardEvent.LOSE: CardState.LOST,
        CardEvent.REPLACE: CardState.REPLACED,
        CardEvent.UNBIND: CardState.ENDED,
    },
    CardState.LOST: {CardEvent.BIND: CardState.ACTIVE, CardEvent.REPLACE: CardState.REPLACED},
    CardState.REPLACED: {},
    CardState.ENDED: {CardEvent.BIND: CardState.ACTIVE},
}
"""`{state: {event: next state}}`. A lost card cannot be unbound: what is unbound can be bound again by a phone."""

AT_A_DESK = frozenset({(CardState.LOST, CardEvent.BIND)})
"""What holders cannot do by themselves: a card is found where somebody sees it and the person together."""

NOTICES = {
    CardEvent.BIND: "card_bound",
    CardEvent.LOSE: "card_lost",
    CardEvent.REPLACE: "card_replaced",
    CardEvent.UNBIND: "card_ended",
}
"""What holders are told of it."""

REFUSED = {
    CardState.LOST: Reason.CARRIER_LOST,
    CardState.REPLACED: Reason.CARRIER_REPLACED,
    CardState.ENDED: Reason.CARRIER_ENDED,
}
"""Why nobody is verified by a card in such a state."""


@dataclass(frozen=True, slots=True)
class Card:
    """A card as it is kept. `card_id` is the blind index of its kind and number, `number` is sealed.

    `by` is the helper's name at a desk, empty where the holder did it; `creation` and `digest` are those of the wish to
    bind it, and `replaces` is the card whose place it took. Times are Unix seconds.
    """

    card_id: str
    holder: str
    card_type: str
    number: bytes
    state: CardState
    bound_at: int
    changed_at: int
    creation: str
    digest: str
    replaces: str = ""
    by: str = ""


def may(card: Card, event: CardEvent, *, by: str) -> bool:
    """Whether something can happen to a card now, done by a helper at a desk (`by`) or by the holder (nobody)."""
    return event in LIFECYCLE[card.state] and (bool(by) or (card.state, event) not in AT_A_DESK)


def outcome(event: CardEvent) -> CardState:
    """The state that an event always leads to."""
    (state,) = {steps[event] for steps in LIFECYCLE.values() if event in steps}
    return state
