"""From the stream of the carriers table to the status lists: what died there is revoked here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from chalicelib.platform import telemetry
from chalicelib.platform.records import Record
from chalicelib.trust.status_lists.service import StatusLists

Image = dict[str, Any] | None
DeadEntries = Callable[[Image, Image], list[tuple[int, int]]]
"""What a change of a carrier, from its old image to its new one, made invalid."""


class CarrierFollower:
    """Revokes dead carriers: those of a batch together, so that a list is written once for all of them."""

    def __init__(self, lists: StatusLists, dead_entries: DeadEntries) -> None:
        self._lists = lists
        self._dead_entries = dead_entries

    def record(self, records: Sequence[Record], *, now: int) -> list[str]:
        """Answers the sequence number to resume from, if it failed: the first, for all can be done again."""
        try:
            self._lists.revoke((entry for record in records for entry in self._dead(record["dynamodb"])), now=now)
        except Exception as error:
            telemetry.fault("revoke_carriers", error)
            return [record["dynamodb"]["SequenceNumber"] for record in records[:1]]
        return []

    def _dead(self, change: Record) -> list[tuple[int, int]]:
        """What one change made invalid."""
        return self._dead_entries(change.get("OldImage"), change.get("NewImage"))
