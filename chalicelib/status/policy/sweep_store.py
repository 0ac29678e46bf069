"""The sweeps table: what is being walked, and how far each segment has come. Kept for 180 days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.update import Action

from chalicelib.platform.tables import TableMeta, TableModel, is_refused_condition, table_name
from chalicelib.status.policy.sweep_model import SEGMENTS, Progress, Segment, Sweep

ALL = "all"
"""The partition in which every sweep stands by its id; its segments stand in a partition of their own."""

LEASE_S = 90
"""How long a segment is left to whoever walks it, after each page; a run that was killed delays it by this much."""

RETENTION = timedelta(days=180)
_sweeps = msgspec.json.Decoder(Sweep)
_segments = msgspec.json.Decoder(Segment)


class SweepItem(TableModel):
    """A sweep (`all`, its id) or one of its segments (its id, the segment's name).

    `record` is JSON; `pages` and `lease_until` of a segment stand beside it because writes are conditional on them,
    and `finished_at` of a sweep because unfinished ones are looked for.
    """

    class Meta(TableMeta):
        table_name = table_name("sweeps")

    sweep = UnicodeAttribute(hash_key=True)
    part = UnicodeAttribute(range_key=True)
    record = UnicodeAttribute()
    pages = NumberAttribute(null=True)
    lease_until = NumberAttribute(null=True)
    finished_at = NumberAttribute(null=True)
    expires_at = TTLAttribute()


class SweepStore:
    """Sweeps and their segments. Segments exist from the first time somebody takes them."""

    def open(self, sweep: Sweep) -> Sweep:
        """Put a sweep up; answers the one that is there under this id, if it was put up before."""
        item = SweepItem(ALL, sweep.sweep_id, record=_text(sweep), expires_at=_expiry(sweep.created_at))
        try:
            item.save(condition=SweepItem.part.does_not_exist())
        except PutError as error:
            if not is_refused_condition(error):
                raise
            return self.get(sweep.sweep_id) or sweep
        return sweep

    def get(self, sweep_id: str) -> Sweep | None:
        """A sweep (strongly consistent), None where there is none of this id."""
        try:
            return _sweeps.decode(SweepItem.get(ALL, sweep_id, consistent_read=True).record)
        except SweepItem.DoesNotExist:
            return None

    def unfinished(self) -> list[Sweep]:
        """Every sweep that has not come to its end (strongly consistent), the oldest first."""
        found = SweepItem.query(ALL, filter_condition=SweepItem.finished_at.does_not_exist(), consistent_read=True)
        return sorted((_sweeps.decode(item.record) for item in found), key=lambda one: (one.created_at, one.sweep_id))

    def progress(self, sweep_id: str) -> Progress | None:
        """How far a sweep has come (strongly consistent), None where there is none."""
        sweep = self.get(sweep_id)
        return Progress(sweep, tuple(self.segments(sweep_id))) if sweep else None

    def segments(self, sweep_id: str) -> Iterator[Segment]:
        """All sixteen, those that nobody has taken yet as they begin."""
        stored = {item.part: _segment(item) for item in SweepItem.query(sweep_id, consistent_read=True)}
        return (stored.get(name, Segment(name)) for name in SEGMENTS)

    def take(self, sweep: Sweep, segment: Segment, *, now: int) -> bool:
        """Take a segment as it was read, for as long as a lease; False where somebody else has, or has moved on."""
        return self._write(sweep, segment, msgspec.structs.replace(segment, lease_until=now + LEASE_S))

    def store(self, sweep: Sweep, old: Segment, new: Segment) -> bool:
        """Store a page that was walked; False where somebody else has stored it: then it counts once, as theirs."""
        return self._write(sweep, old, new)

    def finish(self, sweep: Sweep, *, now: int) -> None:
        """Mark a sweep as finished."""
        SweepItem(ALL, sweep.sweep_id).update(
            actions=[SweepItem.finished_at.set(now)], condition=SweepItem.part.exists()
        )

    def _write(self, sweep: Sweep, old: Segment, new: Segment) -> bool:
        """Write a segment where it still is as it was read."""
        unchanged = (SweepItem.pages == old.pages) & (SweepItem.lease_until == old.lease_until)
        if old == Segment(old.name):
            unchanged = SweepItem.part.does_not_exist()
        actions: list[Action] = [
            SweepItem.record.set(_text(new)),
            SweepItem.pages.set(new.pages),
            SweepItem.lease_until.set(new.lease_until),
            SweepItem.expires_at.set(_expiry(sweep.created_at)),
        ]
        try:
            SweepItem(sweep.sweep_id, old.name).update(actions=actions, condition=unchanged)
        except UpdateError as error:
            if not is_refused_condition(error):
                raise
            return False
        return True


def _text(record: Sweep | Segment) -> str:
    return msgspec.json.encode(record).decode()


def _segment(item: SweepItem) -> Segment:
    return _segments.decode(item.record)


def _expiry(created_at: int) -> datetime:
    return datetime.fromtimestamp(created_at, UTC) + RETENTION
