"""Lost, replaced and ended papers get onto the status lists, whatever becomes of those who carry it there."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from itertools import cycle
from typing import Any

import pytest

from chalicelib.codes.paper.model import PaperState
from chalicelib.trust.model import DAY_S
from chalicelib.trust.status_list import SIZE, read_token
from chalicelib.trust.status_lists.store import SHELF, StatusListItem
from chalicelib.wiring import City
from functions import revoke_carriers as function
from tests.faults.test_races import at_once
from tests.faults.weather import AFTER, BEFORE, KILLED_AFTER, KILLED_BEFORE, Crash, Weather, everywhere, on
from tests.world import NOON, another_process

A_PAPER_S = 180 * DAY_S
ON_LISTS, ON_CARRIERS = on("", "status-lists"), on("", "carriers")
Record = dict[str, Any]


@pytest.fixture
def here(anywhere: City, monkeypatch: pytest.MonkeyPatch) -> City:
    """A city without any list; the function on the stream is the city's."""
    for item in StatusListItem.scan():
        item.delete()
    monkeypatch.setattr(function, "city", lambda: anywhere)
    return anywhere


def allot(city: City) -> tuple[int, int]:
    return city.status_lists.allot(NOON, NOON + A_PAPER_S)


def revoked(city: City, number: int = 1) -> set[int]:
    """Which of the first entries of a list are."""
    kept = city.status_lists.token(number, now=NOON)
    assert kept.unpacked is not None
    bits = read_token(kept.unpacked.token).list()
    return {index for index in range(1000) if bits.is_revoked(index)}


def image(index: int, state: PaperState, number: int = 1) -> dict[str, Any]:
    """A slot as the stream tells it, as far as it matters."""
    return {"list": {"N": str(number)}, "index": {"N": str(index)}, "state": {"S": str(state)}}


def lost(index: int, number: int = 1) -> Record:
    """A paper was reported lost."""
    change = {
        "SequenceNumber": str(1000 + index),
        "OldImage": image(index, PaperState.ACTIVE, number),
        "NewImage": image(index, PaperState.LOST, number),
    }
    return {"eventName": "MODIFY", "dynamodb": change}


def deliver(*records: Record) -> list[str]:
    """Call the function; answers what it names as failed."""
    failures = function.revoke_carriers({"Records": list(records)}, None)["batchItemFailures"]
    return [failure["itemIdentifier"] for failure in failures]


def test_of_many_at_once_everyone_gets_an_entry_of_their_own(here: City) -> None:
    others = [another_process(here.clock) for _ in range(4)]  # type: ignore[arg-type]
    entries = at_once([partial(allot, others[number % 4]) for number in range(24)])
    assert len(set(entries)) == 24
    assert {number for number, _ in entries} == {1}


def test_of_many_at_once_at_the_end_of_a_list_everyone_gets_an_entry_of_their_own(here: City) -> None:
    allot(here)
    StatusListItem(SHELF, 1).update([StatusListItem.taken.set(SIZE - 3)])
    entries = at_once([partial(allot, here) for _ in range(16)])
    assert len(set(entries)) == 16
    assert sorted(entries)[:4] == [(1, SIZE - 3), (1, SIZE - 2), (1, SIZE - 1), (2, 0)]
    assert revoked(here, 2) == set()


@pytest.mark.parametrize("fate", [KILLED_BEFORE, KILLED_AFTER], ids=["before", "after"])
def test_wherever_the_opening_of_a_list_dies_no_entry_comes_twice_and_the_list_is_published(
    here: City, weather: Weather, fate: Any
) -> None:
    taken = {allot(here)}
    for step in range(9):
        StatusListItem(SHELF, here.status_lists.living(now=NOON)[-1].number).update([StatusListItem.taken.set(SIZE)])
        weather.brings(fate, to=ON_LISTS, after=step)
        with suppress(Crash):
            taken.add(allot(here))
        weather.clears()
        entry = allot(here)
        assert entry not in taken
        taken.add(entry)
        here.status_lists.publish(now=NOON)
        assert revoked(here, entry[0]) == set()


def test_many_revocations_at_once_lose_none(here: City) -> None:
    allot(here)
    at_once([partial(deliver, *(lost(worker * 10 + entry) for entry in range(5))) for worker in range(6)])
    assert revoked(here) == {worker * 10 + entry for worker in range(6) for entry in range(5)}


@pytest.mark.parametrize("fault", [*BEFORE, *AFTER])
def test_a_batch_that_fails_comes_again_and_ends_the_same(here: City, weather: Weather, fault: str) -> None:
    allot(here)
    for number, step in zip(cycle(range(900)), range(6), strict=False):
        weather.brings((BEFORE | AFTER)[fault], to=everywhere, after=step)
        failed = deliver(lost(number), lost(number + 50))
        assert failed in ([], [str(1000 + number)])
        weather.clears()
        assert deliver(lost(number + 50), lost(number)) == []
        assert {number, number + 50} <= revoked(here)


def test_a_function_killed_anywhere_gets_the_batch_again(here: City, weather: Weather) -> None:
    allot(here)
    for step in range(5):
        weather.brings(KILLED_AFTER, to=everywhere, after=step)
        with suppress(Crash):
            deliver(lost(step))
        weather.clears()
        assert deliver(lost(step)) == []
        assert step in revoked(here)


def test_a_whole_batch_costs_four_calls_and_never_looks_at_the_carriers(here: City, weather: Weather) -> None:
    allot(here)
    deliver(lost(999))
    weather.clears()
    assert deliver(*(lost(index) for index in range(100))) == []
    assert weather.count(ON_CARRIERS) == 0
    assert [attempt.operation for attempt in weather.attempts] == ["GetItem", "GetItem", "PutItem", "UpdateItem"]


def test_a_batch_over_two_lists_writes_each_once(here: City, weather: Weather) -> None:
    allot(here)
    StatusListItem(SHELF, 1).update([StatusListItem.taken.set(SIZE)])
    allot(here)
    weather.clears()
    assert deliver(lost(1, 1), lost(2, 2), lost(3, 1), lost(4, 2)) == []
    assert weather.count(on("PutItem", "status-lists")) == 2
    assert (revoked(here, 1), revoked(here, 2)) == ({1, 3}, {2, 4})
