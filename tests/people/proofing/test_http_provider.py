"""The provider over HTTP: down, slow, unreadable or lying, it is told apart, and nothing is half made."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from chalicelib.people.proofing.http_provider import HttpIdentityProvider
from chalicelib.people.proofing.provider import Assurance
from chalicelib.people.proofing.refusals import IdentityProviderUnavailable, IdentityProviderUntrusted
from chalicelib.people.sandbox import RESIDENTS, liveness_token
from chalicelib.platform.http.refusals import Unavailable
from chalicelib.platform.outgoing import Outgoing
from chalicelib.trust.signed_requests import SKEW_S
from chalicelib.wiring import City
from infra.local.dynamo import Store
from tests.crypto.vectors import pair_of
from tests.people.proofing.office import (
    HASTE_S,
    PATIENCE_S,
    Manner,
    Office,
    Said,
    honestly,
    office,
    provider_at,
    raw_server,
)
from tests.world import NOON, StoppedClock, found_city

PERSON = RESIDENTS[0].identity
FACE = liveness_token(PERSON)


@pytest.fixture(scope="module")
def city(embedded_store: Store) -> Iterator[City]:
    """One city for all of these: nothing is written to it."""
    yield found_city(StoppedClock())
    embedded_store.clear()


@pytest.fixture
def registers(city: City) -> Iterator[Office]:
    with office(city) as here:
        yield here


@pytest.fixture
def provider(city: City, registers: Office) -> HttpIdentityProvider:
    return provider_at(city, registers.address)


def prove(provider: HttpIdentityProvider, liveness: str | None = FACE) -> Any:
    return provider.prove(PERSON, liveness=liveness, now=NOON)


def says(body: bytes, **more: Any) -> Manner:
    """Something else, signed as it is."""
    return lambda said: replace(said, body=body, **more)


YES = b'{"proven":true,"assurance":"real_person","born":"1988-03-14"}'
LIES: dict[str, Manner] = {
    "no signature": lambda said: replace(said, signed=False),
    "a signature by somebody else": lambda said: replace(said, key=pair_of(7)),
    "a signature over another answer": lambda said: replace(said, body=YES, signed_body=b'{"proven":false}'),
    "a signature over another status": lambda said: replace(said, signed_status=201),
    "the answer to another request": lambda said: replace(said, nonce="0" * 32),
    "an answer of long ago": lambda said: replace(said, timestamp=NOON - SKEW_S - 1),
    "an answer from the future": lambda said: replace(said, timestamp=NOON + SKEW_S + 1),
    "a signature that is none": lambda said: replace(said, headers={"Yima-Signature": "yes"}),
    "a signature that never ends": lambda said: replace(said, headers={"Yima-Signature": "x" * 60_000}),
}
FAULTS: dict[str, Manner] = {
    "an error on their side": says(b"", status=500),
    "down for repairs": says(b"", status=503),
    "no such path": says(b"", status=404),
    "another success": says(YES, status=201, signed_status=201),
    "somewhere else": says(b"", status=302, headers={"Location": "/registers/elsewhere"}),
    "somewhere else, permanently": says(b"", status=308, headers={"Location": "/registers/elsewhere"}),
    "a body without end": says(b" " * 70_000),
    "no body": says(b""),
    "no JSON": says(b"<html>"),
    "half a character": says(b'{"proven":true,"born":"\xe5'),
    "a list": says(b"[]"),
    "another question's answer": says(b'{"owned":true}'),
    "a field that is not ours": says(b'{"proven":true,"colour":"green"}'),
    "an assurance that there is not": says(b'{"proven":true,"assurance":"saint"}'),
    "a word for a truth": says(b'{"proven":"true"}'),
    "a birthday that is no day": says(b'{"proven":true,"born":"1988-02-30"}'),
    "a birthday in another form": says(b'{"proven":true,"born":"19880230"}'),
    "compressed against our wish": lambda said: replace(
        said, body=gzip.compress(said.body), headers={"Content-Encoding": "gzip"}
    ),
    "less than was announced": lambda said: replace(
        said, headers={"Content-Length": str(len(said.body) + 9), "Connection": "close"}
    ),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_lie_is_not_believed(registers: Office, provider: HttpIdentityProvider, lie: Manner) -> None:
    registers.manner = lie
    with pytest.raises(IdentityProviderUntrusted):
        prove(provider)
    registers.manner = honestly
    assert prove(provider).assurance is Assurance.REAL_PERSON


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_what_cannot_be_read_is_no_answer(registers: Office, provider: HttpIdentityProvider, fault: Manner) -> None:
    registers.manner = fault
    with pytest.raises(IdentityProviderUnavailable):
        prove(provider)
    assert len(registers.asked) == 1, "and nobody asks again of themselves, or elsewhere"
    assert not registers.refused


def test_nobody_at_home_is_no_answer(city: City) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(IdentityProviderUnavailable):
        prove(provider_at(city, f"http://127.0.0.1:{port}"))


def test_somebody_who_never_answers_is_not_waited_for(city: City, registers: Office) -> None:
    def stays_silent(said: Said) -> Said:
        registers.closing.wait(10)
        return said

    registers.manner = stays_silent
    with pytest.raises(IdentityProviderUnavailable):
        prove(provider_at(city, registers.address, Outgoing(connect_s=PATIENCE_S, read_s=HASTE_S)))
    assert len(registers.asked) == 1, "what was sent may have been carried out"


def test_an_answer_in_drops_is_not_waited_for(city: City, registers: Office) -> None:
    seconds = count(0, 10)
    hasty = provider_at(city, registers.address, Outgoing(monotonic=lambda: float(next(seconds))))
    with pytest.raises(IdentityProviderUnavailable):
        prove(hasty)


@pytest.mark.parametrize(
    "answer",
    [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent"],
    ids=["hangs up", "no HTTP", "a length below zero", "half a header"],
)
def test_what_does_not_speak_http_is_no_answer(city: City, answer: bytes) -> None:
    with raw_server(answer) as address, pytest.raises(Unavailable):
        prove(provider_at(city, address))


def test_it_is_never_surer_than_was_asked_for(registers: Office, provider: HttpIdentityProvider) -> None:
    registers.manner = says(YES)
    assert prove(provider, liveness=None).assurance is Assurance.REAL_NAME


def test_only_signed_questions_are_answered_and_nothing_personal_is_in_an_address(
    registers: Office, provider: HttpIdentityProvider
) -> None:
    prove(provider)
    provider.relation(PERSON, RESIDENTS[1].identity, now=NOON)
    provider.owns_card(PERSON, "transit_card", "310199001", now=NOON)
    assert [asked.request.target for asked in registers.asked] == [
        "/registers/prove",
        "/registers/relation",
        "/registers/card",
    ]
    assert len({asked.nonce for asked in registers.asked}) == 3
    assert {asked.issuer for asked in registers.asked} == {"310000"}


def test_a_question_that_is_sent_again_by_somebody_else_is_not_answered(city: City, registers: Office) -> None:
    stuck = HttpIdentityProvider(
        registers.address,
        pair_of(31_0101).public,
        issuer="310000",
        ring=city.ring,
        outgoing=Outgoing(connect_s=PATIENCE_S, read_s=PATIENCE_S),
        entropy=lambda _: "0" * 32,
    )
    assert prove(stuck)
    with pytest.raises(IdentityProviderUnavailable):
        prove(stuck)
    assert registers.refused == ["a repeat"]
