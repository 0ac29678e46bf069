"""Roll-outs killed at any write, decided twice at once, run twice at once: one edition, one end state, one journal."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from chalicelib.status.model import Colour
from chalicelib.status.policy.store import RulebookItem
from chalicelib.status.policy.sweep_store import LEASE_S
from chalicelib.trust.chain import Sound, check
from chalicelib.wiring import City
from tests.faults.test_races import at_once
from tests.faults.weather import BEFORE, KILLED_AFTER, KILLED_BEFORE, WRITES, Attempt, Crash, Weather, meanwhile, on
from tests.status.policy.ministry import Ministry, colours, expected, settled
from tests.world import Caller, StoppedClock, another_process, caller

PEOPLE = 8
GREEN = [Colour.GREEN] * PEOPLE
COURSE = ["proposed", "approved", "begun", "completed"]


@pytest.fixture
def ministry(city: City, api: Caller) -> Ministry:
    return Ministry(city, api)


def writes(attempt: Attempt) -> bool:
    return attempt.operation in WRITES


def through(ministry: Ministry, roll_out: str) -> None:
    """What happens from an approval on, by itself."""
    ministry.approve(roll_out)
    ministry.minute(page=2)


def proposed_anew(ministry: Ministry, number: int) -> tuple[str, list[Colour]]:
    """A proposal by officers who have just logged in: there and back again in turn; and what is to come of it."""
    fresh = Ministry(ministry.city, ministry.api)
    ministry.proposer, ministry.approver = fresh.proposer, fresh.approver
    policy, colour = (("epidemic@1", expected(PEOPLE)), ("calm@1", GREEN))[number % 2]
    return ministry.propose(policy).body["roll_out_id"], colour


@pytest.mark.parametrize(("death", "first"), [(KILLED_BEFORE, 0), (KILLED_AFTER, 1)], ids=["before", "after"])
def test_a_roll_out_killed_at_any_write_and_resumed_ends_in_the_same_state(
    city: City, ministry: Ministry, weather: Weather, clock: StoppedClock, death: Any, first: int
) -> None:
    people = settled(city, range(PEOPLE))
    for number, write in enumerate(range(first, 60, 7), 1):
        roll_out, outcome = proposed_anew(ministry, number + 1)
        weather.brings(death, to=writes, after=write, times=1)
        with pytest.raises(Crash):
            through(ministry, roll_out)
        weather.clears()
        for _ in range(3):
            clock.advance(LEASE_S + 1)
            ministry.approve(roll_out)
            ministry.minute(page=2)
        assert colours(city, people) == outcome
        assert [step["event"] for step in ministry.look(f"/v1/roll-outs/{roll_out}")["steps"]] == COURSE
        assert ministry.look("/v1/policies")["edition"] == number
    journal = list(city.journal.entries("policies"))
    assert isinstance(check(journal), Sound)
    assert len(journal) == number * len(COURSE)


def test_an_approval_whose_function_died_takes_effect_by_itself(
    city: City, ministry: Ministry, weather: Weather
) -> None:
    people = settled(city, range(PEOPLE))
    roll_out = ministry.propose().body["roll_out_id"]
    weather.brings(KILLED_AFTER, to=on("UpdateItem", "roll-outs"), times=1)
    with pytest.raises(Crash):
        ministry.approve(roll_out)
    weather.clears()
    ministry.minute()
    assert colours(city, people) == expected(PEOPLE)


@pytest.mark.parametrize("table", ["rulebooks", "roll-outs", "sweeps"])
def test_a_throttled_store_is_told_and_nothing_is_lost(ministry: Ministry, weather: Weather, table: str) -> None:
    roll_out = ministry.propose().body["roll_out_id"]
    weather.brings(BEFORE["throttled"], to=on("", table))
    assert ministry.approve(roll_out).code == "unavailable"
    weather.clears()
    assert ministry.approve(roll_out).body["state"] == "rolling_out"
    assert ministry.look("/v1/policies")["edition"] == 1


def test_what_cannot_be_carried_out_keeps_nobody_else_waiting(city: City, ministry: Ministry, weather: Weather) -> None:
    people = settled(city, range(PEOPLE))
    ministry.rolled_out()
    weather.brings(BEFORE["throttled"], to=on("PutItem", "journal"))
    ministry.minute()
    assert colours(city, people) == expected(PEOPLE)
    weather.clears()
    ministry.minute()
    assert len(list(city.journal.entries("policies"))) == len(COURSE)


@pytest.mark.parametrize("visited", [0, 3, 7])
def test_nobody_goes_back_to_an_older_edition_when_another_overtakes_its_roll_out(
    city: City, ministry: Ministry, weather: Weather, clock: StoppedClock, visited: int
) -> None:
    people = settled(city, range(PEOPLE))
    ministry.rolled_out()
    other = another_process(clock)

    def overtake() -> None:
        weather.clears()
        clock.advance(60)
        ministry.rolled_out("calm@1")
        ministry.minute(city=other)

    weather.brings(meanwhile(overtake), to=on("UpdateItem", "statuses"), after=visited, times=1)
    ministry.minute()
    clock.advance(LEASE_S + 1)
    ministry.minute()
    assert colours(city, people) == GREEN
    assert {kept.edition for kept in map(city.ledger.read, people) if kept} == {2}


class Square:
    """Officers in several processes of one city, on any store."""

    def __init__(self, city: City) -> None:
        assert isinstance(city.clock, StoppedClock)
        self.city, self.clock = city, city.clock
        self.ministries = [Ministry(one, caller(one)) for one in (another_process(self.clock) for _ in range(4))]
        self.people = settled(city, range(PEOPLE))

    def each(self, act: Callable[[Ministry], Any]) -> list[Any]:
        """The same act in every process at once."""
        return at_once([partial(act, ministry) for ministry in self.ministries])


@pytest.fixture(scope="module")
def square(anywhere: City) -> Square:
    return Square(anywhere)


def test_two_roll_outs_approved_at_once_make_two_editions_in_order(square: Square) -> None:
    square.clock.advance(60)
    before = {int(item.edition) for item in RulebookItem.scan()}
    roll_outs = [ministry.propose().body["roll_out_id"] for ministry in square.ministries]
    pairs = zip(square.ministries, roll_outs, strict=True)
    replies = at_once([partial(ministry.approve, roll_out) for ministry, roll_out in pairs])
    assert [reply.status for reply in replies] == [200] * 4
    made = [reply.body["edition"] for reply in replies]
    assert sorted(made) == [len(before) + one for one in range(1, 5)]


def test_one_roll_out_approved_in_many_places_at_once_makes_one_edition(square: Square) -> None:
    square.clock.advance(60)
    before = RulebookItem.count()
    roll_out = square.ministries[0].propose().body["roll_out_id"]
    replies = square.each(lambda ministry: ministry.approve(roll_out))
    assert {reply.status for reply in replies} == {200}
    assert RulebookItem.count() == before + 1


def test_of_an_approval_and_a_rejection_at_once_one_counts(square: Square) -> None:
    for _ in range(4):
        square.clock.advance(60)
        roll_out = square.ministries[0].propose().body["roll_out_id"]
        replies = at_once(
            [partial(square.ministries[1].approve, roll_out), partial(square.ministries[2].reject, roll_out)]
        )
        assert sorted(reply.status for reply in replies) == [200, 409]


def test_a_sweep_run_in_many_places_at_once_recomputes_everybody_and_counts_everybody_once(square: Square) -> None:
    for _ in range(2):
        square.clock.advance(60)
        square.ministries[0].rolled_out("calm@1")
        roll_out = square.ministries[0].rolled_out()
        dry_run = square.ministries[0].dry_run("calm@1").body["dry_run_id"]
        for _ in range(3):
            square.each(lambda ministry: ministry.minute(page=2))
            square.clock.advance(LEASE_S + 1)
        assert colours(square.city, square.people) == expected(PEOPLE)
        look = square.ministries[0].look
        assert look(f"/v1/roll-outs/{roll_out}")["state"] == "complete"
        assert look(f"/v1/dry-runs/{dry_run}")["would_leave"] == {"green": 0, "yellow": 2, "red": 2}
