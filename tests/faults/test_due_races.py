"""Two scheduled runs at once, on both stores: every change is told exactly once."""

from __future__ import annotations

from functools import partial

from chalicelib.wiring import City
from tests.faults.colours import DAY, Week, published
from tests.faults.test_races import at_once
from tests.world import another_process


def test_two_runs_at_once_tell_each_change_once(anywhere: City) -> None:
    week = Week(anywhere)
    week.clock.advance(2 * DAY)
    runs = [another_process(week.clock) for _ in range(4)]
    at_once([partial(week.runs, run) for run in runs])
    week.assert_told_once()
    published(anywhere)
    week.assert_told_once()
