"""`alert.raised`: to the systems that watch over those who look."""

from __future__ import annotations

from typing import Any

from chalicelib.partners.webhooks.audience import EVERYONE, Addressed
from chalicelib.partners.webhooks.model import Event, EventType, event_id
from chalicelib.platform.times import rfc3339


def alert_events(change: dict[str, Any]) -> list[Addressed]:
    """What a new alert tells; that it was closed, or has gone with time, tells nothing: its id is told once."""
    new = change.get("NewImage")
    if not new:
        return []
    type, alert_id, at = EventType.ALERT_RAISED, new["alert_id"]["S"], int(new["at"]["N"])
    data: dict[str, str | int] = {
        "alert_id": alert_id,
        "rule": new["rule"]["S"],
        "at": rfc3339(at),
        "fetch": f"GET /v1/alerts/{alert_id}",
    }
    return [Addressed(Event(event_id(type, alert_id), type, at, f"alert/{alert_id}", data), EVERYONE)]
