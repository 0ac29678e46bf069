"""The office-log table: what officers did, by day. Kept for three years, as PIPL (article 56) asks of such records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action

from chalicelib.partners.office_log.model import Entry, day_of, partition, partitions
from chalicelib.platform.tables import TableMeta, TableModel, table_name

RETENTION = timedelta(days=3 * 365)

_ids = msgspec.json.Decoder(dict[str, str])


class OfficeLogItem(TableModel):
    """One deed. `day` is a UTC day and a shard, `entry_id` begins with the Unix second; `ids` is JSON.

    `status` and `code` are added when it is known what came of it.
    """

    class Meta(TableMeta):
        table_name = table_name("office-log")

    day = UnicodeAttribute(hash_key=True)
    entry_id = UnicodeAttribute(range_key=True)
    officer = UnicodeAttribute()
    name = UnicodeAttribute()
    scope = UnicodeAttribute()
    operation = UnicodeAttribute()
    ids = UnicodeAttribute()
    at = NumberAttribute()
    status = NumberAttribute(null=True)
    code = UnicodeAttribute(null=True)
    expires_at = TTLAttribute()


class OfficeLogStore:
    """Writes deeds and lists them."""

    def add(self, entry: Entry) -> None:
        """Write a deed down; again where the answer was lost, which changes nothing."""
        item = OfficeLogItem(partition(day_of(entry.at), entry.entry_id), entry.entry_id)
        item.officer, item.name, item.scope = entry.officer, entry.name, entry.scope
        item.operation, item.ids = entry.operation, msgspec.json.encode(entry.ids).decode()
        item.at, item.expires_at = entry.at, datetime.fromtimestamp(entry.at, UTC) + RETENTION
        item.save()

    def finish(self, entry: Entry, *, status: int, code: str) -> None:
        """Add what came of a deed."""
        outcome: list[Action] = [OfficeLogItem.status.set(status), OfficeLogItem.code.set(code)]
        there = OfficeLogItem.day.exists()
        OfficeLogItem(partition(day_of(entry.at), entry.entry_id), entry.entry_id).update(outcome, condition=there)

    def of_day(self, day: str, *, before: str, size: int) -> list[Entry]:
        """The deeds of a day, newest first, from before an entry on ("" for the first page)."""
        found = [entry for one in partitions(day) for entry in self._of_partition(one, before, size)]
        return sorted(found, key=lambda entry: entry.entry_id, reverse=True)[:size]

    def _of_partition(self, one: str, before: str, size: int) -> Iterator[Entry]:
        earlier = OfficeLogItem.entry_id < before if before else None
        items = OfficeLogItem.query(one, earlier, scan_index_forward=False, limit=size, consistent_read=True)
        return map(_entry, items)


def _entry(item: OfficeLogItem) -> Entry:
    return Entry(
        entry_id=item.entry_id,
        officer=item.officer,
        name=item.name,
        scope=item.scope,
        operation=item.operation,
        ids=_ids.decode(item.ids),
        at=int(item.at),
        status=int(item.status or 0),
        code=item.code or "",
    )
