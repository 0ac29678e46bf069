"""What clients may ask holders for, how often, and what they are told of the answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.partners.clients import Credentials
from chalicelib.partners.consents.model import DAY_S, MOST_OPEN
from chalicelib.partners.consents.store import ConsentStore
from chalicelib.platform.times import parse_rfc3339, rfc3339
from tests.partners.consents.counter import Counter
from tests.people.family.home import LIN, ZHOU


def test_a_scan_leads_to_a_request_and_the_token_stays_good(counter: Counter) -> None:
    code = counter.api.code(counter.session(LIN))
    scan = counter.api.verify(code, counter.token("clinic"), purpose="medical")
    token = scan.body["exchange_token"]
    reply = counter.ask(LIN, exchange_token=token, why="办理住院登记")
    assert reply.status == 201, reply
    assert (reply.body["state"], reply.body["purpose"], reply.body["fields"]) == (
        "asked",
        "medical",
        ["birth_date", "name"],
    )
    assert counter.ask(LIN, exchange_token=token, fields=["document_number"]).status == 201


def test_a_desk_asks_whoever_it_has_scanned_itself(counter: Counter) -> None:
    made = counter.api.post(
        "/v1/terminals", {"name": "三号窗口", "place": "一楼"}, token=counter.token("clinic"), key="a-desk-that-asks"
    )
    desk = counter.api.token_for(Credentials(made.body["terminal_id"], made.body["client_secret"]))
    scan = counter.api.verify(counter.api.code(counter.session(LIN)), desk, purpose="medical")
    token = {"exchange_token": scan.body["exchange_token"]}
    asked = counter.api.post("/v1/consent-requests", token | {"fields": ["name"], "use": "once"}, token=desk, key="ask")
    counter.answer(asked.body["consent_id"], "agreement", LIN)
    told = counter.api.post("/v1/disclosures", token | {"fields": ["name"]}, token=desk)
    assert told.body["fields"]["name"]["value"] == LIN.identity.name


def test_the_client_never_learns_whose_consent_it_is(counter: Counter) -> None:
    made = counter.asked(LIN, why="办理住院登记")
    counter.answer(made, "agreement", LIN)
    told = json.dumps(
        [
            counter.api.get(path, token=counter.token("clinic")).body
            for path in ("/v1/consent-requests", f"/v1/consent-requests/{made}")
        ]
    )
    assert counter.holder(LIN) not in told
    assert LIN.identity.name not in told


def test_the_same_request_again_is_the_same_one_and_another_under_its_key_is_refused(counter: Counter) -> None:
    token = counter.exchange_token(LIN)
    first, again = (counter.ask(LIN, key="k", exchange_token=token) for _ in range(2))
    assert first.body["consent_id"] == again.body["consent_id"]
    other = counter.ask(LIN, key="k", exchange_token=token, fields=["name"])
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    assert len(counter.seen(LIN)) == 1


def test_an_old_key_does_not_tell_that_somebody_has_been_here_before(counter: Counter) -> None:
    """Were it refused for who was asked under it once, a gate could try its keys of yesterday on whoever comes."""
    first = counter.ask(LIN, key="of-the-first-day", exchange_token=counter.exchange_token(LIN, scan_id="monday"))
    for who in (LIN, ZHOU):
        token = counter.exchange_token(who, scan_id="tuesday")
        again = counter.ask(who, key="of-the-first-day", exchange_token=token, fields=["colour"])
        assert (again.status, again.body["state"]) == (201, "asked")
        assert again.body["consent_id"] != first.body["consent_id"]


def test_a_request_whose_twin_steps_back_at_this_moment_is_not_said_to_be_made(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ConsentStore, "begin", lambda store, new: False)
    reply = counter.ask(LIN)
    assert (reply.status, reply.code) == (503, "unavailable")
    assert counter.seen(LIN) == []


WITHOUT_BASIS: dict[str, tuple[dict[str, Any], str]] = {
    "a field that nobody gets at an entrance": ({"purpose": "entry", "fields": ["name", "adult"]}, "no_legal_basis"),
    "a group, which has a consent of its own": ({"fields": ["tags"]}, "no_legal_basis"),
    "a number that tells a person again": ({"fields": ["pairwise"]}, "no_legal_basis"),
    "a name that a law gives to a hotel": ({"purpose": "lodging", "fields": ["name"]}, "consent_not_needed"),
    "a purpose under which there is nothing": ({"purpose": "transit", "fields": ["name"]}, "no_legal_basis"),
}


@pytest.mark.parametrize("case", WITHOUT_BASIS)
def test_consent_is_asked_only_for_what_it_is_the_basis_of(counter: Counter, case: str) -> None:
    wish, code = WITHOUT_BASIS[case]
    reply = counter.ask(LIN, **wish)
    assert reply.code == code
    assert set(reply.body["fields"]) <= set(wish["fields"])
    assert counter.seen(LIN) == []


def test_it_ends_within_a_year_and_what_is_used_once_within_a_day(counter: Counter) -> None:
    once = counter.ask(LIN).body
    assert parse_rfc3339(once["until"]) == counter.now + DAY_S
    for wish in (
        {"use": "period"},
        counter.period(367),
        counter.period(0),
        {"until": rfc3339(counter.now + 2 * DAY_S)},
        {"until": "soon"},
        {"until": "2026-10-01T00:00:00"},
        {"until": "9999-12-31T23:59:59Z"},
    ):
        assert counter.ask(LIN, **wish).code == "consent_until_out_of_bounds", wish
    assert counter.ask(LIN, **counter.period(366)).status == 201


def test_only_a_partner_may_use_one_without_a_scan_and_only_for_a_period(counter: Counter) -> None:
    assert counter.ask(LIN, unattended=True).code == "unattended_needs_period"
    at_a_hotel = counter.ask(LIN, "hotel", unattended=True, **counter.period(30))
    assert (at_a_hotel.status, at_a_hotel.code) == (403, "unattended_for_partners")
    assert counter.ask(LIN, "insurer", unattended=True, **counter.period(30)).status == 201


def test_a_token_of_another_client_or_of_the_past_leads_to_nobody(counter: Counter) -> None:
    token = counter.exchange_token(LIN, "hotel")
    assert counter.ask(LIN, "clinic", exchange_token=token).code == "exchange_token_of_another"
    assert counter.ask(LIN, exchange_token="x1.AAAA").code == "exchange_token_malformed"
    late = counter.exchange_token(LIN)
    counter.later(601)
    assert counter.ask(LIN, exchange_token=late).code == "exchange_token_expired"


def test_nobody_is_worn_down_by_requests_of_one_client(counter: Counter) -> None:
    for _ in range(MOST_OPEN):
        counter.asked(LIN)
    reply = counter.ask(LIN)
    assert (reply.status, reply.code, reply.body["limit"]) == (429, "too_many_consent_requests", MOST_OPEN)
    assert int(reply.headers["Retry-After"]) == DAY_S
    assert counter.ask(LIN, "insurer").status == 201, "others may ask"
    assert counter.ask(ZHOU).status == 201, "and others may be asked"
    counter.later(DAY_S)
    assert counter.ask(LIN).status == 201, "nobody answered, and that was yesterday"


def test_who_has_refused_a_field_is_left_alone_for_a_month(counter: Counter) -> None:
    counter.answer(counter.asked(LIN), "refusal", LIN)
    reply = counter.ask(LIN, fields=["name", "colour"])
    assert (reply.status, reply.code, reply.body["fields"]) == (403, "consent_refused_lately", ["name"])
    assert parse_rfc3339(reply.body["not_before"]) == counter.now + 30 * DAY_S
    assert counter.ask(LIN, fields=["colour"]).status == 201, "something else may be asked for"
    assert counter.ask(LIN, "insurer").status == 201
    counter.later(30 * DAY_S)
    assert counter.ask(LIN).status == 201


def test_requests_of_others_are_nobodys_business(counter: Counter) -> None:
    made = counter.asked(LIN)
    other = counter.token("insurer")
    assert counter.api.get(f"/v1/consent-requests/{made}", token=other).code == "consent_request_not_found"
    assert counter.api.get("/v1/consent-requests", token=other).body["requests"] == []


def test_a_long_list_of_requests_comes_in_pages(counter: Counter) -> None:
    made = set()
    for _ in range(4):
        made |= {counter.asked(who, client) for who in (LIN, ZHOU) for client in ("clinic",) for _ in range(MOST_OPEN)}
        counter.later(DAY_S)
    found, query = [], ""
    while True:
        body = counter.api.get(f"/v1/consent-requests{query}", token=counter.token("clinic")).body
        found += [one["consent_id"] for one in body["requests"]]
        if body["next_cursor"] is None:
            break
        query = f"?cursor={body['next_cursor']}"
    assert len(found) == len(set(found)) == len(made)
    assert set(found) == made
    assert counter.api.get("/v1/consent-requests?cursor=x", token=counter.token("clinic")).code == "unknown_cursor"
