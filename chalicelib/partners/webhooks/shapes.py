"""Endpoints and deliveries as the API takes and shows them."""

from __future__ import annotations

from typing import Annotated

import msgspec

from chalicelib.partners.webhooks.kinds import EVENT_TYPES
from chalicelib.partners.webhooks.model import Endpoint, EventType, Order, Secret
from chalicelib.partners.webhooks.urls import LONGEST_URL
from chalicelib.platform.times import rfc3339

Subscription = Annotated[
    list[EventType], msgspec.Meta(min_length=1, max_length=len(EventType), description="Types of events.")
]


class RegisterWebhook(msgspec.Struct):
    """Where to tell of what. With `order` `subject`, what concerns one subject arrives in the order it happened in."""

    url: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_URL)]
    events: Subscription
    order: Order = Order.NONE


class Subscribe(msgspec.Struct):
    """What to tell from now on, in place of what was told."""

    events: Subscription
    order: Order


class ShownWebhook(msgspec.Struct):
    """An endpoint. `because` says why it is disabled, and is null otherwise; `old_secret_until` says until when the
    secret before the present one signs as well, null where there is none."""

    webhook_id: str
    url: str
    events: list[str]
    order: str
    state: str
    because: str | None
    created_at: str
    old_secret_until: str | None


class RegisteredWebhook(ShownWebhook):
    """A new endpoint with its secret, which is shown while it is pending: null afterwards."""

    secret: str | None


class ShownWebhooks(msgspec.Struct):
    """A client's endpoints, oldest first."""

    webhooks: list[ShownWebhook]


class NewSecret(msgspec.Struct):
    """A new secret, shown now; the one before it signs as well until `old_secret_until`."""

    secret: str
    old_secret_until: str | None


def shown(endpoint: Endpoint, now: float) -> ShownWebhook:
    """An endpoint as its client sees it."""
    return ShownWebhook(
        webhook_id=endpoint.endpoint_id,
        url=endpoint.url,
        events=[type for type in EVENT_TYPES if type in endpoint.events],
        order=endpoint.order,
        state=endpoint.state,
        because=endpoint.because or None,
        created_at=rfc3339(endpoint.created_at),
        old_secret_until=old_secret_until(endpoint, now),
    )


def registered(endpoint: Endpoint, secret: Secret | None, now: float) -> RegisteredWebhook:
    """A new endpoint as its client sees it."""
    seen = msgspec.structs.asdict(shown(endpoint, now))
    return RegisteredWebhook(**seen, secret=secret.text if secret else None)


def old_secret_until(endpoint: Endpoint, now: float) -> str | None:
    """Until when an old secret signs beside the new one."""
    ends = [secret.until for secret in endpoint.secrets if secret.until is not None and now < secret.until]
    return rfc3339(max(ends)) if ends else None
