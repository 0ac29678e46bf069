"""In any weather and after any mistake, logs, metrics, refusals and addresses tell nothing of anybody."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.codes.store import ScanStore
from chalicelib.partners.clients import DEPARTMENT_SCOPES
from chalicelib.people.sandbox import RESIDENTS, SandboxIdentityProvider
from chalicelib.platform.http.paths import PATTERN
from chalicelib.wiring import City
from functions.log_scans import log_scans
from tests.faults.weather import AFTER, BEFORE, Weather, on, refuses
from tests.fuzz.ear import Ear, listening
from tests.fuzz.stranger import Stranger, assert_problem
from tests.status.evidence.department import fact
from tests.world import Reply, StoppedClock, another_process

PERSON = RESIDENTS[0]
LOGIN = SandboxIdentityProvider.login(PERSON)
WRONG_LOGINS: dict[str, dict[str, Any]] = {
    "somebody else's number": LOGIN | {"document_number": RESIDENTS[1].identity.document_number},
    "a mistyped number": LOGIN | {"document_number": LOGIN["document_number"][:-1] + "Y"},
    "name and number mixed up": LOGIN | {"name": LOGIN["document_number"], "document_number": LOGIN["name"]},
    "the name as the type": LOGIN | {"document_type": LOGIN["name"]},
    "a number that is a number": LOGIN | {"document_number": 310199198803140027},
    "a list of names": LOGIN | {"name": [LOGIN["name"]]},
}


@pytest.fixture
def ear() -> Iterator[Ear]:
    with listening() as ear:
        yield ear


class Mishap(Exception):
    """An exception whose message quotes what it should not, as library exceptions do."""

    def __init__(self) -> None:
        super().__init__(PERSON.identity.name, PERSON.identity.document_number)


def assert_told_nothing(ear: Ear, capfd: pytest.CaptureFixture[str]) -> None:
    assert ear.heard, "there was something to hear"
    assert not ear.told()
    printed = "".join(capfd.readouterr())
    assert not {secret for secret in ear.secrets if secret in printed}


def test_the_ear_hears() -> None:
    with listening() as ear:
        ear.learn("a token that nobody may see")
        logging.getLogger("yima").error("refused: a token that nobody may see")
        logging.getLogger("elsewhere").info("a visit of %s", PERSON.identity.name)
    assert ear.told() >= {"a token that nobody may see", PERSON.identity.name}


@pytest.mark.parametrize("login", WRONG_LOGINS.values(), ids=WRONG_LOGINS)
def test_a_wrong_login_is_not_repeated(
    city: City, ear: Ear, capfd: pytest.CaptureFixture[str], login: dict[str, Any]
) -> None:
    assert Stranger(city, ear).post("/v1/sessions", login).status in {400, 401, 422}
    assert_told_nothing(ear, capfd)


def test_bad_weather_is_told_without_names(
    city: City, ear: Ear, weather: Weather, clock: StoppedClock, capfd: pytest.CaptureFixture[str]
) -> None:
    metro = city.clients.register("metro")
    ear.learn(metro.client_secret)
    warm = Stranger(city, ear)
    holder, gate = warm.log_in(PERSON), warm.token_for(metro)
    for fault in (BEFORE | AFTER | {"a mistake of ours": refuses("ValidationException")}).values():
        clock.advance(1)
        code = warm.code(holder)
        cold = Unchecked(another_process(clock), ear)
        weather.brings(fault)
        cold.post("/v1/sessions", LOGIN)
        cold.token_for_or_refused(metro.client_id, metro.client_secret)
        for api in (cold, Unchecked(city, ear)):
            api.verify(code, gate)
            api.post("/v1/codes", {}, token=holder)
            api.get("/v1/scans", token=holder)
        weather.clears()
    assert any("internal_fault" in heard for heard in ear.heard)
    assert any("unavailable" in heard for heard in ear.heard)
    assert_told_nothing(ear, capfd)


def test_evidence_that_meets_bad_weather_is_told_without_names(
    city: City, ear: Ear, weather: Weather, capfd: pytest.CaptureFixture[str]
) -> None:
    api = Unchecked(city, ear)
    clinic = api.token_for(city.clients.register("clinic", scopes=DEPARTMENT_SCOPES))
    for fault in (BEFORE | AFTER | {"a mistake of ours": refuses("ValidationException")}).values():
        known = fact(PERSON.identity)
        weather.brings(fault, to=on("", "evidence"))
        assert api.post("/v1/evidence", known, token=clinic).status >= 500
        api.post("/v1/evidence/batch", {"items": [known, known | {"kind": PERSON.identity.name}]}, token=clinic)
        api.post("/v1/evidence/voids", {"reference": known["reference"], "reason": "withdrawn"}, token=clinic)
        weather.clears()
        api.post("/v1/evidence", known | {"reference": PERSON.identity.document_number}, token=clinic)
    assert any("reference_looks_personal" in heard for heard in ear.heard)
    assert_told_nothing(ear, capfd)


class Unchecked(Stranger):
    """Somebody who bears a 500, for faults that are mistakes of ours."""

    def token_for_or_refused(self, client_id: str, client_secret: str) -> None:
        form = f"grant_type=client_credentials&client_id={client_id}&client_secret={client_secret}"
        self.send("POST", "/v1/oauth/token", body=form.encode(), media="application/x-www-form-urlencoded")

    def checks(self, reply: Reply) -> None:
        if reply.status >= 400:
            assert_problem(reply)


def test_a_mistake_of_ours_is_logged_by_kind_and_place(
    city: City, ear: Ear, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise Mishap

    monkeypatch.setattr(city.sessions, "log_in", fail)
    reply = Unchecked(city, ear).post("/v1/sessions", LOGIN)
    assert (reply.status, reply.code) == (500, "internal_fault")
    assert any("Mishap at" in heard and "test_privacy.py:" in heard for heard in ear.heard)
    assert_told_nothing(ear, capfd)


def test_a_scan_that_cannot_be_logged_is_not_told_in_the_log(
    city: City, ear: Ear, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise Mishap

    monkeypatch.setattr(ScanStore, "save", fail)
    scan = {name: {"S": PERSON.identity.name} for name in ("verifier", "verifier_name", "purpose", "place")}
    image = {"holder": {"S": "0" * 24}, "mark": {"B": "AAAA"}, "last_scan": {"M": scan | {"at": {"N": "1"}}}}
    event = {"Records": [{"dynamodb": {"SequenceNumber": "1", "NewImage": image}}]}
    assert log_scans(event, None) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert any("Mishap at" in heard for heard in ear.heard)
    assert_told_nothing(ear, capfd)


def test_no_address_names_anybody(city: City) -> None:
    described = Stranger(city).get("/v1/openapi.json").body["paths"].values()
    operations = [operation for methods in described for operation in methods.values()]
    parameters = [one for operation in operations for one in operation.get("parameters", [])]
    in_paths = {one["schema"]["pattern"] for one in parameters if one["in"] == "path"}
    assert in_paths == {PATTERN}, "what stands in a path is an id of ours"
    in_queries = {one["name"] for one in parameters if one["in"] == "query"}
    known = {"cursor", "day", "for", "form", "level", "month", "state"}
    assert in_queries <= known, "a cursor is a time and a random position, and what stands after `for` an id of ours"
