"""A small city of the tests behind real HTTP on this machine: the client speaks to what is deployed, not to a mock."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yima
from chalice.local import LocalChalice
from click.testing import CliRunner
from yima import sm2

import tests.conftest  # noqa: F401  it sets the environment before anything of the city is imported
from app import build_app
from chalicelib.partners.clients.model import Credentials
from chalicelib.people.sandbox import RESIDENTS, SandboxIdentityProvider
from chalicelib.platform.http.refusals import NoSuchOperation
from chalicelib.platform.permissions import Role
from chalicelib.wiring import City
from infra.local.dynamo import embedded
from infra.local.gateway import Answer, Gateway, Request, refused
from infra.local.server import CityServer
from tests.world import StoppedClock, found_city, in_office


class RunningClock(StoppedClock):
    """The clock of the wall, which a test may set forward."""

    def __init__(self) -> None:
        super().__init__(0)

    def __call__(self) -> float:
        return time.time() + self.now


@dataclass(frozen=True)
class OpenCity:
    """A city that answers at an address."""

    inside: City
    server: CityServer
    clock: RunningClock

    @property
    def base_url(self) -> str:
        """Where it answers."""
        return self.server.base_url

    @property
    def root(self) -> str:
        """Its root key, as an operator would hand it to a venue."""
        return self.inside.custodian.root_public_key()

    def client(self, name: str, *scopes: str) -> yima.Secret:
        """A new client of these scopes."""
        made: Credentials = self.inside.clients.register(name, scopes=frozenset(scopes))
        return yima.Secret(made.client_id, made.client_secret)

    def asked_by(self, credentials: yima.Credentials | None, **options: Any) -> yima.City:
        """The city as one client sees it."""
        http = httpx.Client(base_url=self.base_url, trust_env=False, timeout=20)
        return yima.City(self.base_url, credentials, http=http, root=self.root, clock=self.clock, **options)

    def key(self, name: str, *scopes: str) -> yima.Key:
        """A new client that signs: an operator has registered its key."""
        key = yima.Key(self.client(name, *scopes).client_id, sm2.generate().hex())
        self.registers(key.client_id, key.public_key)
        return key

    def registers(self, client_id: str, public_key: str) -> None:
        """An operator adds a key to a client."""
        in_office(self.inside, RESIDENTS[5], Role.OPERATOR)
        login = SandboxIdentityProvider.login(RESIDENTS[5]) | {"role": "operator"}
        session = httpx.post(f"{self.base_url}/v1/sessions", json=login, trust_env=False).json()
        answer = httpx.post(
            f"{self.base_url}/v1/clients/{client_id}/keys",
            json={"public_key": public_key},
            headers={"Authorization": f"Bearer {session['token']}"},
            trust_env=False,
        )
        assert answer.status_code == 201, answer.text

    def holder(self, number: int = 0) -> yima.Holder:
        """A resident's session."""
        return self.asked_by(None).log_in(**SandboxIdentityProvider.login(RESIDENTS[number]))


@pytest.fixture(scope="module")
def open_city() -> Iterator[OpenCity]:
    """One city for a file of tests; the clock runs."""
    with embedded() as store:
        os.environ.pop("AWS_EXECUTION_ENV", None)
        clock = RunningClock()
        inside = found_city(clock)
        server = CityServer("127.0.0.1", 0, report=_quietly)
        server.answer = _door(Gateway(build_app(inside, LocalChalice)))
        server.serve()
        yield OpenCity(inside, server, clock)
        server.stop()
        store.clear()


@pytest.fixture
def yima_command(open_city: OpenCity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """The command, for a user with an empty home; `input` is what is piped in."""
    from yima.command.main import main

    for name in [name for name in os.environ if name.startswith("YIMA_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("YIMA_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    def run(*arguments: str, input: str | bytes | None = None) -> Any:
        result = CliRunner().invoke(main, arguments, input=input)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run


def _door(gateway: Gateway) -> Callable[[Request], Answer]:
    return lambda request: gateway.answer(request) or refused(NoSuchOperation())


def _quietly(line: str) -> None:
    """The city of a test says nothing."""
