"""Reviewing: the queue, whose desk an appeal lies on, who may judge it, and what an answer must say."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.people.sandbox import RESIDENTS
from chalicelib.platform.permissions import Role
from tests.status.appeals.hall import ANSWER, DAY, GU, HOUR, LIN, LU, OUYANG, SHEN, XU, ZHOU, Hall, document, events
from tests.status.overrides.desk import proposal
from tests.world import in_office, moved_in

FANG, SU = RESIDENTS[7], RESIDENTS[8]
"""Health officers, in one test each."""


def test_the_queue_shows_what_is_due_soonest_first_and_what_is_late(hall: Hall) -> None:
    about = hall.report()
    first = hall.filed()
    hall.wait(DAY + 1)
    second = hall.filed(about=about)
    hall.take(second, SHEN)
    body = hall.queue().body
    assert [(one["appeal_id"], one["overdue"], one["state"]) for one in body["appeals"]] == [
        (first, True, "open"),
        (second, False, "in_review"),
    ]
    assert body["next_cursor"] is None
    assert [one["mine"] for one in hall.queue(SHEN).body["appeals"]] == [False, True]
    hall.withdraw(first)
    assert [one["appeal_id"] for one in hall.queue().body["appeals"]] == [second]


def test_the_queue_tells_nobody_who_objects(hall: Hall) -> None:
    hall.filed()
    text = str(hall.queue().body)
    assert hall.lin not in text
    assert "林" not in text


def test_the_queue_goes_on_where_the_page_before_ended(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.status.appeals.review_routes.PAGE_SIZE", 2)
    ids = [hall.filed(), *(hall.filed(about=hall.report()) for _ in range(4))]
    found: list[str] = []
    query = ""
    while True:
        body = hall.queue(query=query).body
        found += [one["appeal_id"] for one in body["appeals"]]
        if body["next_cursor"] is None:
            break
        query = f"?cursor={body['next_cursor']}"
    assert sorted(found) == sorted(ids)


def test_each_level_has_a_queue_of_its_own(hall: Hall) -> None:
    higher = hall.escalate(hall.rejected()).body["appeal_id"]
    first = hall.filed(about=hall.report())
    assert [one["appeal_id"] for one in hall.queue(GU, "?level=1").body["appeals"]] == [first]
    assert [one["appeal_id"] for one in hall.queue(GU, "?level=2").body["appeals"]] == [higher]
    assert hall.queue(ZHOU, "?level=2").code == "not_in_office"
    for level in ("0", "3", "x", "一"):
        assert hall.queue(ZHOU, f"?level={level}").code == "unknown_level"


def test_a_reviewer_takes_an_appeal_and_another_cannot(hall: Hall) -> None:
    appeal_id = hall.filed()
    taken, again = hall.take(appeal_id), hall.take(appeal_id)
    assert taken.body == again.body
    assert (taken.body["state"], taken.body["mine"]) == ("in_review", True)
    assert hall.take(appeal_id, SHEN).code == "appeal_taken"
    assert events(hall.see(appeal_id)) == ["filed", "taken"]
    assert hall.see(appeal_id).body["steps"][1]["by"] == "申诉审核员 周*之"


def test_an_appeal_is_given_back_to_the_queue_and_taken_by_another(hall: Hall) -> None:
    appeal_id = hall.filed()
    hall.take(appeal_id)
    released, again = hall.release(appeal_id), hall.release(appeal_id)
    assert released.body == again.body
    assert (released.body["state"], released.body["mine"]) == ("open", False)
    assert hall.case(appeal_id).code == "appeal_not_found"
    assert hall.decide(appeal_id, "rejected").code == "not_your_review"
    assert hall.take(appeal_id, SHEN).status == 200
    assert hall.release(appeal_id).code == "not_your_review"
    assert events(hall.see(appeal_id)) == ["filed", "taken", "released", "taken"]


def test_only_who_has_taken_it_decides(hall: Hall) -> None:
    appeal_id = hall.filed()
    assert hall.decide(appeal_id, "rejected").code == "not_your_review"
    hall.take(appeal_id)
    assert hall.decide(appeal_id, "rejected", SHEN).code == "not_your_review"


def test_the_holder_reads_the_answer_in_the_same_words(hall: Hall) -> None:
    appeal_id = hall.rejected()
    body = hall.see(appeal_id).body
    assert body["state"] == "rejected"
    assert body["decision"]["reason"] == ANSWER
    assert body["decision"]["by"] == "申诉审核员 周*之"
    assert body["decision"]["voids"] == []
    assert body["can_go_up_until"] is not None


def test_the_same_answer_again_is_the_same_answer_and_another_is_refused(hall: Hall) -> None:
    appeal_id = hall.filed()
    hall.take(appeal_id)
    first, again = (hall.decide(appeal_id, "rejected") for _ in range(2))
    assert first.body == again.body
    assert hall.decide(appeal_id, "rejected", reason=ANSWER + "！").code == "appeal_closed"
    assert hall.decide(appeal_id, "upheld", voids=[]).code == "appeal_closed"
    assert events(hall.see(appeal_id)) == ["filed", "taken", "rejected"]


WRONG_ANSWERS: dict[str, tuple[dict[str, Any], str]] = {
    "an answer of a few words": ({"outcome": "rejected", "reason": "不予支持"}, "malformed_body"),
    "an answer of too many": ({"outcome": "rejected", "reason": "字" * 1001}, "malformed_body"),
    "no outcome": ({"outcome": "withdrawn"}, "malformed_body"),
    "nothing said of what was wrong": ({"outcome": "upheld"}, "voids_missing"),
    "a rejection that voids": ({"outcome": "rejected", "voids": ["evidence:" + "0" * 24]}, "rejection_voids_nothing"),
    "a fact of nobody voided": ({"outcome": "upheld", "voids": ["evidence:" + "0" * 24]}, "unknown_subject_matter"),
    "the status voided": ({"outcome": "upheld", "voids": ["status"]}, "unknown_subject_matter"),
    "nonsense voided": ({"outcome": "upheld", "voids": ["张三"]}, "unknown_subject_matter"),
}


@pytest.mark.parametrize(("answer", "code"), WRONG_ANSWERS.values(), ids=WRONG_ANSWERS)
def test_an_answer_that_cannot_be_given_is_refused(hall: Hall, answer: dict[str, Any], code: str) -> None:
    appeal_id = hall.filed()
    hall.take(appeal_id)
    outcome = answer.pop("outcome")
    assert hall.decide(appeal_id, outcome, **answer).code == code
    answer["outcome"] = outcome
    assert hall.see(appeal_id).body["state"] == "in_review"


def test_an_appeal_about_the_status_can_be_upheld_without_anything_to_void(hall: Hall) -> None:
    appeal_id = hall.filed()
    hall.take(appeal_id)
    assert hall.decide(appeal_id, "upheld", voids=[]).body["state"] == "upheld"
    hall.follow()
    assert hall.see(appeal_id).body["decision"]["voids"] == []


def test_what_an_upheld_appeal_is_about_is_voided_without_being_named(hall: Hall) -> None:
    one, other = hall.report(), hall.report()
    appeal_id = hall.filed(about=one)
    hall.take(appeal_id)
    hall.decide(appeal_id, "upheld", voids=[other, other])
    assert hall.see(appeal_id).body["decision"]["voids"] == [one, other]


def test_nobody_reviews_an_appeal_about_themselves_or_one_they_filed(hall: Hall) -> None:
    about_zhou = hall.filed(ZHOU)
    reply = hall.take(about_zhou)
    assert (reply.status, reply.code) == (403, "reviewer_concerned")
    child = moved_in(hall.city, XU)
    now = int(hall.clock())
    hall.city.guardians.add(hall.reviewers[ZHOU], child, relation="parent", now=now, until=now + HOUR)
    filed_by_zhou = hall.filed(ZHOU, whom=document(XU))
    hall.wait(HOUR)
    assert hall.take(filed_by_zhou).code == "reviewer_concerned", "also when the guardianship has ended"


@pytest.mark.parametrize("guardian", [True, False], ids=["of the holder", "in the care of the holder"])
def test_nobody_reviews_an_appeal_of_their_family(hall: Hall, guardian: bool) -> None:
    zhou = hall.reviewers[ZHOU]
    pair = (zhou, hall.lin) if guardian else (hall.lin, zhou)
    hall.city.guardians.add(*pair, relation="family", now=int(hall.clock()))
    appeal_id = hall.filed()
    assert hall.take(appeal_id).code == "reviewer_concerned"
    assert hall.take(appeal_id, SHEN).status == 200


def test_who_has_become_family_since_they_took_it_does_not_decide(hall: Hall) -> None:
    appeal_id = hall.filed()
    hall.take(appeal_id)
    hall.city.guardians.add(hall.reviewers[ZHOU], hall.lin, relation="family", now=int(hall.clock()))
    assert hall.decide(appeal_id, "rejected").code == "reviewer_concerned"
    assert hall.release(appeal_id).status == 200, "but gives it back"


def overridden(hall: Hall) -> str:
    """The `about` of an override of Lin that Fang proposed and Su approved."""
    for officer in (FANG, SU):
        in_office(hall.city, officer)
    fang, su = (hall.token(officer, Role.HEALTH_OFFICER) for officer in (FANG, SU))
    made = hall.api.post("/v1/overrides", proposal(LIN), token=fang, key=f"{hall.clock()}")
    override_id = made.body["override_id"]
    path = f"/v1/overrides/{override_id}/approval"
    assert hall.api.post(path, {"note": ""}, token=su, key=f"{hall.clock()}").status == 200
    hall.follow()
    return f"override:{override_id}"


@pytest.mark.parametrize("officer", [FANG, SU], ids=["proposed", "approved"])
@pytest.mark.parametrize("named", [True, False], ids=["about the override", "about the status"])
def test_nobody_reviews_an_override_that_they_had_a_part_in(hall: Hall, officer: Any, named: bool) -> None:
    about = overridden(hall)
    hall.city.officers.appoint(moved_in(hall.city, officer), Role.APPEAL_REVIEWER, name=officer.identity.name)
    appeal_id = hall.filed(about=about if named else "status")
    token = hall.token(officer, Role.APPEAL_REVIEWER)
    reply = hall.api.send("POST", f"/v1/appeals/{appeal_id}/assignment", token=token)
    assert (reply.status, reply.code) == (403, "own_override")
    assert hall.take(appeal_id).status == 200


def test_an_override_is_voided_and_who_reviewed_that_reviews_the_next_one_too(hall: Hall) -> None:
    about = overridden(hall)
    assert hall.colour() == "yellow"
    appeal_id = hall.filed(about=about)
    hall.take(appeal_id)
    (told,) = hall.case(appeal_id).body["overrides"]
    assert told["about"] == about
    assert told["by"] == ["卫生健康官员 方*", "卫生健康官员 苏*安"]
    hall.decide(appeal_id, "upheld")
    hall.follow()
    assert hall.colour() == "green"
    assert hall.city.overrides.parties(about.partition(":")[2]) == {
        moved_in(hall.city, FANG),
        hall.city.registration.register(SU.identity, now=hall.clock()),
    }


def test_nobody_decides_one_level_up_what_they_decided_below(hall: Hall) -> None:
    first = hall.rejected(GU)
    higher = hall.escalate(first).body["appeal_id"]
    reply = hall.take(higher, GU)
    assert (reply.status, reply.code) == (403, "decided_before")
    assert hall.take(higher, LU).status == 200


def test_an_appeal_one_level_up_is_not_there_for_reviewers_of_the_first(hall: Hall) -> None:
    higher = hall.escalate(hall.rejected(SHEN)).body["appeal_id"]
    assert hall.take(higher, ZHOU).code == "appeal_not_found"
    assert hall.decide(higher, "rejected", ZHOU).code == "appeal_not_found"


def test_a_suspension_takes_effect_at_once(hall: Hall) -> None:
    appeal_id = hall.filed()
    hall.take(appeal_id, SHEN)
    hall.city.officers.suspend(hall.reviewers[SHEN])
    try:
        for reply in (
            hall.queue(SHEN),
            hall.take(appeal_id, SHEN),
            hall.release(appeal_id, SHEN),
            hall.case(appeal_id, SHEN),
            hall.decide(appeal_id, "rejected", SHEN),
        ):
            assert (reply.status, reply.code) == (403, "not_in_office")
    finally:
        hall.city.officers.appoint(hall.reviewers[SHEN], Role.APPEAL_REVIEWER, name=SHEN.identity.name)


def test_the_case_shows_what_the_holder_sees_and_the_sources_in_full(hall: Hall) -> None:
    about = hall.report(reference="LAB-2026-000123")
    appeal_id = hall.filed(about=about)
    hall.take(appeal_id)
    case = hall.case(appeal_id).body
    own = hall.status()
    assert case["status"] == own
    assert case["appeal"] == hall.see(appeal_id).body
    assert own["reasons"][0]["evidence"]["reference"] == "*0123"
    (source,) = case["sources"]
    assert (source["about"], source["reference"]) == (about, "LAB-2026-000123")
    assert source["source"] == hall.department.name
    assert source["attributes"] == {"risk": "high"}
    assert case["first"] is None


def test_the_case_one_level_up_shows_what_was_answered_below(hall: Hall) -> None:
    first = hall.rejected()
    higher = hall.escalate(first, text="答复没有说明依据，请上级复核。").body["appeal_id"]
    hall.take(higher, GU)
    case = hall.case(higher, GU).body
    assert case["appeal"]["text"] == "答复没有说明依据，请上级复核。"
    assert case["first"]["decision"]["reason"] == ANSWER
    assert case["first"]["higher"] == higher


def test_a_case_is_for_who_has_taken_it(hall: Hall) -> None:
    appeal_id = hall.filed()
    assert hall.case(appeal_id).code == "appeal_not_found"
    hall.take(appeal_id, SHEN)
    assert hall.case(appeal_id).code == "appeal_not_found"
    assert hall.case("0" * 24).body == hall.case(appeal_id).body


def test_figures_are_for_reviewers_and_auditors(hall: Hall) -> None:
    hall.rejected()
    path = f"/v1/appeal-statistics?month={hall.see(hall.filed()).body['filed_at'][:7]}"
    for who in (ZHOU, GU, OUYANG):
        body = hall.api.get(path, token=hall.office(who)).body
        assert body["states"] == {"rejected": 1, "open": 1}
        assert body["median_hours"] == 0
    assert hall.api.get(path, token=hall.token(LIN)).code == "insufficient_scope"


@pytest.mark.parametrize("month", ["2026", "2026-13", "2026-9", "2026-09-01", "２０２６-09", "x"])
def test_a_month_that_is_none_is_refused(hall: Hall, month: str) -> None:
    reply = hall.api.get(f"/v1/appeal-statistics?month={month}", token=hall.office(OUYANG))
    assert (reply.status, reply.code) == (400, "malformed_month")
