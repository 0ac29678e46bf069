"""Deliveries over HTTP: try an endpoint out, see what came of what it was told, have it told again."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from chalicelib.partners.webhooks.model import EndpointState, Event, EventType, event_id
from chalicelib.partners.webhooks.refusals import DeliveryNotFound, WebhookNotFound, WebhookStateForbids
from chalicelib.platform.http.operation import Api, Call
from chalicelib.platform.http.refusals import StorageUnavailable, UnknownCursor
from chalicelib.platform.times import rfc3339

if TYPE_CHECKING:
    from chalicelib.partners.webhooks.deliveries_model import Delivery
    from chalicelib.partners.webhooks.routes import Webhooks

SCOPE = "webhook:write"
DELIVERIES = "/v1/webhooks/{webhook_id}/deliveries"
PAGE_SIZE = 20

_delivery_id = re.compile(r"[0-9]{10}-[0-9a-f]{24}")


class ShownAttempt(msgspec.Struct):
    """One attempt: when it began, what came of it in one word, the HTTP status (null: none came), and how long it took.

    What the receiver answered is kept nowhere.
    """

    at: str
    outcome: str
    status: int | None
    ms: int


class ShownDelivery(msgspec.Struct):
    """One event on its way to a webhook. `state` is pending, delivered, failed or cancelled; `next_attempt_at` is null
    where none will be made."""

    delivery_id: str
    event_id: str
    type: str
    subject: str
    at: str
    state: str
    next_attempt_at: str | None
    attempts: list[ShownAttempt]


class ShownDeliveries(msgspec.Struct):
    """A webhook's deliveries of thirty days, newest first. `next_cursor` is null on the last page."""

    deliveries: list[ShownDelivery]
    next_cursor: str | None


class SentTest(msgspec.Struct):
    """The event of a test; it comes as every other does."""

    event_id: str
    delivery_id: str


def delivery_operations(api: Api, webhooks: Callable[[], Webhooks]) -> None:
    """What is on its way."""

    @api.operation(
        "POST",
        "/v1/webhooks/{webhook_id}/test",
        summary="Send a webhook a test",
        answer=SentTest,
        status=201,
        needs=SCOPE,
        refusals=(WebhookNotFound, WebhookStateForbids, StorageUnavailable),
        creates=True,
    )
    def test_webhook(call: Call[None]) -> SentTest:
        here = webhooks()
        endpoint = here.endpoints.mine(call.principal.subject, call.path["webhook_id"], now=call.now)
        if endpoint.state is not EndpointState.ACTIVE:
            raise WebhookStateForbids(state=str(endpoint.state))
        event = test_event(endpoint.endpoint_id, call.creation.record_id, int(call.now))
        latest = here.deliveries.page(endpoint.endpoint_id, None, PAGE_SIZE)
        sent = next((one for one in latest if one.event_id == event.event_id), None)
        delivery = sent or here.deliveries.enqueue(endpoint.endpoint_id, event, "", call.now)
        return SentTest(event.event_id, delivery.delivery_id)

    @api.operation(
        "GET",
        DELIVERIES,
        summary="What became of what a webhook was told",
        answer=ShownDeliveries,
        needs=SCOPE,
        query={"cursor": "Where the page before ended"},
        refusals=(WebhookNotFound, UnknownCursor, StorageUnavailable),
    )
    def list_deliveries(call: Call[None]) -> ShownDeliveries:
        here, cursor = webhooks(), call.query.get("cursor")
        if cursor is not None and not _delivery_id.fullmatch(cursor):
            raise UnknownCursor
        endpoint = here.endpoints.mine(call.principal.subject, call.path["webhook_id"], now=call.now)
        page = here.deliveries.page(endpoint.endpoint_id, cursor, PAGE_SIZE)
        more = page[-1].delivery_id if len(page) == PAGE_SIZE else None
        return ShownDeliveries([shown_delivery(one) for one in page], more)

    @api.operation(
        "POST",
        DELIVERIES + "/{delivery_id}/redelivery",
        summary="Tell a webhook again",
        answer=ShownDelivery,
        needs=SCOPE,
        refusals=(WebhookNotFound, WebhookStateForbids, DeliveryNotFound, StorageUnavailable),
    )
    def redeliver(call: Call[None]) -> ShownDelivery:
        here = webhooks()
        endpoint = here.endpoints.mine(call.principal.subject, call.path["webhook_id"], now=call.now)
        if endpoint.state not in {EndpointState.ACTIVE, EndpointState.PAUSED}:
            raise WebhookStateForbids(state=str(endpoint.state))
        delivery = here.deliveries.again(endpoint.endpoint_id, call.path["delivery_id"], call.now)
        if delivery is None:
            raise DeliveryNotFound
        return shown_delivery(delivery)


def test_event(endpoint_id: str, wish: str, now: int) -> Event:
    """A test: the same wish again is the same event."""
    type = EventType.TEST
    return Event(event_id(type, endpoint_id, wish), type, now, f"webhook/{endpoint_id}", {})


def shown_delivery(delivery: Delivery) -> ShownDelivery:
    """A delivery as its client sees it."""
    pending = delivery.state == "pending"
    return ShownDelivery(
        delivery_id=delivery.delivery_id,
        event_id=delivery.event_id,
        type=delivery.type,
        subject=delivery.subject,
        at=rfc3339(delivery.at),
        state=delivery.state,
        next_attempt_at=rfc3339(delivery.next_at) if pending else None,
        attempts=[ShownAttempt(rfc3339(one.at), one.outcome, one.status or None, one.ms) for one in delivery.tries],
    )
