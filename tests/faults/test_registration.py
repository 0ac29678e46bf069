"""A registration that dies half-way is completed by the next log-in, and one person is one holder, whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import pytest

from chalicelib.people.sandbox import RESIDENTS, SandboxIdentityProvider
from chalicelib.people.store import HolderItem, IdentityItem
from chalicelib.status.store import StatusItem
from chalicelib.wiring import City
from infra.local.dynamo import Store
from tests.faults.weather import (
    AFTER,
    BEFORE,
    KILLED_BEFORE,
    Crash,
    Fault,
    Weather,
    everywhere,
    meanwhile,
    on,
)
from tests.world import Caller, StoppedClock, another_process, caller, found_city, moved_in

PERSON = RESIDENTS[0]


class Records(NamedTuple):
    """Who is on record, by holder id, in each of the three tables."""

    identities: list[str]
    statuses: list[str]
    holders: list[str]


def records() -> Records:
    return Records(
        [item.holder for item in IdentityItem.scan()],
        [item.holder for item in StatusItem.scan()],
        [item.holder for item in HolderItem.scan()],
    )


def assert_one_holder() -> None:
    identities, statuses, holders = records()
    assert len(identities) == 1
    assert identities == statuses == holders


def forget_everybody() -> None:
    for table in (IdentityItem, StatusItem, HolderItem):
        for item in table.scan():
            item.delete()


@pytest.fixture(scope="module")
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture(scope="module")
def city(embedded_store: Store, clock: StoppedClock) -> Iterator[City]:
    """One city for all these tests; each begins with nobody in it."""
    yield found_city(clock)
    embedded_store.clear()


@pytest.fixture
def api(city: City) -> Caller:
    """A function that nobody has asked anything yet."""
    forget_everybody()
    return caller(city)


def attempts_of_a_registration(city: City, weather: Weather) -> int:
    """How often a first log-in asks AWS, once its function is warm."""
    for _ in range(2):
        forget_everybody()
        weather.clears()
        moved_in(city)
    asked = weather.count(everywhere)
    forget_everybody()
    return asked


def test_wherever_a_registration_dies_the_next_log_in_completes_it(city: City, api: Caller, weather: Weather) -> None:
    hotel = api.token_for(city.clients.register("hotel"))
    steps = attempts_of_a_registration(city, weather)
    assert steps >= 5
    for step in range(steps):
        weather.clears()
        weather.brings(KILLED_BEFORE, after=step)
        with pytest.raises(Crash):
            moved_in(city, PERSON)
        weather.clears()
        holder = api.log_in(PERSON)
        seen = api.verify(api.code(holder), hotel, purpose="lodging").body
        assert seen["holder"] == {"name": "林*晴"}, f"step {step}"
        assert_one_holder()
        forget_everybody()


@pytest.mark.parametrize("fault", AFTER.values(), ids=AFTER)
def test_answers_that_were_lost_make_no_second_holder(city: City, weather: Weather, fault: Fault) -> None:
    for step in range(attempts_of_a_registration(city, weather)):
        weather.clears()
        weather.brings(fault, after=step, times=1)
        holder = moved_in(city, PERSON)
        assert records() == ([holder], [holder], [holder])
        forget_everybody()


def test_whenever_two_registrations_meet_they_make_one_holder(
    city: City, weather: Weather, clock: StoppedClock
) -> None:
    other = another_process(clock)
    moved_in(other)
    steps = attempts_of_a_registration(city, weather)
    for step in range(steps):
        weather.clears()
        weather.brings(meanwhile(partial(moved_in, other, PERSON)), after=step, times=1)
        holder = moved_in(city, PERSON)
        assert weather.count(everywhere) > steps, "the other one came in between"
        assert records() == ([holder], [holder], [holder])
        forget_everybody()


@pytest.mark.parametrize("fault", BEFORE.values(), ids=BEFORE)
@pytest.mark.parametrize("table", ["identities", "statuses", "holders"])
def test_a_store_in_trouble_at_a_first_log_in_is_said_to_be_unavailable(
    api: Caller, weather: Weather, fault: Fault, table: str
) -> None:
    weather.brings(fault, to=on("PutItem", table))
    reply = api.post("/v1/sessions", SandboxIdentityProvider.login(PERSON))
    assert (reply.status, reply.code) == (503, "unavailable")
    weather.clears()
    api.log_in(PERSON)
    assert_one_holder()
