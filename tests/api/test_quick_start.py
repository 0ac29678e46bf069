"""The API function as Lambda starts it: quick to a code, and whole to whoever asks for more."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from app import QuickToStart, build_app, rooms
from chalicelib.people.sandbox import RESIDENTS
from chalicelib.wiring import City
from tests.infra.permissions import ROOT
from tests.world import Caller, moved_in

NOT_FOR_CODES = (
    "chalicelib.status.appeals chalicelib.status.overrides chalicelib.status.policy chalicelib.status.evidence"
)
IMPORTED = f"import app, sys; print(sum(name in sys.modules for name in '{NOT_FOR_CODES} pynamodb functions'.split()))"


@pytest.fixture
def quick(city: City) -> Caller:
    """Behind a gateway that knows every route, as chalice has packaged it."""
    calls = Caller(build_app(city))
    calls._http._local_gateway._app_object = QuickToStart(city)
    return calls


def test_a_start_imports_nothing_that_a_code_does_not_need() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "AWS_CHALICE_CLI_MODE"}
    command = [sys.executable, "-c", IMPORTED]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "0"


def test_rooms_that_are_not_open_yet_open_for_whoever_asks_first(city: City, quick: Caller) -> None:
    moved_in(city, RESIDENTS[1])
    token = quick.log_in(RESIDENTS[1])
    assert quick.get("/v1/status", token=token).body["colour"] == RESIDENTS[1].colour
    assert quick.get("/v1/appeals", token=token).body["appeals"] == []
    assert quick.code(token).startswith("YM1:")


def test_an_address_that_nobody_serves_is_refused_by_a_start_as_by_the_whole(city: City, quick: Caller) -> None:
    nowhere: dict[str, Any] = {"requestContext": {"resourcePath": "/v1/nowhere", "httpMethod": "GET"}}
    event = nowhere | dict.fromkeys(
        ("queryStringParameters", "multiValueQueryStringParameters", "body", "stageVariables")
    )
    event |= {"headers": {}, "multiValueHeaders": {}, "pathParameters": {}, "isBase64Encoded": False}
    assert QuickToStart(city)(event, None) == build_app(city)(event, None)


def test_both_describe_the_same_operations(city: City, quick: Caller) -> None:
    described = quick.get("/v1/openapi.json").body["paths"]
    assert described == Caller(build_app(city)).get("/v1/openapi.json").body["paths"]
    assert described.keys() == {each.path for room in rooms(city) for each in room.operations}
    assert json.dumps(described)
