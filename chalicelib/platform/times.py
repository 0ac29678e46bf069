"""Instants as text. Pure: reading the clock is chalicelib.platform.clock's business."""

from __future__ import annotations

import time
from datetime import datetime


def rfc3339(seconds: float) -> str:
    """Write an instant (Unix seconds) as RFC 3339 UTC to the second, `2026-11-22T08:00:00Z`."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def parse_rfc3339(text: str) -> int:
    """Read an RFC 3339 instant as Unix seconds; raises ValueError, also where the offset is missing."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return int(moment.timestamp())
