"""What has happened in the demo city between programs and people, as everybody finds it when it opens."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local import programs, story
from tests.local.conftest import ON_BOTH_STORES, needs_engine
from tests.local.running import LocalCity, bearer, local_city

__all__ = ["needs_engine"]

PATIENCE_S = 60
Json = dict[str, Any]


class Desk:
    """Who may look into a running city."""

    def __init__(self, city: LocalCity) -> None:
        self.city = city

    def office(self, role: str) -> dict[str, str]:
        """The headers of the first officer of a role."""
        login = next(one["login"] for one in self.city.document["officers"] if one["role"] == role)
        return self._session(login)

    def resident(self, name: str) -> dict[str, str]:
        login = next(one["login"] for one in self.city.document["residents"] if one["name"] == name)
        return self._session(login)

    def program(self, client: Json) -> dict[str, str]:
        """The headers of a client or a terminal."""
        form = {"grant_type": "client_credentials", "client_id": client.get("terminal_id") or client["client_id"]}
        answer = self.city.http.post("/v1/oauth/token", data=form | {"client_secret": client["client_secret"]})
        assert answer.status_code == 200, answer.text
        return bearer(answer.json()["access_token"])

    def get(self, path: str, who: dict[str, str]) -> Json:
        answer = self.city.http.get(path, headers=who)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def _session(self, login: Json) -> dict[str, str]:
        answer = self.city.http.post("/v1/sessions", json=login)
        assert answer.status_code == 201, answer.text
        return bearer(answer.json()["token"])


def soon(look: Callable[[], Any]) -> Any:
    """What is there once the functions have followed."""
    until = time.monotonic() + PATIENCE_S
    while not (found := look()):
        assert time.monotonic() < until
        time.sleep(0.1)
    return found


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with local_city(tmp_path_factory.mktemp("demo")) as city:
        yield Desk(city)


def states(desk: Desk, name: str) -> list[tuple[str, str]]:
    """A resident's consents: with whom, and where they stand."""
    consents = desk.get("/v1/consents", desk.resident(name))["consents"]
    return [(one["client_name"], one["state"]) for one in consents]


def test_every_program_and_every_gate_knows_its_secret(desk: Desk) -> None:
    document = desk.city.document
    assert [one["name"] for one in document["verifiers"]] == [one.name for one in programs.VERIFIERS]
    for client in [*document["verifiers"], *document["partners"], *document["systems"]]:
        desk.program(client)
        for terminal in client.get("terminals", []):
            desk.program(terminal)


def test_one_consent_waits_one_runs_and_one_was_withdrawn(desk: Desk) -> None:
    assert states(desk, "林晚晴") == [
        (story.CLINIC, "asked"),
        (story.CLINIC, "agreed"),
        (story.JOB_FAIR, "withdrawn"),
    ]
    told = desk.get("/v1/disclosures", desk.resident("林晚晴"))["disclosures"]
    assert sorted((one["verifier_name"], one["basis"], len(one["fields"])) for one in told) == [
        (story.CLINIC, "consent", 1),
        (story.CLINIC, "consent", 2),
        (story.JOB_FAIR, "consent", 2),
    ]


def test_a_guardian_is_asked_for_a_child(desk: Desk) -> None:
    guardian = desk.resident("沈若溪")
    children = desk.get("/v1/delegations", guardian)["delegations"]
    child = next(one["delegation_id"] for one in children if one["kind"] == "child")
    asked = desk.get(f"/v1/consents?for={child}", guardian)["consents"]
    assert [(one["client_name"], one["state"]) for one in asked] == [(story.CLINIC, "asked")]


def test_a_guest_house_was_told_by_law_at_its_terminal(desk: Desk) -> None:
    (told,) = desk.get("/v1/disclosures", desk.resident("Emma Tremblay"))["disclosures"]
    hotel = next(one for one in desk.city.document["verifiers"] if one["name"] == story.HOTEL)
    assert (told["basis"], told["consent_id"]) == ("law", None)
    assert (told["terminal"], told["place"]) == tuple(hotel["terminals"][0][name] for name in ("terminal_id", "place"))


def test_an_operator_finds_a_program_that_waits_and_an_auditor_what_was_done(desk: Desk) -> None:
    waiting = desk.get("/v1/clients?state=waiting", desk.office("operator"))["clients"]
    assert [one["name"] for one in waiting] == [programs.STADIUM.name]
    day = time.strftime("%Y-%m-%d", time.gmtime())
    done = {one["operation"] for one in desk.get(f"/v1/office-log?day={day}", desk.office("auditor"))["entries"]}
    assert {"propose_client", "approve_client", "make_client_secret", "propose_override", "approve_override"} <= done


def test_an_auditor_is_asked_to_look_at_a_code_that_went_around(desk: Desk) -> None:
    auditor, path = desk.office("auditor"), f"/v1/alerts?month={time.strftime('%Y-%m', time.gmtime())}"
    (alert,) = soon(lambda: desk.get(path, auditor)["alerts"])
    assert (alert["rule"], alert["state"], alert["number"]) == ("code_refused_at_many", "open", 3)


def test_a_department_finds_its_file_read_but_for_two_rows(desk: Desk) -> None:
    department = desk.program(desk.city.document["departments"][0])
    (one,) = desk.get("/v1/imports", department)["imports"]
    path = f"/v1/imports/{one['import_id']}"
    read = soon(lambda: (seen := desk.get(path, department))["state"] == "finished" and seen)
    assert (read["accepted"], read["repeated"], read["refused"]) == (len(story.VACCINATED), 0, 2)
    assert [row["line"] for row in desk.get(f"{path}/refused", department)["rows"]] == [7, 8]


@pytest.mark.parametrize("store", ON_BOTH_STORES[1:])
def test_a_city_that_is_opened_again_finds_it_done(store: str, tmp_path: Path, needs_engine: None) -> None:
    found = []
    for _ in range(2):
        with local_city(tmp_path, STORE=store) as city:
            desk = Desk(city)
            seen = states(desk, "林晚晴")
            told = len(desk.get("/v1/disclosures", desk.resident("林晚晴"))["disclosures"])
            secrets = {name: city.document[name] for name in ("verifiers", "partners", "systems")}
            waiting = len(desk.get("/v1/clients?state=waiting", desk.office("operator"))["clients"])
            found.append((seen, told, secrets, waiting))
    assert found[0] == found[1]
