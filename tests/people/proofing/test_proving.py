"""A log-in that those who know cannot confirm: said as it is, and nothing is half made."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.people.proofing.attempts_store import AttemptItem
from chalicelib.people.sandbox import RESIDENTS, SandboxIdentityProvider, liveness_token
from chalicelib.platform.tables import all_models
from chalicelib.wiring import City
from tests.crypto.vectors import pair_of
from tests.fuzz.ear import listening
from tests.people.proofing.office import Manner, Office, Said, honestly, office, provider_at
from tests.world import Caller, StoppedClock, caller

FACE = liveness_token(RESIDENTS[0].identity)


@pytest.fixture
def registers(city: City) -> Iterator[Office]:
    with office(city) as here:
        yield here


def says(body: bytes, **more: Any) -> Manner:
    """Something else, signed as it is."""
    return lambda said: replace(said, body=body, **more)


def lies(said: Said) -> Said:
    """Somebody else signs."""
    return replace(said, key=pair_of(7))


@pytest.fixture
def api(city: City, registers: Office) -> Caller:
    """A city that asks the registers."""
    city.identity_provider = provider_at(city, registers.address)
    return caller(city)


def rows() -> dict[str, int]:
    """How many rows there are, by table, but for those that the city had from the beginning."""
    own = {"yima-keys", "yima-trust-lists", "yima-journal", "yima-journal-heads", "yima-attempts"}
    counted = {model.Meta.table_name: model.count() for model in all_models()}
    return {name: size for name, size in counted.items() if size and name not in own}


def log_in(api: Caller) -> Any:
    return api.post("/v1/sessions", SandboxIdentityProvider.login(RESIDENTS[0]))


@pytest.mark.parametrize(
    ("manner", "code"),
    [
        (says(b"", status=500), "identity_provider_unavailable"),
        (lies, "identity_provider_untrusted"),
    ],
    ids=["down", "lying"],
)
def test_a_log_in_that_nobody_could_confirm_says_so_and_makes_nobody(
    api: Caller, registers: Office, manner: Manner, code: str
) -> None:
    before = rows()
    registers.manner = manner
    for _ in range(5):
        reply = log_in(api)
        assert (reply.status, reply.code) == (503, code)
        assert "Retry-After" in reply.headers
    assert rows() == before
    assert {item.failures for item in AttemptItem.scan()} == {0}, "an outage is nobody's failure"
    registers.manner = honestly
    assert log_in(api).status == 201


def test_a_provider_that_changes_its_mind_makes_nobody_twice(
    api: Caller, registers: Office, clock: StoppedClock
) -> None:
    assert log_in(api).status == 201
    once = rows()
    registers.manner = says(b'{"proven":false}')
    assert log_in(api).code == "identity_not_proven"
    registers.manner = honestly
    clock.advance(1)
    assert log_in(api).status == 201
    again = rows()
    assert {name: again[name] for name in ("yima-holders", "yima-identities", "yima-statuses")} == {
        name: once[name] for name in ("yima-holders", "yima-identities", "yima-statuses")
    }


def test_no_log_line_and_no_refusal_tells_who_was_asked_about(
    api: Caller, registers: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with listening() as ear:
        ear.learn(FACE)
        for manner in (honestly, lies, says(b"", status=500), says(b"<html>")):
            registers.manner = manner
            reply = log_in(api)
            ear.hear(reply)
        assert ear.heard
        assert not ear.told()
