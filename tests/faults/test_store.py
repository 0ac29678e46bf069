"""The store throttles, fails, is away or answers late: 503 with Retry-After, and nothing is ever spent twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from chalicelib.status.store import StatusItem
from chalicelib.wiring import City
from infra.local.dynamo import Store
from infra.local.environment import ROOT
from tests.faults.weather import AFTER, BEFORE, Fault, Weather, on, refuses
from tests.world import Caller, Reply, StoppedClock, caller, found_city, moved_in

SPENDING = on("UpdateItem", "statuses")
READING = on("GetItem", "statuses")
FUNCTION_TIME_S = json.loads((ROOT / ".chalice/config.json").read_text())["lambda_functions"]["api_handler"][
    "lambda_timeout"
]


@dataclass(frozen=True)
class Gate:
    """Two verifiers, and somebody at the door with a code."""

    api: Caller
    metro: str
    library: str
    holder: str
    code: str


@pytest.fixture(scope="module")
def clock() -> StoppedClock:
    """One clock for all these tests: each begins minutes after the last."""
    return StoppedClock()


@pytest.fixture(scope="module")
def city(embedded_store: Store, clock: StoppedClock) -> Iterator[City]:
    """One city for all these tests: founding it takes longer than they do."""
    yield found_city(clock)
    embedded_store.clear()


@pytest.fixture(scope="module")
def api(city: City) -> Caller:
    return caller(city)


@pytest.fixture
def gate(api: Caller, city: City, clock: StoppedClock) -> Gate:
    clock.advance(300)
    metro, library = (api.token_for(city.clients.register(name)) for name in ("metro", "library"))
    holder = api.log_in()
    return Gate(api, metro, library, holder, api.code(holder))


def assert_unavailable(reply: Reply) -> None:
    """The city says that it cannot tell now, and when to ask again."""
    assert (reply.status, reply.code) == (503, "unavailable")
    assert int(reply.headers["Retry-After"]) >= 1


def verdict(reply: Reply) -> tuple[str, str | None]:
    assert reply.status == 200, reply
    return reply.body["verdict"], reply.body["reason"]


@pytest.mark.parametrize("fault", BEFORE.values(), ids=BEFORE)
def test_a_scan_that_was_not_carried_out_can_be_made_again(gate: Gate, weather: Weather, fault: Fault) -> None:
    weather.brings(fault, to=SPENDING)
    assert_unavailable(gate.api.verify(gate.code, gate.metro))
    weather.clears()
    assert verdict(gate.api.verify(gate.code, gate.metro)) == ("accepted", None)
    assert verdict(gate.api.verify(gate.code, gate.library)) == ("rejected", "replayed")


@pytest.mark.parametrize("fault", BEFORE.values(), ids=BEFORE)
def test_a_scan_that_was_not_carried_out_leaves_the_code_to_anybody(gate: Gate, weather: Weather, fault: Fault) -> None:
    weather.brings(fault, to=SPENDING)
    assert_unavailable(gate.api.verify(gate.code, gate.metro))
    weather.clears()
    assert verdict(gate.api.verify(gate.code, gate.library)) == ("accepted", None)


@pytest.mark.parametrize("fault", AFTER.values(), ids=AFTER)
def test_a_scan_whose_answer_was_lost_belongs_to_the_verifier_who_made_it(
    gate: Gate, weather: Weather, fault: Fault
) -> None:
    weather.brings(fault, to=SPENDING)
    assert_unavailable(gate.api.verify(gate.code, gate.metro))
    weather.clears()
    assert verdict(gate.api.verify(gate.code, gate.library)) == ("rejected", "replayed")
    assert verdict(gate.api.verify(gate.code, gate.metro)) == ("accepted", None)
    assert verdict(gate.api.verify(gate.code, gate.library)) == ("rejected", "replayed")


@pytest.mark.parametrize("fault", (BEFORE | AFTER).values(), ids=BEFORE | AFTER)
def test_one_fault_is_not_even_noticed(gate: Gate, weather: Weather, fault: Fault) -> None:
    weather.brings(fault, to=SPENDING, times=1)
    assert verdict(gate.api.verify(gate.code, gate.metro)) == ("accepted", None)
    assert weather.count(SPENDING) == 2


@pytest.mark.parametrize("fault", AFTER.values(), ids=AFTER)
def test_however_often_the_answer_is_lost_one_scan_is_written(
    gate: Gate, city: City, weather: Weather, clock: StoppedClock, fault: Fault
) -> None:
    weather.brings(fault, to=SPENDING)
    for _ in range(5):
        assert_unavailable(gate.api.verify(gate.code, gate.metro, place="east gate"))
        clock.advance(1)
    weather.clears()
    assert verdict(gate.api.verify(gate.code, gate.metro, place="west gate")) == ("accepted", None)
    item = StatusItem.get(moved_in(city))
    assert (item.last_scan.place, int(item.last_scan.at)) == ("east gate", int(clock()) - 5)


@pytest.mark.parametrize("fault", (BEFORE | AFTER).values(), ids=BEFORE | AFTER)
def test_a_code_is_not_issued_from_an_unknown_status(gate: Gate, weather: Weather, fault: Fault) -> None:
    weather.brings(fault, to=READING)
    assert_unavailable(gate.api.post("/v1/codes", {}, token=gate.holder))
    weather.clears()
    assert verdict(gate.api.verify(gate.api.code(gate.holder), gate.metro)) == ("accepted", None)


def test_what_can_be_refused_without_the_store_is_refused_while_it_is_away(
    gate: Gate, weather: Weather, clock: StoppedClock
) -> None:
    weather.brings(BEFORE["connection refused"], to=SPENDING)
    clock.advance(30)
    assert verdict(gate.api.verify(gate.code[:-1], gate.metro)) == ("rejected", "malformed")
    assert verdict(gate.api.verify(gate.code[:-3] + "000", gate.metro)) == ("rejected", "bad_seal")
    clock.advance(31)
    assert verdict(gate.api.verify(gate.code, gate.metro)) == ("rejected", "expired")
    assert weather.count(SPENDING) == 0


def test_a_mistake_of_ours_is_not_called_bad_weather(gate: Gate, weather: Weather) -> None:
    weather.brings(refuses("ValidationException"), to=SPENDING)
    reply = gate.api.verify(gate.code, gate.metro)
    assert (reply.status, reply.code) == (500, "internal_fault")


@pytest.mark.parametrize("fault", ["no connection in time", "no answer in time"])
def test_the_answer_comes_before_the_function_runs_out_of_time(
    city: City, gate: Gate, weather: Weather, clock: StoppedClock, fault: str
) -> None:
    clock.advance(city.plan.ring_max_age)  # so that the keys are asked for too
    weather.brings(BEFORE[fault])
    assert_unavailable(gate.api.post("/v1/codes", {}, token=gate.holder))
    assert 0 < weather.waited < FUNCTION_TIME_S - 1
