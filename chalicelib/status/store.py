"""The statuses table: one item per holder, whose stream carries scans and changes to whoever must know."""

from __future__ import annotations

from pynamodb.attributes import BinaryAttribute, MapAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError

from chalicelib.platform.tables import TableMeta, TableModel, is_refused_condition, table_name
from chalicelib.status.model import UNMARKED, Colour, Standing


class LastScan(MapAttribute[str, str | float]):
    """The accepted presentation that set the mark."""

    verifier = UnicodeAttribute()
    verifier_name = UnicodeAttribute()
    purpose = UnicodeAttribute()
    place = UnicodeAttribute()
    at = NumberAttribute()


class StatusItem(TableModel):
    """A holder's status. Issue reads it, verify conditionally updates it (register.py), each in one round trip."""

    class Meta(TableMeta):
        table_name = table_name("statuses")
        stream_view_type = "NEW_AND_OLD_IMAGES"

    holder = UnicodeAttribute(hash_key=True)
    colour = UnicodeAttribute()
    standing = UnicodeAttribute()
    masked_name = BinaryAttribute(legacy_encoding=False)
    mark = BinaryAttribute(legacy_encoding=False)
    last_scan = LastScan(null=True)  # type: ignore[no-untyped-call]


class StatusStore:
    """Statuses off the hot path."""

    def open(self, holder: str, *, colour: Colour, masked_name: bytes) -> None:
        """Give a new holder a status; one that is there already is left as it is."""
        item = StatusItem(
            holder, colour=str(colour), standing=str(Standing.ACTIVE), masked_name=masked_name, mark=UNMARKED
        )
        try:
            item.save(condition=StatusItem.holder.does_not_exist())
        except PutError as error:
            if not is_refused_condition(error):
                raise

    def set_colour(self, holder: str, colour: Colour) -> None:
        """Change the colour at once."""
        StatusItem(holder).update([StatusItem.colour.set(str(colour))], condition=StatusItem.holder.exists())

    def set_standing(self, holder: str, standing: Standing) -> None:
        """Suspend a holder's codes or honour them again, at once."""
        StatusItem(holder).update([StatusItem.standing.set(str(standing))], condition=StatusItem.holder.exists())
