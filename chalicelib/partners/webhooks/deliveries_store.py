"""The webhook-deliveries table: what is on its way to endpoints, and for thirty days what came of it.

A delivery is changed only as it was read: its state, the number of its attempts, and the instants of this one and the
next are the condition of every write. So of two workers one makes an attempt, and what an old attempt says late changes
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from chalicelib.partners.webhooks.deliveries_model import BEYOND, Delivery, Due, Place, State, Try
from chalicelib.platform.tables import TableMeta, TableModel, carried_out, table_name

RETENTION = timedelta(days=30)
STAYS = timedelta(days=7)
"""So long stays what is tried, or begun anew, when its month is over: no attempt is to come too late for its item."""

LOOKED_THROUGH = 2000
"""An endpoint may have had millions: what waits for it is looked for among its newest."""

PAGE = 100
"""So many of what is due at an endpoint are read at once."""

_tries = msgspec.json.Decoder(tuple[Try, ...])


class DueIndex(GlobalSecondaryIndex["WebhookDeliveryItem"]):  # type: ignore[no-untyped-call]
    """Deliveries that are pending, by endpoint and by when they are tried next: none that has come to its end."""

    class Meta:
        index_name = "due"
        projection = IncludeProjection(["lane", "attempts", "number"])

    endpoint_id = UnicodeAttribute(hash_key=True)
    due_at = NumberAttribute(range_key=True)


class WebhookDeliveryItem(TableModel):
    """One delivery. `tries` is JSON; `body` is the event as it is sent, thin and without anything personal."""

    class Meta(TableMeta):
        table_name = table_name("webhook-deliveries")

    endpoint_id = UnicodeAttribute(hash_key=True)
    delivery_id = UnicodeAttribute(range_key=True)
    event_id = UnicodeAttribute()
    type = UnicodeAttribute()
    subject = UnicodeAttribute()
    body = UnicodeAttribute()
    lane = NumberAttribute()
    number = NumberAttribute(default=0)
    after = UnicodeAttribute(default="")
    state = UnicodeAttribute()
    attempts = NumberAttribute()
    at = NumberAttribute()
    next_at = NumberAttribute()
    claimed_at = NumberAttribute(default=0)
    due_at = NumberAttribute(null=True)
    tries = UnicodeAttribute()
    expires_at = TTLAttribute()
    due = DueIndex()


class DeliveryStore:
    """Deliveries by endpoint, read strongly consistent, and by when they are due."""

    def add(self, new: Delivery) -> bool:
        """Keep a new delivery; False where it is there already."""
        item = _item(new)
        return carried_out(lambda: item.save(condition=WebhookDeliveryItem.delivery_id.does_not_exist()))

    def get(self, endpoint_id: str, delivery_id: str) -> Delivery | None:
        """A delivery; None where there is none, or not any more."""
        try:
            return _delivery(WebhookDeliveryItem.get(endpoint_id, delivery_id, consistent_read=True))
        except WebhookDeliveryItem.DoesNotExist:
            return None

    def move(self, old: Delivery, new: Delivery) -> bool:
        """Store a delivery in place of what was read; False where somebody else moved it meanwhile."""
        as_read = (
            (WebhookDeliveryItem.state == str(old.state))
            & (WebhookDeliveryItem.attempts == old.attempts)
            & (WebhookDeliveryItem.next_at == old.next_at)
            & (WebhookDeliveryItem.claimed_at == old.claimed_at)
        )
        actions = _moved(new)
        if new.claimed_at or old.state is not State.PENDING:
            actions.append(WebhookDeliveryItem.expires_at.set(_expiry(new)))
        return carried_out(lambda: _key(new).update(actions=actions, condition=as_read))

    def arrived(self, delivery: Delivery) -> bool:
        """Note that a delivery has arrived, whoever else is trying it too; False where it is not pending any more."""
        actions: list[Action] = [
            WebhookDeliveryItem.state.set(str(State.DELIVERED)),
            WebhookDeliveryItem.tries.set(_text(delivery.tries)),
            WebhookDeliveryItem.due_at.remove(),
        ]
        is_pending = WebhookDeliveryItem.state == str(State.PENDING)
        return carried_out(lambda: _key(delivery).update(actions=actions, condition=is_pending))

    def page(self, endpoint_id: str, before: str | None, size: int) -> list[Delivery]:
        """An endpoint's deliveries, newest first, those before one of them."""
        older = WebhookDeliveryItem.delivery_id < (before or BEYOND)
        found = WebhookDeliveryItem.query(
            endpoint_id, older, scan_index_forward=False, limit=size, consistent_read=True
        )
        return list(map(_delivery, found))

    def pending(self, endpoint_id: str) -> list[Delivery]:
        """What is on its way to an endpoint among its newest deliveries (`LOOKED_THROUGH`), oldest first."""
        newest = self.page(endpoint_id, None, LOOKED_THROUGH)
        return [one for one in reversed(newest) if one.state is State.PENDING]

    def due(self, endpoint_id: str, *, now: int, most: int) -> Iterator[Due]:
        """What is due at an endpoint, the longest due first; read page by page, as far as somebody asks."""
        due = WebhookDeliveryItem.due_at <= now
        for item in WebhookDeliveryItem.due.query(endpoint_id, due, limit=most, page_size=PAGE):
            yield Due(
                item.endpoint_id,
                item.delivery_id,
                int(item.lane),
                int(item.attempts),
                int(item.due_at),
                int(item.number),
            )


def _moved(new: Delivery) -> list[Action]:
    """All of a delivery that ever changes."""
    due_at = WebhookDeliveryItem.due_at
    return [
        WebhookDeliveryItem.state.set(str(new.state)),
        WebhookDeliveryItem.attempts.set(new.attempts),
        WebhookDeliveryItem.next_at.set(new.next_at),
        WebhookDeliveryItem.claimed_at.set(new.claimed_at),
        WebhookDeliveryItem.tries.set(_text(new.tries)),
        due_at.set(new.next_at) if new.state is State.PENDING else due_at.remove(),
    ]


def _key(delivery: Delivery) -> WebhookDeliveryItem:
    return WebhookDeliveryItem(delivery.endpoint_id, delivery.delivery_id)


def _item(new: Delivery) -> WebhookDeliveryItem:
    return WebhookDeliveryItem(
        new.endpoint_id,
        new.delivery_id,
        event_id=new.event_id,
        type=new.type,
        subject=new.subject,
        body=new.body.decode(),
        lane=new.lane,
        number=new.place.number,
        after=new.place.after,
        state=str(new.state),
        attempts=new.attempts,
        at=new.at,
        next_at=new.next_at,
        due_at=new.next_at,
        tries=_text(new.tries),
        expires_at=_expiry(new),
    )


def _expiry(delivery: Delivery) -> datetime:
    """When a delivery is forgotten."""
    month = datetime.fromtimestamp(delivery.at, UTC) + RETENTION
    return max(month, datetime.fromtimestamp(delivery.next_at, UTC) + STAYS)


def _delivery(item: WebhookDeliveryItem) -> Delivery:
    return Delivery(
        endpoint_id=item.endpoint_id,
        delivery_id=item.delivery_id,
        event_id=item.event_id,
        type=item.type,
        subject=item.subject,
        body=item.body.encode(),
        lane=int(item.lane),
        place=Place(int(item.number), item.after),
        state=State(item.state),
        attempts=int(item.attempts),
        at=int(item.at),
        next_at=int(item.next_at),
        claimed_at=int(item.claimed_at),
        tries=_tries.decode(item.tries),
    )


def _text(tries: tuple[Try, ...]) -> str:
    return msgspec.json.encode(tries).decode()
