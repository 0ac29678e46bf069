"""Notices: what a person is told of what others did in their name, or with what is theirs. Nothing happens silently.

A notice has a kind and short facts in our own words (a role, a reason code, a masked name), never free text. Its id is
made by whoever tells, so telling again tells once.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute

from chalicelib.platform.crypto.hashing import sm3
from chalicelib.platform.tables import TableMeta, TableModel, table_name

RETENTION = timedelta(days=180)


class NoticeItem(TableModel):
    """One notice. `notice_id` begins with its Unix second; `facts` is a JSON object of short texts."""

    class Meta(TableMeta):
        table_name = table_name("notices")

    holder = UnicodeAttribute(hash_key=True)
    notice_id = UnicodeAttribute(range_key=True)
    kind = UnicodeAttribute()
    facts = UnicodeAttribute()
    at = NumberAttribute()
    expires_at = TTLAttribute()


class NoticeStore:
    """Writes and lists notices."""

    def save(self, item: NoticeItem) -> None:
        """Keep a notice; keeping it again changes nothing."""
        item.save()

    def page(self, holder: str, *, before: str | None, size: int) -> list[NoticeItem]:
        """A holder's notices, newest first, those older than the notice id `before`."""
        older = NoticeItem.notice_id < before if before else None
        return list(NoticeItem.query(holder, older, scan_index_forward=False, limit=size, consistent_read=True))


class Notices:
    """Tells people."""

    def __init__(self, store: NoticeStore) -> None:
        self._store = store

    def tell(self, holder: str, kind: str, facts: dict[str, str], *, event: str, now: int) -> None:
        """Tell a holder of an event, once per `event` (any text that names it, the same each time) and second."""
        notice_id = f"{now:010d}-{sm3(event.encode()).hex()[:24]}"
        text = msgspec.json.encode(facts).decode()
        expires_at = datetime.fromtimestamp(now, UTC) + RETENTION
        self._store.save(NoticeItem(holder, notice_id, kind=kind, facts=text, at=now, expires_at=expires_at))

    def page(self, holder: str, *, before: str | None, size: int) -> list[NoticeItem]:
        """A holder's notices, newest first."""
        return self._store.page(holder, before=before, size=size)
