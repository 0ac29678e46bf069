"""Endpoints and events. Values and rules only.

An event says that something happened and where to fetch what became of it: ids and instants, never a name, a number, a
colour or the id of a holder. So whoever listens in, or keeps what they got too long, has learnt little.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import msgspec

from chalicelib.platform.crypto.hashing import sm3
from chalicelib.platform.times import rfc3339

SEPARATOR = "\x1f"
EVENT_ID_DIGITS = 32


class EventType(StrEnum):
    """What an endpoint may be told. The last two are for the endpoint itself: nobody subscribes to them."""

    STATUS_CHANGED = "status.changed"
    SCAN_ACCEPTED = "scan.accepted"
    CONSENT_GIVEN = "consent.given"
    CONSENT_REFUSED = "consent.refused"
    CONSENT_WITHDRAWN = "consent.withdrawn"
    CONSENT_USED = "consent.used"
    APPEAL_FILED = "appeal.filed"
    APPEAL_DECIDED = "appeal.decided"
    CARRIERS_REVOKED = "carriers.revoked"
    KEY_PUBLISHED = "key.published"
    KEY_REVOKED = "key.revoked"
    ALERT_RAISED = "alert.raised"
    IMPORT_FINISHED = "import.finished"
    CHALLENGE = "webhook.challenge"
    TEST = "webhook.test"


class EndpointState(StrEnum):
    """Where an endpoint is in its life. Only an active one is delivered to; what a paused one missed waits for it."""

    PENDING = "pending"
    ACTIVE = "active"
    PAUSED = "paused"
    DISABLED = "disabled"


class EndpointEvent(StrEnum):
    """What happens to an endpoint."""

    PROVE = "prove"
    PAUSE = "pause"
    RESUME = "resume"
    DISABLE = "disable"


LIFECYCLE: dict[EndpointState, dict[EndpointEvent, EndpointState]] = {
    EndpointState.PENDING: {EndpointEvent.PROVE: EndpointState.ACTIVE},
    EndpointState.ACTIVE: {
        EndpointEvent.PAUSE: EndpointState.PAUSED,
        EndpointEvent.DISABLE: EndpointState.DISABLED,
    },
    EndpointState.PAUSED: {
        EndpointEvent.RESUME: EndpointState.ACTIVE,
        EndpointEvent.DISABLE: EndpointState.DISABLED,
    },
    EndpointState.DISABLED: {EndpointEvent.PROVE: EndpointState.ACTIVE},
}
"""`{state: {event: next state}}`. Who has been disabled proves again that the address is theirs."""


class Order(StrEnum):
    """Whether an endpoint gets what concerns one subject in the order in which it happened, or as soon as can be."""

    NONE = "none"
    SUBJECT = "subject"


class Secret(NamedTuple):
    """What deliveries are signed with (`whsec_` and Base64), until when (Unix seconds; None is: until it is replaced).

    `made_for` is the wish it was made for, as Idempotency-Key tells it: the same wish again meets the same secret.
    """

    text: str
    until: int | None = None
    made_for: str = ""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a client wants to be told of what. `secrets` stand newest first."""

    endpoint_id: str
    client_id: str
    url: str
    events: frozenset[EventType]
    secrets: tuple[Secret, ...]
    state: EndpointState
    order: Order = Order.NONE
    created_at: int = 0
    because: str = ""
    """Why it is disabled, as a code; empty otherwise."""

    creation: str = ""
    challenged_at: int = 0
    revision: int = 0

    def live_secrets(self, now: float) -> tuple[str, ...]:
        """The secrets that sign now, newest first: two while one takes over from the other."""
        return tuple(secret.text for secret in self.secrets if secret.until is None or now < secret.until)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at an instant (Unix seconds), about a subject such as `consent/<id>`.

    The same thing always has the same id, however often it is told; `data` is thin (kinds.py: EVENT_TYPES).
    """

    event_id: str
    type: EventType
    at: int
    subject: str
    data: dict[str, str | int]


def event_id(type: EventType, *parts: str) -> str:
    """The id of what happened, made of what tells it from all else of its type. Nobody personal is among the parts:
    they could be tried out."""
    return f"evt_{sm3(SEPARATOR.join((type, *parts)).encode()).hex()[:EVENT_ID_DIGITS]}"


def envelope(event: Event, region: str) -> bytes:
    """An event as it is delivered: CloudEvents 1.0, structured JSON. The same event always gives the same bytes."""
    return msgspec.json.encode(
        {
            "specversion": "1.0",
            "id": event.event_id,
            "source": f"urn:yima:{region}",
            "type": event.type,
            "time": rfc3339(event.at),
            "subject": event.subject,
            "datacontenttype": "application/json",
            "data": event.data,
        }
    )
