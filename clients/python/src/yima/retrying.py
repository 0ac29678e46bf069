"""Whether something is asked again, and when. Values in, values out."""

from __future__ import annotations

import random
from email.utils import parsedate_to_datetime

from yima.problems import NeverSent, Problem, Unreachable

ATTEMPTS = 4
PATIENCE_S = 30.0
"""Who is told to come back later than that is told so, instead of being kept waiting."""


def pause(attempt: int, error: Problem | Unreachable, *, repeatable: bool, now: float) -> float | None:
    """How long to wait before the next attempt, None where there must be none.

    1. Not after the last attempt.
    2. 429 was certainly not carried out, nor was what found nobody; 503 and a lost answer may have been.
    3. As long as `Retry-After` says, within `PATIENCE_S`; without it half a second, then twice as long each time.
    """
    status = error.status if isinstance(error, Problem) else 0
    untouched = status == 429 or isinstance(error, NeverSent)
    if attempt >= ATTEMPTS or status not in {0, 429, 503} or not (repeatable or untouched):
        return None
    said = _retry_after(error.retry_after, now) if isinstance(error, Problem) else None
    seconds = 0.5 * 2 ** (attempt - 1) * random.uniform(0.75, 1.25) if said is None else said  # noqa: S311
    return seconds if seconds <= PATIENCE_S else None


def _retry_after(header: str, now: float) -> float | None:
    """The seconds of a `Retry-After` header, which may name a date; None where it says nothing."""
    if header.isascii() and header.isdigit():
        return float(header)
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - now)
    except (ValueError, OverflowError):
        return None
