"""The appeals table, and the matters table: which appeal about one thing is the undecided one.

Appeals are found by the queue they wait in, by whom they concern, by who filed them and by the month of filing. In the
indexes they stand by `<Unix second>-<appeal id>`, which is also the cursor of every list.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec
from pynamodb.attributes import BinaryAttribute, NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from chalicelib.platform.tables import TableMeta, TableModel, table_name
from chalicelib.status.appeals.model import About, Appeal, Attachment, State, Step, about_in, month_of

LISTED = ("holder", "filed_by", "level", "about", "state", "filed_at", "due_at", "overdue_at", "decided_at", "reviewer")

_steps = msgspec.json.Decoder(tuple[Step, ...])
_attachments = msgspec.json.Decoder(tuple[Attachment, ...])


def _told_beside(*keys: str) -> IncludeProjection:
    """What an index tells beside its keys: all that lists show, and nothing sealed."""
    return IncludeProjection([name for name in LISTED if name not in keys])


class QueueIndex(GlobalSecondaryIndex["AppealItem"]):  # type: ignore[no-untyped-call]
    """Undecided appeals of a level, by when their answer is due."""

    class Meta:
        index_name = "queue"
        projection = _told_beside()

    queue = UnicodeAttribute(hash_key=True)
    due = UnicodeAttribute(range_key=True)


class HolderIndex(GlobalSecondaryIndex["AppealItem"]):  # type: ignore[no-untyped-call]
    """Whom appeals are about, by when they were filed."""

    class Meta:
        index_name = "by_holder"
        projection = _told_beside("holder")

    holder = UnicodeAttribute(hash_key=True)
    filed = UnicodeAttribute(range_key=True)


class FilerIndex(GlobalSecondaryIndex["AppealItem"]):  # type: ignore[no-untyped-call]
    """Who filed appeals, by when."""

    class Meta:
        index_name = "by_filer"
        projection = _told_beside("filed_by")

    filed_by = UnicodeAttribute(hash_key=True)
    filed = UnicodeAttribute(range_key=True)


class MonthIndex(GlobalSecondaryIndex["AppealItem"]):  # type: ignore[no-untyped-call]
    """Appeals by the month in which they were filed (UTC)."""

    class Meta:
        index_name = "by_month"
        projection = _told_beside()

    month = UnicodeAttribute(hash_key=True)
    filed = UnicodeAttribute(range_key=True)


class AppealItem(TableModel):
    """One appeal. `text` and `reason` are sealed, `steps` and `attachments` are JSON. The stream tells every step."""

    class Meta(TableMeta):
        table_name = table_name("appeals")
        stream_view_type = "NEW_AND_OLD_IMAGES"

    appeal_id = UnicodeAttribute(hash_key=True)
    holder = UnicodeAttribute()
    filed_by = UnicodeAttribute()
    level = NumberAttribute()
    about = UnicodeAttribute()
    text = BinaryAttribute(legacy_encoding=False)
    creation = UnicodeAttribute()
    digest = UnicodeAttribute()
    first = UnicodeAttribute(null=True)
    state = UnicodeAttribute()
    steps = UnicodeAttribute()
    attachments = UnicodeAttribute()
    filed_at = NumberAttribute(null=True)
    due_at = NumberAttribute(null=True)
    overdue_at = NumberAttribute(null=True)
    reviewer = UnicodeAttribute(null=True)
    decided_at = NumberAttribute(null=True)
    reason = BinaryAttribute(null=True, legacy_encoding=False)
    voids = UnicodeAttribute(null=True)
    queue = UnicodeAttribute(null=True)
    due = UnicodeAttribute(null=True)
    filed = UnicodeAttribute(null=True)
    month = UnicodeAttribute(null=True)
    expires_at = TTLAttribute(null=True)
    in_queue = QueueIndex()
    by_holder = HolderIndex()
    by_filer = FilerIndex()
    by_month = MonthIndex()


class MatterItem(TableModel):
    """Which appeal about one thing of one holder is, or was last, the undecided one."""

    class Meta(TableMeta):
        table_name = table_name("appeal-matters")

    matter = UnicodeAttribute(hash_key=True)
    appeal_id = UnicodeAttribute()


class Listed(NamedTuple):
    """An appeal as lists and figures have it; instants are Unix seconds, 0 where there is none."""

    appeal_id: str
    holder: str
    filed_by: str
    level: int
    about: About
    state: State
    filed_at: int
    due_at: int
    overdue_at: int
    decided_at: int
    reviewer: str


def place(at: int, appeal_id: str) -> str:
    """Where an appeal stands in an index, and the cursor behind it."""
    return f"{at:010d}-{appeal_id}"


def steps_in(text: str) -> tuple[Step, ...]:
    """The steps of an item, or of an image in the stream."""
    return _steps.decode(text)


def voids_in(text: str) -> tuple[About, ...]:
    """What an upheld appeal voids, in an item or an image."""
    return tuple(map(about_in, text.split()))


def values(appeal: Appeal) -> dict[str, Any]:
    """An appeal as attributes, None where the item has none. Indexes are sparse: what is decided waits in no queue."""
    filed = appeal.state is not State.DRAFTED
    return {
        "holder": appeal.holder,
        "filed_by": appeal.filed_by,
        "level": appeal.level,
        "about": str(appeal.about),
        "text": appeal.text,
        "creation": appeal.creation,
        "digest": appeal.digest,
        "first": appeal.first or None,
        "state": str(appeal.state),
        "steps": msgspec.json.encode(appeal.steps).decode(),
        "attachments": msgspec.json.encode(appeal.attachments).decode(),
        "filed_at": appeal.filed_at or None,
        "due_at": appeal.due_at or None,
        "overdue_at": appeal.overdue_at or None,
        "reviewer": appeal.reviewer or None,
        "decided_at": appeal.decided_at or None,
        "reason": appeal.reason or None,
        "voids": " ".join(map(str, appeal.voids)) or None,
        "queue": str(appeal.level) if appeal.undecided else None,
        "due": place(appeal.due_at, appeal.appeal_id) if appeal.undecided else None,
        "filed": place(appeal.filed_at, appeal.appeal_id) if filed else None,
        "month": month_of(appeal.filed_at) if filed else None,
    }


def item_of(appeal: Appeal, **more: Any) -> AppealItem:
    return AppealItem(appeal.appeal_id, **{name: value for name, value in values(appeal).items() if value}, **more)


def appeal_in(item: AppealItem) -> Appeal:
    return Appeal(
        appeal_id=item.appeal_id,
        holder=item.holder,
        filed_by=item.filed_by,
        level=int(item.level),
        about=about_in(item.about),
        text=item.text,
        creation=item.creation,
        digest=item.digest,
        first=item.first or "",
        state=State(item.state),
        steps=steps_in(item.steps),
        attachments=_attachments.decode(item.attachments),
        filed_at=int(item.filed_at or 0),
        due_at=int(item.due_at or 0),
        overdue_at=int(item.overdue_at or 0),
        reviewer=item.reviewer or "",
        decided_at=int(item.decided_at or 0),
        reason=item.reason or b"",
        voids=voids_in(item.voids or ""),
    )


def listed_in(item: AppealItem) -> Listed:
    return Listed(
        appeal_id=item.appeal_id,
        holder=item.holder,
        filed_by=item.filed_by,
        level=int(item.level),
        about=about_in(item.about),
        state=State(item.state),
        filed_at=int(item.filed_at or 0),
        due_at=int(item.due_at or 0),
        overdue_at=int(item.overdue_at or 0),
        decided_at=int(item.decided_at or 0),
        reviewer=item.reviewer or "",
    )
