"""What became of one attempt to deliver, read from what the receiver answered. Values in, values out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

from chalicelib.partners.webhooks.schedule import LONGEST_ASKED_S

GONE = 410
BUSY = frozenset({429, 503})


class Kind(StrEnum):
    """What follows from an attempt."""

    DELIVERED = "delivered"
    GONE = "gone"
    RETRY_LATER = "retry_later"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One attempt: what follows, why in one word, the HTTP status (0: none came), how long it took.

    `after` are the seconds a receiver asked us to wait. `body` is what it said, for the challenge; nobody keeps it.
    """

    kind: Kind
    reason: str = ""
    status: int = 0
    ms: int = 0
    after: int = 0
    body: bytes = field(default=b"", repr=False)


def unanswered(reason: str, *, ms: int = 0) -> Outcome:
    """Nothing came that could be read."""
    return Outcome(Kind.FAILED, reason, ms=ms)


def answered(status: int, headers: Mapping[str, str], body: bytes, *, ms: int, now: float) -> Outcome:
    """What an answer means. A redirection is a failure: whoever moves says so to us and not to our messages."""
    if 200 <= status < 300:
        return Outcome(Kind.DELIVERED, "", status, ms, body=body)
    if status == GONE:
        return Outcome(Kind.GONE, "gone", status, ms)
    if status in BUSY:
        return Outcome(Kind.RETRY_LATER, "busy", status, ms, retry_after(headers.get("retry-after", ""), now=now))
    return Outcome(Kind.FAILED, "redirected" if 300 <= status < 400 else "status", status, ms)


def retry_after(text: str, *, now: float) -> int:
    """The seconds that a Retry-After asks for (RFC 9110, 10.2.3: a number or a date); 0 where it says nothing we can
    read or lies in the past, a day at most."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), LONGEST_ASKED_S)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError, TypeError):
        return 0
    return min(max(0, round(_seconds(at) - now)), LONGEST_ASKED_S)


def _seconds(at: datetime) -> float:
    """Unix seconds; a date without a zone is in UTC, as all dates of HTTP are."""

    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
