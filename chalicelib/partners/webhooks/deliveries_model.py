"""Deliveries: one event on its way to one endpoint. Values and rules only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from chalicelib.partners.webhooks.model import Event
from chalicelib.platform.crypto.hashing import sm3

LANES = 4
"""How many deliveries of one endpoint are under way at once, so that one that never answers keeps few workers."""

KEPT_TRIES = 20
BEYOND = "~"
"""Stands after every id of a delivery."""


class State(StrEnum):
    """Where a delivery is in its life. All but pending ones have come to their end, and can be begun anew."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Try(NamedTuple):
    """One attempt: when it began, what came of it (`delivered`, or why not in one word), HTTP status (0: none), ms."""

    at: int
    outcome: str
    status: int
    ms: int


class Place(NamedTuple):
    """Where a delivery stands in its group: its number, and the delivery before it (empty: it waits for nobody)."""

    number: int = 0
    after: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one endpoint. `attempts` count since it was begun (anew); `tries` are all that are remembered.

    `place` says which delivery it must not overtake. `next_at` is when it is tried next: while an attempt
    is under way, when another worker may believe that one dead. `claimed_at` is when that attempt began, else 0.
    """

    endpoint_id: str
    delivery_id: str
    event_id: str
    type: str
    subject: str
    body: bytes
    lane: int
    place: Place
    state: State
    attempts: int
    at: int
    next_at: int
    claimed_at: int = 0
    tries: tuple[Try, ...] = ()

    def waits_for(self, other: Delivery | None) -> bool:
        """Whether the delivery before this one is still on its way. One that was called up anew, and so stands behind
        this one now, is not waited for: else two would wait for each other."""
        return other is not None and other.state is State.PENDING and other.place.number < self.place.number

    @property
    def first_tried(self) -> int:
        """When the first of the attempts was made that count."""
        counted = self.tries[-self.attempts :] if self.attempts else ()
        return counted[0].at if counted else self.at

    def tried(self, new: Try) -> tuple[Try, ...]:
        """The attempts with one more, the oldest forgotten."""
        return (*self.tries, new)[-KEPT_TRIES:]


class Due(NamedTuple):
    """A delivery whose time has come, as the index tells of it; `number` is its place in its group."""

    endpoint_id: str
    delivery_id: str
    lane: int
    attempts: int
    next_at: int
    number: int = 0


def delivery_id(event: Event) -> str:
    """The same for the same event: so however often it is told, an endpoint has one delivery of it. By time."""
    return f"{event.at:010d}-{sm3(event.event_id.encode()).hex()[:24]}"


def lane_of(event: Event, group: str) -> int:
    """Which of an endpoint's lanes a delivery takes: what must stay in order takes the same one."""
    return sm3((group or event.event_id).encode())[0] % LANES
