"""From the stream of a table to events: each record is read, and what it says is handed on before the next is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from chalicelib.partners.webhooks.audience import Addressed
from chalicelib.partners.webhooks.events import Events
from chalicelib.platform.records import Record, in_order

Read = Callable[[dict[str, Any], float], Iterable[Addressed]]
"""What a change of a table tells at an instant, and to whom."""


class Emitter:
    """Tells what the records of one stream say."""

    def __init__(self, function: str, read: Read, events: Callable[[], Events]) -> None:
        self._function = function
        self._read = read
        self._events = events

    def record(self, records: Iterable[Record], *, now: float) -> list[str]:
        """Tell the events of a batch, in order; answers the sequence number to resume from, if one failed."""
        return in_order(records, lambda change: self._tell(change, now), function=self._function)

    def _tell(self, change: dict[str, Any], now: float) -> None:
        """Tell what one change says."""
        for addressed in self._read(change, now):
            self._events().emit(addressed, now=now)
