"""The scheduler stopped, run twice, killed half-way: no colour is wrong, and every change is told exactly once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib.status.due import DueChanges
from chalicelib.status.ledger import SHARDS, Kept, StatusLedger
from chalicelib.status.store import StatusItem
from chalicelib.wiring import City
from tests.faults.colours import DAY, GREEN, HOUR, RED, YELLOW, Week, assert_unbroken, known, published, told
from tests.faults.weather import (
    AFTER,
    BEFORE,
    KILLED_AFTER,
    KILLED_BEFORE,
    Crash,
    Fault,
    Weather,
    everywhere,
    meanwhile,
    on,
)
from tests.world import NOON, another_process

WRITING = on("UpdateItem", "statuses")


@pytest.fixture
def week(city: City) -> Week:
    return Week(city)


def test_with_the_scheduler_stopped_for_two_days_every_code_has_the_right_colour(week: Week) -> None:
    for hour, colour in [(0, GREEN), (1, YELLOW), (5, YELLOW), (6, RED), (9, YELLOW), (23, YELLOW), (24, GREEN)]:
        week.clock.now = week.begins + hour * HOUR
        [issued] = week.city.issuer.issue(week.changing, now=week.clock())
        assert issued.body.colour is colour
        assert week.city.explanations.status(week.changing, now=int(week.clock())).colour is colour
    week.clock.now = week.begins + 2 * DAY
    assert week.runs() == 2
    week.assert_told_once()


def test_codes_taken_ahead_change_colour_in_their_own_minute(week: Week) -> None:
    issued = week.city.issuer.issue(week.changing, now=week.begins + HOUR - 120, count=4)
    assert [code.body.colour for code in issued] == [GREEN, GREEN, YELLOW, YELLOW]


def test_the_scheduler_running_every_hour_tells_the_same_as_one_that_comes_late(week: Week) -> None:
    for _ in range(48):
        week.clock.advance(HOUR)
        week.runs()
    week.assert_told_once()


def test_it_reads_and_writes_what_is_due_and_nothing_else(week: Week, weather: Weather) -> None:
    week.clock.advance(2 * DAY)
    week.runs()
    assert weather.count(on("Query", "statuses")) == 16, "one query a shard"
    assert weather.count(WRITING) == 2, "one write a holder that is due"
    assert weather.count(everywhere) == 18
    weather.clears()
    assert week.runs() == 0
    assert weather.count(everywhere) == 16
    assert StatusItem.get(week.changing).due_at is None, "who will not change again is not in the index"


@pytest.mark.parametrize("killed", [KILLED_BEFORE, KILLED_AFTER], ids=["before", "after"])
@pytest.mark.parametrize("position", [0, 1])
def test_killed_at_any_write_the_next_run_tells_the_rest(
    week: Week, weather: Weather, killed: Fault, position: int
) -> None:
    week.clock.advance(2 * DAY)
    weather.brings(killed, to=WRITING, after=position, times=1)
    with pytest.raises(Crash):
        week.runs()
    weather.clears()
    week.runs()
    week.assert_told_once()


@pytest.mark.parametrize("fault", [*BEFORE.values(), *AFTER.values()], ids=[*BEFORE, *AFTER])
def test_one_holder_that_cannot_be_told_waits_for_the_next_run_and_keeps_nobody_waiting(
    week: Week, weather: Weather, fault: Fault
) -> None:
    week.clock.advance(2 * DAY)
    weather.brings(fault, to=WRITING, times=2)
    week.runs()
    weather.clears()
    week.runs()
    week.assert_told_once()


def test_evidence_that_comes_between_looking_and_telling_is_told_too_and_nothing_twice(
    week: Week, weather: Weather
) -> None:
    week.clock.advance(10 * HOUR)
    now = int(week.clock())
    elsewhere = another_process(week.clock)
    known(week.city, week.changing, RED, since=now, until=now + HOUR)
    weather.brings(
        meanwhile(lambda: elsewhere.recompute.holder(week.changing, now=now, cause="evidence")), to=WRITING, times=1
    )
    assert week.runs() == 0, "somebody else was quicker"
    published(week.city)
    assert [change.new for change in told(week.changing)] == [YELLOW, RED, YELLOW, RED]
    assert_unbroken(told(week.changing))


def test_a_function_whose_clock_is_behind_takes_nothing_back(week: Week) -> None:
    week.clock.advance(2 * DAY)
    week.runs()
    week.city.due_changes.tell_all(now=week.begins)
    week.city.recompute.holder(week.changing, now=week.begins, cause="evidence")
    week.assert_told_once()


def test_every_minute_begins_with_another_shard_so_that_a_run_cut_off_leaves_none_behind() -> None:
    class Asked(StatusLedger):
        def __init__(self) -> None:
            self.shards: list[str] = []

        def due(self, shard: str, *, now: int) -> Iterator[Kept]:
            self.shards.append(shard)
            return iter(())

    ledger = Asked()
    for minute in range(16):
        DueChanges(ledger).tell_all(now=NOON + 60 * minute)
    runs = [ledger.shards[16 * minute : 16 * (minute + 1)] for minute in range(16)]
    assert all(sorted(run) == sorted(SHARDS) for run in runs)
    assert sorted(run[0] for run in runs) == sorted(SHARDS)


def test_the_first_instant_counts(week: Week) -> None:
    assert week.begins == NOON
    week.clock.advance(HOUR - 1)
    assert week.runs() == 0
    week.clock.advance(1)
    assert week.runs() == 1
