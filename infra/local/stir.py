"""Whether something was done lately that may have written: where nothing was, streams and queues are seldom looked at.

All that is done in a local city is done by this process, but for a command in a shell now and then; a rest is short
enough for that one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

LIVELY_S = 2.0
"""How long one thing done keeps everybody looking: the longest way of an event through streams and queues."""

REST_S = 2.0

P = ParamSpec("P")
R = TypeVar("R")


class Stir:
    """Called whenever something was done. `clock` measures elapsed seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last = clock()
        self._stirred = threading.Condition()

    def __call__(self) -> None:
        """Something was done: whoever rests looks at once."""
        with self._stirred:
            self._last = self._clock()
            self._stirred.notify_all()

    def after(self, call: Callable[P, R]) -> Callable[P, R]:
        """The same call, which stirs when it is over, whatever came of it."""

        @wraps(call)
        def stirring(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return call(*args, **kwargs)
            finally:
                self()

        return stirring

    def rest(self) -> None:
        """Return at once in lively times; else when something is done, or after a while."""
        with self._stirred:
            if self._clock() - self._last >= LIVELY_S:
                self._stirred.wait(REST_S)
