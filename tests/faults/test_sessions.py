"""A session survives whatever befalls one of its calls, and a name is one name, whoever dies while it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from chalicelib.people.model import Identity
from chalicelib.people.notices import NoticeItem
from chalicelib.people.sandbox import RESIDENTS
from chalicelib.people.sessions.store import SessionItem
from chalicelib.people.store import HolderItem
from chalicelib.wiring import City
from infra.local.dynamo import Store
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
from tests.people.sessions.phone import Phone, signed_in
from tests.world import Caller, StoppedClock, another_process, caller, found_city, moved_in

PERSON = RESIDENTS[0]
RENAMED = Identity("林雨", PERSON.identity.document_type, PERSON.identity.document_number)


@pytest.fixture(scope="module")
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture(scope="module")
def city(embedded_store: Store, clock: StoppedClock) -> Iterator[City]:
    yield found_city(clock)
    embedded_store.clear()


@pytest.fixture(scope="module")
def api(city: City) -> Caller:
    warm = caller(city)
    warm.log_in()
    return warm


@pytest.fixture(params=[True, False], ids=["bound to its device", "not bound"])
def phone(request: pytest.FixtureRequest, city: City, api: Caller) -> Phone:
    """A phone that has used its session before."""
    phone = signed_in(city, api, bound=request.param)
    assert phone.refresh().status == 200
    return phone


def generation(phone: Phone) -> int:
    return int(SessionItem.get(moved_in(phone.city), phone.held["session_id"]).generation)


def attempts_of(act: Callable[[], Any], weather: Weather) -> int:
    """How often something asks AWS."""
    weather.clears()
    act()
    return weather.count(everywhere)


def test_renewing_is_one_write_and_asks_nothing_else(phone: Phone, weather: Weather) -> None:
    assert attempts_of(phone.refresh, weather) == 1
    assert weather.count(on("UpdateItem", "sessions")) == 1


@pytest.mark.parametrize("killed", [KILLED_BEFORE, KILLED_AFTER], ids=["before", "after"])
def test_a_function_that_dies_while_it_renews_loses_no_session(phone: Phone, weather: Weather, killed: Fault) -> None:
    weather.brings(killed, times=1)
    with pytest.raises(Crash):
        phone.refresh()
    weather.clears()
    assert phone.refresh().status == 200
    assert phone.refresh().status == 200


@pytest.mark.parametrize("fault", AFTER.values(), ids=AFTER)
def test_an_answer_of_the_store_that_was_lost_renews_once(phone: Phone, weather: Weather, fault: Fault) -> None:
    before = generation(phone)
    weather.brings(fault, to=on("UpdateItem", "sessions"), times=1)
    assert phone.refresh().status == 200
    assert generation(phone) == before + 1
    weather.clears()
    assert phone.refresh().status == 200


@pytest.mark.parametrize("fault", BEFORE.values(), ids=BEFORE)
def test_a_store_in_trouble_uses_no_refresh_token_up(phone: Phone, weather: Weather, fault: Fault) -> None:
    weather.brings(fault, to=on("", "sessions"))
    reply = phone.refresh()
    assert (reply.status, reply.code) == (503, "unavailable")
    weather.clears()
    assert phone.refresh().status == 200


def test_two_that_renew_at_once_get_one_pair(city: City, phone: Phone, weather: Weather, clock: StoppedClock) -> None:
    """One of them comes in while the other asks the store, through another function."""
    twin = Phone(city, caller(another_process(clock)))
    twin.key, twin.held = phone.key, dict(phone.held)
    twin.api.post("/v1/sessions/refresh", {"refresh_token": "x"})
    for _ in range(2):
        before = generation(phone)
        weather.clears()
        weather.brings(meanwhile(twin.refresh), to=on("UpdateItem", "sessions"), times=1)
        assert phone.refresh().status == 200
        assert phone.held == twin.held
        assert generation(phone) == before + 1


def stolen_from(phone: Phone, clock: StoppedClock) -> str:
    """A refresh token that is over, two generations ago."""
    old: str = phone.held["refresh_token"]
    phone.refresh()
    phone.refresh()
    clock.advance(60)
    return old


def told(city: City) -> int:
    return sum(1 for item in NoticeItem.query(moved_in(city)) if item.kind == "refresh_token_reused")


def test_whoever_dies_while_a_theft_is_noticed_the_holder_is_told_once(
    city: City, phone: Phone, weather: Weather, clock: StoppedClock
) -> None:
    for step in range(5):
        phone.log_in()
        old, before = stolen_from(phone, clock), told(city)
        weather.clears()
        weather.brings(KILLED_AFTER, after=step, times=1)
        with pytest.raises(Crash):
            phone.refresh(old)
        weather.clears()
        clock.advance(5)
        assert phone.refresh(old).code in {"refresh_token_reused", "session_ended"}
        clock.advance(5)
        assert phone.refresh().code == "session_ended", f"step {step}"
        assert told(city) == before + 1, f"step {step}"


def test_wherever_a_log_in_dies_the_next_one_is_let_in(city: City, api: Caller, weather: Weather) -> None:
    """By then the attempt was counted; a person whose phone has no key waits like everybody at their address."""
    steps = attempts_of(partial(signed_in, city, api), weather)
    assert steps >= 8
    for step in range(steps):
        weather.clears()
        weather.brings(KILLED_AFTER, after=step, times=1)
        with pytest.raises(Crash):
            Phone(city, api).log_in()
        weather.clears()
        assert signed_in(city, api).refresh().status == 200, f"step {step}"
    assert HolderItem.count() == 1


def names(city: City) -> tuple[str, str]:
    """What a person is called: on record, and by whoever scans them."""
    holder, now = moved_in_as_they_are(city), city.clock()
    status = city.register.read(holder)
    identity = city.residents.identity(holder, now=now)
    assert status is not None
    assert identity is not None
    return identity.name, city.fields.open(status.masked_name, context=f"status#{holder}", now=now)


def moved_in_as_they_are(city: City) -> str:
    """The holder, without proving a name."""
    index = city.fields.blind_index(RENAMED.document_type, RENAMED.document_number, now=city.clock())
    holder = city.residents.holder_of(index)
    assert holder is not None
    return holder


@pytest.fixture
def as_before(city: City) -> None:
    """They are called what they were called at first."""
    moved_in(city)
    assert names(city) == ("林晚晴", "林*晴")


def renamed(city: City) -> str:
    return city.registration.register(RENAMED, now=city.clock())


@pytest.mark.usefixtures("as_before")
@pytest.mark.parametrize("killed", [KILLED_BEFORE, KILLED_AFTER], ids=["before", "after"])
def test_wherever_a_new_name_is_interrupted_the_next_log_in_writes_it_through(
    city: City, weather: Weather, killed: Fault
) -> None:
    steps = attempts_of(partial(renamed, city), weather)
    for step in range(steps):
        weather.clears()
        moved_in(city)
        weather.brings(killed, after=step, times=1)
        with pytest.raises(Crash):
            renamed(city)
        weather.clears()
        renamed(city)
        assert names(city) == ("林雨", "林*"), f"step {step}"


@pytest.mark.usefixtures("as_before")
def test_of_two_names_at_once_one_is_on_record_and_shown(city: City, weather: Weather, clock: StoppedClock) -> None:
    """The provider changes its mind between two log-ins of the same moment."""
    other = another_process(clock)
    other.identity_records.identity(moved_in_as_they_are(city), now=clock())
    third = Identity("林晴", RENAMED.document_type, RENAMED.document_number)
    steps = attempts_of(partial(renamed, city), weather)
    for step in range(steps):
        weather.clears()
        moved_in(city)
        weather.clears()
        weather.brings(meanwhile(lambda: other.registration.register(third, now=clock())), after=step, times=1)
        renamed(city)
        assert names(city) in {("林雨", "林*"), ("林晴", "林*")}, f"step {step}"
        assert names(city)[0] == "林雨", "whoever looked again wrote both again"


@pytest.mark.parametrize("fault", BEFORE.values(), ids=BEFORE)
def test_a_store_in_trouble_at_a_log_in_is_said_to_be_unavailable(
    city: City, api: Caller, weather: Weather, fault: Fault
) -> None:
    for table in ("sessions", "attempts"):
        weather.clears()
        weather.brings(fault, to=on("PutItem", table))
        reply = Phone(city, api).log_in()
        assert (reply.status, reply.code) == (503, "unavailable"), table
    weather.clears()
    assert signed_in(city, api).held
