"""My devices: where I am signed in, and out with those I do not know, within five minutes."""

from __future__ import annotations

import pytest

from chalicelib.people.sandbox import RESIDENTS
from chalicelib.people.sessions import devices
from chalicelib.people.sessions.model import Ending
from chalicelib.people.sessions.store import SessionItem
from chalicelib.wiring import City
from infra.local.gateway import Gateway, Request
from tests.people.sessions.phone import Phone, signed_in
from tests.world import Caller, StoppedClock, moved_in


@pytest.fixture
def phone(city: City, api: Caller) -> Phone:
    phone = Phone(city, api)
    phone.log_in(device={"name": "Chrome · Android"})
    return phone


@pytest.fixture
def tablet(city: City, api: Caller, phone: Phone, clock: StoppedClock) -> Phone:
    clock.advance(60)
    tablet = Phone(city, api, bound=False)
    tablet.log_in(device={"name": "旧平板", "device_id": "tablet-1"})
    return tablet


def test_a_person_sees_where_they_are_signed_in(api: Caller, phone: Phone, tablet: Phone, clock: StoppedClock) -> None:
    clock.advance(120)
    phone.refresh()
    listed = api.get("/v1/sessions", token=phone.held["token"]).body["sessions"]
    assert listed == [
        {
            "session_id": tablet.held["session_id"],
            "device": "旧平板",
            "role": None,
            "assurance": "real_person",
            "since": "2026-09-21T14:14:20Z",
            "last_used_at": "2026-09-21T14:14:20Z",
            "ends_at": "2027-03-20T14:14:20Z",
            "bound": False,
            "current": False,
        },
        {
            "session_id": phone.held["session_id"],
            "device": "Chrome · Android",
            "role": None,
            "assurance": "real_person",
            "since": "2026-09-21T14:13:20Z",
            "last_used_at": "2026-09-21T14:16:20Z",
            "ends_at": "2027-03-20T14:13:20Z",
            "bound": True,
            "current": True,
        },
    ]


def test_a_revoked_session_gets_no_further_token_and_its_last_one_ends_within_five_minutes(
    api: Caller, phone: Phone, tablet: Phone, clock: StoppedClock
) -> None:
    last = tablet.held["token"]
    reply = api.delete(f"/v1/sessions/{tablet.held['session_id']}", token=phone.held["token"])
    assert (reply.status, reply.body["over_at"]) == (200, "2026-09-21T14:19:20Z")
    refused = tablet.refresh()
    assert (refused.status, refused.code, refused.body["reason"]) == (401, "session_ended", "revoked")
    assert api.get("/v1/status", token=last).status == 200, "nobody is asked about an access token"
    clock.advance(300)
    assert api.get("/v1/status", token=last).code == "expired_token"
    assert phone.refresh().status == 200


def test_signing_out_here_is_the_same(api: Caller, phone: Phone) -> None:
    api.delete(f"/v1/sessions/{phone.held['session_id']}", token=phone.held["token"])
    assert phone.refresh().body["reason"] == "signed_out"
    listed = api.get("/v1/sessions", token=phone.held["token"]).body
    assert listed == {"sessions": []}


def test_ending_what_has_ended_is_the_same_answer(api: Caller, phone: Phone, tablet: Phone) -> None:
    path = f"/v1/sessions/{tablet.held['session_id']}"
    first = api.delete(path, token=phone.held["token"])
    assert api.delete(path, token=phone.held["token"]).body == first.body


def test_all_others_are_ended_at_once(city: City, api: Caller, phone: Phone, tablet: Phone) -> None:
    another = signed_in(city, api)
    reply = api.delete("/v1/sessions", token=phone.held["token"])
    assert reply.body["ended"] == 2
    assert {tablet.refresh().code, another.refresh().code} == {"session_ended"}
    assert phone.refresh().status == 200
    assert api.delete("/v1/sessions", token=phone.held["token"]).body["ended"] == 0


@pytest.mark.parametrize("session_id", ["0" * 24, "x", "r1"])
def test_a_session_that_is_not_there_cannot_be_ended(api: Caller, phone: Phone, session_id: str) -> None:
    reply = api.delete(f"/v1/sessions/{session_id}", token=phone.held["token"])
    assert (reply.status, reply.code) == (404, "session_not_found")


def test_nobody_sees_or_ends_the_session_of_another(city: City, api: Caller, phone: Phone) -> None:
    stranger = api.log_in(RESIDENTS[1])
    listed = api.get("/v1/sessions", token=stranger).body["sessions"]
    assert [one["session_id"] for one in listed] == [stranger.session_id]
    assert api.delete(f"/v1/sessions/{phone.held['session_id']}", token=stranger).code == "session_not_found"
    assert phone.refresh().status == 200


def test_somebody_who_leaves_is_signed_out_everywhere(city: City, phone: Phone, tablet: Phone) -> None:
    assert city.devices.end_all(moved_in(city), Ending.LEFT, now=city.clock()) == 2
    assert phone.refresh().body["reason"] == tablet.refresh().body["reason"] == "left"


def test_a_list_longer_than_anybody_needs_is_cut(api: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "SHOWN", 2)
    for _ in range(4):
        token = api.log_in()
    assert len(api.get("/v1/sessions", token=token).body["sessions"]) == 2
    assert api.delete("/v1/sessions", token=token).body["ended"] == 3


def test_what_a_device_is_called_rests_sealed(city: City, tablet: Phone) -> None:
    for item in SessionItem.query(moved_in(city)):
        assert "旧平板".encode() not in bytes(item.device)
        assert "tablet-1" not in str(item.attribute_values)


@pytest.mark.parametrize("path", ["/v1/sessions", "/v1/sessions/0"])
def test_a_page_of_another_place_may_end_sessions_and_send_proofs(city: City, api: Caller, path: str) -> None:
    from app import build_app

    answer = Gateway(build_app(city)).answer(Request("OPTIONS", path, {}, b"", from_here=True))
    assert answer is not None
    headers = dict(answer.headers)
    assert "DELETE" in headers["Access-Control-Allow-Methods"]
    assert "DPoP" in headers["Access-Control-Allow-Headers"]
