"""`consent.given`, `.refused`, `.withdrawn` and `.used`: to the client that asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chalicelib.partners.consents.model import State
from chalicelib.partners.webhooks.audience import Addressed, own
from chalicelib.partners.webhooks.model import Event, EventType, event_id
from chalicelib.platform.times import rfc3339

BY_STATE = {
    State.AGREED: (EventType.CONSENT_GIVEN, "agreed_at"),
    State.REFUSED: (EventType.CONSENT_REFUSED, "closed_at"),
    State.WITHDRAWN: (EventType.CONSENT_WITHDRAWN, "closed_at"),
}
"""What a state that a consent has come to is told as, and which attribute says since when."""


def consent_events(change: dict[str, Any]) -> list[Addressed]:
    """What a change of a consent tells. Uses are numbered, so that each is told once."""
    new, old = change.get("NewImage"), change.get("OldImage", {})
    if not new:
        return []
    to = own(new["client_id"]["S"])
    return [Addressed(event, to) for event in (*_moved(new, old), *_used(new, old))]


def _moved(new: dict[str, Any], old: dict[str, Any]) -> Iterator[Event]:
    """The state that it has come to, where that is told."""
    state = State(new["state"]["S"])
    if new["state"] != old.get("state") and state in BY_STATE:
        type, since = BY_STATE[state]
        yield _event(type, new["consent_id"]["S"], int(new[since]["N"]))


def _used(new: dict[str, Any], old: dict[str, Any]) -> Iterator[Event]:
    """The use that was counted."""
    uses = new.get("uses")
    if uses and uses != old.get("uses"):
        yield _event(EventType.CONSENT_USED, new["consent_id"]["S"], int(new["last_use"]["N"]), uses["N"])


def _event(type: EventType, consent_id: str, at: int, *parts: str) -> Event:
    fetch = f"GET /v1/consent-requests/{consent_id}"
    data: dict[str, str | int] = {"consent_id": consent_id, "at": rfc3339(at), "fetch": fetch}
    return Event(event_id(type, consent_id, *parts), type, at, f"consent/{consent_id}", data)
