"""Deliveries as the rest of the city knows them: handed in, looked at, begun anew, called off."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from chalicelib.partners.webhooks.deliveries_marks import Marks
from chalicelib.partners.webhooks.deliveries_model import Delivery, Due, Place, State, delivery_id, lane_of
from chalicelib.partners.webhooks.deliveries_store import DeliveryStore
from chalicelib.partners.webhooks.model import Event, envelope
from chalicelib.platform import telemetry
from chalicelib.platform.crypto.hashing import sm3
from chalicelib.platform.queues import LONGEST_DELAY_S, Message, Queue

MOST_AT_ONCE = 500
"""So many are begun, or called off, while somebody waits for it. What else waits follows within ten minutes
(delivering.py); what else was to be called off is not looked for any more."""

QUEUE_AWAY_S = 10.0
"""So long nobody waits for a queue that has just failed: waiting for it each time, a function would not come to its
end. What is not put into it is found by its time."""

LEASE_S = 60
"""So long an attempt may take, with resolving, connecting and sending; then another worker may believe it dead."""


class Deliveries:
    """What is on its way to endpoints. Without a `queue`, they are found by their time alone (delivering_due.py)."""

    def __init__(
        self,
        store: DeliveryStore,
        marks: Marks,
        queue: Callable[[], Queue | None],
        *,
        region: str,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._marks = marks
        self._queue = queue
        self._region = region
        self._monotonic = monotonic
        self._queue_away_until = 0.0

    def enqueue(self, endpoint_id: str, event: Event, group: str, now: float) -> Delivery:
        """Have an event brought to an endpoint: once, however often it is asked for.

        Events of one `group` arrive in the order in which they are handed in; an empty group waits for nobody.
        """
        new = self._new(endpoint_id, event, group, int(now))
        if self._store.add(new):
            self.wake([due(new)])
        return new

    def _new(self, endpoint_id: str, event: Event, group: str, now: int) -> Delivery:
        """A delivery of an event, at the end of its group; one that is there already keeps its place."""
        name = delivery_id(event)
        if group and (there := self._store.get(endpoint_id, name)):
            return there
        return Delivery(
            endpoint_id=endpoint_id,
            delivery_id=name,
            event_id=event.event_id,
            type=event.type,
            subject=event.subject,
            body=envelope(event, self._region),
            lane=lane_of(event, group),
            place=self._marks.follow(endpoint_id, group, name, now=now) if group else Place(),
            state=State.PENDING,
            attempts=0,
            at=event.at,
            next_at=now,
        )

    def page(self, endpoint_id: str, before: str | None, size: int) -> list[Delivery]:
        """An endpoint's deliveries, newest first, those before one of them."""
        return self._store.page(endpoint_id, before, size)

    def again(self, endpoint_id: str, delivery_id: str, now: float) -> Delivery | None:
        """Begin a delivery anew, with all of its attempts; None where there is none.

        One that is pending is tried now, unless an attempt is under way at this moment. Somebody asks for it who knows
        that the receiver is well, so a rest is over.
        """
        self._marks.well(endpoint_id)
        while old := self._store.get(endpoint_id, delivery_id):
            new = _begun_anew(old, int(now))
            if new == old:
                return old
            if self._store.move(old, new):
                self.wake([due(new)])
                return new
        return None

    def resume(self, endpoint_id: str, now: float) -> int:
        """Try now what has waited while an endpoint was paused or down; answers how many that are."""
        self._marks.well(endpoint_id)
        waiting = self._store.pending(endpoint_id)[:MOST_AT_ONCE]
        begun = [(old, replace(old, next_at=int(now))) for old in waiting if not _under_way(old, int(now))]
        woken = [due(new) for old, new in begun if self._store.move(old, new)]
        self.wake(woken)
        return len(woken)

    def cancel_all(self, endpoint_id: str) -> int:
        """Bring nothing more to an endpoint; answers how many deliveries were called off at once.

        Late or half-way: nobody looks for the others any more, and whom a message wakes for one finds no such endpoint.
        """
        waiting = self._store.pending(endpoint_id)[:MOST_AT_ONCE]
        off = [(old, replace(old, state=State.CANCELLED)) for old in waiting]
        return sum(self._store.move(old, new) for old, new in off)

    def wake(self, found: Iterable[Due], *, delay_s: int = 0) -> bool:
        """Have deliveries tried at once, or in a moment; False where they have to wait until they are found."""
        queue = self._queue()
        if queue is None or delay_s > LONGEST_DELAY_S or self._monotonic() < self._queue_away_until:
            return False
        try:
            queue.send(_messages(found), delay_s=delay_s)
        except Exception as error:
            telemetry.fault("webhooks", error)
            telemetry.count("WebhookQueueFaults")
            self._queue_away_until = self._monotonic() + QUEUE_AWAY_S
            return False
        return True


def due(delivery: Delivery) -> Due:
    """A delivery as it is woken."""
    where = delivery.endpoint_id, delivery.delivery_id, delivery.lane
    return Due(*where, delivery.attempts, delivery.next_at, delivery.place.number)


def _messages(found: Iterable[Due]) -> Iterator[Message]:
    """One message an attempt: the same attempt is not put into the queue twice while it is there."""
    for one in found:
        key = sm3(f"{one.endpoint_id} {one.delivery_id} {one.attempts} {one.next_at}".encode()).hex()
        ids = {"endpoint_id": one.endpoint_id, "delivery_id": one.delivery_id}
        yield Message(f"{one.endpoint_id}.{one.lane}", key, ids)


def _begun_anew(old: Delivery, now: int) -> Delivery:
    """A delivery that is tried now."""
    if old.state is State.PENDING:
        return old if _under_way(old, now) else replace(old, next_at=now)
    return replace(old, state=State.PENDING, attempts=0, next_at=now, claimed_at=0)


def _under_way(delivery: Delivery, now: int) -> bool:
    """Whether an attempt may be under way at this moment: whoever makes one has it to themselves for a while."""
    return bool(delivery.claimed_at) and 0 <= now - delivery.claimed_at < LEASE_S
