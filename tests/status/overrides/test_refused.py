"""Every refusal of the overrides desk: who may not, what the law does not carry, and what comes out of turn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.people.sandbox import RESIDENTS
from chalicelib.platform.permissions import Role
from chalicelib.status.overrides import decide
from chalicelib.status.overrides.grounds import GROUNDS
from chalicelib.status.overrides.model import PROPOSAL_LIFETIME_S
from chalicelib.status.overrides.store import OverrideItem
from tests.status.overrides.desk import GU, LIN, LU, OUYANG, REASON, SHEN, ZHOU, Desk, document, proposal
from tests.world import NOON, Reply, moved_in

STRANGER = RESIDENTS[7]
CHILD = RESIDENTS[6]
NOBODY = "0" * 24

ILLEGAL: dict[str, tuple[dict[str, Any], int, str]] = {
    "a law that is not registered": ({"ground": "because"}, 422, "unknown_ground"),
    "red on a ground for green": ({"colour": "red", "ground": "correction"}, 422, "colour_not_on_ground"),
    "longer than the ground bears": ({"ground": "emergency", "hours": 73}, 422, "duration_too_long"),
    "no hour": ({"hours": 0}, 400, "malformed_body"),
    "longer than any ground bears": ({"hours": 10_000}, 400, "malformed_body"),
    "no such colour": ({"colour": "blue"}, 400, "malformed_body"),
    "nobody": ({"people": []}, 400, "malformed_body"),
    "too many people": ({"people": [document(LIN)] * 501}, 400, "malformed_body"),
    "a reason of nine characters": ({"reason": "密切接触者须观察。"}, 400, "malformed_body"),
    "a reason of blanks": ({"reason": " " * 20}, 400, "malformed_body"),
    "a reason that fills a page": ({"reason": "因" * 501}, 400, "malformed_body"),
    "no reason": ({"reason": None}, 400, "malformed_body"),
}


@pytest.mark.parametrize("case", ILLEGAL)
def test_what_the_law_or_the_form_does_not_carry_is_not_proposed(desk: Desk, case: str) -> None:
    changes, status, code = ILLEGAL[case]
    reply = desk.propose(**changes)
    assert (reply.status, reply.code) == (status, code)
    assert OverrideItem.count() == 0


def test_people_whom_the_city_does_not_know_are_named_by_their_place_alone(desk: Desk) -> None:
    impossible = {"document_type": "library_card", "document_number": "1"}
    mistyped = {"document_type": "resident_id", "document_number": "310199198803140120"}
    people = [document(LIN), document(STRANGER), impossible, mistyped]
    reply = desk.propose(people=people)
    assert (reply.status, reply.code, reply.body["indexes"]) == (422, "unknown_people", [1, 2, 3])
    assert OverrideItem.count() == 0


def test_a_proposal_without_a_key_that_makes_it_safe_to_repeat_is_not_taken(desk: Desk) -> None:
    reply = desk.api.post("/v1/overrides", proposal(), token=desk.token(ZHOU))
    assert (reply.status, reply.code) == (400, "idempotency_key_missing")


def test_nobody_proposes_about_themselves(desk: Desk) -> None:
    assert desk.propose(LIN, ZHOU).code == "override_about_yourself"


@pytest.mark.parametrize("officer_is_guardian", [True, False])
def test_nobody_proposes_approves_rejects_or_ends_about_their_family(desk: Desk, officer_is_guardian: bool) -> None:
    child = moved_in(desk.city, CHILD)
    made, running = desk.proposed(CHILD, by=GU), desk.approved(CHILD, by=GU)
    pair = (desk.officers[ZHOU], child) if officer_is_guardian else (child, desk.officers[ZHOU])
    desk.city.guardians.add(*pair, relation="family", now=NOON)
    replies = [
        desk.propose(LIN, CHILD),
        desk.act("approval", made, ZHOU),
        desk.act("rejection", made, ZHOU),
        desk.act("end", running, ZHOU),
    ]
    assert [(reply.status, reply.code) for reply in replies] == [(403, "override_about_family")] * 4
    desk.city.guardians.end(*pair, now=NOON)
    assert desk.act("approval", made, ZHOU).status == 200


def test_nobody_approves_rejects_or_ends_what_is_about_themselves(desk: Desk) -> None:
    made, running = desk.proposed(SHEN), desk.proposed(SHEN)
    assert desk.act("approval", running, GU).status == 200
    replies = [
        desk.act("approval", made, SHEN),
        desk.act("rejection", made, SHEN),
        desk.act("end", running, SHEN),
    ]
    assert [(reply.status, reply.code) for reply in replies] == [(403, "override_about_yourself")] * 3


def test_nobody_decides_about_their_own_proposal_but_may_withdraw_it(desk: Desk) -> None:
    made = desk.proposed()
    assert desk.act("approval", made, ZHOU).code == "own_proposal"
    assert desk.act("rejection", made, ZHOU).code == "own_proposal"
    assert desk.act("withdrawal", made, SHEN).code == "not_the_proposer"
    assert desk.act("withdrawal", made, ZHOU).body["state"] == "withdrawn"


def test_one_officer_is_not_two(desk: Desk) -> None:
    desk.city.override_proposals._threshold = 0
    made = desk.proposed()
    assert desk.act("approval", made, SHEN).body["state"] == "seconded"
    reply = desk.act("approval", made, SHEN)
    assert (reply.status, reply.code) == (403, "approved_before")
    assert desk.act("approval", made, GU).body["state"] == "approved"


def proposer_is_suspended(desk: Desk) -> None:
    desk.city.officers.suspend(desk.officers[ZHOU])


def proposer_became_a_guardian(desk: Desk) -> None:
    desk.city.guardians.add(desk.officers[ZHOU], desk.lin, relation="aunt", now=NOON)


def seconder_is_suspended(desk: Desk) -> None:
    desk.city.officers.suspend(desk.officers[SHEN])


def seconder_became_a_dependant(desk: Desk) -> None:
    desk.city.guardians.add(desk.lin, desk.officers[SHEN], relation="father", now=NOON)


@pytest.mark.parametrize(
    "happens", [proposer_is_suspended, proposer_became_a_guardian, seconder_is_suspended, seconder_became_a_dependant]
)
def test_at_the_last_approval_everybody_before_is_looked_at_again(desk: Desk, happens: Callable[[Desk], None]) -> None:
    desk.city.override_proposals._threshold = 0
    made = desk.proposed()
    assert desk.act("approval", made, SHEN).status == 200
    happens(desk)
    reply = desk.act("approval", made, GU)
    assert (reply.status, reply.code) == (409, "party_not_entitled")
    assert desk.act("rejection", made, GU).body["state"] == "rejected"


def test_at_the_approval_the_law_is_looked_at_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    made = desk.proposed()
    closed = GROUNDS["medical-observation"]._replace(colours=frozenset())
    monkeypatch.setitem(GROUNDS, "medical-observation", closed)
    assert desk.act("approval", made).code == "colour_not_on_ground"


def test_a_suspension_works_at_once_whatever_the_token_says(desk: Desk) -> None:
    made = desk.proposed()
    token = desk.token(SHEN)
    desk.city.officers.suspend(desk.officers[SHEN])
    replies: list[Reply] = [
        desk.propose(by=SHEN),
        *(desk.act(verb, made, SHEN) for verb in ("approval", "rejection", "withdrawal", "end")),
        desk.api.get("/v1/overrides", token=token),
        desk.api.get(f"/v1/overrides/{made}", token=token),
        desk.api.get("/v1/override-report", token=token),
        desk.api.get("/v1/override-grounds", token=token),
    ]
    assert [(reply.status, reply.code) for reply in replies] == [(403, "not_in_office")] * 9


@pytest.mark.parametrize("verb", ["approval", "rejection", "withdrawal", "end"])
def test_an_auditor_reads_and_does_nothing(desk: Desk, verb: str) -> None:
    made = desk.proposed()
    token = desk.token(OUYANG, Role.AUDITOR)
    assert desk.api.get(f"/v1/overrides/{made}", token=token).status == 200
    reply = desk.api.post(f"/v1/overrides/{made}/{verb}", {}, token=token, key="k")
    assert (reply.status, reply.code) == (403, "insufficient_scope")


def test_a_holder_has_no_part_in_it(desk: Desk) -> None:
    made = desk.proposed()
    token = desk.api.log_in(LIN)
    for reply in (
        desk.api.get(f"/v1/overrides/{made}", token=token),
        desk.api.post("/v1/overrides", proposal(), token=token, key="k"),
    ):
        assert (reply.status, reply.code) == (403, "insufficient_scope")


CLOSED: dict[str, Callable[[Desk, str], object]] = {
    "rejected": lambda desk, made: desk.act("rejection", made),
    "withdrawn": lambda desk, made: desk.act("withdrawal", made, ZHOU),
    "lapsed": lambda desk, made: desk.wait(PROPOSAL_LIFETIME_S),
    "approved": lambda desk, made: desk.act("approval", made),
    "ended": lambda desk, made: (desk.act("approval", made), desk.act("end", made)),
}


@pytest.mark.parametrize("state", CLOSED)
def test_what_has_moved_on_is_not_decided_again(desk: Desk, state: str) -> None:
    made = desk.proposed()
    CLOSED[state](desk, made)
    again = [desk.act("rejection", made, LU), desk.act("withdrawal", made, ZHOU)]
    if state != "approved":
        again.append(desk.act("end", made, LU))
    assert [(reply.status, reply.code, reply.body["state"]) for reply in again] == [
        (409, "override_out_of_turn", state)
    ] * len(again)


def test_what_is_only_proposed_is_not_ended(desk: Desk) -> None:
    assert desk.act("end", desk.proposed()).code == "override_out_of_turn"


@pytest.mark.parametrize("verb", ["approval", "rejection", "withdrawal", "end"])
def test_what_is_not_there_is_not_decided(desk: Desk, verb: str) -> None:
    reply = desk.act(verb, NOBODY)
    assert (reply.status, reply.code) == (404, "override_not_found")
    assert desk.api.get(f"/v1/overrides/{NOBODY}", token=desk.token(GU)).code == "override_not_found"


def test_a_month_that_cannot_be_read_is_refused(desk: Desk) -> None:
    for month in ("2026-13", "2026-9", "now", "2026-09-01", "九月"):
        for path in ("/v1/overrides", "/v1/override-report"):
            assert desk.api.get(f"{path}?month={month}", token=desk.token(GU)).code == "unknown_month"


def test_a_cursor_that_was_never_given_out_is_refused(desk: Desk) -> None:
    for cursor in ("x", "1790000000", f"1790000000-{NOBODY}0", "-1"):
        assert desk.api.get(f"/v1/overrides?cursor={cursor}", token=desk.token(GU)).code == "unknown_cursor"


def test_who_is_always_too_late_is_told_to_try_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    made = desk.proposed()
    monkeypatch.setattr(decide, "ATTEMPTS", 0)
    reply = desk.act("approval", made)
    assert (reply.status, reply.code) == (503, "override_contended")
    assert "Retry-After" in reply.headers


def test_no_refusal_repeats_what_was_said_or_about_whom(desk: Desk) -> None:
    for changes, _, _ in ILLEGAL.values():
        text = str(desk.propose(**changes).body)
        assert REASON not in text
        assert document(LIN)["document_number"] not in text
        assert desk.lin not in text
