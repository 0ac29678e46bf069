"""Telling the changes that time has brought. The colours are right without it; it only says so."""

from __future__ import annotations

from chalicelib.platform import telemetry
from chalicelib.status.changes import passed, telling
from chalicelib.status.ledger import SHARDS, Kept, StatusLedger


class DueChanges:
    """Walks what is due and nothing else: one query a shard, one conditional write a holder."""

    def __init__(self, ledger: StatusLedger) -> None:
        self._ledger = ledger

    def tell_all(self, *, now: int) -> int:
        """Tell all that is due, each change once, late or twice at once; answers how many holders were told.

        A holder that cannot be told is left for the next run and keeps nobody else waiting. Each minute begins with
        another shard, so that where a run is cut off by its time, and the next begins, all shards come by. Raises what
        the store raises where it cannot be asked at all.
        """
        first = now // 60 % len(SHARDS)
        shards = SHARDS[first:] + SHARDS[:first]
        return sum(self._told(old, now) for shard in shards for old in self._ledger.due(shard, now=now))

    def _told(self, old: Kept, now: int) -> bool:
        """Tell one holder's changes; False where somebody else did so just now, or it has to wait."""
        try:
            changes = passed(old.course, old.told, now=now)
            new = old._replace(version=old.version + 1, told=telling(old.told, changes, now=now))
            return self._ledger.store(new, changes, read=old.version)
        except Exception as error:
            telemetry.fault("apply_due_changes", error)
            telemetry.count("ChangesUntold")
            return False
