"""The receiver believes what the city signed, and nothing else."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime

import pytest
import yima
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.partners.webhooks.model import Event, EventType, envelope
from chalicelib.partners.webhooks.sending_signing import signed_headers
from chalicelib.platform.crypto import sm2
from chalicelib.platform.crypto.hashing import sm3
from chalicelib.trust.model import KeyRecord, KeyState, KeyUse
from chalicelib.trust.trust_list import signed_list

NOW = 1_790_000_000
CITY, STRANGER = sm2.generate(), sm2.generate()
KID = sm3(CITY.public)[:4].hex()
SECRET, OLD, OTHER = (f"whsec_{b64encode(bytes([number]) * 32).decode()}" for number in (1, 2, 3))
EVENT = Event("evt_1", EventType.KEY_PUBLISHED, NOW, "key/0a1b2c3d", {"kid": "0a1b2c3d"})
BODY = envelope(EVENT, "310000")


def trust(use: KeyUse = KeyUse.REQUEST) -> yima.TrustList:
    key = KeyRecord(KID, use, KeyState.ACTIVE, CITY.public, b"", NOW - 100, NOW + 1000, NOW)
    return yima.TrustList.read(signed_list("310000", [key], CITY, issued_at=NOW, expires_at=NOW + 1000))


def headers(*secrets: str, pair: sm2.KeyPair = CITY, body: bytes = BODY, name: str = "evt_1") -> dict[str, str]:
    return signed_headers(name, body, secrets=secrets or [SECRET], pair=pair, key_id=KID, timestamp=NOW)


def test_a_delivery_of_the_city_is_believed_with_both_signatures() -> None:
    received = yima.Receiver([SECRET], trust=trust()).read(headers(), BODY, now=NOW)
    assert (received.event.type, received.event.subject) == ("key.published", "key/0a1b2c3d")
    assert (received.by_sm2, received.repeated, received.challenge) == (True, False, None)


def test_without_a_trust_list_the_hmac_alone_is_looked_at() -> None:
    assert yima.Receiver([SECRET]).read(headers(), BODY, now=NOW).by_sm2 is None


@pytest.mark.parametrize("held", [[SECRET], [OLD], [SECRET, OLD], [OTHER, OLD]])
def test_during_a_rotation_either_secret_will_do(held: list[str]) -> None:
    assert yima.Receiver(held).read(headers(SECRET, OLD), BODY, now=NOW).event.id == "evt_1"


def test_what_is_done_is_named_a_repeat_and_believed() -> None:
    receiver = yima.Receiver([SECRET])
    receiver.done(receiver.read(headers(), BODY, now=NOW))
    assert [receiver.read(headers(), BODY, now=NOW).repeated for _ in range(2)] == [True, True]


def test_what_failed_after_it_was_believed_is_new_when_it_comes_again() -> None:
    receiver = yima.Receiver([SECRET])
    assert [receiver.read(headers(), BODY, now=NOW).repeated for _ in range(2)] == [False, False]


def test_the_oldest_of_what_is_done_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yima.receiving.REMEMBERED", 2)
    receiver = yima.Receiver([SECRET])
    for name in ("evt_1", "evt_2", "evt_3"):
        receiver.done(yima.Received(yima.Event("1.0", name, "", "", datetime.now(UTC)), None, False))
    assert not receiver.read(headers(), BODY, now=NOW).repeated


def test_a_challenge_comes_with_its_answer() -> None:
    body = envelope(Event("evt_1", EventType.CHALLENGE, NOW, "webhook/w", {"challenge": "abc"}), "310000")
    assert yima.Receiver([SECRET]).read(headers(body=body), body, now=NOW).challenge == {"challenge": "abc"}


@pytest.mark.parametrize("late", [-301, 301, 10**9])
def test_what_is_too_old_or_too_new_is_not_believed(late: int) -> None:
    with pytest.raises(yima.NotAuthentic, match="clock"):
        yima.Receiver([SECRET]).read(headers(), BODY, now=NOW + late)


@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_no_changed_byte_is_believed(place: int, change: int) -> None:
    body = BODY[:place] + bytes([BODY[place] ^ change]) + BODY[place + 1 :]
    with pytest.raises(yima.NotAuthentic):
        yima.Receiver([SECRET], trust=trust()).read(headers(), body, now=NOW)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
@pytest.mark.parametrize("value", ["", "x", "１７", "v1,", "v1,!!!", "-1", "9" * 400, "evt_2"])
def test_no_changed_header_is_believed(name: str, value: str) -> None:
    with pytest.raises(yima.NotAuthentic):
        yima.Receiver([SECRET]).read(headers() | {name: value}, BODY, now=NOW)


def test_keys_that_follow_one_another_are_on_the_list_of_the_moment() -> None:
    lists = iter([trust(KeyUse.CODE), trust()])
    receiver = yima.Receiver([SECRET], trust=lambda: next(lists))
    with pytest.raises(yima.NotAuthentic, match="no key of the city"):
        receiver.read(headers(), BODY, now=NOW)
    assert receiver.read(headers(), BODY, now=NOW).by_sm2 is True


def test_somebody_who_knows_the_secret_alone_is_not_the_city() -> None:
    with pytest.raises(yima.NotAuthentic, match="no key of the city"):
        yima.Receiver([SECRET], trust=trust()).read(headers(pair=STRANGER), BODY, now=NOW)


def test_a_key_of_another_use_signs_no_deliveries() -> None:
    with pytest.raises(yima.NotAuthentic, match="no key of the city"):
        yima.Receiver([SECRET], trust=trust(KeyUse.CODE)).read(headers(), BODY, now=NOW)


def test_an_sm2_signature_does_not_stand_in_for_an_hmac() -> None:
    only = {"webhook-signature": headers()["webhook-signature"].split(" ")[-1]}
    with pytest.raises(yima.NotAuthentic, match="no secret"):
        yima.Receiver([SECRET], trust=trust()).read(headers() | only, BODY, now=NOW)


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"{}", b"\xff", envelope(EVENT, "310000").replace(b"evt_1", b"evt_2")]
)
def test_what_is_signed_and_no_event_is_not_believed(body: bytes) -> None:
    with pytest.raises(yima.NotAuthentic):
        yima.Receiver([SECRET]).read(headers(body=body), body, now=NOW)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_!", "secret"])
def test_what_is_no_secret_is_refused_at_once(secret: str) -> None:
    with pytest.raises(ValueError, match=r"secret|base64|padding"):
        yima.Receiver([secret])
