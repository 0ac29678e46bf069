"""Time, read once per operation and handed on as Unix seconds UTC."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], float]
"""Answers the present instant in Unix seconds UTC."""

system_clock: Clock = time.time


def rfc3339(seconds: float) -> str:
    """Write an instant as RFC 3339 UTC to the second, `2026-11-22T08:00:00Z`."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_rfc3339(text: str) -> int:
    """Read an RFC 3339 instant as Unix seconds; raises ValueError, also where the offset is missing."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return int(moment.timestamp())
