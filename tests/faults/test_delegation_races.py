"""Many people at once, in real threads, on both stores: bounds hold, and no circle closes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest

from chalicelib.people.family.model import MOST_DEPENDANTS, MOST_GUARDIANS, Delegation
from chalicelib.wiring import City
from tests.faults.test_races import at_once
from tests.people.family.circle import STEPS_BACK, agree, fresh_people, has_circle, open_at, propose, running, wish
from tests.world import StoppedClock, another_process

RACES = 5
MANY = 4
Act = Callable[[City, Delegation], str]


class Races:
    """Functions side by side."""

    def __init__(self, city: City) -> None:
        assert isinstance(city.clock, StoppedClock)
        self.city, self.now = city, int(city.clock())
        self.functions = [another_process(city.clock) for _ in range(MANY)]

    def run(self, act: Act, wishes: list[Delegation]) -> list[str]:
        """All at once, each by a function of its own."""
        acts: list[Callable[[], str]] = [partial(act, self.functions[n % MANY], one) for n, one in enumerate(wishes)]
        outcomes: list[str] = at_once(acts)
        assert set(outcomes) <= STEPS_BACK | {"done"}
        return outcomes


@pytest.fixture(scope="module")
def races(anywhere: City) -> Races:
    return Races(anywhere)


def test_of_many_proposals_at_once_no_more_than_six_stay(races: Races) -> None:
    for _ in range(RACES):
        guardian, *others = fresh_people(MOST_DEPENDANTS + MANY)
        for other in others[: MOST_DEPENDANTS - 1]:
            assert propose(races.city, wish(guardian, other, now=races.now)) == "done"
        outcomes = races.run(propose, [wish(guardian, one, now=races.now) for one in others[MOST_DEPENDANTS - 1 :]])
        assert Counter(outcomes)["done"] <= 1
        kept = open_at(races.city, guardian)
        assert len(kept) == MOST_DEPENDANTS - 1 + Counter(outcomes)["done"]


def test_of_many_agreements_at_once_no_more_than_four_guardians_are_left(races: Races) -> None:
    for _ in range(RACES):
        person, *guardians = fresh_people(MOST_GUARDIANS + MANY)
        wishes = [wish(guardian, person, now=races.now) for guardian in guardians]
        for one in wishes:
            assert propose(races.city, one) == "done"
        for one in wishes[: MOST_GUARDIANS - 1]:
            assert agree(races.city, one) == "done"
        outcomes = races.run(agree, wishes[MOST_GUARDIANS - 1 :])
        assert len(running(races.city, guardians)) == MOST_GUARDIANS - 1 + Counter(outcomes)["done"] <= MOST_GUARDIANS
        assert agree(races.city, wishes[-1]) in {"done", "too_many_guardians"}, "who stepped back may try again"


def test_of_agreements_that_close_a_circle_together_not_all_are_carried_out(races: Races) -> None:
    for size in (2, 3, 4) * 2:
        people = fresh_people(size)
        wishes = [wish(one, people[(n + 1) % size], now=races.now) for n, one in enumerate(people)]
        for one in wishes:
            assert propose(races.city, one) == "done"
        outcomes = races.run(agree, wishes)
        assert Counter(outcomes)["done"] < size
        assert not has_circle(running(races.city, people))


def test_one_agreement_that_comes_many_times_at_once_is_one(races: Races) -> None:
    for _ in range(RACES):
        one = wish(*fresh_people(2), now=races.now)
        assert propose(races.city, one) == "done"
        assert races.run(agree, [one] * MANY) == ["done"] * MANY
        assert running(races.city, [one.guardian]) == {(one.guardian, one.dependant)}
