"""`python -m chalicelib.partners`: an operator lets a verifier in and shows one out, with the clients table alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from chalicelib.partners.__main__ import main
from chalicelib.partners.clients import Credentials
from chalicelib.partners.clients.store import ClientItem
from chalicelib.platform import tables
from chalicelib.wiring import City
from infra.local.environment import STAND_IN_ENVIRONMENT
from tests.infra.permissions import Permission, watched
from tests.partners.clients.registry import Registry
from tests.world import Caller

DEAD_END = {"DYNAMODB_ENDPOINT": "http://127.0.0.1:9", "AWS_REGION": "cn-north-1"}
"""Nothing listens there (RFC 863)."""


@pytest.fixture
def registry(city: City, api: Caller) -> Registry:
    return Registry(city, api)


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """What the command prints when it succeeds."""
    assert main(list(arguments)) == 0
    printed, complaints = capsys.readouterr()
    assert complaints == ""
    answer: dict[str, Any] = json.loads(printed)
    return answer


def test_a_registered_verifier_can_scan(api: Caller, capsys: pytest.CaptureFixture[str]) -> None:
    verifier = Credentials(**told(capsys, "register", "地铁二号线"))
    assert ClientItem.get(verifier.client_id).name == "地铁二号线"
    assert api.verify(api.code(api.log_in()), api.token_for(verifier)).body["verdict"] == "accepted"


def test_a_registered_department_reports_and_scans_nobody(
    city: City, api: Caller, capsys: pytest.CaptureFixture[str]
) -> None:
    clinic = Credentials(**told(capsys, "register", "第三人民医院", "--department"))
    token = api.token_for(clinic)
    assert api.post("/v1/evidence/voids", {"reference": "LAB-1", "reason": "withdrawn"}, token=token).status == 200
    assert api.verify("YM1:", token).code == "insufficient_scope"


EVERY = {"code:verify", "terminal:write", "webhook:write"}
SCOPES = {
    (): EVERY,
    ("--card",): EVERY | {"card:verify"},
    ("--document",): EVERY | {"document:verify"},
    ("--card", "--tags"): EVERY | {"card:verify", "tag:read"},
    ("--disclosure", "--consent"): EVERY | {"disclosure:read", "consent:ask"},
    ("--partner",): EVERY | {"disclosure:read", "consent:ask"},
    ("--department",): {"evidence:write", "tag:report", "import:write", "webhook:write"},
    ("--system",): {"webhook:write"},
}


@pytest.mark.parametrize("options", SCOPES, ids=" ".join)
def test_a_client_reaches_what_it_was_registered_for_and_no_more(
    city: City, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    client = told(capsys, "register", "医院", *options)
    assert set(ClientItem.get(client["client_id"]).scopes) == SCOPES[options]


def test_a_secret_is_printed_once_and_kept_nowhere(city: City, capsys: pytest.CaptureFixture[str]) -> None:
    verifier = told(capsys, "register", "metro")
    suspended = told(capsys, "suspend", verifier["client_id"])
    assert verifier["client_secret"] not in str(suspended) + str(ClientItem.get(verifier["client_id"]).attribute_values)


def test_a_suspended_verifier_gets_no_token_however_often_it_is_suspended(
    city: City, api: Caller, capsys: pytest.CaptureFixture[str]
) -> None:
    verifier = city.clients.register("metro")
    for _ in range(2):
        assert told(capsys, "suspend", verifier.client_id) == {
            "client_id": verifier.client_id,
            "standing": "suspended",
        }
    with pytest.raises(AssertionError, match="invalid_client"):
        api.token_for(verifier)


def test_it_does_what_an_operator_may_do_and_no_more(city: City, capsys: pytest.CaptureFixture[str]) -> None:
    """docs/operating.md names these permissions."""
    with watched() as registering:
        verifier = told(capsys, "register", "metro")
    with watched() as suspending:
        told(capsys, "suspend", verifier["client_id"])
    put, get = (Permission(f"dynamodb:{action}", "ClientsTable") for action in ("PutItem", "GetItem"))
    assert [deed.permission for deed in registering] == [put]
    assert [deed.permission for deed in suspending] == [get, put]


def test_a_client_that_is_not_there_is_not_suspended(city: City, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["suspend", "client-0000000000000000"]) == 1
    printed, complaint = capsys.readouterr()
    assert printed == ""
    assert complaint == "python -m chalicelib.partners: there is no client 'client-0000000000000000'\n"
    assert list(ClientItem.scan()) == []


@pytest.mark.parametrize("standing", ["proposed", "refused"])
def test_who_was_never_let_in_is_not_suspended(
    registry: Registry, capsys: pytest.CaptureFixture[str], standing: str
) -> None:
    client_id = registry.proposed()
    if standing == "refused":
        registry.act("refusal", client_id, {"proposal": 1})
    assert main(["suspend", client_id]) == 1
    printed, complaint = capsys.readouterr()
    assert printed == ""
    assert complaint == f"python -m chalicelib.partners: {client_id!r} was not let in yet, or was refused\n"


def test_without_the_table_nothing_is_told(city: City, capsys: pytest.CaptureFixture[str]) -> None:
    ClientItem.delete_table()
    try:
        for arguments in (["register", "metro"], ["suspend", "client-0000000000000000"]):
            assert main(arguments) == 2
            printed, complaint = capsys.readouterr()
            assert printed == ""
            assert "it cannot be told" in complaint
    finally:
        tables.create_all()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["register"],
        ["register", " "],
        ["register", "x" * 257],
        ["suspend", ""],
        ["dismiss", "x"],
        ["register", "x", "--department", "--card"],
        ["register", "x", "--system", "--consent"],
        ["register", "x", "--system", "--partner"],
    ],
)
def test_a_command_that_says_nothing_is_explained(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: python -m chalicelib.partners" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("environment", "complaint"),
    [
        ({"YIMA_STAGE": "production"}, "YIMA_STAGE is 'production'"),
        ({"YIMA_STAGE": "prod", "YIMA_IDENTITY_PROVIDER": "sandbox"}, "it is refused in prod"),
        (DEAD_END, "Could not connect"),
        (DEAD_END | {"AWS_ACCESS_KEY_ID": ""}, "Unable to locate credentials"),
    ],
)
def test_in_a_wrong_environment_it_says_what_is_wrong(environment: dict[str, str], complaint: str) -> None:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("YIMA_", "AWS_", "DYNAMODB_"))}
    command = [sys.executable, "-m", "chalicelib.partners", "register", "地铁"]
    known = {name: value for name, value in (plain | STAND_IN_ENVIRONMENT | environment).items() if value}
    outcome = subprocess.run(command, env=known, capture_output=True, text=True, check=False, timeout=60)
    assert (outcome.returncode, outcome.stdout) == (2, "")
    assert complaint in outcome.stderr
    assert "Traceback" not in outcome.stderr
