"""What the registry knows of clients, remembered for a minute: a scan must not cost a look-up of who scanned."""

from __future__ import annotations

from chalicelib.partners.webhooks.neighbours import NOBODY, Known, KnownClients

MAX_AGE_S = 60
MOST_REMEMBERED = 10_000


class RememberedClients:
    """Clients as they were at most `max_age` seconds ago: so long it takes until one that is suspended hears nothing.

    One process's own; whoever shares it among threads asks twice at the worst.
    """

    def __init__(self, known: KnownClients, *, max_age: float = MAX_AGE_S) -> None:
        self._known = known
        self._max_age = max_age
        self._seen: dict[str, tuple[float, Known]] = {}

    def get(self, client_id: str, *, now: float) -> Known:
        """What is known of a client: of one who is not registered, that it is not active."""
        seen = self._seen.get(client_id)
        if seen is None or not 0 <= now - seen[0] < self._max_age:
            seen = now, self._known(client_id) or NOBODY
            if len(self._seen) >= MOST_REMEMBERED:
                self._seen.clear()
            self._seen[client_id] = seen
        return seen[1]
