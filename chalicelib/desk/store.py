"""The assistances table. Every change is one conditional write, and its stream tells each act."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from chalicelib.desk.model import Act, Assistance, State, Why
from chalicelib.platform.tables import TableMeta, TableModel, carried_out, table_name

RETENTION = timedelta(days=3 * 365)
"""What was done in somebody's name is kept as long as records of impact are (PIPL, article 56)."""

_acts = msgspec.json.Decoder(tuple[Act, ...])


class HolderIndex(GlobalSecondaryIndex["AssistanceItem"]):  # type: ignore[no-untyped-call]
    """Who was helped, by when."""

    class Meta:
        index_name = "by_holder"
        projection = AllProjection()

    holder = UnicodeAttribute(hash_key=True)
    opened_at = NumberAttribute(range_key=True)


class AssistanceItem(TableModel):
    """One assistance. `acts` is JSON; nothing in it is personal but the ids of helper and holder."""

    class Meta(TableMeta):
        table_name = table_name("assistances")
        stream_view_type = "NEW_AND_OLD_IMAGES"

    assistance_id = UnicodeAttribute(hash_key=True)
    helper = UnicodeAttribute()
    helper_name = UnicodeAttribute()
    holder = UnicodeAttribute()
    why = UnicodeAttribute()
    place = UnicodeAttribute()
    opened_at = NumberAttribute()
    digest = UnicodeAttribute()
    state = UnicodeAttribute()
    acts = UnicodeAttribute()
    expires_at = TTLAttribute()
    by_holder = HolderIndex()


class AssistanceStore:
    """Assistances by id, read strongly consistent."""

    def get(self, assistance_id: str) -> Assistance | None:
        """An assistance; None where there is none."""
        try:
            return _assistance(AssistanceItem.get(assistance_id, consistent_read=True))
        except AssistanceItem.DoesNotExist:
            return None

    def add(self, new: Assistance) -> bool:
        """Keep a new one; False where its id is taken."""
        return carried_out(lambda: _item(new).save(condition=AssistanceItem.assistance_id.does_not_exist()))

    def replace(self, old: Assistance, new: Assistance) -> bool:
        """Store a change; False where anybody else changed it since `old` was read."""
        changes: list[Any] = [AssistanceItem.state.set(str(new.state)), AssistanceItem.acts.set(_text(new))]
        as_read = (AssistanceItem.state == str(old.state)) & (AssistanceItem.acts == _text(old))
        return carried_out(lambda: AssistanceItem(old.assistance_id).update(changes, condition=as_read))

    def of(self, holder: str) -> list[Assistance]:
        """All that was done for a person, oldest first."""
        return [_assistance(item) for item in AssistanceItem.by_holder.query(holder)]


def _text(assistance: Assistance) -> str:
    return msgspec.json.encode(assistance.acts).decode()


def _item(new: Assistance) -> AssistanceItem:
    return AssistanceItem(
        new.assistance_id,
        helper=new.helper,
        helper_name=new.helper_name,
        holder=new.holder,
        why=str(new.why),
        place=new.place,
        opened_at=new.opened_at,
        digest=new.digest,
        state=str(new.state),
        acts=_text(new),
        expires_at=datetime.fromtimestamp(new.opened_at, UTC) + RETENTION,
    )


def _assistance(item: AssistanceItem) -> Assistance:
    return Assistance(
        assistance_id=item.assistance_id,
        helper=item.helper,
        helper_name=item.helper_name,
        holder=item.holder,
        why=Why(item.why),
        place=item.place,
        opened_at=int(item.opened_at),
        digest=item.digest,
        state=State(item.state),
        acts=_acts.decode(item.acts),
    )
