"""A scan is exchanged for fields: what a law or the holder allows, once, and never unseen by the holder."""

from __future__ import annotations

import pytest

from chalicelib.codes.purposes import Field, Purpose, by_exchange
from chalicelib.partners.consents.store import ConsentStore
from chalicelib.people.sandbox import RESIDENTS
from chalicelib.status.model import Standing
from chalicelib.status.store import StatusStore
from chalicelib.wiring.farewell import steps
from tests.partners.disclosures.desk import PLACE, Desk, values

LIN, LEAVING = RESIDENTS[:2]
NUMBER = LIN.identity.document_number


def test_a_hotel_gets_what_the_law_wants_of_it_and_the_guest_reads_so(desk: Desk) -> None:
    scan = desk.scanned(LIN, "hotel", "lodging")
    reply = desk.exchange(scan, "name", "document_number", "document_type", client="hotel")
    assert values(reply) == {"name": "林晚晴", "document_number": NUMBER, "document_type": "resident_id"}
    assert {told["mask"] for told in reply.body["fields"].values()} == {"full"}
    assert (reply.body["basis"], reply.body["consent_id"], reply.body["purpose"]) == ("law", None, "lodging")
    (seen,) = desk.disclosures(LIN)
    assert seen == {
        "disclosure_id": reply.body["disclosure_id"],
        "disclosed_at": reply.body["disclosed_at"],
        "verifier_name": "hotel",
        "purpose": "lodging",
        "place": PLACE,
        "terminal": None,
        "fields": ["document_number", "document_type", "name"],
        "basis": "law",
        "consent_id": None,
    }


def test_a_clinic_needs_consent_and_keeps_its_token_while_it_asks(desk: Desk) -> None:
    scan = desk.scanned(LIN)
    refused = desk.exchange(scan, "name", "birth_date")
    assert (refused.status, refused.code) == (403, "consent_needed")
    assert refused.body["fields"] == ["birth_date", "name"]
    assert "/v1/consent-requests" in refused.body["detail"]
    assert desk.disclosures(LIN) == []

    consent_id = desk.consented(LIN, scan, "name", "birth_date")
    reply = desk.exchange(scan, "name", "birth_date")
    assert values(reply) == {"name": "林晚晴", "birth_date": "1988-03-14"}
    assert (reply.body["basis"], reply.body["consent_id"]) == ("consent", consent_id)
    (seen,) = desk.disclosures(LIN)
    assert (seen["basis"], seen["consent_id"], seen["fields"]) == ("consent", consent_id, ["birth_date", "name"])
    assert desk.state(consent_id) == "used"


def test_the_same_request_again_is_the_same_disclosure_even_where_the_consent_is_used_up(desk: Desk) -> None:
    scan = desk.scanned(LIN)
    desk.consented(LIN, scan, "name", "birth_date")
    first = desk.exchange(scan, "name", "birth_date")
    desk.clock.advance(60)
    again = desk.exchange(scan, "birth_date", "name", "name")
    assert again.body | {"server_time": ""} == first.body | {"server_time": ""}
    assert len(desk.disclosures(LIN)) == 1


def test_a_scan_is_exchanged_for_nothing_else(desk: Desk) -> None:
    scan = desk.scanned(LIN, "hotel", "lodging")
    assert desk.exchange(scan, "name", client="hotel").status == 200
    other = desk.exchange(scan, "document_number", client="hotel")
    assert (other.status, other.code, other.body["fields"]) == (409, "exchange_token_used", ["name"])
    assert len(desk.disclosures(LIN)) == 1


def test_nor_is_it_with_the_token_of_a_repeat(desk: Desk) -> None:
    desk.holder(LIN)
    code = desk.api.code(desk.session(LIN))
    one, two = (desk.api.verify(code, desk.token("hotel"), purpose="lodging").body["exchange_token"] for _ in range(2))
    assert one != two
    first = desk.exchange(one, "name", client="hotel")
    assert desk.exchange(two, "document_number", client="hotel").code == "exchange_token_used"
    assert desk.exchange(two, "name", client="hotel").body == first.body


@pytest.mark.parametrize("purpose", Purpose)
def test_what_a_purpose_does_not_have_is_told_to_nobody(desk: Desk, purpose: Purpose) -> None:
    scan = desk.scanned(LIN, purpose=purpose)
    for baseless in (field for field in Field if field not in by_exchange(purpose)):
        refused = desk.exchange(scan, baseless)
        assert (refused.status, refused.code) == (403, "no_legal_basis")
        assert (refused.body["fields"], refused.body["purpose"]) == ([baseless], purpose)
    assert desk.disclosures(LIN) == []


def test_one_field_without_a_basis_keeps_all_the_others_back(desk: Desk) -> None:
    scan = desk.scanned(LIN, "hotel", "lodging")
    refused = desk.exchange(scan, "name", "birth_date", client="hotel")
    assert (refused.code, refused.body["fields"]) == ("no_legal_basis", ["birth_date"])


def test_a_token_of_one_clients_scan_is_worth_nothing_to_another(desk: Desk) -> None:
    scan = desk.scanned(LIN, "hotel", "lodging")
    refused = desk.exchange(scan, "name", client="insurer")
    assert (refused.status, refused.code) == (403, "exchange_token_of_another")


def test_nor_at_another_terminal_of_the_same(desk: Desk) -> None:
    scan = desk.scanned(LIN, "hotel", "lodging", token=desk.at("hotel", "east"))
    for token in (desk.at("hotel", "west"), desk.token("hotel")):
        refused = desk.disclose(["name"], exchange_token=scan, token=token)
        assert (refused.status, refused.code) == (403, "exchange_token_of_another")
    assert desk.disclose(["name"], exchange_token=scan, token=desk.at("hotel", "east")).status == 200
    (seen,) = desk.disclosures(LIN)
    assert (seen["terminal"], seen["place"]) == ("east", "east 门口")


def test_a_consent_is_its_clients_at_each_of_its_desks_that_scanned_itself(desk: Desk) -> None:
    east, west = desk.at("clinic", "east"), desk.at("clinic", "west")
    consent_id = desk.consented(LIN, desk.scanned(LIN), "name", **desk.period(1))
    for token in (east, west):
        scan = desk.scanned(LIN, token=token)
        assert desk.disclose(["name"], exchange_token=scan, token=token).body["consent_id"] == consent_id
    assert [one["terminal"] for one in desk.disclosures(LIN)] == ["west", "east"]


def test_after_ten_minutes_it_is_worth_nothing(desk: Desk) -> None:
    scan = desk.scanned(LIN, "hotel", "lodging")
    desk.clock.advance(601)
    refused = desk.exchange(scan, "name", client="hotel")
    assert (refused.status, refused.code) == (409, "exchange_token_expired")


def test_nothing_is_told_of_somebody_whose_codes_are_suspended(desk: Desk) -> None:
    scan, holder = desk.scanned(LIN, "hotel", "lodging"), desk.holder(LIN)
    StatusStore().set_standing(holder, Standing.SUSPENDED)
    refused = desk.exchange(scan, "name", client="hotel")
    assert (refused.status, refused.code) == (403, "person_suspended")
    StatusStore().set_standing(holder, Standing.ACTIVE)
    assert desk.disclosures(LIN) == []


def test_a_bar_learns_that_somebody_is_of_age_and_not_how_old(desk: Desk) -> None:
    scan = desk.scanned(LIN, purpose="event")
    desk.consented(LIN, scan, "adult")
    assert values(desk.exchange(scan, "adult")) == {"adult": "yes"}


def test_an_event_gets_the_name_masked_even_with_consent(desk: Desk) -> None:
    scan = desk.scanned(LIN, purpose="event")
    desk.consented(LIN, scan, "name")
    reply = desk.exchange(scan, "name")
    assert reply.body["fields"] == {"name": {"value": "林*晴", "mask": "masked"}}


def test_withdrawn_is_withdrawn_for_the_repeat_as_well(desk: Desk) -> None:
    scan = desk.scanned(LIN)
    consent_id = desk.consented(LIN, scan, "name", **desk.period(1))
    assert desk.exchange(scan, "name").status == 200
    assert desk.answer(consent_id, "withdrawal", LIN).status == 200
    refused = desk.exchange(scan, "name")
    assert (refused.status, refused.code) == (403, "consent_ended")


def test_who_agrees_anew_after_withdrawing_is_scanned_anew(desk: Desk) -> None:
    scan = desk.scanned(LIN)
    first = desk.consented(LIN, scan, "name", **desk.period(1))
    assert desk.exchange(scan, "name").status == 200
    desk.answer(first, "withdrawal", LIN)
    second = desk.consented(LIN, scan, "name", **desk.period(1))
    refused = desk.exchange(scan, "name")
    assert refused.code == "consent_ended"
    assert "scan again" in refused.body["detail"]
    assert desk.exchange(desk.scanned(LIN), "name").body["consent_id"] == second
    assert [one["consent_id"] for one in desk.disclosures(LIN)] == [second, first]


def test_what_was_just_agreed_to_is_used_before_any_index_knows_of_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = desk.scanned(LIN)
    desk.consented(LIN, scan, "name")
    monkeypatch.setattr(ConsentStore, "of_client", lambda store, client_id, consent_id: None)
    for _ in range(2):
        assert values(desk.exchange(scan, "name")) == {"name": "林晚晴"}


def test_a_list_of_many_comes_in_pages(desk: Desk) -> None:
    for _ in range(21):
        assert desk.exchange(desk.scanned(LIN, "hotel", "lodging"), "name", client="hotel").status == 200
    first = desk.disclosures(LIN)
    rest = desk.disclosures(LIN, first[-1]["disclosure_id"])
    assert (len(first), len(rest)) == (20, 1)
    ids = [one["disclosure_id"] for one in (*first, *rest)]
    assert ids == sorted(ids, reverse=True)
    for strange in ("x", "0", "1790000000-" + "g" * 24, "%00"):
        reply = desk.api.get(f"/v1/disclosures?cursor={strange}", token=desk.session(LIN))
        assert (reply.status, reply.code) == (422, "unknown_cursor")


@pytest.mark.parametrize("ground", [{}, {"exchange_token": "x1.A", "consent_id": "c"}])
def test_exactly_one_ground_is_named(desk: Desk, ground: dict[str, str]) -> None:
    refused = desk.disclose(["name"], **ground)
    assert (refused.status, refused.code) == (422, "one_ground_needed")


def test_the_list_is_in_the_export_and_goes_with_who_leaves(desk: Desk) -> None:
    scan = desk.scanned(LIN, "hotel", "lodging", token=desk.at("hotel", "east"))
    assert desk.disclose(["name"], exchange_token=scan, token=desk.at("hotel", "east")).status == 200
    (one,) = desk.api.get("/v1/account/export", token=desk.session(LIN)).body["sections"]["disclosures"]
    assert (one["to"], one["terminal"], one["fields"], one["basis"]) == ("hotel", "east", ["name"], "law")
    steps(desk.city)["disclosures"](desk.holder(LIN), desk.now)
    assert desk.disclosures(LIN) == []


def test_the_list_goes_when_nothing_can_be_disclosed_any_more(desk: Desk) -> None:
    names = list(steps(desk.city))
    assert names.index("status") < names.index("disclosures")
    scan = desk.scanned(LEAVING, "hotel", "lodging")
    steps(desk.city)["status"](desk.holder(LEAVING), desk.now)
    assert desk.exchange(scan, "name", client="hotel").code == "person_suspended"
