"""`carriers.revoked`: to everybody, which status list has other entries revoked than before.

The stream of the lists' table tells keys only, for a token may be long. So the list is asked: several revocations that
are told late come to the one event of the last of them, and signing a list anew with nothing revoked to none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from chalicelib.partners.webhooks.audience import EVERYONE, Addressed
from chalicelib.partners.webhooks.model import Event, EventType, event_id
from chalicelib.platform.times import rfc3339

TOKENS = "tokens"


class Revoked(Protocol):
    """Which token of a list was the last with more entries revoked than the one before it, and when it was signed.

    0 is never.
    """

    @property
    def version(self) -> int: ...

    @property
    def at(self) -> int: ...


LastRevoked = Callable[[int], Revoked]
"""The last revocation on a list."""


def carrier_events(change: dict[str, Any], last_revoked: LastRevoked) -> list[Addressed]:
    """What a new token of a list tells; its place on the shelf tells nothing."""
    keys = change["Keys"]
    if keys["part"]["S"] != TOKENS:
        return []
    number = int(keys["number"]["N"])
    revoked = last_revoked(number)
    return [Addressed(_event(number, revoked), EVERYONE)] if revoked.version else []


def _event(number: int, revoked: Revoked) -> Event:
    type, fetch = EventType.CARRIERS_REVOKED, f"GET /v1/status-lists/{number}"
    data: dict[str, str | int] = {"list": number, "at": rfc3339(revoked.at), "fetch": fetch}
    name = event_id(type, str(number), str(revoked.version))
    return Event(name, type, revoked.at, f"status-list/{number}", data)
