"""What this room asks of the registry of clients and of the delivery."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from chalicelib.partners.webhooks.model import Event
from chalicelib.platform.permissions import Kind


class Known(NamedTuple):
    """What the registry knows of a client. One that is suspended is not `active`, and is told nothing."""

    kind: Kind
    scopes: frozenset[str]
    active: bool


KnownClients = Callable[[str], Known | None]
"""Looks a client up by its id; None where there is none."""

NOBODY = Known(Kind.VERIFIER, frozenset(), active=False)


class Deliveries(Protocol):
    """Brings events to endpoints, each at least once."""

    def enqueue(self, endpoint_id: str, event: Event, group: str, now: float) -> object:
        """Have an event brought to an endpoint: once, however often it is asked for. Events of one `group` arrive in
        the order in which they were handed in; an empty one waits for nobody."""

    def resume(self, endpoint_id: str, now: float) -> object:
        """Bring what has waited for an endpoint."""

    def cancel_all(self, endpoint_id: str) -> object:
        """Bring nothing more to an endpoint."""
