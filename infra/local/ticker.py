"""Calls the scheduled functions as the cloud's scheduler does; one that fails is reported and soon called again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from infra.local.functions import Scheduled
from infra.local.report import Report, described

RETRY_AFTER_S = 5.0


@dataclass(slots=True)
class Due:
    """A scheduled function and when it is due next, in seconds of the ticker's clock."""

    function: Scheduled
    at: float


class Ticker:
    """All schedules of the city. `tick` is one look at the clock; `run` is looks until told to stop.

    `clock` measures elapsed seconds; a laptop that slept catches up with one call, not with all it missed.
    """

    def __init__(
        self, functions: Iterable[Scheduled], *, report: Report, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._report = report
        self._clock = clock
        start = clock()
        self._due = [Due(function, start + function.every_s) for function in functions]

    def run(self, stop: threading.Event) -> None:
        """Call whatever is due until stopped."""
        while not stop.wait(self._until_next()):
            self.tick()

    def tick(self) -> None:
        """Call what is due now and set its next time."""
        now = self._clock()
        for due in self._due:
            if due.at <= now:
                due.at = now + (due.function.every_s if self._call(due.function) else RETRY_AFTER_S)

    def _call(self, function: Scheduled) -> bool:
        """Call a function; False where it failed, which is reported and ends nothing."""
        try:
            function.call(scheduled_event(function.name))
        except Exception as error:
            self._report(f"{function.name} failed and will be called again: {described(error)}")
            return False
        return True

    def _until_next(self) -> float | None:
        """Seconds to the next due time; None, which waits for the end, where nothing is scheduled."""
        return min((max(0.0, due.at - self._clock()) for due in self._due), default=None)


def scheduled_event(name: str) -> dict[str, Any]:
    """The event with which Amazon EventBridge calls a scheduled function."""
    return {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": "local",
        "resources": [f"arn:aws:events:local:123456789012:rule/{name}"],
        "detail": {},
    }
