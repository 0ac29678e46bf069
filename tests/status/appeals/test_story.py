"""An appeal from beginning to end: upheld, and rejected and taken one level up; and answers that come late."""

from __future__ import annotations

import json

from tests.fuzz.ear import listening
from tests.status.appeals.hall import ANSWER, DAY, GU, LIN, LU, ZHOU, Hall, events


def test_a_fact_that_was_wrong_is_voided_and_the_holder_is_green(hall: Hall) -> None:
    about = hall.report()
    assert hall.colour() == "red"
    (reason,) = [one for one in hall.status()["reasons"] if one["about"] == about]
    appeal_id = hall.filed(about=reason["about"])
    hall.attach(appeal_id)
    hall.wait(3600)
    (waiting,) = hall.queue().body["appeals"]
    hall.take(waiting["appeal_id"])
    assert hall.case(appeal_id).body["sources"][0]["about"] == about
    hall.wait(3600)
    assert hall.decide(appeal_id, "upheld").body["state"] == "upheld"
    hall.follow()
    assert hall.colour() == "green"
    body = hall.see(appeal_id).body
    assert body["decision"] | {"decided_at": ""} == {
        "outcome": "upheld",
        "reason": ANSWER,
        "decided_at": "",
        "by": "申诉审核员 周*之",
        "voids": [about],
    }
    assert [step["words"]["zh"] for step in body["steps"]] == ["已提交", "审核人员已受理", "申诉成立"]
    assert hall.queue().body["appeals"] == []
    assert hall.journalled(appeal_id) == ["filed", "taken", "upheld"]
    assert about not in [reason["about"] for reason in hall.status()["reasons"]]


def test_a_rejected_appeal_goes_one_level_up_where_it_is_upheld(hall: Hall) -> None:
    about = hall.report()
    first = hall.rejected(about=about)
    hall.follow()
    assert hall.colour() == "red"
    hall.wait(29 * DAY)
    higher = hall.escalate(first)
    assert (higher.status, higher.body["level"], higher.body["first"]) == (201, 2, first)
    assert higher.body["about"] == about
    assert hall.see(first).body["higher"] == higher.body["appeal_id"]
    assert hall.see(first).body["can_go_up_until"] is None
    hall.take(higher.body["appeal_id"], LU)
    assert hall.decide(higher.body["appeal_id"], "upheld", LU).status == 200
    hall.follow()
    assert about not in str(hall.status())
    assert hall.journalled(higher.body["appeal_id"]) == ["filed", "taken", "upheld"]


def test_a_rejected_appeal_goes_up_once(hall: Hall) -> None:
    first = hall.rejected()
    higher, again = (hall.escalate(first, key="up") for _ in range(2))
    assert higher.body == again.body
    reply = hall.escalate(first)
    assert (reply.status, reply.code) == (409, "already_escalated")
    assert reply.body["appeal_id"] == higher.body["appeal_id"]
    reused = hall.escalate(first, key="up", text="这次我想说的是另外一回事。")
    assert (reused.status, reused.code) == (422, "idempotency_key_reused")
    hall.withdraw(higher.body["appeal_id"])
    assert hall.escalate(first).code == "already_escalated"


def test_a_rejection_on_the_second_level_is_the_last_word(hall: Hall) -> None:
    higher = hall.escalate(hall.rejected()).body["appeal_id"]
    hall.take(higher, GU)
    hall.decide(higher, "rejected", GU)
    assert hall.see(higher).body["can_go_up_until"] is None
    assert hall.escalate(higher).code == "cannot_go_up"


def test_what_was_not_rejected_does_not_go_up(hall: Hall) -> None:
    appeal_id = hall.filed()
    assert hall.escalate(appeal_id).code == "cannot_go_up"
    hall.withdraw(appeal_id)
    reply = hall.escalate(appeal_id)
    assert (reply.status, reply.code) == (409, "cannot_go_up")


def test_after_thirty_days_it_is_too_late_to_go_up(hall: Hall) -> None:
    first = hall.rejected()
    until = hall.see(first).body["can_go_up_until"]
    hall.wait(30 * DAY + 1)
    reply = hall.escalate(first)
    assert (reply.status, reply.code, reply.body["until"]) == (409, "too_late_to_go_up", until)
    assert hall.see(first).body["can_go_up_until"] is None


def test_it_does_not_go_up_beside_a_new_appeal_about_the_same(hall: Hall) -> None:
    first = hall.rejected()
    anew = hall.filed()
    reply = hall.escalate(first)
    assert (reply.code, reply.body["appeal_id"]) == ("appeal_already_open", anew)
    hall.withdraw(anew)
    assert hall.escalate(first).status == 201, "and what was left of the first attempt gives way"


def test_the_journal_says_who_answered_and_nothing_of_who_asked(hall: Hall) -> None:
    appeal_id = hall.rejected()
    hall.follow()
    entries = [one.what for one in hall.city.journal.entries("appeals") if appeal_id in one.step_id]
    assert [(one["event"], one["by"]) for one in entries] == [
        ("filed", "holder"),
        ("taken", "申诉审核员 周*之"),
        ("rejected", "申诉审核员 周*之"),
    ]
    told = json.dumps(entries, ensure_ascii=False)
    assert hall.lin not in told
    assert ANSWER not in told


def test_what_is_late_is_counted_each_time_and_marked_once(hall: Hall) -> None:
    appeal_id = hall.filed()
    watch = hall.city.appeals.watch
    assert watch.run(now=int(hall.clock()) + DAY) == {1: 0, 2: 0}, "in time to the last second"
    hall.wait(DAY + 1)
    with listening() as ear:
        for _ in range(3):
            assert watch.run(now=int(hall.clock())) == {1: 1, 2: 0}
    assert sum('"AppealsOverdue":1,"level":"1"' in heard for heard in ear.heard) == 3
    assert sum('"AppealsOverdue":0,"level":"2"' in heard for heard in ear.heard) == 3
    assert events(hall.see(appeal_id)) == ["filed", "overdue"]
    hall.follow()
    assert hall.journalled(appeal_id) == ["filed", "overdue"]
    hall.take(appeal_id)
    hall.decide(appeal_id, "rejected")
    assert watch.run(now=int(hall.clock())) == {1: 0, 2: 0}
    assert hall.see(appeal_id).body["overdue"], "its answer came late"


def test_an_appeal_that_is_late_on_a_desk_stays_there(hall: Hall) -> None:
    appeal_id = hall.filed()
    hall.take(appeal_id)
    hall.wait(DAY + 1)
    hall.city.appeals.watch.run(now=int(hall.clock()))
    assert hall.take(appeal_id, ZHOU).body["mine"], "taking it again changes nothing"
    assert hall.release(appeal_id).status == 200
    assert events(hall.see(appeal_id, LIN)) == ["filed", "taken", "overdue", "released"]
