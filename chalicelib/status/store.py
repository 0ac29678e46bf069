"""The statuses table: one item per holder, whose stream carries scans and changes to whoever must know."""

from __future__ import annotations

from pynamodb.attributes import BinaryAttribute, MapAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from chalicelib.platform.tables import TableMeta, TableModel, is_refused_condition, table_name
from chalicelib.status.changes import Change
from chalicelib.status.model import Colour, Standing
from chalicelib.status.timeline import Reason


class LastScan(MapAttribute[str, str | float]):
    """The accepted presentation that set the mark, or the last look. What is usual is left out (register.py)."""

    verifier = UnicodeAttribute()
    verifier_name = UnicodeAttribute()
    purpose = UnicodeAttribute()
    place = UnicodeAttribute()
    at = NumberAttribute()
    carrier = UnicodeAttribute(null=True)
    shown_by = UnicodeAttribute(null=True)
    terminal = UnicodeAttribute(null=True)
    fields = UnicodeAttribute(null=True)


class DueIndex(GlobalSecondaryIndex["StatusItem"]):  # type: ignore[no-untyped-call]
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

    All that has to do with colours is written by ledger.py alone, always as a whole. Who may show the holder's codes
    stands beside it in attributes that are made up as they come (`delegation_<mark>`, register.py); so an item is
    changed by updates only, and never saved as it was read.
    """

    class Meta(TableMeta):
        table_name = table_name("statuses")
        stream_view_type = "NEW_AND_OLD_IMAGES"

    holder = UnicodeAttribute(hash_key=True)
    standing = UnicodeAttribute()
    masked_name = BinaryAttribute(legacy_encoding=False)
    mark = BinaryAttribute(legacy_encoding=False)
    last_scan = LastScan(null=True)  # type: ignore[no-untyped-call]
    last_look = LastScan(null=True)  # type: ignore[no-untyped-call]
    look_id = BinaryAttribute(null=True, legacy_encoding=False)
    tags = UnicodeAttribute(null=True)
    tags_version = NumberAttribute(null=True)
    course = UnicodeAttribute()
    version = NumberAttribute()
    edition = NumberAttribute()
    told = UnicodeAttribute()
    changes = UnicodeAttribute(null=True)
    due_shard = UnicodeAttribute(null=True)
    due_at = NumberAttribute(null=True)
    due = DueIndex()


class ChangeItem(TableModel):
    """One change of a holder's colour: the event `status.changed`. Its stream tells the rooms above."""

    class Meta(TableMeta):
        table_name = table_name("changes")
        stream_view_type = "NEW_IMAGE"

    holder = UnicodeAttribute(hash_key=True)
    sequence = NumberAttribute(range_key=True)
    at = NumberAttribute()
    old = UnicodeAttribute()
    new = UnicodeAttribute()
    policy = UnicodeAttribute()
    rule = UnicodeAttribute()
    evidence_id = UnicodeAttribute()
    cause = UnicodeAttribute()


class ChangeStore:
    """What has changed, by holder and in order."""

    def save(self, holder: str, change: Change) -> None:
        """Keep a change; keeping it again changes nothing."""
        item = ChangeItem(
            holder,
            change.sequence,
            at=change.at,
            old=str(change.old),
            new=str(change.new),
            policy=change.reason.policy,
            rule=change.reason.rule,
            evidence_id=change.reason.evidence_id,
            cause=change.cause,
        )
        try:
            item.save(condition=ChangeItem.holder.does_not_exist())
        except PutError as error:
            if not is_refused_condition(error):
                raise

    def page(self, holder: str, *, before: int | None, size: int) -> list[Change]:
        """A holder's changes, newest first, those numbered below `before`."""
        older = ChangeItem.sequence < before if before is not None else None
        found = ChangeItem.query(holder, older, scan_index_forward=False, limit=size, consistent_read=True)
        return [_change(item) for item in found]


def _change(item: ChangeItem) -> Change:
    reason = Reason(item.policy, item.rule, item.evidence_id)
    return Change(int(item.sequence), int(item.at), Colour(item.old), Colour(item.new), reason, item.cause)


class StatusStore:
    """Statuses off the hot path."""

    def forget(self, holder: str) -> None:
        """Take a status away, for somebody who leaves: from then on no code of theirs is honoured."""
        StatusItem(holder).delete()

    def set_standing(self, holder: str, standing: Standing) -> None:
        """Suspend a holder's codes or honour them again, at once."""
        StatusItem(holder).update([StatusItem.standing.set(str(standing))], condition=StatusItem.holder.exists())

    def set_masked_name(self, holder: str, masked_name: bytes) -> None:
        """Let scans show another name, sealed as the one before; it has nothing to do with colours."""
        named = StatusItem.masked_name.set(masked_name)
        StatusItem(holder).update([named], condition=StatusItem.holder.exists())
