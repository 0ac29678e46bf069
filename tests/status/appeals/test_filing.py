"""Filing an appeal: by whom, about what, once; reading it, and taking it back."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.people.sandbox import RESIDENTS
from chalicelib.platform.times import rfc3339
from chalicelib.status.appeals.items import AppealItem
from chalicelib.status.appeals.model import State
from chalicelib.status.appeals.store import MatterStore
from tests.status.appeals.hall import DAY, LIN, SHEN, TEXT, XU, ZHOU, Hall, document, events
from tests.world import moved_in


def test_a_holder_objects_to_the_status_as_such(hall: Hall) -> None:
    reply = hall.file()
    assert reply.status == 201
    body = reply.body
    assert (body["state"], body["level"], body["about"], body["text"]) == ("open", 1, "status", TEXT)
    assert (body["filed_at"], body["due_at"]) == (rfc3339(hall.clock()), rfc3339(hall.clock() + DAY))
    assert events(reply) == ["filed"]
    assert hall.see(body["appeal_id"]).body == body


def test_the_same_wish_again_is_the_same_appeal(hall: Hall) -> None:
    first, again = hall.file(key="mine"), hall.file(key='"mine"')
    assert first.body == again.body
    assert AppealItem.count() == 1


def test_another_wish_under_the_same_key_is_refused(hall: Hall) -> None:
    hall.filed(key="mine")
    reply = hall.file(key="mine", text=TEXT + "！")
    assert (reply.status, reply.code) == (422, "idempotency_key_reused")


def test_a_wish_without_a_key_is_refused(hall: Hall) -> None:
    reply = hall.api.post("/v1/appeals", {"text": TEXT}, token=hall.token(LIN))
    assert (reply.status, reply.code) == (400, "idempotency_key_missing")


def test_a_holder_objects_to_a_fact_as_the_status_names_it(hall: Hall) -> None:
    about = hall.report()
    assert about in [reason["about"] for reason in hall.status()["reasons"]]
    assert hall.see(hall.filed(about=about)).body["about"] == about


UNKNOWN = {
    "a fact of nobody": "evidence:" + "0" * 24,
    "an override of nobody": "override:" + "0" * 24,
    "no kind of thing": "weather:" + "0" * 24,
    "nothing": "",
    "a status with a number": "status:1",
    "two at once": "status evidence:" + "0" * 24,
}


@pytest.mark.parametrize("about", UNKNOWN.values(), ids=UNKNOWN)
def test_what_is_no_reason_of_the_status_cannot_be_objected_to(hall: Hall, about: str) -> None:
    reply = hall.file(about=about)
    assert (reply.status, reply.code) == (422, "unknown_subject_matter")


def test_a_fact_about_somebody_else_is_as_unknown_as_one_that_does_not_exist(hall: Hall) -> None:
    moved_in(hall.city, XU)
    reply = hall.file(about=hall.report(XU))
    assert (reply.status, reply.code) == (422, "unknown_subject_matter")


def test_one_appeal_at_a_time_about_the_same_thing(hall: Hall) -> None:
    about = hall.report()
    first = hall.filed(about=about)
    reply = hall.file(about=about)
    assert (reply.status, reply.code, reply.body["appeal_id"]) == (409, "appeal_already_open", first)
    assert hall.filed() != first, "about the status as such there is none"
    assert hall.withdraw(first).status == 200
    assert hall.filed(about=about) not in {first, ""}


def test_a_wish_that_was_refused_beside_another_appeal_is_granted_when_that_is_closed(hall: Hall) -> None:
    first = hall.filed()
    assert hall.file(key="later").code == "appeal_already_open"
    hall.withdraw(first)
    assert hall.file(key="later").status == 201


def test_an_appeal_whose_filing_was_not_completed_is_seen_by_nobody(hall: Hall) -> None:
    hall.filed()
    assert hall.file(key="beside").code == "appeal_already_open"
    (draft,) = [item for item in AppealItem.scan() if item.state == State.DRAFTED]
    assert draft.expires_at.timestamp() == hall.clock() + DAY
    assert hall.see(draft.appeal_id).code == "appeal_not_found"
    assert hall.withdraw(draft.appeal_id).code == "appeal_not_found"
    assert hall.take(draft.appeal_id).code == "appeal_not_found"
    assert len(hall.api.get("/v1/appeals", token=hall.token(LIN)).body["appeals"]) == 1
    assert len(hall.queue().body["appeals"]) == 1


def test_an_appeal_that_was_filed_is_kept_for_good(hall: Hall) -> None:
    hall.filed()
    (item,) = AppealItem.scan()
    assert item.expires_at is None


def test_a_matter_whose_appeal_has_gone_is_free(hall: Hall) -> None:
    MatterStore().claim(f"{hall.lin}|status", "0" * 24, instead_of=None)
    assert hall.file().status == 201


MALFORMED: dict[str, dict[str, Any]] = {
    "nine characters": {"text": "九个字是不够的啊！"},
    "too many characters": {"text": "字" * 2001},
    "blanks only": {"text": " " * 20},
    "a number": {"text": 7},
    "a dependant without a number": {"for": {"document_type": "resident_id"}},
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_what_cannot_be_read_is_refused(hall: Hall, body: dict[str, Any]) -> None:
    assert hall.file(**body).code == "malformed_body"


def test_words_of_two_thousand_characters_are_heard(hall: Hall) -> None:
    assert hall.file(text="字" * 2000).status == 201


def child_of_lin(hall: Hall, until: int | None = None) -> str:
    """Xu, in the care of Lin."""
    child = moved_in(hall.city, XU)
    hall.city.guardians.add(hall.lin, child, relation="parent", now=int(hall.clock()), until=until)
    return child


def test_a_guardian_files_for_who_is_in_their_care_and_both_see_it(hall: Hall) -> None:
    child_of_lin(hall)
    appeal_id = hall.filed(whom=document(XU), about=hall.report(XU))
    for side in (LIN, XU):
        assert hall.see(appeal_id, side).body["name"] == "许*满"
        (listed,) = hall.api.get("/v1/appeals", token=hall.token(side)).body["appeals"]
        assert (listed["appeal_id"], listed["mine"]) == (appeal_id, side is XU)
    assert hall.withdraw(appeal_id, XU).body["state"] == "withdrawn"


def test_a_guardian_whose_time_is_over_sees_it_no_more(hall: Hall) -> None:
    child_of_lin(hall, until=int(hall.clock()) + DAY)
    appeal_id = hall.filed(whom=document(XU))
    hall.wait(DAY)
    assert hall.see(appeal_id).code == "appeal_not_found"
    assert hall.withdraw(appeal_id).code == "appeal_not_found"
    assert hall.api.get("/v1/appeals", token=hall.token(LIN)).body["appeals"] == []
    assert hall.see(appeal_id, XU).status == 200


def test_nobody_files_for_somebody_not_in_their_care_known_or_not(hall: Hall) -> None:
    moved_in(hall.city, XU)
    replies = [hall.file(whom=document(one)) for one in (XU, RESIDENTS[7])]
    assert [(reply.status, reply.code) for reply in replies] == [(403, "not_their_guardian")] * 2
    assert replies[0].body == replies[1].body, "nobody learns who lives here"


DOCUMENTS = {
    "a library card": ({"document_type": "library_card", "document_number": "E1"}, "unknown_document_type"),
    "a passport of no state": ({"document_type": "passport", "document_number": "E1"}, "invalid_document_number"),
    "a wrong check digit": (
        {"document_type": "resident_id", "document_number": "310199198803140021"},
        "invalid_document_number",
    ),
}


@pytest.mark.parametrize(("whom", "code"), DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_document_that_cannot_exist_is_refused(hall: Hall, whom: dict[str, str], code: str) -> None:
    assert hall.file(whom=whom).code == code


def test_an_appeal_of_somebody_else_is_not_there(hall: Hall) -> None:
    appeal_id = hall.filed()
    stranger = hall.see(appeal_id, ZHOU)
    nobodys = hall.see("0" * 24, ZHOU)
    assert stranger.status == nobodys.status == 404
    assert stranger.body == nobodys.body
    assert hall.withdraw(appeal_id, ZHOU).body == nobodys.body
    assert hall.attach(appeal_id, ZHOU).body == nobodys.body
    assert hall.escalate(appeal_id, ZHOU).body == nobodys.body


def test_an_appeal_is_taken_back_once_and_for_all(hall: Hall) -> None:
    appeal_id = hall.filed()
    first, again = hall.withdraw(appeal_id), hall.withdraw(appeal_id)
    assert first.body == again.body
    assert events(first) == ["filed", "withdrawn"]
    assert hall.take(appeal_id).code == "appeal_closed"


def test_an_appeal_is_taken_back_from_under_the_reviewer(hall: Hall) -> None:
    appeal_id = hall.filed()
    hall.take(appeal_id)
    assert hall.withdraw(appeal_id).body["state"] == "withdrawn"
    assert hall.decide(appeal_id, "rejected").code == "appeal_closed"
    assert hall.case(appeal_id).code == "appeal_not_found"


def test_what_is_decided_is_not_taken_back(hall: Hall) -> None:
    assert hall.withdraw(hall.rejected()).code == "appeal_closed"


def test_lists_go_on_where_the_page_before_ended(hall: Hall) -> None:
    ids = []
    for _ in range(23):
        ids.append(hall.filed())
        hall.withdraw(ids[-1])
        hall.clock.advance(len(ids) % 2)
    found: list[str] = []
    query = ""
    while True:
        body = hall.api.get(f"/v1/appeals{query}", token=hall.token(LIN)).body
        found += [one["appeal_id"] for one in body["appeals"]]
        if body["next_cursor"] is None:
            break
        query = f"?cursor={body['next_cursor']}"
    assert len(found) == 23
    assert set(found) == set(ids)
    filed = [hall.see(one).body["filed_at"] for one in found]
    assert filed == sorted(filed, reverse=True)


@pytest.mark.parametrize("cursor", ["", "x", "1790000000-" + "g" * 24, "1790000000-" + "a" * 23, "张三"])
def test_a_cursor_that_was_not_given_out_is_refused(hall: Hall, cursor: str) -> None:
    for path in ("/v1/appeals", "/v1/appeals/queue"):
        token = hall.token(LIN) if path == "/v1/appeals" else hall.office(ZHOU)
        reply = hall.api.get(f"{path}?cursor={cursor}", token=token)
        assert reply.code == "unknown_cursor"


def test_an_officers_session_files_nothing_and_a_holders_reviews_nothing(hall: Hall) -> None:
    reply = hall.api.post("/v1/appeals", {"text": TEXT}, token=hall.office(SHEN), key="x")
    assert (reply.status, reply.code) == (403, "insufficient_scope")
    reply = hall.api.get("/v1/appeals/queue", token=hall.token(SHEN))
    assert (reply.status, reply.code) == (403, "insufficient_scope")
