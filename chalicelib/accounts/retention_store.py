"""The retention-runs table: how far a walk has come, and the reports of all walks, kept for three years."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute

from chalicelib.accounts.retention_model import Run
from chalicelib.platform.tables import TableMeta, TableModel, carried_out, table_name

WALKS, REFUSALS = "walks", "refusals"
"""Runs that were refused stand apart: the time of a clock that is not believed must prove nothing to the next."""

RETENTION = timedelta(days=3 * 365)
_runs = msgspec.json.Decoder(Run)


class RetentionRunItem(TableModel):
    """One run, as JSON; `revision` and `lease_until` stand beside it because writes are conditional on them."""

    class Meta(TableMeta):
        table_name = table_name("retention-runs")

    kind = UnicodeAttribute(hash_key=True)
    run_id = UnicodeAttribute(range_key=True)
    record = UnicodeAttribute()
    revision = NumberAttribute()
    lease_until = NumberAttribute()
    expires_at = TTLAttribute()


class RetentionStore:
    """Runs, read strongly consistent."""

    def newest(self) -> Run | None:
        """The last walk that was begun."""
        items = RetentionRunItem.query(WALKS, scan_index_forward=False, limit=1, consistent_read=True)
        return next(map(_run, items), None)

    def begin(self, run: Run) -> bool:
        """Keep a new run; False where another was begun in the same second."""
        return carried_out(lambda: _item(WALKS, run).save(condition=RetentionRunItem.kind.does_not_exist()))

    def store(self, old: Run, new: Run) -> bool:
        """Store how far a run has come; False where somebody else has stored meanwhile."""
        as_read = (RetentionRunItem.revision == old.revision) & (RetentionRunItem.lease_until == old.lease_until)
        return carried_out(lambda: _item(WALKS, new).save(condition=as_read))

    def refuse(self, run: Run) -> None:
        """Write down that nothing was deleted, and why."""
        _item(REFUSALS, run).save()

    def page(self, kind: str, *, before: str, size: int) -> list[Run]:
        """Runs, newest first, from before a run on."""
        earlier = RetentionRunItem.run_id < before if before else None
        return list(map(_run, RetentionRunItem.query(kind, earlier, scan_index_forward=False, limit=size)))


def _item(kind: str, run: Run) -> RetentionRunItem:
    return RetentionRunItem(
        kind,
        run.run_id,
        record=msgspec.json.encode(run).decode(),
        revision=run.revision,
        lease_until=run.lease_until,
        expires_at=datetime.fromtimestamp(run.started_at, UTC) + RETENTION,
    )


def _run(item: RetentionRunItem) -> Run:
    return _runs.decode(item.record)
