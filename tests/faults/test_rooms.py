"""Whatever an operation asks of AWS may fail, at any step: 503, never 500, and the same request succeeds afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from chalicelib.partners.clients import DEPARTMENT_SCOPES, Credentials
from chalicelib.people.sandbox import RESIDENTS, SandboxIdentityProvider
from infra.local.dynamo import Store
from infra.local.environment import ROOT
from tests.faults.weather import AFTER, BEFORE, Fault, Weather
from tests.status.evidence.department import fact
from tests.world import Caller, Reply, StoppedClock, another_process, caller, found_city

FUNCTION_TIME_S = json.loads((ROOT / ".chalice/config.json").read_text())["lambda_functions"]["api_handler"][
    "lambda_timeout"
]
FORM = "application/x-www-form-urlencoded"
FAULTS = {
    name: (BEFORE | AFTER)[name]
    for name in (
        "throttled",
        "the page of a gateway in between",
        "no answer in time",
        "carried out, the answer late",
    )
}


class Town:
    """A city with somebody in it, and as many fresh processes as a test asks for."""

    def __init__(self) -> None:
        self.clock = StoppedClock()
        self.city = found_city(self.clock)
        self.metro: Credentials = self.city.clients.register("metro")
        self.api = caller(self.city)

    def awaken(self) -> Caller:
        """The API in a process that knows nothing yet, minutes after the last."""
        self.clock.advance(300)
        return caller(another_process(self.clock))


@pytest.fixture(scope="module")
def town(embedded_store: Store) -> Iterator[Town]:
    yield Town()
    embedded_store.clear()


PHONES = count()
Errand = Callable[[Caller], Reply]


def log_in(town: Town) -> Errand:
    """From another device each time: what died half-way counts as an attempt, and one device would have to wait."""
    town.api.log_in()
    login = SandboxIdentityProvider.login(RESIDENTS[0])
    return lambda api: api.post("/v1/sessions", login | {"device": {"device_id": f"phone-{next(PHONES)}"}})


def get_token(town: Town) -> Errand:
    form = f"grant_type=client_credentials&client_id={town.metro.client_id}&client_secret={town.metro.client_secret}"
    return lambda api: api.send("POST", "/v1/oauth/token", body=form.encode(), media=FORM)


def issue(town: Town) -> Errand:
    holder = town.api.log_in()
    return lambda api: api.post("/v1/codes", {"ahead": 2}, token=holder)


def verify(town: Town) -> Errand:
    code, metro = town.api.code(town.api.log_in()), town.api.token_for(town.metro)
    return lambda api: api.verify(code, metro)


def list_scans(town: Town) -> Errand:
    holder = town.api.log_in()
    return lambda api: api.get("/v1/scans", token=holder)


def get_trust_list(town: Town) -> Errand:
    return lambda api: api.get("/v1/trust-list")


def report(town: Town) -> Errand:
    clinic = town.api.token_for(town.city.clients.register("clinic", scopes=DEPARTMENT_SCOPES))
    known = fact(RESIDENTS[0].identity)
    return lambda api: api.post("/v1/evidence", known, token=clinic)


def void(town: Town) -> Errand:
    clinic = town.api.token_for(town.city.clients.register("clinic", scopes=DEPARTMENT_SCOPES))
    known = fact(RESIDENTS[0].identity)
    town.api.post("/v1/evidence", known, token=clinic)
    wish = {"reference": known["reference"], "reason": "withdrawn"}
    return lambda api: api.post("/v1/evidence/voids", wish, token=clinic)


ERRANDS = [log_in, get_token, issue, verify, list_scans, get_trust_list, report, void]


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("errand", ERRANDS)
def test_a_cold_function_that_cannot_ask_says_so_at_every_step(
    town: Town, weather: Weather, errand: Callable[[Town], Errand], fault: Fault
) -> None:
    for step in range(20):
        api = town.awaken()
        run = errand(town)
        weather.clears()
        weather.brings(fault, after=step)
        reply = run(api)
        waited = weather.waited
        weather.clears()
        if reply.status < 300:
            break
        assert (reply.status, reply.code) == (503, "unavailable"), f"step {step}"
        assert reply.headers["Retry-After"] == "1"
        assert waited < FUNCTION_TIME_S - 1, f"step {step}: the function is killed before it can say so"
        again = run(api)
        assert again.status < 300, f"after step {step}: {again}"
        assert again.body.get("verdict") in {None, "accepted"}
    assert step > 0
    assert reply.status < 300


@pytest.mark.parametrize("path", ["/v1/health", "/v1/openapi.json"])
def test_what_the_api_says_of_itself_needs_nobody(town: Town, weather: Weather, path: str) -> None:
    weather.brings(BEFORE["connection refused"])
    assert town.awaken().get(path).status == 200
    assert not weather.attempts


def test_a_client_is_told_to_wait_and_not_that_it_is_unknown(town: Town, weather: Weather) -> None:
    """401 would make a gate throw its credentials away."""
    weather.brings(BEFORE["throttled"])
    assert get_token(town)(town.awaken()).status == 503
