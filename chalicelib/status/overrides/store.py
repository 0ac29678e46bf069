"""The overrides table. Every change is one conditional write, and its stream tells each step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from chalicelib.platform.tables import TableMeta, TableModel, carried_out, table_name
from chalicelib.status.model import Colour
from chalicelib.status.overrides.model import Override, State, Step, month_of

LISTED = ("colour", "ground", "hours", "people", "needed", "proposed_at", "state", "steps", "until")

_steps = msgspec.json.Decoder(tuple[Step, ...])


class MonthIndex(GlobalSecondaryIndex["OverrideItem"]):  # type: ignore[no-untyped-call]
    """Overrides by the month of their proposal (UTC), in order of time; without whom they are about, and why."""

    class Meta:
        index_name = "by_month"
        projection = IncludeProjection(list(LISTED))

    month = UnicodeAttribute(hash_key=True)
    proposed = UnicodeAttribute(range_key=True)


class OverrideItem(TableModel):
    """One override. `words` is sealed, and so are the notes in `steps` (JSON). `targets` are holder ids by spaces.

    `proposed` is `<Unix second>-<override id>`: the order of lists, and the cursor behind each entry.
    """

    class Meta(TableMeta):
        table_name = table_name("overrides")
        stream_view_type = "NEW_AND_OLD_IMAGES"

    override_id = UnicodeAttribute(hash_key=True)
    colour = UnicodeAttribute()
    ground = UnicodeAttribute()
    hours = NumberAttribute()
    people = NumberAttribute()
    needed = NumberAttribute()
    proposed_at = NumberAttribute()
    targets = UnicodeAttribute(null=True)
    words = BinaryAttribute(null=True, legacy_encoding=False)
    state = UnicodeAttribute()
    steps = UnicodeAttribute()
    until = NumberAttribute()
    month = UnicodeAttribute()
    proposed = UnicodeAttribute()
    by_month = MonthIndex()


class OverrideStore:
    """Overrides by id, read strongly consistent, and by month."""

    def get(self, override_id: str) -> Override | None:
        """An override; None where there is none."""
        try:
            return _override(OverrideItem.get(override_id, consistent_read=True))
        except OverrideItem.DoesNotExist:
            return None

    def add(self, override: Override) -> bool:
        """Keep a new override; False where its id is taken."""
        return carried_out(lambda: _item(override).save(condition=OverrideItem.override_id.does_not_exist()))

    def replace(self, old: Override, new: Override) -> bool:
        """Store a step; False where anybody else took one since `old` was read."""
        changes: list[Any] = [
            OverrideItem.state.set(str(new.state)),
            OverrideItem.steps.set(_text(new)),
            OverrideItem.until.set(new.until),
        ]
        as_read = (OverrideItem.state == str(old.state)) & (OverrideItem.steps == _text(old))
        return carried_out(lambda: OverrideItem(old.override_id).update(changes, condition=as_read))

    def of_month(self, month: str, *, before: str = "", size: int | None = None) -> Iterator[Override]:
        """What was proposed in a month, newest first, from before a cursor on."""
        earlier = OverrideItem.proposed < before if before else None
        items = OverrideItem.by_month.query(month, earlier, scan_index_forward=False, limit=size)
        return map(_override, items)


def cursor(override: Override) -> str:
    """Where an override stands in its month."""
    return f"{override.proposed_at:010d}-{override.override_id}"


def steps_in(text: str) -> tuple[Step, ...]:
    """The steps of an item, or of an image in the stream."""
    return _steps.decode(text)


def _text(override: Override) -> str:
    return msgspec.json.encode(override.steps).decode()


def _item(override: Override) -> OverrideItem:
    return OverrideItem(
        override.override_id,
        colour=str(override.colour),
        ground=override.ground,
        hours=override.hours,
        people=override.people,
        needed=override.needed,
        proposed_at=override.proposed_at,
        targets=" ".join(override.targets),
        words=override.words,
        state=str(override.state),
        steps=_text(override),
        until=override.until,
        month=month_of(override.proposed_at),
        proposed=cursor(override),
    )


def _override(item: OverrideItem) -> Override:
    return Override(
        override_id=item.override_id,
        colour=Colour(item.colour),
        ground=item.ground,
        hours=int(item.hours),
        people=int(item.people),
        needed=int(item.needed),
        proposed_at=int(item.proposed_at),
        targets=tuple((item.targets or "").split()),
        words=item.words or b"",
        state=State(item.state),
        steps=steps_in(item.steps),
        until=int(item.until),
    )
