"""Time, read once per operation and handed on as Unix seconds UTC."""

from __future__ import annotations

import time
from collections.abc import Callable

Clock = Callable[[], float]
"""Answers the present instant in Unix seconds UTC."""

system_clock: Clock = time.time
