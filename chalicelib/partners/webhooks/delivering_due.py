"""Each minute: what is due and nobody woke. Put into the queue; or, in a city without one, delivered."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from chalicelib.partners.webhooks.deliveries import Deliveries
from chalicelib.partners.webhooks.deliveries_model import Due
from chalicelib.partners.webhooks.deliveries_store import SHARDS, DeliveryStore
from chalicelib.partners.webhooks.delivering import Deliverer
from chalicelib.platform import telemetry
from chalicelib.platform.queues import Queue

MOST_OF_A_SHARD = 1000
MOST_OF_AN_ENDPOINT = 100
"""Of a shard, in one run: about what its lanes take in a minute. What has heaped up at one keeps no other back."""

LOOKED_AT = 5000
"""So far a run looks in a shard, past what has heaped up."""

WORKERS = 16
NO_MORE_AFTER_S = 30.0
"""Attempts begin within this time, so that the last ends before the function does (60 s)."""


class DueDeliveries:
    """Walks what is due and nothing else. Late, twice or half-way: an attempt is claimed before it is made."""

    def __init__(
        self,
        store: DeliveryStore,
        deliveries: Deliveries,
        deliverer: Callable[[], Deliverer],
        queue: Callable[[], Queue | None],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._deliveries = deliveries
        self._deliverer = deliverer
        self._queue = queue
        self._monotonic = monotonic

    def run(self, *, now: float) -> int:
        """Have all that is due tried; answers how many deliveries that were. Raises what the store raises where it
        cannot be asked."""
        began = self._monotonic()
        found = list(self._due(int(now)))
        if self._queue() is None:
            self._deliver(found, now, began)
        else:
            self._deliveries.wake(found)
        return len(found)

    def _due(self, now: int) -> Iterator[Due]:
        """What is due, of each shard the longest due. Each minute begins with another shard: see status/due.py."""
        first = now // 60 % len(SHARDS)
        for shard in SHARDS[first:] + SHARDS[:first]:
            yield from islice(self._fairly(self._store.due(shard, now=now, most=LOOKED_AT)), MOST_OF_A_SHARD)

    def _fairly(self, found: Iterable[Due]) -> Iterator[Due]:
        """What is due, and of each endpoint not too much."""
        taken = Counter[str]()
        for one in found:
            taken[one.endpoint_id] += 1
            if taken[one.endpoint_id] <= MOST_OF_AN_ENDPOINT:
                yield one

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
