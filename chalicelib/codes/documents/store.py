"""The allowances table: what verifiers have looked up by number today. Written by the low-level client alone."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute

from chalicelib.platform.tables import TableMeta, TableModel, table_name


class AllowanceItem(TableModel):
    """One verifier's day: `allowance` is `<client id>#<day since 1970>`, and `m<minute of the day>` stands for each
    minute in which somebody was looked up."""

    class Meta(TableMeta):
        table_name = table_name("allowances")

    allowance = UnicodeAttribute(hash_key=True)
    used = NumberAttribute()
    expires_at = TTLAttribute()
