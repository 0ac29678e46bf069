"""The imports table, one item per file, and the rows that were refused; both are forgotten after 30 days."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec
from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, IncludeProjection
from pynamodb.models import BatchWrite

from chalicelib.partners.imports.model import KEPT_S, Import
from chalicelib.platform.passing import is_passing_fault
from chalicelib.platform.tables import TableMeta, TableModel, carried_out, table_name

ALL_OPEN = "open"

TOGETHER = 25
"""As many items as one call may write."""

PAUSES_S = (0.1, 0.4, 1.5)
"""How long the rows of one import are left alone when they come faster than the one place where they lie takes them."""


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


Write = Callable[[BatchWrite[RefusedRowItem], RefusedRowItem], None]
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
    """Keeps the rows that were refused, under the lines they begin in: whoever keeps one again changes nothing.

    Those of one import lie in one place, and DynamoDB takes about a thousand a second there.
    """

    def __init__(self, *, sleep: Callable[[float], object] = time.sleep) -> None:
        self._sleep = sleep

    def keep(self, one: Import, rows: Iterable[RefusedRow]) -> None:
        """Keep rows, a few calls for hundreds."""
        self._write([_refused_item(one, row) for row in rows], BatchWrite.save)

    def forget_behind(self, one: Import) -> None:
        """Forget what was kept behind the checkpoint, by a turn that never came to its own."""
        left = list(RefusedRowItem.query(one.import_id, RefusedRowItem.line > one.line, consistent_read=True))
        self._write(left, BatchWrite.delete)

    def page(self, one: Import, *, after: int, size: int) -> Sequence[RefusedRow]:
        """Rows up to the checkpoint, in the order of the file, from behind a line on."""
        lines = RefusedRowItem.line.between(after + 1, max(one.line, after + 1))
        found = RefusedRowItem.query(one.import_id, lines, consistent_read=True, limit=size)
        return [
            RefusedRow(int(item.line), msgspec.json.decode(item.problem)) for item in found if item.line <= one.line
        ]

    def _write(self, items: Sequence[RefusedRowItem], write: Write) -> None:
        """Save or delete items, as many in one call as it takes; raises what PynamoDB does."""
        for start in range(0, len(items), TOGETHER):
            self._write_patiently(items[start : start + TOGETHER], write)

    def _write_patiently(self, items: Sequence[RefusedRowItem], write: Write) -> None:
        """One call, and again after a pause where the store did not take all of it."""
        for pause in (*PAUSES_S, None):
            try:
                with RefusedRowItem.batch_write() as batch:
                    for item in items:
                        write(batch, item)
                return
            except PutError as error:
                if pause is None or not (error.cause is None or is_passing_fault(error)):
                    raise
                self._sleep(pause)


def cursor(one: Import) -> str:
    """Where an import stands in the lists of its department."""
    return f"{one.created_at:010d}-{one.import_id}"


def _refused_item(one: Import, row: RefusedRow) -> RefusedRowItem:
    problem = msgspec.json.encode(row.problem).decode()
    return RefusedRowItem(one.import_id, row.line, problem=problem, expires_at=_expiry(one))


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
