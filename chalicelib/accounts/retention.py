"""The sweep: deletes what the store should have deleted by itself, and evidence that is over. Reported, resumable.

1. The clock is believed only where the city has published something lately by it; else nothing is deleted, and that is
   written down. It is read once: a clock that jumps later on takes nothing along.
2. A walk that was begun goes on where it stopped; a new one begins a while after the last has ended.
3. Whoever walks holds the run for as long as a call may last, so that two at once do not delete for two reports.
4. After each page the run is stored, with what was deleted. Killed before that, the page is walked again: what it had
   deleted is gone and counted nowhere, so a report says the least that was deleted.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from chalicelib.accounts.retention_classes import class_of, kept, swept
from chalicelib.accounts.retention_model import LEASE_S, PAUSE_S, Doubt, Run, Walked, doubt, run_id
from chalicelib.accounts.retention_pages import Pages
from chalicelib.accounts.retention_store import REFUSALS, WALKS, RetentionStore
from chalicelib.platform import telemetry

PAGE_SIZE = 20


class RetentionSweep:
    """Keeps nothing longer than it says. `published_at` is when the city last published its trust list."""

    def __init__(self, store: RetentionStore, pages: Pages, published_at: Callable[[], int]) -> None:
        self._store = store
        self._pages = pages
        self._published_at = published_at

    def run(self, *, now: int, has_time: Callable[[], bool], believed: bool = False) -> Run | None:
        """Walk while there is time; answers the run, or None where there was nothing to do or somebody else does it.

        `believed` is said by a person who has looked: then a long pause is no reason for doubt.
        """
        newest = self._store.newest()
        reason = doubt(now, published_at=self._published_at(), walked_at=newest.walked_at if newest else None)
        if reason is not None and not (believed and reason is Doubt.LONG_PAUSE):
            self._refused(reason, now)
            return None
        run = self._held(self._to_walk(newest, now), now)
        while run is not None and (here := run.next_table) is not None and has_time():
            run = self._walked(run, here, now)
        return run and self._left(run)

    def reports(self, *, refused: bool, before: str) -> list[Run]:
        """A page of reports, newest first."""
        return self._store.page(REFUSALS if refused else WALKS, before=before, size=PAGE_SIZE)

    def _to_walk(self, newest: Run | None, now: int) -> Run | None:
        """The run to go on with, or a new one; None where the last has just ended."""
        if newest is not None and newest.finished_at is None:
            return newest
        if newest is not None and now - (newest.finished_at or 0) < PAUSE_S:
            return None
        new = Run(run_id(now), now, now, tuple(Walked(one.table) for one in swept()))
        return new if self._store.begin(new) else None

    def _held(self, run: Run | None, now: int) -> Run | None:
        """The run in our hands; None where somebody else walks."""
        if run is None or run.lease_until > now:
            return None
        held = msgspec.structs.replace(run, lease_until=now + LEASE_S)
        return held if self._store.store(run, held) else None

    def _walked(self, run: Run, here: Walked, now: int) -> Run | None:
        """The run with the next page of a table walked; None where somebody else took it over.

        A table that the city had when the walk began, and has no more, is behind us.
        """
        table = kept().get(here.table)
        page = self._pages.walk(table, here, now=now) if table else msgspec.structs.replace(here, done=True)
        new = run.with_page(page, now=now)
        if page.deleted > here.deleted:
            telemetry.gauge("RetentionDeleted", page.deleted - here.deleted, data=class_of(here.table))
        return new if self._store.store(run, new) else None

    def _left(self, run: Run) -> Run:
        """The run given free for the next call."""
        free = msgspec.structs.replace(run, lease_until=0)
        self._store.store(run, free)
        return free

    def _refused(self, reason: Doubt, now: int) -> None:
        """Write down that nothing was deleted."""
        telemetry.count("RetentionRefused", reason=str(reason))
        self._store.refuse(Run(run_id(now), now, now, (), refused=str(reason)))
