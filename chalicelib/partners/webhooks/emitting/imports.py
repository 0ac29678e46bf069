"""`import.finished`: to the client that handed the file in."""

from __future__ import annotations

from typing import Any

import msgspec

from chalicelib.partners.webhooks.audience import Addressed, own
from chalicelib.partners.webhooks.model import Event, EventType, event_id
from chalicelib.platform.times import rfc3339


class _Over(msgspec.Struct):
    """What is read of an import that is over."""

    finished_at: int


_record = msgspec.json.Decoder(_Over)

OVER = frozenset({"finished", "failed"})


def import_events(change: dict[str, Any]) -> list[Addressed]:
    """What a change of an import tells: that it is over, and nothing of how far it is."""
    new = change.get("NewImage")
    if not new or new["state"]["S"] not in OVER:
        return []
    type, import_id = EventType.IMPORT_FINISHED, new["import_id"]["S"]
    at = _finished_at(new)
    data: dict[str, str | int] = {
        "import_id": import_id,
        "state": new["state"]["S"],
        "at": rfc3339(at),
        "fetch": f"GET /v1/imports/{import_id}",
    }
    event = Event(event_id(type, import_id), type, at, f"import/{import_id}", data)
    return [Addressed(event, own(new["client_id"]["S"]))]


def _finished_at(new: dict[str, Any]) -> int:
    """When it was over."""
    return _record.decode(new["record"]["S"]).finished_at
