"""A clock that can be set, so that a demonstration need not wait for midnight."""

from __future__ import annotations

import time

from chalicelib.platform.clock import Clock, system_clock


def starting_at(instant: float | None) -> Clock:
    """A clock that shows `instant` (Unix seconds) now and runs on from there; the system's own for None."""
    if instant is None:
        return system_clock
    start = time.monotonic()
    return lambda: instant + time.monotonic() - start
