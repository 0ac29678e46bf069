"""What a custodian of keys asks for by hand: one change at a time, safe to repeat, refused by name, never half told."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.platform.times import rfc3339
from chalicelib.trust.model import KeyRecord, KeyState, KeyUse, signer
from chalicelib.trust.store import KeyItem
from chalicelib.trust.trust_list import read_list
from chalicelib.wiring import City
from functions import change_keys
from tests.world import StoppedClock

Ask = Callable[[Any], dict[str, Any]]


@pytest.fixture
def ask(city: City, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Invokes the function as `aws lambda invoke` does: JSON in, JSON out."""
    monkeypatch.setattr(change_keys, "city", lambda: city)
    clock.advance(60)

    def invoke(payload: Any) -> dict[str, Any]:
        answer = change_keys.change_keys(payload, SimpleNamespace(aws_request_id="request-1"))
        told: dict[str, Any] = json.loads(json.dumps(answer).encode())
        return told

    return invoke


def keys_of(city: City, use: KeyUse) -> list[KeyRecord]:
    """Every key of a use, in the order in which they sign."""
    return sorted((key for key in city.key_store.records() if key.use is use), key=lambda key: key.not_before)


def listed(city: City, use: KeyUse = KeyUse.CODE) -> dict[str, str]:
    """What the trust list says of the keys of a use: states by key id."""
    document = city.key_store.published()
    assert document is not None
    return {key.kid: key.state for key in read_list(document).keys if key.use == use}


@pytest.mark.parametrize("use", ["code", "carrier", "request", "token"])
def test_a_revoked_key_is_dead_at_once_and_its_successor_signs_at_once(ask: Ask, city: City, use: str) -> None:
    [old] = keys_of(city, KeyUse(use))
    answer = ask({"revoke": old.kid})
    revoked, new = sorted(keys_of(city, KeyUse(use)), key=lambda key: key.kid != old.kid)
    assert (revoked.kid, revoked.state) == (old.kid, KeyState.REVOKED)
    assert answer == {
        "revoked": old.kid,
        "use": use,
        "state": "revoked",
        "successor": {"kid": new.kid, "state": "active", "signs_from": rfc3339(new.not_before)},
    }
    assert signer(keys_of(city, KeyUse(use)), now=city.clock()) == new
    for listed_use in (KeyUse.CODE, KeyUse.CARRIER, KeyUse.REQUEST):
        active = {key.kid for key in keys_of(city, listed_use) if key.state is KeyState.ACTIVE}
        assert set(listed(city, listed_use)) == active


def test_a_function_whose_clock_is_behind_has_a_key_to_sign_with_too(ask: Ask, city: City) -> None:
    [old] = keys_of(city, KeyUse.CODE)
    successor = ask({"revoke": old.kid})["successor"]["kid"]
    city.ring.forget()
    assert city.ring.signing(KeyUse.CODE, now=city.clock() - 20).record.kid == successor


@pytest.mark.parametrize("use", ["code", "carrier", "request", "token", "field"])
def test_a_change_of_keys_is_announced_now_and_happens_one_lead_later(ask: Ask, city: City, use: str) -> None:
    answer = ask({"rotate": use})
    old, new = keys_of(city, KeyUse(use))
    changes_at = int(city.clock()) + city.plan.lead
    assert answer == {
        "rotating": use,
        "successor": {"kid": new.kid, "state": "pending", "signs_from": rfc3339(changes_at)},
    }
    assert signer([old, new], now=changes_at - 1) == old
    assert signer([old, new], now=changes_at) == new
    is_listed = use in {"code", "carrier", "request"}
    assert listed(city, KeyUse(use)) == ({old.kid: "active", new.kid: "pending"} if is_listed else {})


def test_revoking_twice_says_so_and_makes_nothing(ask: Ask, city: City, clock: StoppedClock) -> None:
    [old] = keys_of(city, KeyUse.CODE)
    done = ask({"revoke": old.kid})
    before, since = city.key_store.records(), rfc3339(clock())
    clock.advance(3600)
    refused = ask({"revoke": old.kid})["refused"]
    assert refused["code"] == "already_revoked"
    assert (refused["kid"], refused["since"], refused["successor"]) == (old.kid, since, done["successor"]["kid"])
    assert city.key_store.records() == before


def test_rotating_twice_answers_the_successor_that_is_waiting(ask: Ask, city: City, clock: StoppedClock) -> None:
    once = ask({"rotate": "code"})
    clock.advance(60)
    assert ask({"rotate": "code"}) == once
    assert len(keys_of(city, KeyUse.CODE)) == 2
    clock.advance(city.plan.lead)
    assert ask({"rotate": "code"}) != once, "it signs by now, so this is the next change"


def test_a_key_that_does_not_sign_is_revoked_without_a_new_one(ask: Ask, city: City, clock: StoppedClock) -> None:
    waiting = ask({"rotate": "code"})["successor"]["kid"]
    [signing, _] = keys_of(city, KeyUse.CODE)
    assert ask({"revoke": waiting})["successor"]["kid"] == signing.kid
    successor = ask({"rotate": "code"})["successor"]["kid"]
    clock.advance(city.plan.lead)
    city.custodian.run(now=int(clock()))
    assert ask({"revoke": signing.kid})["successor"]["kid"] == successor
    states = {key.kid: str(key.state) for key in keys_of(city, KeyUse.CODE)}
    assert states == {signing.kid: "revoked", waiting: "revoked", successor: "active"}


def kid(city: City, use: KeyUse) -> str:
    record = city.key_store.root() if use is KeyUse.ROOT else keys_of(city, use)[0]
    assert record is not None
    return record.kid


def retired(city: City) -> str:
    [old] = keys_of(city, KeyUse.CODE)
    for _ in range(3):
        city.clock.advance(city.plan.period)  # type: ignore[attr-defined]
        city.custodian.run(now=int(city.clock()))
    assert kid(city, KeyUse.CODE) == old.kid
    return old.kid


REFUSALS: dict[str, tuple[Callable[[City], Any], str]] = {
    "a key that nobody has": (lambda city: {"revoke": "00000000"}, "unknown_key"),
    "a retired key": (lambda city: {"revoke": retired(city)}, "already_retired"),
    "the key that names rest under": (lambda city: {"revoke": kid(city, KeyUse.FIELD)}, "lasting_key"),
    "the key that people are found by": (lambda city: {"revoke": kid(city, KeyUse.INDEX)}, "lasting_key"),
    "the root": (lambda city: {"revoke": kid(city, KeyUse.ROOT)}, "lasting_key"),
    "another index key": (lambda city: {"rotate": "index"}, "lasting_key"),
    "another root": (lambda city: {"rotate": "root"}, "lasting_key"),
    "both": (lambda city: {"rotate": "code", "revoke": kid(city, KeyUse.CODE)}, "not_one_change"),
    "neither": (lambda city: {}, "not_one_change"),
    "a use there is not": (lambda city: {"rotate": "codes"}, "malformed_change"),
    "a key id in capitals": (lambda city: {"revoke": "ABCDEF12"}, "malformed_change"),
    "a key id and more": (lambda city: {"revoke": kid(city, KeyUse.CODE) + "\n"}, "malformed_change"),
    "something beside it": (lambda city: {"rotate": "code", "now": True}, "malformed_change"),
    "a list of changes": (lambda city: [{"rotate": "code"}], "malformed_change"),
    "letters that are none": (lambda city: {"rotate": "\ud800"}, "malformed_change"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_cannot_be_done_is_refused_by_name_and_changes_nothing(ask: Ask, city: City, case: str) -> None:
    payload, code = REFUSALS[case]
    sent = payload(city)
    before = [item.attribute_values for item in KeyItem.scan()]
    refused = ask(sent)["refused"]
    assert (refused["code"], refused["type"]) == (code, f"urn:yima:problem:{code}")
    assert refused["title"]
    assert refused["detail"].endswith(".")
    assert [item.attribute_values for item in KeyItem.scan()] == before


WORDS = st.sampled_from(["revoke", "rotate", "code ", "root", "0" * 8, "kid"]) | st.text(st.characters(codec=None))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
)


@settings(max_examples=200)
@given(payload=JSON | st.dictionaries(st.sampled_from(["revoke", "rotate"]), JSON))
def test_whatever_is_sent_is_answered_and_changes_nothing(ask: Ask, city: City, payload: Any) -> None:
    assert ask(payload).keys() == {"refused"}


def test_before_the_city_is_founded_nothing_is_made(ask: Ask, city: City) -> None:
    for item in KeyItem.scan():
        item.delete()
    for payload in ({"rotate": "code"}, {"revoke": "00000000"}):
        assert ask(payload)["refused"]["code"] == "not_founded"
    assert list(KeyItem.scan()) == []


def test_the_log_keeps_what_was_done_and_by_which_request(
    ask: Ask, city: City, caplog: pytest.LogCaptureFixture
) -> None:
    [old] = keys_of(city, KeyUse.CODE)
    ask({"revoke": old.kid})
    ask({"张小三": "310199198803140027"})
    done, refused = caplog.messages
    assert all(part in done for part in (old.kid, "revoked", "request=request-1"))
    assert refused == 'change of keys by hand: {"refused":"malformed_change"} request=request-1'
