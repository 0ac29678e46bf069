"""`scan.accepted`: to the client that scanned, so that its office hears what its gates do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.partners.webhooks.audience import Addressed, own
from chalicelib.partners.webhooks.model import Event, EventType, event_id
from chalicelib.platform.times import rfc3339

ID_DIGITS = 32

Hidden = Callable[..., str]
"""A name for something personal that tells nothing of it (Fields.blind_index)."""


def scan_events(change: dict[str, Any], hidden: Hidden) -> list[Addressed]:
    """What a new item of the scan log tells; one that time has taken away tells nothing.

    A scan is known by its holder and its number: what is told is a name made of both that leads to neither.
    """
    new = change.get("NewImage")
    if not new:
        return []
    at = int(new["at"]["N"])
    scan = hidden("scan-event", new["holder"]["S"], new["scan_id"]["S"])[:ID_DIGITS]
    data: dict[str, str | int] = {
        "scan": scan,
        "at": rfc3339(at),
        "purpose": new["purpose"]["S"],
        "terminal": new.get("terminal", {}).get("S", ""),
    }
    event = Event(event_id(EventType.SCAN_ACCEPTED, scan), EventType.SCAN_ACCEPTED, at, f"scan/{scan}", data)
    return [Addressed(event, own(new["verifier"]["S"]))]
