"""schemathesis against the served description, over the real local server: what is described is what happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from chalice.app import Chalice
from chalice.local import LocalChalice

from app import build_app
from chalicelib.platform.http.refusals import NoSuchOperation
from chalicelib.wiring import City
from infra.local.gateway import Gateway, refused
from infra.local.server import CityServer
from tests.fuzz.conftest import Badges
from tests.platform.workshop import MASTER, workshop

CONFIG: dict[str, Any] = {
    "checks": {
        # No schema can say that a check digit is right or that a client is known: both are answered 4xx, as declared.
        "positive_data_acceptance": {"enabled": False},
    },
    "generation": {"max-examples": 4, "deterministic": True, "database": "none"},
    "phases": {"stateful": {"enabled": False}},
    "continue-on-failure": True,
}


@contextmanager
def served(app: Chalice) -> Iterator[str]:
    """An API on a loopback port of its own."""
    gateway = Gateway(app)
    server = CityServer("127.0.0.1", 0, report=lambda line: None)
    server.answer = lambda request: gateway.answer(request) or refused(NoSuchOperation())
    server.serve()
    yield server.base_url
    server.stop()


@pytest.fixture(scope="module")
def base_url(city: City) -> Iterator[str]:
    """The city's API."""
    with served(build_app(city, LocalChalice)) as base_url:
        yield base_url


class Findings:
    """What schemathesis tried, and what it found to be other than described."""

    def __init__(self, base_url: str, token: str | None, tries: Callable[[Any], bool] = lambda context: True) -> None:
        from schemathesis.config import SchemathesisConfig
        from schemathesis.engine import events, from_schema
        from schemathesis.openapi import from_url

        config = SchemathesisConfig.from_dict(
            CONFIG | ({"headers": {"Authorization": f"Bearer {token}"}} if token else {})
        )
        self.found: list[str] = []
        self.tried: set[str] = set()
        self.requests = 0
        self.statuses: set[int] = set()
        described = from_url(f"{base_url}/v1/openapi.json", config=config).include(tries)
        for event in from_schema(described).execute():
            if isinstance(event, events.ScenarioFinished):
                self._note(event.recorder)
            elif isinstance(event, events.NonFatalError | events.FatalError):
                self.found.append(repr(event))

    def _note(self, recorder: Any) -> None:
        self.tried.add(recorder.label)
        self.requests += len(recorder.interactions)
        answers = (interaction.response for interaction in recorder.interactions.values())
        self.statuses |= {answer.status_code for answer in answers if answer is not None}
        for case, checks in recorder.checks.items():
            for check in checks:
                if check.failure_info is not None:
                    self.found.append(f"{recorder.label}: {check.name}: {check.failure_info.failure} {case}")


def scopes(context: Any) -> list[str]:
    """Those that reach an operation."""
    ways: list[dict[str, list[str]]] = context.operation.definition.raw["security"]
    return [scope for way in ways for scope in way.get("bearer", [])]


@pytest.mark.parametrize("who", ["holder", "verifier", "department", "partner", "officer"])
def test_who_may_is_answered_as_described(base_url: str, badges: Badges, who: str) -> None:
    token = getattr(badges, who)
    findings = Findings(base_url, token, lambda one: token in map(badges.of, scopes(one)))
    assert not findings.found, "\n".join(findings.found)
    assert findings.requests > 10 * len(findings.tried) > 0


def test_whoever_else_is_answered_as_described(base_url: str) -> None:
    findings = Findings(base_url, None)
    assert not findings.found, "\n".join(findings.found)
    assert findings.tried >= {"POST /v1/sessions", "POST /v1/codes", "POST /v1/verifications", "POST /v1/oauth/token"}
    assert findings.statuses >= {200, 400, 401}


@pytest.mark.parametrize("token", [None, MASTER])
def test_ids_in_paths_and_keys_of_records_are_as_described(token: str | None) -> None:
    with served(workshop()) as base_url:
        findings = Findings(base_url, token)
    assert not findings.found, "\n".join(findings.found)
    assert findings.tried >= {"GET /v1/parts/{part_id}", "POST /v1/parts", "POST /v1/parts/{part_id}/marks/{mark}"}
    assert {401} | findings.statuses >= ({401} if token is None else {200, 201, 400, 404})
