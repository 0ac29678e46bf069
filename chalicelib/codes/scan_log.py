"""From the stream of the statuses table to the scan log: every accepted scan exactly once.

A record may come twice, late, or in a batch that failed half-way. The item's key is made from the scan itself, so a
repeat overwrites the same item with the same content. The first record that fails is reported to the event source,
which sends it and all after it again.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from chalicelib.codes.store import ScanStore
from chalicelib.platform import telemetry
from chalicelib.platform.records import in_order
from chalicelib.status.model import Scan
from chalicelib.status.register import scan_from


class LoggedScan(NamedTuple):
    """A scan as the stream tells it. `mark` (12 bytes) tells it from others of the same second."""

    holder: str
    mark: bytes
    scan: Scan


class ScanLog:
    """Carries scans from the stream into the log."""

    def __init__(self, store: Callable[[], ScanStore]) -> None:
        self._store = store

    def record(self, records: Iterable[dict[str, Any]]) -> list[str]:
        """Log the scans in a batch, in order; answers the sequence number to resume from, if one failed."""
        return in_order(records, self._keep, function="log_scans")

    def _keep(self, change: dict[str, Any]) -> None:
        """Log the scan of one change; other changes of a status pass by."""
        scan = scan_in(change)
        if scan is not None:
            self._store().save(*scan)
            telemetry.count("ScansLogged")


def scan_in(change: dict[str, Any]) -> LoggedScan | None:
    """The scan that a change of a status item brought, None where it brought none."""
    new, old = change.get("NewImage", {}), change.get("OldImage", {})
    for scan, mark in (("last_scan", "mark"), ("last_look", "look_id")):
        if scan in new and new.get(mark) != old.get(mark):
            return LoggedScan(new["holder"]["S"], _bytes(new[mark]["B"]), scan_from(new[scan]["M"]))
    return None


def _bytes(value: bytes | str) -> bytes:
    """A binary of a stream record: bytes from the service, base64 as Lambda hands it over."""
    return value if isinstance(value, bytes) else base64.b64decode(value)
