"""The webhooks table: endpoints by client. An endpoint's id is `<client id>.<number>`, so that either finds the item.

Address and secrets are sealed together: an address may hold a secret of the receiver's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec
from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute, UnicodeSetAttribute

from chalicelib.partners.webhooks.model import Endpoint, EndpointState, EventType, Order, Secret
from chalicelib.platform.tables import TableMeta, TableModel, carried_out, table_name
from chalicelib.trust.fields import Fields

DOT = "."


class Sealed(NamedTuple):
    """What rests sealed."""

    url: str
    secrets: tuple[Secret, ...]


_sealed = msgspec.json.Decoder(Sealed)


class WebhookItem(TableModel):
    """One endpoint. `revision` counts the writes, each made only where nobody wrote since the item was read."""

    class Meta(TableMeta):
        table_name = table_name("webhooks")

    client_id = UnicodeAttribute(hash_key=True)
    number = UnicodeAttribute(range_key=True)
    sealed = BinaryAttribute(legacy_encoding=False)
    events = UnicodeSetAttribute()
    order = UnicodeAttribute()
    state = UnicodeAttribute()
    because = UnicodeAttribute(default="")
    created_at = NumberAttribute()
    creation = UnicodeAttribute()
    challenged_at = NumberAttribute(default=0)
    revision = NumberAttribute()


class Listener(NamedTuple):
    """What is to be known of an endpoint to tell whether an event concerns it."""

    endpoint_id: str
    client_id: str
    events: frozenset[str]
    order: Order
    since: int


class EndpointStore:
    """Endpoints by client, strongly consistent; and who listens at all."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields

    def get(self, endpoint_id: str, *, now: float) -> Endpoint | None:
        """An endpoint, None where there is none of this id."""
        client_id, _, number = endpoint_id.rpartition(DOT)
        if not (client_id and number):
            return None
        try:
            return self._endpoint(WebhookItem.get(client_id, number, consistent_read=True), now)
        except WebhookItem.DoesNotExist:
            return None

    def of(self, client_id: str, *, now: float) -> list[Endpoint]:
        """A client's endpoints, oldest first."""
        found = [self._endpoint(item, now) for item in WebhookItem.query(client_id, consistent_read=True)]
        return sorted(found, key=lambda one: (one.created_at, one.endpoint_id))

    def add(self, endpoint: Endpoint, *, now: float) -> bool:
        """Keep a new endpoint; False where its id is taken."""
        item = self._item(endpoint, now)
        return carried_out(lambda: item.save(condition=WebhookItem.number.does_not_exist()))

    def replace(self, endpoint: Endpoint, *, now: float) -> bool:
        """Keep an endpoint as it was changed after it was read; False where somebody else was quicker, or deleted it.

        The endpoint counts the write itself: its `revision` is that of what was read.
        """
        item = self._item(endpoint, now)
        item.revision = endpoint.revision + 1
        return carried_out(lambda: item.save(condition=WebhookItem.revision == endpoint.revision))

    def delete(self, endpoint_id: str) -> bool:
        """Take an endpoint away; False where there was none."""
        client_id, _, number = endpoint_id.rpartition(DOT)
        return carried_out(lambda: WebhookItem(client_id, number).delete(condition=WebhookItem.number.exists()))

    def listeners_of(self, client_id: str) -> list[Listener]:
        """The endpoints of a client that are told of things, strongly consistent."""
        return list(_listening(WebhookItem.query(client_id, consistent_read=True)))

    def listeners(self) -> list[Listener]:
        """All endpoints that are told of things: reads the whole table, so ask rarely (directory.py)."""
        return list(_listening(WebhookItem.scan()))

    def takers(self) -> list[str]:
        """All endpoints to which something may be brought now: reads the whole table, too."""
        return [
            endpoint_id_of(one.client_id, one.number) for one in WebhookItem.scan() if one.state == EndpointState.ACTIVE
        ]

    def _endpoint(self, item: WebhookItem, now: float) -> Endpoint:
        endpoint_id = endpoint_id_of(item.client_id, item.number)
        sealed = _sealed.decode(self._fields.open(item.sealed, context=_context(endpoint_id), now=now))
        return Endpoint(
            endpoint_id=endpoint_id,
            client_id=item.client_id,
            url=sealed.url,
            events=frozenset(map(EventType, item.events)),
            secrets=sealed.secrets,
            state=EndpointState(item.state),
            order=Order(item.order),
            created_at=int(item.created_at),
            because=item.because,
            creation=item.creation,
            challenged_at=int(item.challenged_at),
            revision=int(item.revision),
        )

    def _item(self, endpoint: Endpoint, now: float) -> WebhookItem:
        client_id, _, number = endpoint.endpoint_id.rpartition(DOT)
        text = msgspec.json.encode(Sealed(endpoint.url, endpoint.secrets)).decode()
        return WebhookItem(
            client_id,
            number,
            sealed=self._fields.seal(text, context=_context(endpoint.endpoint_id), now=now),
            events=set(map(str, endpoint.events)),
            order=str(endpoint.order),
            state=str(endpoint.state),
            because=endpoint.because,
            created_at=endpoint.created_at,
            creation=endpoint.creation,
            challenged_at=endpoint.challenged_at,
            revision=endpoint.revision,
        )


def endpoint_id_of(client_id: str, number: str) -> str:
    """The id of a client's endpoint."""
    return f"{client_id}{DOT}{number}"


def _context(endpoint_id: str) -> str:
    """What the sealed part is bound to."""
    return f"webhook#{endpoint_id}"


def _listening(items: Iterator[WebhookItem]) -> Iterator[Listener]:
    """Those that are told of things: what a paused one misses waits for it."""
    for item in items:
        if item.state in {EndpointState.ACTIVE, EndpointState.PAUSED}:
            endpoint_id = endpoint_id_of(item.client_id, item.number)
            yield Listener(endpoint_id, item.client_id, frozenset(item.events), Order(item.order), int(item.created_at))
