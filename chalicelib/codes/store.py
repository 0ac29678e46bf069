"""The scans table: who scanned a holder's codes, kept 180 days, readable by the holder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute

from chalicelib.codes.model import scan_id
from chalicelib.platform.tables import TableMeta, TableModel, table_name
from chalicelib.status.model import Carrier, Scan, ShownBy

RETENTION = timedelta(days=180)


class ScanItem(TableModel):
    """One accepted scan. `scan_id` is made from its time and the code's position, so writing it twice writes one."""

    class Meta(TableMeta):
        table_name = table_name("scans")
        stream_view_type = "NEW_IMAGE"

    holder = UnicodeAttribute(hash_key=True)
    scan_id = UnicodeAttribute(range_key=True)
    verifier = UnicodeAttribute()
    verifier_name = UnicodeAttribute()
    purpose = UnicodeAttribute()
    place = UnicodeAttribute()
    at = NumberAttribute()
    carrier = UnicodeAttribute(default=Carrier.SCREEN)
    shown_by = UnicodeAttribute(default=ShownBy.HOLDER)
    terminal = UnicodeAttribute(default="")
    fields = UnicodeAttribute(default="")
    expires_at = TTLAttribute()


class ScanStore:
    """Writes and lists scans."""

    def save(self, holder: str, mark: bytes, scan: Scan) -> None:
        """Keep a scan; keeping it again changes nothing."""
        scanned_at = datetime.fromtimestamp(scan.at, UTC)
        ScanItem(holder, scan_id(mark, scan), expires_at=scanned_at + RETENTION, **scan._asdict()).save()

    def page(self, holder: str, *, before: str | None, size: int) -> list[ScanItem]:
        """A holder's scans, newest first, those older than the scan id `before`."""
        older = ScanItem.scan_id < before if before else None
        return list(ScanItem.query(holder, older, scan_index_forward=False, limit=size))
