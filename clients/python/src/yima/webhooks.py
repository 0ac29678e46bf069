"""Being told of events: where, of what, and what became of each delivery. What arrives is read by `yima.receiving`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec

from yima.paging import pages
from yima.transport import Transport, Way, Wish, at

PATH = at("webhooks")


class Webhook(msgspec.Struct):
    """An endpoint of this client. `secret` (`whsec_…`) is there once: when the endpoint was made."""

    webhook_id: str
    url: str
    events: list[str]
    state: str
    order: str = "none"
    secret: str | None = None
    because: str | None = None


class NewSecret(msgspec.Struct):
    """A secret that takes over; the one before it signs as well until `old_secret_until`."""

    secret: str
    old_secret_until: datetime | None = None


class Delivery(msgspec.Struct):
    """One event on its way to one endpoint; `attempts` tell of each try: when, what came of it, how long it took."""

    delivery_id: str
    event_id: str = ""
    type: str = ""
    subject: str = ""
    state: str = ""
    at: datetime | None = None
    next_attempt_at: datetime | None = None
    attempts: list[dict[str, Any]] = []


class Webhooks:
    """The endpoints of a client."""

    def __init__(self, transport: Transport, way: Way) -> None:
        self._transport, self._way = transport, way

    def register(self, url: str, events: Iterable[str], *, order: str = "none") -> Webhook:
        """A new endpoint; keep its secret. It is told nothing until it has answered a `challenge`."""
        body = {"url": url, "events": sorted(events), "order": order}
        return self._ask(Wish("POST", PATH, body, creates=True))

    def challenge(self, webhook_id: str) -> Webhook:
        """Have the city ask the receiver whether it expects events; then the endpoint is active."""
        return self._do(webhook_id, "challenge")

    def list(self) -> Iterator[Webhook]:
        """Every endpoint."""
        return pages(self._transport, self._way, PATH, "webhooks", Webhook)

    def get(self, webhook_id: str) -> Webhook:
        """One endpoint."""
        return self._ask(Wish("GET", _path(webhook_id)))

    def subscribe(self, webhook_id: str, events: Iterable[str], *, order: str = "none") -> Webhook:
        """Be told of these events from now on, and of no others."""
        body = {"events": sorted(events), "order": order}
        return self._ask(Wish("POST", _path(webhook_id, "events"), body))

    def rotate(self, webhook_id: str) -> NewSecret:
        """A new secret; for a day every delivery is signed by the old one, too."""
        return self._transport.ask(Wish("POST", _path(webhook_id, "secrets"), creates=True), NewSecret, self._way)

    def pause(self, webhook_id: str) -> Webhook:
        """Keep what happens, and deliver it after `resume`."""
        return self._do(webhook_id, "pause")

    def resume(self, webhook_id: str) -> Webhook:
        """Deliver again."""
        return self._do(webhook_id, "resumption")

    def delete(self, webhook_id: str) -> None:
        """Be told nothing more."""
        self._transport.raw(Wish("DELETE", _path(webhook_id)), self._way)

    def test(self, webhook_id: str) -> None:
        """Have a `webhook.test` delivered."""
        self._transport.raw(Wish("POST", _path(webhook_id, "test"), creates=True), self._way)

    def deliveries(self, webhook_id: str) -> Iterator[Delivery]:
        """What was delivered and what was not, newest first."""
        return pages(self._transport, self._way, _path(webhook_id, "deliveries"), "deliveries", Delivery)

    def redeliver(self, webhook_id: str, delivery_id: str) -> None:
        """Have one delivered once more."""
        self._transport.raw(Wish("POST", _path(webhook_id, "deliveries", delivery_id, "redelivery")), self._way)

    def _do(self, webhook_id: str, what: str) -> Webhook:
        return self._ask(Wish("POST", _path(webhook_id, what)))

    def _ask(self, wish: Wish) -> Webhook:
        return self._transport.ask(wish, Webhook, self._way)


def _path(webhook_id: str, *more: str) -> str:
    return at("webhooks", webhook_id, *more)
