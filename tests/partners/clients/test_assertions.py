"""A client that signs who it is (RFC 7523): one good assertion, and every way in which one is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
import pytest

from chalicelib.partners.clients.model import key_id_of
from chalicelib.platform.crypto import sm2
from chalicelib.platform.crypto.sm2 import KeyPair
from chalicelib.platform.times import parse_rfc3339
from tests.partners.clients.registry import ZHOU, Registry, claims, encoded, signed
from tests.world import NOON, Reply, StoppedClock


class Signer(NamedTuple):
    """A client that signs."""

    client_id: str
    pair: KeyPair


@pytest.fixture
def signer(registry: Registry) -> Signer:
    client_id = registry.active()
    return Signer(client_id, registry.pair(client_id))


def test_an_assertion_gets_a_token(registry: Registry, signer: Signer) -> None:
    assertion = signed(signer.pair, claims(signer.client_id, NOON))
    reply = registry.assert_by(assertion, scope="code:verify")
    assert (reply.status, reply.body["scope"]) == (200, "code:verify")


def test_the_form_may_name_the_client_too_but_no_other_one(registry: Registry, signer: Signer) -> None:
    assert registry.assert_by(signed(signer.pair, claims(*signer[:1], NOON)), client_id=signer.client_id).status == 200
    other = registry.active()
    reply = registry.assert_by(signed(signer.pair, claims(*signer[:1], NOON)), client_id=other)
    assert reply.code == "invalid_client"


def test_an_assertion_is_good_once(registry: Registry, signer: Signer, clock: StoppedClock) -> None:
    assertion = signed(signer.pair, claims(signer.client_id, NOON, exp=NOON + 300))
    assert registry.assert_by(assertion).status == 200
    clock.advance(359)
    reply = registry.assert_by(assertion)
    assert (reply.status, reply.code, reply.body["reason"]) == (401, "invalid_client", "replayed")


def test_two_clients_may_call_their_assertions_alike(registry: Registry, signer: Signer) -> None:
    other = registry.active()
    pair = registry.pair(other)
    assert registry.assert_by(signed(signer.pair, claims(signer.client_id, NOON, jti="1"))).status == 200
    assert registry.assert_by(signed(pair, claims(other, NOON, jti="1"))).status == 200


TIMES = {
    "over": {"exp": NOON - 61},
    "for too long": {"exp": NOON + 361},
    "made in the future": {"iat": NOON + 61},
    "without end": {"exp": 2**60},
    "made long ago for this minute": {"iat": NOON - 241},
    "made in no time anybody knows": {"iat": -(10**40)},
    "not to be used yet": {"nbf": NOON + 61},
}


@pytest.mark.parametrize("case", TIMES)
def test_a_wrong_clock_is_told_the_time(registry: Registry, signer: Signer, case: str) -> None:
    reply = registry.assert_by(signed(signer.pair, claims(signer.client_id, NOON) | TIMES[case]))
    assert (reply.code, reply.body["reason"]) == ("invalid_client", "wrong_time")
    assert parse_rfc3339(reply.body["server_time"]) == NOON


HONEST = [
    {"iat": NOON - 119, "exp": NOON - 59},
    {"iat": NOON + 60, "exp": NOON + 360},
    {"iat": NOON - 240},
    {"nbf": NOON + 60},
]


@pytest.mark.parametrize("times", HONEST)
def test_clocks_may_differ_by_a_minute(registry: Registry, signer: Signer, times: dict[str, int]) -> None:
    assert registry.assert_by(signed(signer.pair, claims(signer.client_id, NOON) | times)).status == 200


def unsigned(signer: Signer) -> str:
    head, payload, _ = signed(signer.pair, claims(signer.client_id, NOON), alg="none").split(".")
    return f"{head}.{payload}."


def by_hmac(signer: Signer) -> str:
    """The public key as the secret of an HMAC: the oldest trick there is."""
    import hashlib
    import hmac

    text = ".".join(
        encoded(msgspec.json.encode(part))
        for part in ({"alg": "HS256", "kid": "00000000"}, claims(signer.client_id, NOON))
    )
    return f"{text}.{encoded(hmac.new(signer.pair.public, text.encode(), hashlib.sha256).digest())}"


def says(**changes: Any) -> Callable[[Signer], str]:
    return lambda signer: signed(signer.pair, claims(signer.client_id, NOON) | changes)


def headed(**head: Any) -> Callable[[Signer], str]:
    return lambda signer: signed(signer.pair, claims(signer.client_id, NOON), **head)


def changed(signer: Signer) -> str:
    head, _, signature = signed(signer.pair, claims(signer.client_id, NOON)).split(".")
    other = encoded(msgspec.json.encode(claims(signer.client_id, NOON, jti="another")))
    return f"{head}.{other}.{signature}"


WRONG: dict[str, Callable[[Signer], str]] = {
    "by another key": lambda signer: signed(sm2.generate(), claims(signer.client_id, NOON)),
    "by another key under its id": lambda signer: signed(
        sm2.generate(), claims(signer.client_id, NOON), kid=key_id_of(signer.pair.public)
    ),
    "not signed": unsigned,
    "by HMAC": by_hmac,
    "changed": changed,
    "for another city": says(aud="urn:yima:210100"),
    "for two cities": says(aud=["urn:yima:310000", "urn:yima:210100"]),
    "for nobody": says(aud=[]),
    "about another": says(sub="client-0000000000000000"),
    "by a stranger": says(iss="client-0000000000000000", sub="client-0000000000000000"),
    "without a name": says(jti=""),
    "with a name that is none": says(jti=7),
    "without an end": says(exp=None),
    "an end that is no number": says(exp="soon"),
    "no key id": headed(kid=None),
    "with something critical": headed(crit=["b64"], b64=False),
    "by another algorithm's name": headed(alg="ES256"),
    "a word": lambda signer: "nonsense",
    "dots": lambda signer: "..",
    "brackets": lambda signer: f"{encoded(b'[' * 1500)}.{encoded(b'[' * 1000)}.x",
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_refused_without_a_word_why(registry: Registry, signer: Signer, case: str) -> None:
    reply = registry.assert_by(WRONG[case](signer))
    assert (reply.status, reply.code) == (401, "invalid_client")
    assert "reason" not in reply.body


def test_an_assertion_list_with_this_city_alone_is_fine(registry: Registry, signer: Signer) -> None:
    assert registry.assert_by(says(aud=["urn:yima:310000"])(signer)).status == 200


def refused(reply: Reply) -> bool:
    return (reply.status, reply.code) == (401, "invalid_client")


def test_a_key_that_was_removed_and_a_client_that_is_suspended_sign_nothing(registry: Registry, signer: Signer) -> None:
    second = registry.pair(signer.client_id)
    [key, _] = registry.show(signer.client_id)["keys"]
    registry.api.delete(f"/v1/clients/{signer.client_id}/keys/{key['key_id']}", token=registry.token(ZHOU))
    assert refused(registry.assert_by(says()(signer)))
    assert registry.assert_by(says()(Signer(signer.client_id, second))).status == 200
    registry.act("suspension", signer.client_id)
    assert refused(registry.assert_by(says()(Signer(signer.client_id, second))))


def test_an_assertion_needs_its_type_and_no_other_proof_beside_it(registry: Registry, signer: Signer) -> None:
    text = says()(signer)
    assert registry.ask(client_assertion=text).code == "invalid_client"
    assert registry.ask(client_assertion=text, client_assertion_type="urn:x").code == "invalid_client"
    assert registry.assert_by(text, client_secret="x").code == "invalid_request"
