"""Staying signed in: each refresh token is good once, a lost reply comes again, and a stolen one ends the session."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.people.notices import NoticeItem
from chalicelib.people.sandbox import RESIDENTS
from chalicelib.people.sessions.store import SessionItem
from chalicelib.platform.permissions import Role
from chalicelib.wiring import City
from tests.people.sessions.phone import Phone, signed_in
from tests.world import Caller, Reply, StoppedClock, another_process, caller, in_office, moved_in

MINUTE, DAY = 60, 86_400


@pytest.fixture
def phone(city: City, api: Caller) -> Phone:
    return signed_in(city, api, bound=False)


def refused(reply: Reply) -> str:
    assert reply.status == 401, reply
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")
    return reply.code


def holders_of(city: City, phone: Phone) -> dict[str, Any]:
    principal = city.tokens.authenticate(phone.held["token"], now=city.clock())
    return {"holder": principal.subject, "session": principal.session, "scopes": principal.scopes}


def later(city: City, clock: StoppedClock, *, days: int) -> None:
    """Days go by, and somebody tends the keys."""
    clock.advance(days * DAY)
    city.custodian.run(now=int(clock()))


def test_a_renewed_session_is_the_same_session_of_the_same_person(
    city: City, phone: Phone, clock: StoppedClock
) -> None:
    first, who = phone.held, holders_of(city, phone)
    clock.advance(4 * MINUTE)
    reply = phone.refresh()
    assert (reply.status, reply.body["session_id"]) == (200, first["session_id"])
    assert holders_of(city, phone) == who
    assert reply.body["token"] != first["token"]
    assert reply.body["refresh_token"] != first["refresh_token"]
    assert reply.body["expires_at"] == "2026-09-21T14:21:50Z"
    assert reply.body["ends_at"] == first["ends_at"], "renewing never makes a session longer"


def test_a_session_that_is_used_goes_on_for_half_a_year_and_no_longer(phone: Phone, clock: StoppedClock) -> None:
    for _ in range(7):
        later(phone.city, clock, days=25)
        assert phone.refresh().status == 200
    clock.advance(5 * DAY)
    reply = phone.refresh()
    assert (refused(reply), reply.body["reason"]) == ("session_ended", "expired")


def test_the_last_token_of_a_session_ends_with_it(phone: Phone, clock: StoppedClock) -> None:
    for _ in range(7):
        later(phone.city, clock, days=25)
        phone.refresh()
    clock.advance(5 * DAY - MINUTE)
    assert phone.refresh().body["expires_at"] == phone.held["ends_at"]


def test_a_session_that_is_not_used_for_thirty_days_ends(phone: Phone, clock: StoppedClock) -> None:
    clock.advance(30 * DAY)
    assert refused(phone.refresh()) == "session_ended"


def test_a_lost_reply_is_given_again_to_the_letter_by_whichever_function(
    city: City, phone: Phone, clock: StoppedClock
) -> None:
    old = phone.held["refresh_token"]
    first = phone.refresh().body
    clock.advance(30)
    phone.api = caller(another_process(clock))
    again = phone.refresh(old).body
    assert {**again, "server_time": ""} == {**first, "server_time": ""}
    assert phone.refresh().status == 200


def test_a_token_used_twice_ends_the_session_for_both_and_its_holder_is_told(
    city: City, api: Caller, phone: Phone, clock: StoppedClock
) -> None:
    stolen = phone.held["refresh_token"]
    assert phone.refresh().status == 200
    clock.advance(31)
    assert refused(phone.refresh(stolen)) == "refresh_token_reused"
    reply = phone.refresh()
    assert (refused(reply), reply.body["reason"]) == ("session_ended", "refresh_token_reused")
    (notice,) = api.get("/v1/notices", token=api.log_in()).body["notices"]
    assert (notice["kind"], notice["facts"]) == ("refresh_token_reused", {"session_id": phone.held["session_id"]})


def test_however_often_it_is_tried_the_holder_is_told_once(phone: Phone, clock: StoppedClock) -> None:
    stolen = phone.held["refresh_token"]
    phone.refresh()
    for _ in range(4):
        clock.advance(MINUTE)
        phone.refresh(stolen)
    assert NoticeItem.count() == 1


def test_a_thief_who_was_quicker_is_found_out_by_the_owner(
    city: City, api: Caller, phone: Phone, clock: StoppedClock
) -> None:
    thief = Phone(city, api, bound=False)
    assert thief.refresh(phone.held["refresh_token"]).status == 200
    clock.advance(4 * MINUTE)
    assert refused(phone.refresh()) == "refresh_token_reused"
    assert refused(thief.refresh()) == "session_ended"


def test_an_older_token_ends_the_session_even_at_once(phone: Phone) -> None:
    first = phone.held["refresh_token"]
    phone.refresh()
    phone.refresh()
    assert refused(phone.refresh(first)) == "refresh_token_reused"


def test_another_session_of_the_same_person_goes_on(city: City, api: Caller, phone: Phone) -> None:
    other = signed_in(city, api, bound=False)
    first = phone.held["refresh_token"]
    phone.refresh()
    phone.refresh()
    phone.refresh(first)
    assert other.refresh().status == 200


def forged(text: str) -> dict[str, str]:
    form, holder, session, generation, proof = text.split(".")
    swapped = proof[:-1] + ("0" if proof[-1] != "0" else "1")
    return {
        "a word": "nonsense",
        "blanks around it": f" {text} ",
        "a line end behind": f"{text}\n",
        "another form": f"r2.{holder}.{session}.{generation}.{proof}",
        "another holder": f"{form}.{'0' * 24}.{session}.{generation}.{proof}",
        "another session": f"{form}.{holder}.{'0' * 24}.{generation}.{proof}",
        "the next generation": f"{form}.{holder}.{session}.{int(generation) + 1}.{proof}",
        "the same number written otherwise": f"{form}.{holder}.{session}.00.{proof}",
        "a digit that only looks like one": f"{form}.{holder}.{session}.０.{proof}",
        "one bit of the proof": f"{form}.{holder}.{session}.{generation}.{swapped}",
        "the proof in capitals": f"{form}.{holder}.{session}.{generation}.{proof.upper()}",
        "no proof": f"{form}.{holder}.{session}.{generation}.",
        "a very large number": f"{form}.{holder}.{session}.{'9' * 400}.{proof}",
    }


def test_a_city_that_cannot_sign_uses_no_refresh_token_up(phone: Phone, clock: StoppedClock) -> None:
    """The keys have run out, since nobody tends them; a token that was taken and not answered would be lost."""
    clock.advance(29 * DAY)
    phone.refresh()
    for _ in range(3):
        clock.advance(25 * DAY)
        reply = phone.refresh()
    assert (reply.status, reply.code) == (503, "unavailable")
    phone.city.custodian.run(now=int(clock()))
    phone.city.ring.forget()
    assert phone.refresh().status == 200


def test_what_we_did_not_issue_is_refused_and_ends_nothing(phone: Phone) -> None:
    for case, text in forged(phone.held["refresh_token"]).items():
        assert refused(phone.refresh(text)) == "invalid_refresh_token", case
    assert phone.refresh().status == 200


def test_an_access_token_renews_nothing_and_a_refresh_token_opens_nothing(api: Caller, phone: Phone) -> None:
    assert refused(phone.refresh(phone.held["token"])) == "invalid_refresh_token"
    assert refused(api.post("/v1/codes", {}, token=phone.held["refresh_token"])) == "invalid_token"


def test_a_session_that_the_store_has_forgotten_has_ended(phone: Phone) -> None:
    for item in SessionItem.scan():
        item.delete()
    assert refused(phone.refresh()) == "session_ended"


def test_an_officers_session_lasts_an_hour_however_often_it_is_renewed(
    city: City, api: Caller, clock: StoppedClock
) -> None:
    in_office(city, RESIDENTS[1])
    phone = Phone(city, api, resident=RESIDENTS[1], bound=False)
    phone.log_in(role=Role.HEALTH_OFFICER)
    for _ in range(14):
        clock.advance(4 * MINUTE)
        assert phone.refresh().status == 200
    assert phone.held["expires_at"] == phone.held["ends_at"] == "2026-09-21T15:13:20Z"
    clock.advance(4 * MINUTE)
    assert refused(phone.refresh()) == "session_ended"


def test_a_suspended_officer_renews_nothing(city: City, api: Caller) -> None:
    holder = in_office(city, RESIDENTS[1])
    phone = Phone(city, api, resident=RESIDENTS[1], bound=False)
    phone.log_in(role=Role.HEALTH_OFFICER)
    city.officers.suspend(holder)
    assert phone.refresh().code == "not_in_office"
    city.officers.appoint(holder, Role.HEALTH_OFFICER, name=RESIDENTS[1].identity.name)
    reply = phone.refresh()
    assert (refused(reply), reply.body["reason"]) == ("session_ended", "out_of_office"), "it does not come back"


def test_nothing_that_opens_anything_rests_in_the_table(city: City, phone: Phone) -> None:
    phone.refresh()
    (item,) = SessionItem.query(moved_in(city))
    rest = json.dumps(item.to_dynamodb_dict(), default=repr)
    assert phone.held["refresh_token"].rpartition(".")[2] not in rest
    assert phone.held["token"] not in rest
