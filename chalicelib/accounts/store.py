"""The departures table: who asked to leave, and how far it has come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.accounts.model import Departure, State
from chalicelib.platform.tables import TableMeta, TableModel, carried_out, table_name

SHARDS = "0123456789abcdef"
RETENTION = timedelta(days=3 * 365)


class DueIndex(GlobalSecondaryIndex["DepartureItem"]):  # type: ignore[no-untyped-call]
    """Departures that are not finished, by shard and by when they are due."""

    class Meta:
        index_name = "due"
        projection = KeysOnlyProjection()

    due_shard = UnicodeAttribute(hash_key=True)
    due_at = NumberAttribute(range_key=True)


class DepartureItem(TableModel):
    """One departure. `done` are the steps behind us, by commas. Who changed their mind, or has left, is not due."""

    class Meta(TableMeta):
        table_name = table_name("departures")

    holder = UnicodeAttribute(hash_key=True)
    asked_at = NumberAttribute()
    state = UnicodeAttribute()
    done = UnicodeAttribute()
    due_shard = UnicodeAttribute(null=True)
    due_at = NumberAttribute(null=True)
    expires_at = TTLAttribute(null=True)
    due = DueIndex()


class DepartureStore:
    """Departures by holder, read strongly consistent, and by when they are due."""

    def get(self, holder: str) -> Departure | None:
        """A departure; None for who never asked."""
        try:
            return _departure(DepartureItem.get(holder, consistent_read=True))
        except DepartureItem.DoesNotExist:
            return None

    def put(self, new: Departure, *, old: Departure | None) -> bool:
        """Store a departure in place of what was read; False where somebody else changed it meanwhile."""
        as_read: Any = DepartureItem.holder.does_not_exist()
        if old is not None:
            as_read = (
                (DepartureItem.state == str(old.state))
                & (DepartureItem.asked_at == old.asked_at)
                & (DepartureItem.done == ",".join(old.done))
            )
        return carried_out(lambda: _item(new).save(condition=as_read))

    def due(self, shard: str, *, now: int) -> Iterator[str]:
        """Holders of a shard whose days to think it over have passed, the longest due first."""
        for item in DepartureItem.due.query(shard, DepartureItem.due_at <= now):
            yield item.holder


def _item(new: Departure) -> DepartureItem:
    item = DepartureItem(new.holder, asked_at=new.asked_at, state=str(new.state), done=",".join(new.done))
    if new.state in {State.ASKED, State.LEAVING}:
        item.due_shard, item.due_at = new.holder[0], new.due_at
    else:
        item.expires_at = datetime.fromtimestamp(new.due_at, UTC) + RETENTION
    return item


def _departure(item: DepartureItem) -> Departure:
    return Departure(item.holder, int(item.asked_at), State(item.state), tuple(filter(None, item.done.split(","))))
