"""Fields of somebody who is not there: only under a consent that says so, and each time in the holder's list."""

from __future__ import annotations

import pytest

from chalicelib.partners.consents.model import DAY_S
from chalicelib.people.sandbox import RESIDENTS
from chalicelib.status.model import Colour, Standing
from chalicelib.status.store import StatusStore
from tests.partners.disclosures.desk import Desk, values
from tests.world import coloured

LIN = RESIDENTS[0]


@pytest.fixture
def consent_id(desk: Desk) -> str:
    scan = desk.scanned(LIN)
    return desk.consented(LIN, scan, "colour", "name", unattended=True, **desk.period(30))


def test_a_clinic_sees_the_colour_of_each_moment_for_as_long_as_it_was_agreed(desk: Desk, consent_id: str) -> None:
    assert values(desk.disclose(["colour"], consent_id=consent_id)) == {"colour": "green"}
    desk.clock.advance(DAY_S)
    coloured(desk.city, desk.holder(LIN), Colour.YELLOW)
    reply = desk.disclose(["colour"], consent_id=consent_id)
    assert values(reply) == {"colour": "yellow"}
    assert (reply.body["basis"], reply.body["consent_id"]) == ("consent", consent_id)
    seen = desk.disclosures(LIN)
    assert [(one["fields"], one["consent_id"], one["purpose"]) for one in seen] == [
        (["colour"], consent_id, "medical"),
        (["colour"], consent_id, "medical"),
    ]
    desk.later(30 * DAY_S)
    assert desk.disclose(["colour"], consent_id=consent_id).code == "consent_ended"


def test_the_same_question_in_one_second_is_one_disclosure(desk: Desk, consent_id: str) -> None:
    first, again = (desk.disclose(["colour"], consent_id=consent_id) for _ in range(2))
    assert first.body == again.body
    assert len(desk.disclosures(LIN)) == 1
    desk.clock.advance(1)
    assert desk.disclose(["colour"], consent_id=consent_id).body["disclosure_id"] != first.body["disclosure_id"]


def test_two_desks_that_ask_in_one_second_are_both_in_the_list(desk: Desk, consent_id: str) -> None:
    for terminal in ("east", "west"):
        assert desk.disclose(["colour"], token=desk.at("clinic", terminal), consent_id=consent_id).status == 200
    assert {one["terminal"] for one in desk.disclosures(LIN)} == {"east", "west"}


def test_before_the_holder_has_answered_nothing_is_told_and_one_waits(desk: Desk) -> None:
    scan = desk.scanned(LIN)
    waits = desk.asked(LIN, exchange_token=scan, fields=["colour"], unattended=True, **desk.period(30))
    refused = desk.disclose(["colour"], consent_id=waits)
    assert (refused.status, refused.code, refused.body["state"]) == (403, "consent_ended", "asked")
    assert "wait for the answer" in refused.body["detail"]
    assert desk.disclosures(LIN) == []


def test_withdrawn_means_withdrawn_for_the_very_next_question(desk: Desk, consent_id: str) -> None:
    assert desk.answer(consent_id, "withdrawal", LIN).status == 200
    refused = desk.disclose(["colour"], consent_id=consent_id)
    assert (refused.status, refused.code, refused.body["state"]) == (403, "consent_ended", "withdrawn")
    assert desk.disclosures(LIN) == []


def test_fields_that_were_not_agreed_to_are_not_told(desk: Desk, consent_id: str) -> None:
    refused = desk.disclose(["colour", "birth_date"], consent_id=consent_id)
    assert (refused.code, refused.body["fields"]) == ("consent_needed", ["birth_date"])
    refused = desk.disclose(["tags"], consent_id=consent_id)
    assert (refused.code, refused.body["fields"]) == ("no_legal_basis", ["tags"])


def test_a_consent_for_when_one_is_there_is_used_at_a_scan(desk: Desk) -> None:
    scan = desk.scanned(LIN)
    consent_id = desk.consented(LIN, scan, "name", **desk.period(30))
    refused = desk.disclose(["name"], consent_id=consent_id)
    assert (refused.status, refused.code) == (403, "scan_needed")
    assert desk.exchange(scan, "name").status == 200


def test_a_consent_of_another_client_is_nobodys(desk: Desk, consent_id: str) -> None:
    for client, named in (("insurer", consent_id), ("clinic", "0" * 24), ("clinic", "nobody's")):
        refused = desk.disclose(["colour"], client, consent_id=named)
        assert (refused.status, refused.code) == (404, "consent_request_not_found")


def test_nothing_is_told_of_somebody_whose_codes_are_suspended(desk: Desk, consent_id: str) -> None:
    StatusStore().set_standing(desk.holder(LIN), Standing.SUSPENDED)
    assert desk.disclose(["colour"], consent_id=consent_id).code == "person_suspended"
    StatusStore().set_standing(desk.holder(LIN), Standing.ACTIVE)
    assert desk.disclosures(LIN) == []
