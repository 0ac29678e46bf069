"""Who listens to what. A scan at a gate whose client listens to nothing costs neither a read nor a write."""

from __future__ import annotations

from collections import defaultdict

from chalicelib.partners.webhooks.audience import Audience
from chalicelib.partners.webhooks.kinds import may_be_told
from chalicelib.partners.webhooks.knowing import MAX_AGE_S, RememberedClients
from chalicelib.partners.webhooks.model import EventType
from chalicelib.partners.webhooks.store import EndpointStore, Listener

OFTEN = frozenset({EventType.SCAN_ACCEPTED})
"""What happens so often that even its own client is looked up in the copy."""


class Directory:
    """All endpoints that listen, copied at most every minute: so long it takes until a new one hears what concerns
    everybody, and scans. Of other things a client is told as soon as it listens."""

    def __init__(self, store: EndpointStore, clients: RememberedClients, *, max_age: float = MAX_AGE_S) -> None:
        self._store = store
        self._clients = clients
        self._max_age = max_age
        self._copied_at = 0.0
        self._copy: dict[str, list[Listener]] | None = None

    def listeners(self, type: EventType, audience: Audience, *, now: float) -> list[Listener]:
        """The endpoints that an event of a type is brought to: subscribed, and of a client that may know."""
        return [
            one
            for one in self._candidates(type, audience, now)
            if type in one.events and self._may_know(one.client_id, type, now)
        ]

    def _candidates(self, type: EventType, audience: Audience, now: float) -> list[Listener]:
        """The endpoints of an audience, whatever they are subscribed to."""
        if audience.client_id is None:
            return [one for own in self._all(now).values() for one in own]
        if type in OFTEN:
            return self._all(now).get(audience.client_id, [])
        return self._store.listeners_of(audience.client_id)

    def _may_know(self, client_id: str, type: EventType, now: float) -> bool:
        """Whether a client may be told; one that is suspended is told nothing."""
        known = self._clients.get(client_id, now=now)
        return known.active and may_be_told(type, kind=known.kind, scopes=known.scopes)

    def _all(self, now: float) -> dict[str, list[Listener]]:
        """The copy, made anew where it is old. Threads that find it old at once make it twice, and no harm is done."""
        if self._copy is None or not 0 <= now - self._copied_at < self._max_age:
            copy = defaultdict(list)
            for one in self._store.listeners():
                copy[one.client_id].append(one)
            self._copied_at, self._copy = now, dict(copy)
        return self._copy
