"""A clock that can be set, so that a demonstration need not wait for midnight."""

from __future__ import annotations

import time
from collections.abc import Callable


class SetClock:
    """Shows one instant (Unix seconds) until it is let go, and runs on from there.

    A city is founded while it stands still: what is asked for is the instant at which people can look.
    """

    def __init__(self, instant: float, *, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._instant = instant
        self._elapsed = elapsed
        self._let_go_at: float | None = None

    def __call__(self) -> float:
        """The present instant."""
        return self._instant + (0 if self._let_go_at is None else self._elapsed() - self._let_go_at)

    def let_go(self) -> None:
        """Let time pass from now on."""
        self._let_go_at = self._elapsed()
