"""Leaving: days to think it over, then everything goes, step by step, and whoever is stopped half-way goes on there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pynamodb.exceptions import PynamoDBException

from chalicelib.accounts.leaving import Leaving
from chalicelib.accounts.model import COOLING_OFF_S, LIFECYCLE, Departure, Event, OutOfTurn, State, moved
from chalicelib.accounts.refusals import DependantsFirst, LeavingNow, NotLeaving
from chalicelib.accounts.store import DepartureItem, DepartureStore
from chalicelib.wiring import City
from tests.faults.weather import BEFORE, KILLED_AFTER, KILLED_BEFORE, Crash, Fault, on, weather
from tests.world import NOON

NOW = int(NOON)
HOLDER, OTHER = "a" * 24, "b" * 24
DUE = NOW + COOLING_OFF_S


class House:
    """What somebody has, and loses by leaving."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []
        self.told: list[tuple[str, int]] = []
        self.dependants = False
        self.breaks = ""
        names = ("sessions", "carriers", "identity")
        self.leaving = Leaving(
            DepartureStore(),
            steps={name: self._step(name) for name in names},
            has_dependants=lambda holder, now: self.dependants,
            tell=lambda holder, kind, at: self.told.append((kind, at)),
        )

    def _step(self, name: str) -> Callable[[str, int], None]:
        def take(holder: str, now: int) -> None:
            if self.breaks == name:
                raise RuntimeError(name)
            self.taken.append((holder, name))

        return take

    def goes(self, holder: str = HOLDER) -> list[str]:
        return [name for who, name in self.taken if who == holder]


@pytest.fixture
def house(city: City) -> House:
    return House()


def test_who_asks_to_leave_has_a_week_to_think_it_over(house: House) -> None:
    assert house.leaving.ask(HOLDER, now=NOW).due_at == NOW + 7 * 86_400
    assert house.leaving.run(now=DUE - 1) == 0
    assert house.goes() == []


def test_then_everything_goes_in_its_order_and_once(house: House) -> None:
    house.leaving.ask(HOLDER, now=NOW)
    assert house.leaving.run(now=DUE) == 1
    assert house.leaving.run(now=DUE + 3600) == 0
    assert house.goes() == ["sessions", "carriers", "identity"]


def test_asking_twice_does_not_put_it_off_and_tells_of_the_same_moment(house: House) -> None:
    house.leaving.ask(HOLDER, now=NOW)
    assert house.leaving.ask(HOLDER, now=NOW + 60).asked_at == NOW
    assert house.told == [("leaving_asked", NOW)] * 2


def test_who_changes_their_mind_stays_and_may_ask_anew(house: House) -> None:
    house.leaving.ask(HOLDER, now=NOW)
    house.leaving.withdraw(HOLDER, now=NOW + 60)
    assert house.leaving.withdraw(HOLDER, now=NOW + 61).state is State.WITHDRAWN
    assert house.leaving.read(HOLDER) is None
    assert house.leaving.run(now=DUE) == 0
    assert house.leaving.ask(HOLDER, now=DUE).due_at == DUE + COOLING_OFF_S


def test_who_stayed_is_not_remembered_longer_for_it_than_who_left(house: House) -> None:
    for holder in (HOLDER, OTHER):
        house.leaving.ask(holder, now=NOW)
    assert {item.expires_at for item in DepartureItem.scan()} == {None}, "while it is not over"
    house.leaving.withdraw(HOLDER, now=NOW + 60)
    assert house.leaving.run(now=DUE) == 1
    assert {item.expires_at.timestamp() for item in DepartureItem.scan()} == {DUE + 3 * 365 * 86_400}


def test_there_is_no_way_back_once_it_has_begun(house: House) -> None:
    house.leaving.ask(HOLDER, now=NOW)
    house.breaks = "carriers"
    house.leaving.run(now=DUE)
    for act in (house.leaving.withdraw, house.leaving.ask):
        with pytest.raises(LeavingNow):
            act(HOLDER, now=DUE + 1)


def test_who_never_asked_has_nothing_to_take_back(house: House) -> None:
    with pytest.raises(NotLeaving):
        house.leaving.withdraw(HOLDER, now=NOW)


def test_nobody_leaves_while_others_are_shown_through_them(house: House) -> None:
    house.dependants = True
    with pytest.raises(DependantsFirst):
        house.leaving.ask(HOLDER, now=NOW)


def test_one_who_cannot_be_let_go_keeps_nobody_else(house: House) -> None:
    for holder in (HOLDER, OTHER):
        house.leaving.ask(holder, now=NOW)
    house.breaks = "carriers"
    assert house.leaving.run(now=DUE) == 0
    house.breaks = ""
    assert house.leaving.run(now=DUE + 3600) == 2
    assert house.goes(HOLDER) == house.goes(OTHER) == ["sessions", "carriers", "identity"]


@pytest.mark.parametrize("fault", [KILLED_BEFORE, KILLED_AFTER], ids=["before", "after"])
@pytest.mark.parametrize("write", range(5))
def test_killed_around_any_write_it_goes_on_where_it_was(house: House, fault: Fault, write: int) -> None:
    house.leaving.ask(HOLDER, now=NOW)
    with weather() as between:
        between.brings(fault, to=on("PutItem", "departures"), after=write, times=1)
        with pytest.raises(Crash):
            house.leaving.run(now=DUE)
    house.leaving.run(now=DUE + 3600)
    departure = DepartureStore().get(HOLDER)
    assert departure is not None
    assert departure.state is State.LEFT
    assert list(dict.fromkeys(house.goes())) == ["sessions", "carriers", "identity"]


@pytest.mark.parametrize("fault", BEFORE.values(), ids=BEFORE)
def test_a_store_in_trouble_costs_nobody_their_departure(house: House, fault: Fault) -> None:
    house.leaving.ask(HOLDER, now=NOW)
    with weather() as between:
        between.brings(fault, to=on("PutItem", "departures"), times=8)
        house.leaving.run(now=DUE)
    assert house.leaving.run(now=DUE + 3600) == 1


def test_the_lifecycle_has_no_step_that_is_not_in_its_table() -> None:
    for state in State:
        for event in set(Event) - set(LIFECYCLE[state]):
            with pytest.raises(OutOfTurn):
                moved(Departure(HOLDER, NOW, state), event)


def test_a_store_that_never_answers_is_said_to_whoever_asks(house: House) -> None:
    with weather() as between:
        between.brings(BEFORE["throttled"], to=on("", "departures"))
        with pytest.raises(PynamoDBException):
            house.leaving.ask(HOLDER, now=NOW)
