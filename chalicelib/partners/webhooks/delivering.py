"""Bringing a delivery to its endpoint: at least once, in no more attempts than the schedule has.

Whoever makes an attempt claims it first, as if it had failed already. Killed after that, nothing is lost: the delivery
comes again when the claim says so, and the attempt counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from chalicelib.partners.webhooks.deliveries import LEASE_S, Deliveries, due
from chalicelib.partners.webhooks.deliveries_marks import Health, Marks
from chalicelib.partners.webhooks.deliveries_model import Delivery, State, Try
from chalicelib.partners.webhooks.deliveries_store import DeliveryStore
from chalicelib.partners.webhooks.model import Endpoint, EndpointState
from chalicelib.partners.webhooks.schedule import ATTEMPTS, LONGEST_TRIED_S, rest, spread, wait
from chalicelib.partners.webhooks.sending_outcome import Kind, Outcome
from chalicelib.platform import telemetry

LOOK_AGAIN_S = 600
"""How soon a delivery that may not be brought now is looked at again, where nobody says so before."""

SOON_S = 60
"""What is due sooner is woken by a message; what is due later is found by its time, which is looked for each minute."""


class Endpoints(Protocol):
    """Where things are delivered to."""

    def get(self, endpoint_id: str, now: float) -> Endpoint | None:
        """An endpoint; None where there is none any more."""

    def disable(self, endpoint_id: str, because: str, now: float) -> None:
        """Bring nothing more to an endpoint until it proves again that it wants it."""


class Messenger(Protocol):
    """Sends a message to an endpoint, once."""

    def send(self, endpoint: Endpoint, message_id: str, body: bytes, now: float) -> Outcome:
        """What became of it."""


class Deliverer:
    """Makes attempts. `dice` is random from [0, 1)."""

    def __init__(
        self,
        store: DeliveryStore,
        marks: Marks,
        deliveries: Deliveries,
        endpoints: Endpoints,
        messenger: Messenger,
        *,
        dice: Callable[[], float],
    ) -> None:
        self._store = store
        self._marks = marks
        self._deliveries = deliveries
        self._endpoints = endpoints
        self._messenger = messenger
        self._dice = dice

    def attempt(self, endpoint_id: str, delivery_id: str, *, now: float) -> None:
        """Try a delivery that is due; called twice, late or early it does nothing wrong.

        1. It is pending and due, or there is nothing to do.
        2. Its endpoint is there, or it is called off; and takes deliveries, or it waits.
        3. It overtakes nothing that it must not overtake, and leaves a receiver alone that rests.
        4. There is an attempt left, or it has failed.
        5. Claim the attempt, send, note what became of it.
        """
        delivery = self._store.get(endpoint_id, delivery_id)
        if delivery is None or delivery.state is not State.PENDING or delivery.next_at > now:
            return
        endpoint = self._endpoints.get(endpoint_id, now)
        if endpoint is None:
            self._store.move(delivery, replace(delivery, state=State.CANCELLED))
            return
        health = self._marks.health(endpoint_id)
        later = self._later(delivery, endpoint, health, int(now))
        if later:
            self._put_off(delivery, later, int(now))
        elif delivery.attempts >= ATTEMPTS:
            self._used_up(delivery, delivery, now)
        else:
            self._tried(delivery, endpoint, health, now)

    def _later(self, delivery: Delivery, endpoint: Endpoint, health: Health, now: int) -> int:
        """When a delivery that may not be brought now may be; 0 where it may be now."""
        if endpoint.state is not EndpointState.ACTIVE:
            return now + spread(LOOK_AGAIN_S, self._dice())
        if health.rests_until > now:
            return health.rests_until + spread(SOON_S // 12, self._dice())
        before = self._store.get(delivery.endpoint_id, delivery.place.after) if delivery.place.after else None
        if before is not None and delivery.waits_for(before):
            return min(max(before.next_at, now) + 1, now + LOOK_AGAIN_S)
        return 0

    def _put_off(self, delivery: Delivery, later: int, now: int) -> None:
        """Let a delivery wait, which costs it no attempt."""
        waiting = replace(delivery, next_at=later, claimed_at=0)
        if self._store.move(delivery, waiting) and later - now <= SOON_S:
            self._deliveries.wake([due(waiting)], delay_s=later - now)

    def _tried(self, delivery: Delivery, endpoint: Endpoint, health: Health, now: float) -> None:
        """One attempt, by whoever gets to make it."""
        attempts = delivery.attempts + 1
        next_at = int(now) + max(LEASE_S, wait(attempts, self._dice()) or 0)
        claimed = replace(delivery, attempts=attempts, next_at=next_at, claimed_at=int(now))
        if not self._store.move(delivery, claimed):
            return
        outcome = self._messenger.send(endpoint, delivery.event_id, delivery.body, now)
        telemetry.count("WebhookAttempts", outcome=outcome.kind)
        self._note(claimed, outcome, health, now)

    def _note(self, claimed: Delivery, outcome: Outcome, health: Health, now: float) -> None:
        """What an attempt came to."""
        tries = claimed.tried(Try(int(now), outcome.reason or outcome.kind, outcome.status, outcome.ms))
        if outcome.kind is Kind.DELIVERED:
            self._store.arrived(replace(claimed, tries=tries))
            if health.failures:
                self._marks.accepted(claimed.endpoint_id, now=int(now))
        elif outcome.kind is Kind.GONE:
            self._store.move(claimed, replace(claimed, state=State.FAILED, claimed_at=0, tries=tries))
            self._endpoints.disable(claimed.endpoint_id, outcome.reason, now)
        else:
            self._failed(claimed, tries, outcome, health, now)

    def _failed(self, claimed: Delivery, tries: tuple[Try, ...], outcome: Outcome, health: Health, now: float) -> None:
        """Leave the receiver alone for a while where it fails again and again, and try once more where there is an
        attempt left."""
        ended = int(now) + outcome.ms // 1000
        rest_s = rest(health.failures + 1, asked=outcome.after)
        self._marks.failed(claimed.endpoint_id, rest_s=rest_s, now=ended)
        wait_s = wait(claimed.attempts, self._dice(), asked=outcome.after)
        if wait_s is None:
            self._used_up(claimed, replace(claimed, tries=tries), now)
            return
        again = replace(claimed, next_at=ended + wait_s, claimed_at=0, tries=tries)
        if self._store.move(claimed, again) and wait_s <= SOON_S:
            self._deliveries.wake([due(again)], delay_s=wait_s)
        if (health.since or ended) <= ended - LONGEST_TRIED_S:
            self._give_up(claimed.endpoint_id, ended - LONGEST_TRIED_S, now)

    def _used_up(self, read: Delivery, last: Delivery, now: float) -> None:
        """The last attempt is behind us. Where the receiver took nothing else all that time, it is asked no more."""
        if self._store.move(read, replace(last, state=State.FAILED, claimed_at=0)):
            telemetry.count("WebhooksUsedUp")
            self._give_up(read.endpoint_id, last.first_tried + LEASE_S, now)

    def _give_up(self, endpoint_id: str, since: int, now: float) -> None:
        """Ask an endpoint no more that has taken nothing from an instant on, whatever was brought."""
        failing = self._marks.health(endpoint_id).since
        if failing is not None and failing <= since:
            self._endpoints.disable(endpoint_id, "unanswered", now)
