"""The imports table, one item per file, and the rows that were refused; both are forgotten after 30 days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec
from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, IncludeProjection

from chalicelib.partners.imports.model import KEPT_S, Import
from chalicelib.platform.tables import TableMeta, TableModel, carried_out, table_name

ALL_OPEN = "open"


class ImportsOfClient(GlobalSecondaryIndex["ImportItem"]):  # type: ignore[no-untyped-call]
    """A department's imports, by when they were opened. For lists: what is decided is decided by the import itself."""

    class Meta:
        index_name = "by_client"
        projection = AllProjection()

    client_id = UnicodeAttribute(hash_key=True)
    opened = UnicodeAttribute(range_key=True)


class OpenImports(GlobalSecondaryIndex["ImportItem"]):  # type: ignore[no-untyped-call]
    """The imports of which something can still become: few at any time."""

    class Meta:
        index_name = "open"
        projection = IncludeProjection(["client_id"])

    open = UnicodeAttribute(hash_key=True)
    opened = UnicodeAttribute(range_key=True)
    client_id = UnicodeAttribute()


class ImportItem(TableModel):
    """An import (model.Import). `record` is all of it as JSON.

    Beside it stands what writes are conditional on (`state`, `turn`, `lease_until`), and what those read who follow
    the table's stream. `opened` is `<Unix second>-<import id>`; `open` is there as long as it is.
    """

    class Meta(TableMeta):
        table_name = table_name("imports")
        stream_view_type = "NEW_AND_OLD_IMAGES"

    import_id = UnicodeAttribute(hash_key=True)
    client_id = UnicodeAttribute()
    kind = UnicodeAttribute()
    opened = UnicodeAttribute()
    open = UnicodeAttribute(null=True)
    state = UnicodeAttribute()
    turn = NumberAttribute()
    lease_until = NumberAttribute()
    rows = NumberAttribute()
    accepted = NumberAttribute()
    repeated = NumberAttribute()
    refused = NumberAttribute()
    record = UnicodeAttribute()
    expires_at = TTLAttribute()
    by_client = ImportsOfClient()
    all_open = OpenImports()


class RefusedRowItem(TableModel):
    """A row that was refused, by the line it begins in: why, and nothing that stood in it."""

    class Meta(TableMeta):
        table_name = table_name("refused-rows")

    import_id = UnicodeAttribute(hash_key=True)
    line = NumberAttribute(range_key=True)
    problem = UnicodeAttribute()
    expires_at = TTLAttribute()


class RefusedRow(NamedTuple):
    """A row that was refused: the line it begins in, and the problem document that a request would have had."""

    line: int
    problem: dict[str, Any]


_imports = msgspec.json.Decoder(Import)


class ImportStore:
    """Keeps imports, each write conditional on the import being as it was read."""

    def get(self, import_id: str) -> Import | None:
        """An import (strongly consistent), None where there is none."""
        try:
            return _imports.decode(ImportItem.get(import_id, consistent_read=True).record)
        except ImportItem.DoesNotExist:
            return None

    def open(self, new: Import) -> bool:
        """Put an import up; False where there is one of its id."""
        return carried_out(lambda: _item(new).save(condition=ImportItem.import_id.does_not_exist()))

    def replace(self, old: Import, new: Import) -> bool:
        """Store what has become of an import; False where it is no longer as it was read."""
        as_read = (
            (ImportItem.state == str(old.state))
            & (ImportItem.turn == old.turn)
            & (ImportItem.lease_until == old.lease_until)
        )
        return carried_out(lambda: _item(new).save(condition=as_read))

    def page(self, client_id: str, *, before: str, size: int) -> list[Import]:
        """A department's imports, newest first, from before a cursor on; one of the last second may be missing."""
        older = ImportItem.opened < before if before else None
        found = ImportItem.by_client.query(client_id, older, scan_index_forward=False, limit=size)
        return [_imports.decode(item.record) for item in found]

    def open_of(self, client_id: str) -> int:
        """How many imports of a department are open, as far as the index has heard."""
        return len(list(ImportItem.all_open.query(ALL_OPEN, filter_condition=ImportItem.client_id == client_id)))

    def all_open(self) -> list[str]:
        """The ids of all that are open, the oldest first, as far as the index has heard."""
        return [item.import_id for item in ImportItem.all_open.query(ALL_OPEN)]


class RefusedRows:
    """Keeps the rows that were refused, under the lines they begin in: whoever keeps one again changes nothing."""

    def keep(self, one: Import, rows: Iterable[RefusedRow]) -> None:
        """Keep rows, a few calls for hundreds."""
        with RefusedRowItem.batch_write() as batch:
            for row in rows:
                text = msgspec.json.encode(row.problem).decode()
                batch.save(RefusedRowItem(one.import_id, row.line, problem=text, expires_at=_expiry(one)))

    def forget_behind(self, one: Import) -> None:
        """Forget what was kept behind the checkpoint, by a turn that never came to its own."""
        left = list(RefusedRowItem.query(one.import_id, RefusedRowItem.line > one.line, consistent_read=True))
        with RefusedRowItem.batch_write() as batch:
            for item in left:
                batch.delete(item)

    def page(self, one: Import, *, after: int, size: int) -> Sequence[RefusedRow]:
        """Rows up to the checkpoint, in the order of the file, from behind a line on."""
        found = RefusedRowItem.query(
            one.import_id, RefusedRowItem.line.between(after + 1, max(one.line, after + 1)), limit=size
        )
        return [
            RefusedRow(int(item.line), msgspec.json.decode(item.problem)) for item in found if item.line <= one.line
        ]


def cursor(one: Import) -> str:
    """Where an import stands in the lists of its department."""
    return f"{one.created_at:010d}-{one.import_id}"


def _item(one: Import) -> ImportItem:
    return ImportItem(
        one.import_id,
        client_id=one.client_id,
        kind=str(one.kind),
        opened=cursor(one),
        open=ALL_OPEN if one.is_open else None,
        state=str(one.state),
        turn=one.turn,
        lease_until=one.lease_until,
        rows=one.rows,
        accepted=one.accepted,
        repeated=one.repeated,
        refused=one.refused,
        record=msgspec.json.encode(one).decode(),
        expires_at=_expiry(one),
    )


def _expiry(one: Import) -> datetime:
    return datetime.fromtimestamp(one.created_at + KEPT_S, UTC)
