"""`import.finished`: to the client that handed the file in."""

from __future__ import annotations

from typing import Any

from chalicelib.partners.webhooks.audience import Addressed, own
from chalicelib.partners.webhooks.model import Event, EventType, event_id
from chalicelib.platform.times import rfc3339

OVER = frozenset({"finished", "failed"})


def import_events(change: dict[str, Any], *, now: float) -> list[Addressed]:
    """What a change of an import tells: that it is over, and nothing of how far it is."""
    new = change.get("NewImage")
    if not new or new["state"]["S"] not in OVER:
        return []
    type, import_id, at = EventType.IMPORT_FINISHED, new["import_id"]["S"], _since(new, now)
    data: dict[str, str | int] = {
        "import_id": import_id,
        "state": new["state"]["S"],
        "at": rfc3339(at),
        "fetch": f"GET /v1/imports/{import_id}",
    }
    event = Event(event_id(type, import_id), type, at, f"import/{import_id}", data)
    return [Addressed(event, own(new["client_id"]["S"]))]


def _since(new: dict[str, Any], now: float) -> int:
    """When it was over."""
    return int(new.get("finished_at", {}).get("N") or now)
