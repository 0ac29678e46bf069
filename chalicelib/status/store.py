"""The statuses table: one item per holder, whose stream carries scans and changes to whoever must know."""

from __future__ import annotations

from pynamodb.attributes import BinaryAttribute, MapAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from chalicelib.platform.tables import TableMeta, TableModel, table_name
from chalicelib.status.model import Standing


class LastScan(MapAttribute[str, str | float]):
    """The accepted presentation that set the mark."""

    verifier = UnicodeAttribute()
    verifier_name = UnicodeAttribute()
    purpose = UnicodeAttribute()
    place = UnicodeAttribute()
    at = NumberAttribute()


class DueIndex(GlobalSecondaryIndex["StatusItem"]):
    """Holders whose colour will change, by shard and the Unix second of the change. Who stays as they are is not in it.

    It holds all that telling a change needs, and nothing that a scan touches, so that scans do not write to it.
    """

    class Meta:
        index_name = "due"
        projection = IncludeProjection(["course", "version", "edition", "told"])

    due_shard = UnicodeAttribute(hash_key=True)
    due_at = NumberAttribute(range_key=True)


class StatusItem(TableModel):
    """A holder's status. Issue reads it and verify conditionally updates it (register.py), each in one round trip.

    All that has to do with colours is written by ledger.py alone, always as a whole.
    """

    class Meta(TableMeta):
        table_name = table_name("statuses")
        stream_view_type = "NEW_AND_OLD_IMAGES"

    holder = UnicodeAttribute(hash_key=True)
    standing = UnicodeAttribute()
    masked_name = BinaryAttribute(legacy_encoding=False)
    mark = BinaryAttribute(legacy_encoding=False)
    last_scan = LastScan(null=True)  # type: ignore[no-untyped-call]
    course = UnicodeAttribute()
    version = NumberAttribute()
    edition = NumberAttribute()
    told = UnicodeAttribute()
    changes = UnicodeAttribute()
    due_shard = UnicodeAttribute(null=True)
    due_at = NumberAttribute(null=True)
    due = DueIndex()


class StatusStore:
    """Statuses off the hot path."""

    def set_standing(self, holder: str, standing: Standing) -> None:
        """Suspend a holder's codes or honour them again, at once."""
        StatusItem(holder).update([StatusItem.standing.set(str(standing))], condition=StatusItem.holder.exists())
