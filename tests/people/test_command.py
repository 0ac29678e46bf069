"""`python -m chalicelib.people`: officers come and go, and nothing personal is on a command line."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.people.__main__ import main
from chalicelib.people.sandbox import RESIDENTS, SandboxIdentityProvider
from chalicelib.people.store import OfficerItem
from chalicelib.platform import tables
from chalicelib.platform.permissions import Role
from chalicelib.wiring import City
from infra.local.environment import STAND_IN_ENVIRONMENT
from tests.world import moved_in

ZHOU = SandboxIdentityProvider.login(RESIDENTS[1])


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the command with an object (or bytes) on its standard input; answers status, output and complaint."""

    def run(person: object, *arguments: str) -> tuple[int, str, str]:
        content = person if isinstance(person, bytes) else json.dumps(person).encode()
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))
        return main(list(arguments)), *capsys.readouterr()

    return run


@pytest.mark.parametrize("role", Role)
def test_somebody_who_lives_here_is_appointed_and_suspended(city: City, told: Any, role: Role) -> None:
    holder = moved_in(city, RESIDENTS[1])
    status, printed, complaint = told(ZHOU, "appoint", role)
    assert (status, json.loads(printed), complaint) == (0, {"role": role, "standing": "active"}, "")
    assert city.officers.holds(holder, role)
    status, printed, complaint = told(ZHOU, "suspend")
    assert (status, json.loads(printed), complaint) == (0, {"standing": "suspended"}, "")
    assert not city.officers.holds(holder, role)


WRONG: dict[str, tuple[object, int, str]] = {
    "somebody who never came": (SandboxIdentityProvider.login(RESIDENTS[2]), 1, "Nobody of this name and document"),
    "another name": (ZHOU | {"name": "周恩"}, 1, "Nobody of this name and document"),
    "a mistyped number": (ZHOU | {"document_number": "310199197911020130"}, 1, "not well-formed"),
    "another kind of document": (ZHOU | {"document_type": "library_card"}, 1, "not accepted"),
    "no name": ({name: ZHOU[name] for name in ("document_type", "document_number")}, 2, "standard input"),
    "no object": ([ZHOU], 2, "standard input"),
    "no JSON": (b"{", 2, "standard input"),
    "no text": (b'{"name": "\xff"}', 2, "standard input"),
    "nothing": (b"", 2, "standard input"),
}


@pytest.mark.parametrize("case", WRONG)
@pytest.mark.parametrize("arguments", [["appoint", "auditor"], ["suspend"]], ids=["appoint", "suspend"])
def test_somebody_who_cannot_be_told_is_not_appointed_and_not_repeated(
    city: City, told: Any, case: str, arguments: list[str]
) -> None:
    moved_in(city, RESIDENTS[1])
    person, expected, why = WRONG[case]
    status, printed, complaint = told(person, *arguments)
    assert (status, printed) == (expected, "")
    assert why in complaint
    for personal in (*ZHOU.values(), "周恩", "310199197911020130"):
        assert personal == "resident_id" or personal not in complaint
    assert OfficerItem.count() == 0


def test_who_was_never_in_office_is_not_suspended(city: City, told: Any) -> None:
    moved_in(city, RESIDENTS[1])
    status, printed, complaint = told(ZHOU, "suspend")
    assert (status, printed) == (1, "")
    assert "never been in office" in complaint


def test_without_the_table_nothing_is_told(city: City, told: Any) -> None:
    moved_in(city, RESIDENTS[1])
    OfficerItem.delete_table()
    try:
        for arguments in (["appoint", "auditor"], ["suspend"]):
            status, printed, complaint = told(ZHOU, *arguments)
            assert (status, printed) == (2, "")
            assert "it cannot be told" in complaint
    finally:
        tables.create_all()


@pytest.mark.parametrize("arguments", [[], ["appoint"], ["appoint", "mayor"], ["suspend", "auditor"], ["dismiss"]])
def test_a_command_that_says_nothing_is_explained(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: python -m chalicelib.people" in capsys.readouterr().err


def test_where_nothing_answers_it_says_so_and_tells_nothing_of_the_person() -> None:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("YIMA_", "AWS_", "DYNAMODB_"))}
    nowhere = {"DYNAMODB_ENDPOINT": "http://127.0.0.1:9", "AWS_REGION": "cn-north-1"}
    outcome = subprocess.run(
        [sys.executable, "-m", "chalicelib.people", "appoint", "auditor"],
        env=plain | STAND_IN_ENVIRONMENT | nowhere,
        input=json.dumps(ZHOU),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (outcome.returncode, outcome.stdout) == (2, "")
    assert "it cannot be told" in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert ZHOU["name"] not in outcome.stderr
    assert ZHOU["document_number"] not in outcome.stderr
