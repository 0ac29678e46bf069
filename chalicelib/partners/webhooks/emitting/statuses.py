"""`status.changed`: to the clients whom the holder lets watch their colour, and to each under its own consent.

What is told is that there is something to ask for. The colour itself is disclosed under the consent, which is counted
and shown to the holder; so a client that keeps the event has kept nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from chalicelib.partners.webhooks.audience import Addressed, own
from chalicelib.partners.webhooks.emitting.scans import ID_DIGITS, Hidden
from chalicelib.partners.webhooks.model import Event, EventType, event_id
from chalicelib.platform.times import rfc3339

FETCH = "POST /v1/disclosures"


class Watching(Protocol):
    """A consent under which a client may watch a colour."""

    @property
    def consent_id(self) -> str: ...

    @property
    def client_id(self) -> str: ...

    @property
    def agreed_at(self) -> int: ...


WatchingColour = Callable[[str, float], Iterable[Watching]]
"""The running consents of a holder under which a colour is watched."""


def status_events(change: dict[str, Any], watching: WatchingColour, hidden: Hidden, *, now: float) -> list[Addressed]:
    """What a new item of the table of changes tells: nothing of what was before somebody agreed."""
    new = change.get("NewImage")
    if not new:
        return []
    holder, at, sequence = new["holder"]["S"], int(new["at"]["N"]), new["sequence"]["N"]
    since = {one.consent_id: one for one in watching(holder, now) if one.agreed_at <= at}
    names = {name: hidden("status-event", holder, sequence, name) for name in since}
    return [Addressed(_event(name, at, names[name]), own(one.client_id)) for name, one in since.items()]


def _event(consent_id: str, at: int, name: str) -> Event:
    """A change as the client of one consent hears it. By the ids two clients cannot tell that they heard the same."""
    changed = EventType.STATUS_CHANGED
    data: dict[str, str | int] = {"consent_id": consent_id, "at": rfc3339(at), "fetch": FETCH}
    return Event(event_id(changed, name[:ID_DIGITS]), changed, at, f"consent/{consent_id}", data)
