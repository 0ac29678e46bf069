"""From the stream of the statuses table to the table of changes: `status.changed`, exactly once per change.

The write that changed a status carries the changes it brought. A record may come twice, late, or in a batch that
failed half-way: a change is kept under its number, so a repeat meets it there. The first record that fails is reported
to the event source, which sends it and all after it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from chalicelib.platform import telemetry
from chalicelib.platform.records import in_order
from chalicelib.status.changes import Change, changes_in
from chalicelib.status.store import ChangeStore


class ChangeTeller:
    """Publishes changes of status."""

    def __init__(self, store: Callable[[], ChangeStore]) -> None:
        self._store = store

    def record(self, records: Iterable[dict[str, Any]]) -> list[str]:
        """Publish the changes in a batch, in order; answers the sequence number to resume from, if one failed."""
        return in_order(records, self._keep, function="tell_changes")

    def _keep(self, record: dict[str, Any]) -> None:
        """Publish what one write of a status brought."""
        for change in changes_of(record):
            self._store().save(record["NewImage"]["holder"]["S"], change)
            telemetry.count("StatusChanges", colour=change.new, cause=change.cause)


def changes_of(record: dict[str, Any]) -> list[Change]:
    """The changes that a write of a status item carried; a scan, which leaves the version as it is, carries none."""
    new, old = record.get("NewImage", {}), record.get("OldImage", {})
    if "changes" not in new or new.get("version") == old.get("version"):
        return []
    return changes_in(new["changes"]["S"])
