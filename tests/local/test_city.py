"""The whole city in one process, as `make run` starts it."""

from __future__ import annotations

import signal
import socket
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import boto3
import pytest

from infra.local import story
from infra.local.dynamo import dynamodb_local
from tests.local.running import LocalCity, bearer, local_city, start


def ended(folder: Path, **variables: str) -> tuple[int, str]:
    """Exit status and words of a city that does not open."""
    process = start(folder, **variables)
    words, _ = process.communicate(timeout=60)
    return process.returncode, words


def colours(city: LocalCity) -> dict[str, str]:
    """The colour of every resident, as their status says."""
    tokens = {one["name"]: city.log_in(number) for number, one in enumerate(city.document["residents"])}
    return {name: city.http.get("/v1/status", headers=bearer(token)).json()["colour"] for name, token in tokens.items()}


def said(city: LocalCity) -> dict[str, str]:
    """The colour of every resident, as `city.json` says."""
    return {one["name"]: one["colour"] for one in city.document["residents"]}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCity]:
    """A city in the embedded store, on a machine where another tool has set its own stand-in credentials."""
    folder = tmp_path_factory.mktemp("city")
    with local_city(folder, AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing") as city:
        yield city


LIBRARY, SERVICE, BUS = 0, 2, 3
"""Verifiers of the demo city."""

UNSEEN = "周牧之"
"""At whom nobody has looked yet."""

TOLD_SCANS = len(story.VISITS) + 1
"""How many scans the story tells of: each visit, and the code that was then passed around."""


def test_the_story_of_a_code(city: LocalCity) -> None:
    token = city.log_in(number_of(city, UNSEEN))
    code = city.code(token)
    assert city.verify(code)["verdict"] == "accepted"
    assert city.verify(code)["verdict"] == "accepted"
    assert city.verify(code, verifier=1)["reason"] == "replayed"
    assert len(city.scans_when_told(token, 1)) == 1


def test_city_json_is_complete_private_and_served(city: LocalCity) -> None:
    assert stat.S_IMODE(city.file.stat().st_mode) == 0o600
    assert {"base_url", "region", "root_public_key", "residents", "verifiers", "store"} <= city.document.keys()
    assert {"name", "colour", "login"} <= city.document["residents"][0].keys()
    assert {"name", "client_id", "client_secret"} <= city.document["verifiers"][0].keys()
    assert {"name", "client_id", "client_secret"} <= city.document["departments"][0].keys()
    assert {"name", "role", "login"} <= city.document["officers"][0].keys()
    assert len(city.document["verifiers"]) >= 2
    assert {resident["colour"] for resident in city.document["residents"]} == {"green", "yellow", "red"}
    assert city.http.get("/city.json").json() == city.document


def test_everybody_stands_in_the_colour_that_city_json_says(city: LocalCity) -> None:
    assert colours(city) == said(city)


def test_officers_and_departments_are_let_in(city: LocalCity) -> None:
    for officer in city.document["officers"]:
        assert city.http.post("/v1/sessions", json=officer["login"]).status_code == 201
    for department in city.document["departments"]:
        form = {"grant_type": "client_credentials", **department}
        granted = city.http.post("/v1/oauth/token", data=form).json()["scope"].split()
        assert {"evidence:write", "tag:report", "card:report", "import:write"} <= set(granted)


def test_everybody_has_a_way_in(city: LocalCity) -> None:
    for card in city.document["cards"]:
        shown = {name: card[name] for name in ("card_type", "card_number")}
        verdict = city.look({"card": shown}, BUS)
        assert (verdict["verdict"], verdict["carrier"]) == ("accepted", "card"), card["who"]
    for resident in city.document["residents"]:
        document = {name: resident["login"][name] for name in ("document_type", "document_number")}
        assert city.look({"document": document}, SERVICE)["colour"] == resident["colour"], resident["name"]


def test_a_bus_sees_who_is_elderly_and_a_library_does_not(city: LocalCity) -> None:
    grandmother = number_of(city, "王秀英")
    for verifier, tags in ((LIBRARY, None), (BUS, ["elderly"])):
        assert city.verify(city.code(city.log_in(grandmother)), verifier)["tags"] == tags


def test_a_child_is_shown_by_either_parent(city: LocalCity) -> None:
    for name in ("林晚晴", "周牧之"):
        parent = bearer(city.log_in(number_of(city, name)))
        mine = city.http.get("/v1/delegations", headers=parent).json()["delegations"]
        child = next(one["delegation_id"] for one in mine if one["name"] == "周*禾")
        code = city.http.post("/v1/codes", json={"for": child}, headers=parent).json()["code"]
        assert city.verify(code)["shown_by"] == "guardian"


def number_of(city: LocalCity, name: str) -> int:
    """Which of the residents somebody is."""
    return [resident["name"] for resident in city.document["residents"]].index(name)


def test_the_pages_are_there(city: LocalCity) -> None:
    for path in ("/", "/holder/", "/scan/", "/console/"):
        assert city.http.get(path).headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_closes_without_a_murmur(tmp_path: Path, ending: signal.Signals) -> None:
    with local_city(tmp_path) as city:
        city.process.send_signal(ending)
        words = city.closed()
        assert city.process.returncode == 0
        assert words.splitlines()[-1] == "closed"
        assert "Traceback" not in words


def test_a_busy_port_says_so_and_ends_with_2(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        status, words = ended(tmp_path, PORT=str(port))
    assert (status, words) == (
        2,
        f"Port {port} is busy, perhaps with another city; choose another with `make run PORT={port + 1}`.\n",
    )


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"AWS_PROFILE": "prod"}, "YIMA_ALLOW_REAL_CREDENTIALS=1"),
        ({"AWS_ACCESS_KEY_ID": "AKIA0123456789ABCDEF", "AWS_SECRET_ACCESS_KEY": "s3cr3t"}, "AWS_ACCESS_KEY_ID"),
        ({"YIMA_HOST": "0.0.0.0"}, "YIMA_ALLOW_REMOTE=1"),
        ({"YIMA_HOST": "192.0.2.1"}, "YIMA_ALLOW_REMOTE=1"),
        ({"DYNAMODB_ENDPOINT": "https://dynamodb.cn-north-1.amazonaws.com.cn"}, "YIMA_ALLOW_REMOTE=1"),
        ({"STORE": "oracle"}, "embedded, dynamodb-local"),
        ({"STORE": "dynamodb-local", "DYNAMODB_ENDPOINT": "http://127.0.0.1:1"}, "unset DYNAMODB_ENDPOINT"),
        ({"PORT": "http"}, "0 to 65535"),
        ({"AT": "tomorrow"}, "2026-12-01T23:59:30+08:00"),
        ({"AT": "2026-12-01T23:59:30"}, "2026-12-01T23:59:30+08:00"),
        ({"SCHEDULER": "never"}, "on or off"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(tmp_path: Path, variables: dict[str, str], told: str) -> None:
    status, words = ended(tmp_path, **variables)
    assert status == 2
    assert told in words
    assert len(words.splitlines()) == 1
    assert "s3cr3t" not in words
    assert "AKIA0123456789ABCDEF" not in words


@pytest.mark.dynamodb_local
@pytest.mark.usefixtures("needs_engine")
def test_on_awss_own_engine_the_city_survives_a_restart(tmp_path: Path) -> None:
    with local_city(tmp_path, STORE="dynamodb-local") as city:
        before = city.document
        token = city.log_in(number_of(city, UNSEEN))
        first = city.code(token)
        assert city.verify(first)["verdict"] == "accepted"
    with local_city(tmp_path, STORE="dynamodb-local") as city:
        assert {**city.document, "base_url": ""} == {**before, "base_url": ""}
        assert city.verify(first)["verdict"] == "accepted"
        assert city.verify(first, verifier=1)["reason"] == "replayed"
        assert city.verify(city.code(token))["verdict"] == "accepted"
    with dynamodb_local(tmp_path / "dynamodb") as store:
        client = boto3.client("dynamodb", endpoint_url=store.endpoint)
        assert client.scan(TableName="yima-scans", Select="COUNT")["Count"] == TOLD_SCANS + 2


@pytest.mark.dynamodb_local
@pytest.mark.usefixtures("needs_engine")
def test_what_has_happened_lately_happened_as_lately_when_the_city_opens_another_day(tmp_path: Path) -> None:
    for at in ("2026-12-01T12:00:00+08:00", "2026-12-02T09:00:00+08:00"):
        with local_city(tmp_path, STORE="dynamodb-local", AT=at) as city:
            assert colours(city) == said(city)


def test_a_city_starts_at_the_instant_that_is_asked_for_and_time_passes(tmp_path: Path) -> None:
    with local_city(tmp_path, AT="2026-12-01T23:59:30+08:00", SCHEDULER="off") as city:
        times = [datetime.fromisoformat(city.http.get("/v1/health").json()["server_time"]) for _ in range(2)]
        asked = datetime.fromisoformat("2026-12-01T15:59:30+00:00")
        assert asked <= times[0] <= times[1] < asked + timedelta(minutes=2)
