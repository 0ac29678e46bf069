"""Walking all holders, a page at a time, so that it can be stopped anywhere and resumed by anybody.

A page is visited, then stored in one conditional write that counts it and moves the cursor. Killed before the write, it
is visited again; killed after it, it is not. Two who walk the same page count it once. What a visit does must
bear repeating.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Protocol

import msgspec

from chalicelib.platform import telemetry
from chalicelib.platform.clock import Clock
from chalicelib.platform.http.refusals import Unavailable
from chalicelib.platform.passing import is_passing_fault
from chalicelib.status.ledger import Kept
from chalicelib.status.policy.sweep_model import SEGMENTS, Segment, Sweep, SweepKind
from chalicelib.status.policy.sweep_store import LEASE_S, SweepStore

PAGE = 100
"""Holders in one write of the cursor: what a kill can make us visit again."""


class Visit(Protocol):
    """What a sweep does with one holder; answers how they are counted, "" for not at all. Bears repeating."""

    def __call__(self, kept: Kept, *, now: int) -> str: ...


class Population(Protocol):
    """All holders."""

    def page(self, segment: int, *, of: int, after: str, size: int) -> tuple[list[Kept], str]:
        """Some holders of a segment, and the one to go on after ("" at the end)."""


class Sweeper:
    """Walks what is to be walked."""

    def __init__(
        self,
        store: SweepStore,
        *,
        population: Population,
        visits: dict[SweepKind, Callable[[Sweep], Visit]],
        page: int = PAGE,
    ) -> None:
        self._store = store
        self._population = population
        self._visits = visits
        self._page = page

    def run(self, *, clock: Clock, has_time: Callable[[], bool]) -> int:
        """Walk free segments, of the oldest sweep first, while there is time; answers how many holders were visited.

        A sweep that cannot go on now is left to the next run, and keeps no other waiting.
        """
        visited = 0
        for sweep in self._store.unfinished():
            try:
                visited += self._walked(sweep, clock, has_time)
            except Exception as error:
                telemetry.fault("sweep", error)
                telemetry.count("SweepsDelayed")
        return visited

    def _walked(self, sweep: Sweep, clock: Clock, has_time: Callable[[], bool]) -> int:
        """Walk what is free of one sweep."""
        store, visit, visited = self._store, self._visits[sweep.kind](sweep), 0
        for segment in store.segments(sweep.sweep_id):
            if segment.is_free(int(clock())):
                if not has_time():
                    return visited
                visited += self._walked_segment(sweep, segment, visit, clock, has_time)
        progress = store.progress(sweep.sweep_id)
        if progress is not None and progress.finished_at is not None:
            store.finish(sweep, now=int(clock()))
        return visited

    def _walked_segment(
        self, sweep: Sweep, segment: Segment, visit: Visit, clock: Clock, has_time: Callable[[], bool]
    ) -> int:
        """Walk one segment, a page at least; where time is over it is given free for the next run."""
        visited, now = 0, int(clock())
        if not self._store.take(sweep, segment, now=now):
            return 0
        here = msgspec.structs.replace(segment, lease_until=now + LEASE_S)
        while here.finished_at is None:
            done = self._page_done(here, visit, int(clock()))
            if done.finished_at is None and not has_time():
                done = msgspec.structs.replace(done, lease_until=0)
            if not self._store.store(sweep, here, done):
                return visited
            visited += done.done - here.done
            here = done
            if not here.lease_until:
                return visited
        return visited

    def _page_done(self, segment: Segment, visit: Visit, now: int) -> Segment:
        """The segment with its next page visited."""
        number = SEGMENTS.index(segment.name)
        holders, after = self._population.page(number, of=len(SEGMENTS), after=segment.after, size=self._page)
        outcomes = [_visited(visit, kept, now) for kept in holders]
        counts = Counter(outcome for outcome in outcomes if outcome)
        failed = sum(outcome is None for outcome in outcomes)
        done = segment.with_page(after=after, done=len(holders), failed=failed, counts=counts)
        return msgspec.structs.replace(done, lease_until=now + LEASE_S, finished_at=None if after else now)


def _visited(visit: Visit, kept: Kept, now: int) -> str | None:
    """Visit one holder; None where a fault of ours prevents it, which keeps nobody else waiting."""
    try:
        return visit(kept, now=now)
    except Exception as error:
        if isinstance(error, Unavailable) or is_passing_fault(error):
            raise
        telemetry.fault("sweep", error)
        telemetry.count("HoldersNotSwept")
        return None
