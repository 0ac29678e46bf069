"""A session that began with a device key goes on with that key alone (RFC 9449; thumbprints by RFC 7638)."""

from __future__ import annotations

import base64
import json
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.people.sessions.model import NO_PROOF
from chalicelib.people.sessions.proof import DeviceKey as PublicKey
from chalicelib.people.sessions.proof import verified
from chalicelib.people.sessions.refusals import DeviceProofInvalid
from chalicelib.people.sessions.store import SessionItem
from chalicelib.wiring import City
from tests.people.sessions.phone import HOME, DeviceKey, Phone, signed_in
from tests.world import NOON, Caller, StoppedClock, moved_in

REFRESH = "/v1/sessions/refresh"
KEY = DeviceKey()


@pytest.fixture
def phone(city: City, api: Caller) -> Phone:
    return signed_in(city, api)


def look(header: str, now: float = NOON) -> Any:
    return verified(header, method="POST", path=REFRESH, now=now)


def test_a_thumbprint_is_the_digest_of_the_members_in_their_order() -> None:
    """The key of RFC 7517, A.1; its thumbprint was computed with `openssl dgst -sha256` over the canonical JSON."""
    x, y = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"
    assert PublicKey(crv="P-256", kty="EC", x=x, y=y).thumbprint == "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s"


def test_the_device_that_logged_in_goes_on(phone: Phone) -> None:
    assert phone.held["bound"] is True
    for _ in range(3):
        assert phone.refresh().status == 200


def test_whoever_has_only_the_token_is_refused_and_ends_nothing(city: City, api: Caller, phone: Phone) -> None:
    thief = Phone(city, api, bound=False)
    assert thief.refresh(phone.held["refresh_token"]).code == "device_proof_missing"
    other = Phone(city, api)
    assert other.refresh(phone.held["refresh_token"]).code == "wrong_device"
    assert phone.refresh().status == 200


def test_a_proof_that_was_overheard_renews_nothing_else(phone: Phone, clock: StoppedClock) -> None:
    assert phone.key is not None
    heard = phone.key.proof(REFRESH, now=clock())
    assert phone.refresh(proof=heard).status == 200
    assert phone.refresh(proof=heard).code == "device_proof_used"
    assert phone.refresh().status == 200


def test_a_lost_reply_is_given_again_to_the_same_request(phone: Phone, clock: StoppedClock) -> None:
    assert phone.key is not None
    old, sent = phone.held["refresh_token"], phone.key.proof(REFRESH, now=clock())
    first = phone.refresh(old, proof=sent).body
    assert phone.refresh(old, proof=sent).body == first


def test_a_reply_that_was_lost_in_a_dead_zone_is_given_to_the_device_hours_later(
    phone: Phone, clock: StoppedClock
) -> None:
    old = phone.held["refresh_token"]
    lost = phone.refresh().body
    clock.advance(3 * 3600)
    late = phone.refresh(old).body
    assert late["refresh_token"] == lost["refresh_token"]
    assert late["expires_at"] == lost["expires_at"], "over by now; the next one is a call away"
    assert phone.refresh().status == 200


def test_a_session_without_a_key_asks_for_none(city: City, api: Caller) -> None:
    phone = signed_in(city, api, bound=False)
    assert phone.held["bound"] is False
    phone.key = DeviceKey()
    assert phone.refresh().status == 200
    phone.key = None
    assert phone.refresh().status == 200, "it is not bound on the way"


def test_only_the_thumbprint_is_kept(city: City, phone: Phone) -> None:
    assert phone.key is not None
    (item,) = SessionItem.query(moved_in(city))
    assert item.key == PublicKey(**{name: phone.key.jwk[name] for name in ("crv", "kty", "x", "y")}).thumbprint
    assert phone.key.jwk["x"] not in str(item.attribute_values)


GOOD: dict[str, dict[str, Any]] = {
    "as a browser makes it": {},
    "behind a gateway with a stage": {"htu": "https://abc.example/api/v1/sessions/refresh"},
    "with a query": {"htu": f"{HOME}{REFRESH}?x=1#y"},
    "made by a clock two minutes behind": {"iat": NOON - 120},
    "made by a clock two minutes ahead": {"iat": NOON + 120},
    "with a fraction of a second": {"iat": NOON + 0.5},
    "with times of its own": {"exp": 1, "nbf": NOON + 999, "aud": "somebody"},
}


@pytest.mark.parametrize("case", GOOD)
def test_a_good_proof(case: str) -> None:
    assert look(KEY.proof(REFRESH, now=NOON, **GOOD[case])).key


BAD_CLAIMS: dict[str, dict[str, Any]] = {
    "another method": {"htm": "GET"},
    "a method in small letters": {"htm": "post"},
    "another path": {"htu": HOME + "/v1/sessions"},
    "a path that goes on": {"htu": HOME + REFRESH + "/x"},
    "the path in the query": {"htu": HOME + "/?" + REFRESH},
    "no address at all": {"htu": "http://[::"},
    "an empty name": {"jti": ""},
    "a very long name": {"jti": "x" * 257},
    "a number for a name": {"jti": 7},
    "no time": {"iat": None},
    "a time in words": {"iat": "now"},
    "a list for a path": {"htu": [REFRESH]},
}


@pytest.mark.parametrize("case", BAD_CLAIMS)
def test_a_proof_for_something_else_is_none(case: str) -> None:
    with pytest.raises(DeviceProofInvalid):
        look(KEY.proof(REFRESH, now=NOON, **BAD_CLAIMS[case]))


SQUARE = base64.urlsafe_b64encode(bytes(32)).rstrip(b"=").decode()
BAD_HEADS: dict[str, dict[str, Any]] = {
    "another type": {"typ": "JWT"},
    "no key": {"jwk": None},
    "a key of another curve": {"jwk": KEY.jwk | {"crv": "P-384"}},
    "a symmetric key": {"jwk": {"kty": "oct", "k": "c2VjcmV0"}},
    "a private key": {"jwk": KEY.jwk | {"d": KEY.jwk["x"]}},
    "a point that is on no curve": {"jwk": KEY.jwk | {"x": SQUARE, "y": SQUARE}},
    "the key of another": {"jwk": DeviceKey().jwk},
    "a key by its address": {"jwk": "https://thief.example/key"},
    "a coordinate that is too short": {"jwk": KEY.jwk | {"x": KEY.jwk["x"][:-1]}},
    "what nobody here understands": {"crit": ["exp"], "exp": 1},
}


@pytest.mark.parametrize("case", BAD_HEADS)
def test_a_proof_by_something_else_is_none(case: str) -> None:
    with pytest.raises(DeviceProofInvalid):
        look(KEY.proof(REFRESH, now=NOON, head=BAD_HEADS[case]))


def unsigned() -> str:
    """A proof by the algorithm that proves nothing."""
    head = {"typ": "dpop+jwt", "alg": "none", "jwk": KEY.jwk}
    said = {"htm": "POST", "htu": HOME + REFRESH, "iat": NOON, "jti": "x"}
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (head, said))
    return ".".join(parts) + "."


def by_hmac() -> str:
    """A proof whose secret is the public key itself."""
    said = {"htm": "POST", "htu": HOME + REFRESH, "iat": NOON, "jti": "x"}
    head = {"typ": "dpop+jwt", "jwk": KEY.jwk}
    return jwt.encode(said, KEY.jwk["x"], algorithm="HS256", headers=head)


PIECES = KEY.proof(REFRESH, now=NOON).split(".")
TEXTS = {
    "nothing": "",
    "a word": "nonsense",
    "dots": "..",
    "not signed": unsigned(),
    "signed with the public key as a secret": by_hmac(),
    "the signature cut off": ".".join(PIECES[:2]) + ".",
    "half the signature": ".".join([*PIECES[:2], PIECES[2][:43]]),
    "the words of another proof": ".".join([PIECES[0], KEY.proof(REFRESH, now=NOON).split(".")[1], PIECES[2]]),
    "two proofs": ".".join(PIECES) + "," + ".".join(PIECES),
    "very long": "x" * 5000,
    "brackets": base64.urlsafe_b64encode(b"[" * 3000).decode() + ".e30.",
    "beyond Latin": "张.三.李",
}


@pytest.mark.parametrize("case", TEXTS)
def test_what_is_no_proof_at_all(case: str) -> None:
    with pytest.raises(DeviceProofInvalid):
        look(TEXTS[case])


@given(st.text(max_size=60) | st.lists(st.text(max_size=20), min_size=3, max_size=3).map(".".join))
def test_random_texts_prove_nothing(text: str) -> None:
    with pytest.raises(DeviceProofInvalid):
        look(text)


@given(place=st.integers(0, 10_000), other=st.sampled_from("Aa0-_"))
def test_a_proof_with_any_character_changed_proves_nothing(place: int, other: str) -> None:
    text = ".".join(PIECES)
    place %= len(text) - 1  # the last character has bits that stand for nothing
    if text[place] in {other, "."}:
        return
    with pytest.raises(DeviceProofInvalid):
        look(text[:place] + other + text[place + 1 :])


def test_no_header_proves_nothing_and_is_no_mistake() -> None:
    assert verified(None, method="POST", path=REFRESH, now=NOON) == NO_PROOF


@pytest.mark.parametrize("off", [-121, 121, float("inf"), -1e400])
def test_a_proof_of_another_moment_is_refused_with_our_time(
    city: City, api: Caller, phone: Phone, clock: StoppedClock, off: float
) -> None:
    assert phone.key is not None
    reply = phone.refresh(proof=phone.key.proof(REFRESH, now=clock(), iat=clock() + off))
    assert (reply.status, reply.code) == (401, "device_proof_stale")
    assert reply.body["server_time"] == "2026-09-21T14:13:20Z"


def test_a_log_in_with_a_broken_proof_opens_no_session_at_all(city: City, api: Caller) -> None:
    phone = Phone(city, api)
    assert phone.key is not None
    proof = phone.key.proof("/v1/codes", now=city.clock())
    from chalicelib.people.sandbox import RESIDENTS, SandboxIdentityProvider

    reply = api.post("/v1/sessions", SandboxIdentityProvider.login(RESIDENTS[0]), proof=proof)
    assert reply.code == "device_proof_invalid"
    assert SessionItem.count() == 0
