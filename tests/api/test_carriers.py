"""People without a screen, through the public API: a senior card on a bus, a lost card, and nothing at all."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from chalicelib.partners.clients import MORE_SCOPES, VERIFIER_SCOPES
from chalicelib.people.sandbox import RESIDENTS, SandboxResident
from chalicelib.platform.http.operation import Principal
from chalicelib.wiring import City
from functions.log_scans import log_scans
from tests.codes.cards.wallet import HELPER, OTHER_SENIOR, SENIOR, bind
from tests.codes.test_scan_log import told
from tests.world import NOON, Caller, Reply, StoppedClock, moved_in

GRANDMOTHER = next(resident for resident in RESIDENTS if resident.identity.name == "王秀英")
PERSON = RESIDENTS[0]


@dataclass(frozen=True)
class Town:
    """Verifiers of every kind, and what they ask."""

    api: Caller
    city: City

    def verifier(self, name: str, *more: str, only: str = "") -> str:
        """The token of a verifier with more scopes than most, or with one alone."""
        scopes = frozenset({only}) if only else VERIFIER_SCOPES | {MORE_SCOPES[each] for each in more}
        return self.api.token_for(self.city.clients.register(name, scopes=scopes))

    def asks(self, token: str, **shown: object) -> Reply:
        return self.api.post("/v1/verifications", {"purpose": "transit", "place": "71 路", **shown}, token=token)

    def delivers(self) -> None:
        """What the stream of the statuses tells reaches the log."""
        assert not self.city.scan_log.record(told(self.city))


@pytest.fixture
def town(api: Caller, city: City) -> Town:
    return Town(api, city)


def card(which: tuple[str, str]) -> dict[str, str]:
    return dict(zip(("card_type", "card_number"), which, strict=True))


def document(resident: SandboxResident) -> dict[str, str]:
    identity = resident.identity
    return {"document_type": identity.document_type, "document_number": identity.document_number}


def test_a_grandmother_without_a_phone_rides_the_bus_with_her_senior_card(town: Town, city: City) -> None:
    holder = moved_in(city, GRANDMOTHER)
    bind(city, holder, by=HELPER)
    verdict = town.asks(town.verifier("71 路公交", "card"), card=card(SENIOR))
    assert verdict.status == 200
    assert verdict.body == {
        "verdict": "accepted",
        "reason": None,
        "colour": "green",
        "holder": None,
        "carrier": "card",
        "shown_by": "holder",
        "tags": None,
        "pairwise_id": None,
        "exchange_token": None,
        "exchange_until": None,
        "issued_at": None,
        "expires_at": None,
        "specimen": True,
        "server_time": "2026-09-21T14:13:20Z",
    }
    town.delivers()
    (scan,) = city.scans.page(holder, before=None, size=9)
    assert (scan.verifier_name, scan.place, scan.carrier) == ("71 路公交", "71 路", "card")


def test_a_card_is_bound_lost_and_replaced_from_the_phone(town: Town, api: Caller) -> None:
    holder, bus = api.log_in(), town.verifier("71 路公交", "card")
    old = api.post("/v1/cards", card(SENIOR), token=holder, key="k-1")
    assert (old.status, old.body["state"], old.body["number"][-4:]) == (201, "active", SENIOR[1][-4:])
    assert api.post("/v1/cards", card(SENIOR), token=holder, key="k-1").body == old.body
    assert town.asks(bus, card=card(SENIOR)).body["verdict"] == "accepted"

    lost = api.post(f"/v1/cards/{old.body['card_id']}/loss", {}, token=holder)
    assert (lost.status, lost.body["state"]) == (200, "lost")
    refused = town.asks(bus, card=card(SENIOR)).body
    assert (refused["verdict"], refused["reason"], refused["colour"], refused["holder"], refused["carrier"]) == (
        "rejected",
        "carrier_lost",
        None,
        None,
        "card",
    )

    wish = {**card(OTHER_SENIOR), "replaces": old.body["card_id"]}
    assert api.post("/v1/cards", wish, token=holder, key="k-2").status == 201
    assert town.asks(bus, card=card(SENIOR)).body["reason"] == "carrier_replaced"
    assert town.asks(bus, card=card(OTHER_SENIOR)).body["verdict"] == "accepted"
    states = [(each["number"][-1], each["state"]) for each in api.get("/v1/cards", token=holder).body["cards"]]
    assert sorted(states) == [("1", "replaced"), ("2", "active")]


def test_a_card_is_unbound_and_verifies_nobody(town: Town, api: Caller) -> None:
    holder = api.log_in()
    bound = api.post("/v1/cards", card(SENIOR), token=holder, key="k-1").body
    ended = api.send("DELETE", f"/v1/cards/{bound['card_id']}", token=holder)
    assert (ended.status, ended.body["state"]) == (200, "ended")
    assert town.asks(town.verifier("bus", "card"), card=card(SENIOR)).body["reason"] == "carrier_ended"


def test_somebody_with_nothing_is_verified_at_a_hospital_and_reads_who_asked(
    town: Town, api: Caller, city: City
) -> None:
    holder = api.log_in()
    hospital = town.verifier("第一人民医院", "document")
    verdict = town.asks(hospital, document=document(PERSON), purpose="medical", place="急诊大厅").body
    assert (verdict["verdict"], verdict["carrier"], verdict["holder"]) == ("accepted", "document", {"name": "林*晴"})
    town.delivers()
    (scan,) = api.get("/v1/scans", token=holder).body["scans"]
    assert scan == {
        "scanned_at": "2026-09-21T14:13:20Z",
        "verifier_name": "第一人民医院",
        "purpose": "medical",
        "place": "急诊大厅",
        "terminal": None,
        "carrier": "document",
        "shown_by": "holder",
        "fields": ["name", "pairwise"],
    }


def test_a_number_that_is_nobodys_is_an_answer_and_one_that_cannot_be_is_a_refusal(town: Town) -> None:
    hospital = town.verifier("hospital", "document")
    nobody = town.asks(hospital, document=document(RESIDENTS[5])).body
    assert (nobody["verdict"], nobody["reason"]) == ("rejected", "unknown_person")
    number = PERSON.identity.document_number[:-1]
    wrong = town.asks(hospital, document={"document_type": "resident_id", "document_number": number})
    assert (wrong.status, wrong.code) == (422, "invalid_document_number")
    assert number not in json.dumps(wrong.body)
    assert town.asks(hospital, document=document(PERSON), place=" ").code == "place_needed"


def test_who_looks_too_many_up_is_told_when_to_go_on(town: Town, city: City, clock: StoppedClock) -> None:
    hospital = town.verifier("hospital", "document")
    limit, _ = city.settings.document_limits
    for _ in range(limit):
        assert town.asks(hospital, document=document(RESIDENTS[5])).status == 200
    stopped = town.asks(hospital, document=document(PERSON))
    assert (stopped.status, stopped.code, stopped.body["limit"], stopped.body["per"]) == (
        429,
        "too_many_look_ups",
        limit,
        "minute",
    )
    after = int(stopped.headers["Retry-After"])
    assert after == 60 - NOON % 60
    clock.advance(after)
    assert town.asks(hospital, document=document(RESIDENTS[5])).status == 200


SHOWN: dict[str, dict[str, object]] = {
    "code": {"code": "YM1:"},
    "card": {"card": card(SENIOR)},
    "document": {"document": document(PERSON)},
}


@pytest.mark.parametrize("shown", SHOWN)
@pytest.mark.parametrize("scope", SHOWN)
def test_a_verifier_reads_what_its_scope_says_and_nothing_else(town: Town, shown: str, scope: str) -> None:
    token = town.verifier("one", only=f"{scope}:verify")
    reply = town.asks(token, **SHOWN[shown], purpose="no purpose at all")
    if shown == scope:
        assert reply.code == "unknown_purpose", "let in, and the rest looked at"
    else:
        assert (reply.status, reply.code, reply.body["needed"]) == (403, "insufficient_scope", f"{shown}:verify")


def test_a_token_that_reaches_none_of_them_is_told_all_three(town: Town, api: Caller) -> None:
    reply = town.asks(api.log_in(), code="YM1:")
    assert (reply.code, reply.body["needed"]) == ("insufficient_scope", "code:verify")
    assert reply.body["or_one_of"] == ["card:verify", "document:verify"]


NOT_ONE: dict[str, tuple[dict[str, object], list[str]]] = {
    "nothing": ({}, []),
    "nothing, said three times": ({"code": None, "card": None, "document": None}, []),
    "a code and a card": (SHOWN["code"] | SHOWN["card"], ["code", "card"]),
    "all of them": (SHOWN["code"] | SHOWN["card"] | SHOWN["document"], ["code", "card", "document"]),
}


@pytest.mark.parametrize("case", NOT_ONE)
def test_exactly_one_thing_is_shown(town: Town, case: str) -> None:
    shown, given = NOT_ONE[case]
    reply = town.asks(town.verifier("all", "card", "document"), **shown)
    assert (reply.status, reply.code, reply.body["given"]) == (422, "one_carrier_needed", given)


def test_groups_are_told_to_those_who_may_see_them(town: Town, city: City) -> None:
    holder = moved_in(city, GRANDMOTHER)
    bind(city, holder, by=HELPER)
    city.dynamodb.update_item(
        TableName="yima-statuses",
        Key={"holder": {"S": holder}},
        UpdateExpression="SET tags = :tags",
        ExpressionAttributeValues={":tags": {"S": f"disabled:{NOON} elderly:{NOON + 99}"}},
    )
    museum, bus = town.verifier("museum", "card", "tags"), town.verifier("bus", "card")
    assert town.asks(museum, card=card(SENIOR)).body["tags"] == ["elderly"], "the other has ended"
    assert town.asks(bus, card=card(SENIOR)).body["tags"] is None
    assert town.asks(museum, code="YM1:").body["tags"] is None, "nobody was verified"


def test_who_only_knew_a_name_and_a_number_binds_no_card(api: Caller, city: City) -> None:
    weak = Principal(moved_in(city), frozenset({"carrier:write", "carrier:read"}))
    token = city.tokens.issue(weak, now=NOON, lifetime=300)
    assert api.post("/v1/cards", card(SENIOR), token=token, key="k").code == "assurance_too_low"
    assert api.get("/v1/cards", token=token).body == {"cards": []}


def test_somebody_elses_card_is_not_found(api: Caller) -> None:
    bound = api.post("/v1/cards", card(SENIOR), token=api.log_in(), key="k-1").body
    neighbour = api.log_in(RESIDENTS[1])
    for name in (bound["card_id"], "0" * 64):
        assert api.post(f"/v1/cards/{name}/loss", {}, token=neighbour).code == "card_not_found"
        assert api.send("DELETE", f"/v1/cards/{name}", token=neighbour).code == "card_not_found"


def test_the_function_behind_the_stream_takes_looks(town: Town, city: City) -> None:
    bind(city, moved_in(city))
    town.asks(town.verifier("bus", "card"), card=card(SENIOR))
    assert log_scans({"Records": told(city)}, None) == {"batchItemFailures": []}
