"""Requests that a client signs with SM2 instead of bearing a token: known, kept as proof, and never taken twice."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import count
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.partners.clients import Credentials
from chalicelib.partners.clients.model import key_id_of
from chalicelib.partners.nonces import KEPT_S, NonceItem
from chalicelib.platform.crypto import sm2
from chalicelib.platform.crypto.hashing import sm3
from chalicelib.platform.crypto.sm2 import KeyPair
from chalicelib.platform.http.signed import target
from chalicelib.platform.times import parse_rfc3339
from chalicelib.trust import signed_requests
from chalicelib.trust.model import KeyUse
from chalicelib.trust.signed_requests import request_text, verify_reply
from chalicelib.wiring import City
from tests.fuzz.stranger import Stranger
from tests.partners.clients.registry import Registry
from tests.world import JSON, NOON, Reply, StoppedClock

_nonces = count()


class Signer:
    """A client that signs each request; what it sends may be changed on the way."""

    def __init__(self, registry: Registry, **changes: Any) -> None:
        self.city = registry.city
        self.stranger = Stranger(registry.city)
        self.client_id = registry.active(**changes)
        self.pair: KeyPair = registry.pair(self.client_id)

    def header(
        self,
        method: str,
        address: str,
        body: bytes,
        *,
        pair: KeyPair | None = None,
        issuer: str | None = None,
        at: int | None = None,
        nonce: str | None = None,
    ) -> str:
        """The Authorization header of a request."""
        request = signed_requests.Request(method, address, body)
        return signed_requests.sign_request(
            pair or self.pair,
            request,
            issuer=issuer or self.client_id,
            key_id=key_id_of(self.pair.public),
            timestamp=int(self.city.clock()) if at is None else at,
            nonce=nonce or fresh(),
        )

    def ask(self, method: str, address: str, payload: Any = None, *, key: str = "", **how: Any) -> Reply:
        """One signed request."""
        body = b"" if payload is None else json.dumps(payload).encode()
        return self.send(method, address, body, self.header(method, address, body, **how), key=key)

    def send(self, method: str, address: str, body: bytes, header: str, *, key: str = "") -> Reply:
        """One request with this header."""
        headers = {"content-type": JSON, "authorization": header} | ({"idempotency-key": key} if key else {})
        return self.stranger.ask(method, address, headers, body)


def fresh() -> str:
    """A nonce that was never used."""
    return f"nonce-0000000000-{next(_nonces)}"


SCAN = {"code": "YM1:", "purpose": "entry", "place": "east gate"}


@pytest.fixture
def signer(registry: Registry) -> Signer:
    return Signer(registry)


def test_a_signed_request_is_answered_as_one_with_a_token(signer: Signer) -> None:
    reply = signer.ask("POST", "/v1/verifications", SCAN)
    assert (reply.status, reply.body["verdict"]) == (200, "rejected")


def test_the_reply_is_signed_by_a_key_of_the_trust_list(city: City, signer: Signer) -> None:
    for payload, status in ((SCAN, 200), (SCAN | {"purpose": "curiosity"}, 422), ([], 400)):
        nonce = fresh()
        reply = signer.ask("POST", "/v1/verifications", payload, nonce=nonce)
        assert reply.status == status
        key = city.ring.find(reply.headers["Yima-Key-Id"], now=NOON)
        assert key is not None
        assert key.use is KeyUse.REQUEST
        body = json.dumps(reply.body, ensure_ascii=False, separators=(",", ":")).encode()
        signature = reply.headers["Yima-Signature"]
        answer = signed_requests.Reply(reply.status, body)
        verify_reply(answer, signature, expected_key=key.public_key, expected_nonce=nonce, now=NOON)


def test_who_bears_a_token_gets_no_signature(registry: Registry, signer: Signer) -> None:
    token = registry.api.token_for(registry.let_in())
    assert "Yima-Signature" not in registry.api.verify("YM1:", token).headers


def test_a_request_is_taken_once(signer: Signer, clock: StoppedClock) -> None:
    body = json.dumps(SCAN).encode()
    header = signer.header("POST", "/v1/verifications", body)
    assert signer.send("POST", "/v1/verifications", body, header).status == 200
    clock.advance(299)
    replayed = signer.send("POST", "/v1/verifications", body, header)
    assert (replayed.status, replayed.code) == (401, "signature_replayed")
    assert "Yima-Signature" not in replayed.headers


def test_a_request_of_a_clock_that_is_ahead_is_remembered_as_long_as_it_is_good(
    signer: Signer, clock: StoppedClock
) -> None:
    body = json.dumps(SCAN).encode()
    header = signer.header("POST", "/v1/verifications", body, at=NOON + 300)
    assert signer.send("POST", "/v1/verifications", body, header).status == 200
    clock.advance(600)
    assert signer.send("POST", "/v1/verifications", body, header).code == "signature_replayed"
    clock.advance(1)
    assert signer.send("POST", "/v1/verifications", body, header).code == "signature_wrong_time"


def test_another_signature_of_the_same_request_is_the_same_request(signer: Signer) -> None:
    """SM2 signatures are malleable in effect: each text has many. It is the nonce that is used up."""
    nonce = fresh()
    assert signer.ask("POST", "/v1/verifications", SCAN, nonce=nonce).status == 200
    assert signer.ask("POST", "/v1/verifications", SCAN, nonce=nonce).code == "signature_replayed"
    assert signer.ask("GET", "/v1/terminals", nonce=nonce).code == "signature_replayed"


def test_two_clients_may_use_the_same_nonce(registry: Registry, signer: Signer) -> None:
    nonce = fresh()
    for one in (signer, Signer(registry)):
        assert one.ask("POST", "/v1/verifications", SCAN, nonce=nonce).status == 200


@pytest.mark.parametrize("skew", [-301, 301])
def test_a_wrong_clock_is_told_the_time(signer: Signer, skew: int) -> None:
    reply = signer.ask("POST", "/v1/verifications", SCAN, at=NOON + skew)
    assert (reply.status, reply.code) == (401, "signature_wrong_time")
    assert parse_rfc3339(reply.body["server_time"]) == NOON


def test_anything_changed_on_the_way_is_noticed(signer: Signer) -> None:
    body = json.dumps(SCAN).encode()
    header = signer.header("POST", "/v1/verifications", body)
    changes = [
        signer.send("POST", "/v1/verifications", body.replace(b"entry", b"visit"), header),
        signer.send("POST", "/v1/terminals", body, header, key="key"),
        signer.send("GET", "/v1/terminals", body, header),
        signer.ask("POST", "/v1/verifications", SCAN, pair=sm2.generate()),
    ]
    assert {(reply.status, reply.code) for reply in changes} == {(401, "signature_wrong")}
    assert signer.send("POST", "/v1/verifications", body, header).status == 200, "what failed used nothing up"


def test_what_is_signed_for_one_record_does_nothing_to_another(signer: Signer) -> None:
    lost, other = (
        signer.ask("POST", "/v1/terminals", {"name": "甲", "place": "东门"}, key=key).body["terminal_id"]
        for key in ("one", "two")
    )
    header = signer.header("POST", f"/v1/terminals/{lost}/suspension", b"")
    assert signer.send("POST", f"/v1/terminals/{other}/suspension", b"", header).code == "signature_wrong"
    assert signer.send("POST", f"/v1/terminals/{lost}/suspension", b"", header).status == 200


UNREADABLE = {
    "nothing": "YIMA-SM2 ",
    "a word": "YIMA-SM2 nonsense",
    "too much": 'YIMA-SM2 issuer="a",' * 99,
    "a token": "YIMA-SM2 a.b.c",
    "a character beyond Latin": 'YIMA-SM2 issuer="张三"',
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_cannot_be_read_is_no_signature(signer: Signer, case: str) -> None:
    reply = signer.send("POST", "/v1/verifications", b"{}", UNREADABLE[case])
    assert (reply.status, reply.code) == (401, "not_signed")


def test_strangers_and_suspended_clients_are_refused_alike(registry: Registry, signer: Signer) -> None:
    stranger = signer.ask("POST", "/v1/verifications", SCAN, issuer="client-0000000000000000")
    registry.act("suspension", signer.client_id)
    suspended = signer.ask("POST", "/v1/verifications", SCAN)
    assert (stranger.body, stranger.status) == (suspended.body, suspended.status)
    assert suspended.code == "unknown_signer"


def test_a_key_of_another_client_signs_nothing_for_this_one(registry: Registry, signer: Signer) -> None:
    other = Signer(registry)
    header = other.header("POST", "/v1/verifications", b"{}", issuer=signer.client_id)
    assert signer.send("POST", "/v1/verifications", b"{}", header).code == "unknown_signer"


def test_a_signature_reaches_no_further_than_the_client(registry: Registry) -> None:
    signer = Signer(registry, scopes=["code:verify"])
    reply = signer.ask("GET", "/v1/terminals")
    assert (reply.status, reply.code, reply.body["needed"]) == (403, "insufficient_scope", "terminal:write")
    assert signer.ask("POST", "/v1/codes", {}).body["needed"] == "code:issue"
    assert signer.ask("GET", "/v1/account/export").code == "insufficient_scope"


def test_the_order_and_writing_of_a_query_do_not_matter(registry: Registry, signer: Signer) -> None:
    terminal = signer.ask("POST", "/v1/terminals", {"name": "甲", "place": "东门"}, key="one").body["terminal_id"]
    signed = f"/v1/terminals?a=%E4%B8%AD%2F%20&cursor={terminal}"
    for sent in (
        signed,
        f"/v1/terminals?cursor={terminal}&a=%e4%b8%ad/+",
        f"/v1/terminals?cursor={terminal}&a={quote('中')}/%20",
    ):
        reply = signer.send("GET", sent, b"", signer.header("GET", signed, b""))
        assert (reply.status, reply.body["terminals"]) == (200, [])
    other = signer.send("GET", "/v1/terminals?cursor=x", b"", signer.header("GET", signed, b""))
    assert other.code == "signature_wrong"


TARGETS = [
    ("/v1/x", {}, [], "/v1/x"),
    ("/v1/x/{n}", {"n": "a%2Fb"}, [], "/v1/x/a%2Fb"),
    ("/v1/x/{n}", {"n": "a:b@c"}, [], "/v1/x/a:b@c"),
    ("/v1/x", {}, [("b", "1"), ("a", "2")], "/v1/x?a=2&b=1"),
    ("/v1/x", {}, [("a", "2"), ("a", "1")], "/v1/x?a=2&a=1"),
    ("/v1/x", {}, [("a", "~-._ +/&=é")], "/v1/x?a=~-._%20%2B%2F%26%3D%C3%A9"),
    ("/v1/x", {}, [("a", "")], "/v1/x?a="),
]


@pytest.mark.parametrize(("template", "path", "query", "expected"), TARGETS)
def test_what_is_signed_of_an_address(
    template: str, path: dict[str, str], query: list[tuple[str, str]], expected: str
) -> None:
    assert target(template, path, query) == expected


def test_it_can_be_shown_later_who_signed_what(signer: Signer) -> None:
    """Whoever brings the body can prove it with what the city kept and the client's public key alone."""
    nonce, body = fresh(), json.dumps(SCAN).encode()
    signer.ask("POST", "/v1/verifications", SCAN, nonce=nonce)
    kept = NonceItem.get(f"{signer.client_id}#{nonce}")
    assert (kept.method, kept.target, kept.signed_at) == ("POST", "/v1/verifications", NOON)
    assert kept.body_digest == sm3(body)
    assert kept.key_id == key_id_of(signer.pair.public)
    text = request_text(signed_requests.Request(kept.method, kept.target, body), int(kept.signed_at), nonce)
    assert sm2.verify(signer.pair.public, text, kept.signature)
    assert kept.expires_at == datetime.fromtimestamp(NOON + KEPT_S, UTC)
    assert "east gate" not in str(kept.attribute_values)


def test_an_open_operation_asks_for_no_signature(signer: Signer) -> None:
    assert signer.send("GET", "/v1/health", b"", "YIMA-SM2 nonsense").status == 200


def test_a_terminal_signs_nothing(signer: Signer) -> None:
    made = signer.ask("POST", "/v1/terminals", {"name": "甲", "place": "东门"}, key="one").body
    terminal = Credentials(made["terminal_id"], made["client_secret"])
    assert signer.ask("POST", "/v1/verifications", SCAN, issuer=terminal.client_id).code == "unknown_signer"
