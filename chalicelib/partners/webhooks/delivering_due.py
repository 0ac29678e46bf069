"""Each minute: what is due and nobody woke. Put into the queue; or, in a city without one, delivered."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from chalicelib.partners.webhooks.deliveries import Deliveries
from chalicelib.partners.webhooks.deliveries_model import Due
from chalicelib.partners.webhooks.deliveries_store import DeliveryStore
from chalicelib.partners.webhooks.delivering import Deliverer
from chalicelib.platform import telemetry
from chalicelib.platform.queues import Queue

MOST_OF_A_RUN = 16_000
MOST_OF_AN_ENDPOINT = 1_600
"""In one run: about what an endpoint's lanes take in a minute."""

WORKERS = 16
NO_MORE_AFTER_S = 30.0
"""Attempts begin within this time, so that the last ends before the function does (60 s)."""


class DueDeliveries:
    """Walks what is due and nothing else. Late, twice or half-way: an attempt is claimed before it is made."""

    def __init__(
        self,
        store: DeliveryStore,
        deliveries: Deliveries,
        takers: Callable[[], Iterable[str]],
        deliverer: Callable[[], Deliverer],
        queue: Callable[[], Queue | None],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._deliveries = deliveries
        self._takers = takers
        self._deliverer = deliverer
        self._queue = queue
        self._monotonic = monotonic

    def run(self, *, now: float) -> int:
        """Have all that is due tried; answers how many deliveries that were. Raises what the store raises where it
        cannot be asked."""
        began = self._monotonic()
        found = list(islice(self._due(int(now)), MOST_OF_A_RUN))
        if self._queue() is None:
            self._deliver(found, now, began)
        else:
            self._deliveries.wake(found)
        return len(found)

    def _due(self, now: int) -> Iterator[Due]:
        """What is due at the endpoints that take something now, of each the longest due first, and of all in turns.

        So what has heaped up at one keeps no other back; and what waits for one that is paused is not looked at.
        """
        turn = deque(iter(self._store.due(one, now=now, most=MOST_OF_AN_ENDPOINT)) for one in self._takers())
        while turn:
            endpoint = turn.popleft()
            for one in islice(endpoint, 1):
                yield one
                turn.append(endpoint)

    def _deliver(self, found: Iterable[Due], now: float, began: float) -> None:
        """Lanes side by side, in each one delivery after the other: a receiver that never answers keeps few workers.

        Of what became due in the same second, what follows something comes after it, and need not wait a minute for it.
        """
        lanes = defaultdict[tuple[str, int], list[Due]](list)
        for one in sorted(found, key=lambda one: (one.next_at, one.number, one.delivery_id)):
            lanes[one.endpoint_id, one.lane].append(one)
        with ThreadPoolExecutor(WORKERS) as workers:
            list(workers.map(lambda lane: self._lane(lane, now, began), lanes.values()))

    def _lane(self, lane: Iterable[Due], now: float, began: float) -> None:
        """One lane; what there is no time for is found by the next run."""
        for one in lane:
            passed = self._monotonic() - began
            if passed > NO_MORE_AFTER_S:
                return
            try:
                self._deliverer().attempt(one.endpoint_id, one.delivery_id, now=now + passed)
            except Exception as error:
                telemetry.fault("retry_webhooks", error)
                telemetry.count("WebhooksUntried")
