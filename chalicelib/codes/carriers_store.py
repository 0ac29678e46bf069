"""The carriers table: what a holder has been given to hold in hand. One slot per holder and kind, so one living paper.

Its stream tells which entries of the status lists died (paper/model.py: dead_entries).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec
from pynamodb.attributes import BinaryAttribute, NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError
from pynamodb.expressions.condition import Condition

from chalicelib.codes.paper.model import SLOT, Paper, PaperState, Slot
from chalicelib.platform.tables import TableMeta, TableModel, is_refused_condition, table_name

KEPT = timedelta(days=30)
"""How long a slot is kept after its paper has run out."""

_papers = msgspec.json.Decoder(tuple[Paper, ...])


class CarrierItem(TableModel):
    """A slot. The present paper stands in attributes of its own, those before it in `past` (JSON); `text` is the sealed
    text of the symbol, so that it can be printed again; `revision` counts the writes."""

    class Meta(TableMeta):
        table_name = table_name("carriers")
        stream_view_type = "NEW_AND_OLD_IMAGES"

    holder = UnicodeAttribute(hash_key=True)
    slot = UnicodeAttribute(range_key=True)
    revision = NumberAttribute()
    list_number = NumberAttribute(attr_name="list")
    list_index = NumberAttribute(attr_name="index")
    kid = UnicodeAttribute()
    issued_at = NumberAttribute()
    expires_at = NumberAttribute()
    state = UnicodeAttribute()
    since = NumberAttribute()
    creation = UnicodeAttribute()
    digest = UnicodeAttribute()
    issued_by = UnicodeAttribute(default="")
    ended_by = UnicodeAttribute(default="")
    text = BinaryAttribute(legacy_encoding=False)
    past = UnicodeAttribute(default="[]")
    kept_until = TTLAttribute()


class Kept(NamedTuple):
    """A slot as it was read: its papers, the sealed text of the present one, and after how many writes."""

    slot: Slot
    text: bytes
    revision: int


class CarrierStore:
    """Reads and replaces slots. Every write is one, made only where nobody wrote since the slot was read."""

    def get(self, holder: str) -> Kept | None:
        """A holder's slot (strongly consistent), None for who never had a paper."""
        try:
            item = CarrierItem.get(holder, SLOT, consistent_read=True)
        except CarrierItem.DoesNotExist:
            return None
        return Kept(Slot(_present(item), _papers.decode(item.past)), item.text, int(item.revision))

    def put(self, holder: str, slot: Slot, text: bytes, *, after: Kept | None) -> bool:
        """Write a slot in place of `after`; False where somebody else was quicker."""
        item = _item(holder, slot, text, revision=after.revision + 1 if after else 1)
        try:
            item.save(condition=_unchanged(after))
        except PutError as error:
            if not is_refused_condition(error):
                raise
            return False
        return True


def _unchanged(after: Kept | None) -> Condition:
    """That nobody wrote since."""
    return CarrierItem.holder.does_not_exist() if after is None else CarrierItem.revision == after.revision


def _present(item: CarrierItem) -> Paper:
    """The present paper of an item."""
    return Paper(
        list_number=int(item.list_number),
        index=int(item.list_index),
        kid=item.kid,
        issued_at=int(item.issued_at),
        expires_at=int(item.expires_at),
        creation=item.creation,
        digest=item.digest,
        since=int(item.since),
        state=PaperState(item.state),
        issued_by=item.issued_by,
        ended_by=item.ended_by,
    )


def _item(holder: str, slot: Slot, text: bytes, *, revision: int) -> CarrierItem:
    """A slot as an item."""
    present = msgspec.structs.asdict(slot.present)
    return CarrierItem(
        holder,
        SLOT,
        revision=revision,
        list_index=present.pop("index"),
        text=text,
        past=msgspec.json.encode(slot.past).decode(),
        kept_until=datetime.fromtimestamp(slot.present.expires_at, UTC) + KEPT,
        **present,
    )
