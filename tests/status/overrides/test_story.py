"""An override from its proposal to its end, as officers, the people concerned and an auditor see it."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.platform.permissions import Role
from chalicelib.status.model import Colour
from chalicelib.status.residents import Officer
from chalicelib.trust.__main__ import main as trust_command
from tests.status.overrides.desk import GU, HOUR, LIN, LU, OUYANG, REASON, SHEN, ZHOU, Desk, fresh
from tests.world import NOON

REVIEWER = Officer("0" * 24, "申诉审核员 方*")


def status(desk: Desk) -> dict[str, Any]:
    """What Lin reads about their own colour."""
    reply = desk.api.get("/v1/status", token=desk.api.log_in(LIN))
    assert reply.status == 200, reply
    body: dict[str, Any] = reply.body
    return body


def test_a_proposal_alone_colours_nobody(desk: Desk) -> None:
    reply = desk.propose()
    desk.follow()
    assert reply.status == 201
    assert {name: reply.body[name] for name in ("state", "approvals", "approvals_needed", "until", "names")} == {
        "state": "proposed",
        "approvals": 0,
        "approvals_needed": 1,
        "until": None,
        "names": ["林*晴"],
    }
    assert desk.colour() == "green"


def test_what_two_officers_decide_the_holder_sees_at_once_in_the_same_words(desk: Desk) -> None:
    override_id = desk.approved()
    assert desk.colour() == "yellow"
    seen = status(desk)
    assert (seen["colour"], seen["next"]) == ("yellow", {"at": "2026-09-23T14:13:20Z", "colour": "green"})
    reason = seen["reasons"][0]
    assert reason["words"] == {"zh": REASON, "en": REASON}
    assert reason["about"] == f"override:{override_id}"
    assert reason["override"]["by"] == ["卫生健康官员 周*之", "卫生健康官员 沈*溪"]
    assert reason["override"]["ground"]["zh"].startswith("依据《中华人民共和国传染病防治法》")


def test_it_expires_by_itself_with_every_function_stopped(desk: Desk) -> None:
    override_id = desk.approved()
    desk.wait(48 * HOUR - 1)
    assert desk.colour() == "yellow"
    desk.wait(1)
    assert desk.colour() == "green"
    shown = desk.api.get(f"/v1/overrides/{override_id}", token=desk.token(GU))
    assert shown.body["state"] == "expired"
    assert desk.act("end", override_id).code == "override_out_of_turn"


def test_one_officer_ends_it_before_its_time(desk: Desk) -> None:
    override_id = desk.approved()
    desk.wait(600)
    reply = desk.act("end", override_id, GU, note="核酸检测阴性")
    assert (reply.status, reply.body["state"]) == (200, "ended")
    assert reply.body["steps"][-1] == {
        "event": "ended",
        "by": "卫生健康官员 顾*",
        "at": "2026-09-21T14:23:20Z",
        "note": "核酸检测阴性",
    }
    desk.follow()
    assert desk.colour() == "green"
    history = desk.api.get("/v1/status/history", token=desk.api.log_in(LIN))
    assert history.status == 200


def test_a_group_is_coloured_as_one_once_the_third_officer_has_approved(desk: Desk) -> None:
    desk.city.override_proposals._threshold = 1
    override_id = desk.proposed(LIN, OUYANG, group="三号楼")
    first = desk.act("approval", override_id, SHEN)
    assert (first.body["state"], first.body["approvals"], first.body["approvals_needed"]) == ("seconded", 1, 2)
    desk.follow()
    assert [desk.colour(LIN), desk.colour(OUYANG)] == ["green", "green"]
    assert desk.act("approval", override_id, SHEN).code == "approved_before"
    assert desk.act("approval", override_id, ZHOU).code == "own_proposal"
    second = desk.act("approval", override_id, GU)
    assert (second.body["state"], second.body["group"], second.body["names"]) == (
        "approved",
        "三号楼",
        ["林*晴", "欧**远"],
    )
    desk.follow()
    assert [desk.colour(LIN), desk.colour(OUYANG)] == ["yellow", "yellow"]


def test_a_person_named_twice_is_one_person(desk: Desk) -> None:
    desk.city.override_proposals._threshold = 1
    reply = desk.propose(LIN, LIN)
    assert (reply.body["names"], reply.body["approvals_needed"]) == (["林*晴"], 1)


def test_an_upheld_appeal_frees_one_person_and_leaves_the_others(desk: Desk) -> None:
    override_id = desk.approved(LIN, OUYANG)
    for _ in range(2):
        desk.city.overrides.void(override_id, by=REVIEWER, note="appeal 1", now=NOON + 60, holder=desk.lin)
        desk.follow()
    assert [desk.colour(LIN), desk.colour(OUYANG)] == ["green", "yellow"]
    shown = desk.api.get(f"/v1/overrides/{override_id}", token=desk.token(GU)).body
    assert [step["event"] for step in shown["steps"]] == ["proposed", "approved", "exempted"]
    assert (shown["state"], shown["steps"][-1]["by"]) == ("approved", "申诉审核员 方*")


def test_an_upheld_appeal_of_the_only_person_voids_it(desk: Desk) -> None:
    override_id = desk.approved()
    for _ in range(2):
        desk.city.overrides.void(override_id, by=REVIEWER, note="appeal 1", now=NOON + 60, holder=desk.lin)
        desk.follow()
    assert desk.colour() == "green"
    shown = desk.api.get(f"/v1/overrides/{override_id}", token=desk.token(GU)).body
    assert (shown["state"], len(shown["steps"])) == ("voided", 3)
    parties = {desk.officers[ZHOU], desk.officers[SHEN]}
    assert desk.city.overrides.parties(override_id) == parties, "who reviewed it can review it again"


def test_an_override_stands_above_every_policy_and_leaves_it_as_it_was(desk: Desk) -> None:
    override_id = desk.approved(colour="red", ground="isolation")
    assert desk.colour() == Colour.RED
    desk.act("end", override_id)
    desk.follow()
    assert desk.colour() == Colour.GREEN


def test_every_step_is_in_a_sound_journal_that_a_command_verifies(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    approved = desk.approved()
    desk.act("end", approved, LU)
    rejected, withdrawn = desk.proposed(), desk.proposed()
    desk.act("rejection", rejected)
    desk.act("withdrawal", withdrawn, ZHOU)
    desk.follow()
    desk.follow()
    assert sorted(desk.journalled()) == sorted(
        [
            (f"{approved}#1", "proposed"),
            (f"{approved}#2", "approved"),
            (f"{approved}#3", "ended"),
            (f"{rejected}#1", "proposed"),
            (f"{rejected}#2", "rejected"),
            (f"{withdrawn}#1", "proposed"),
            (f"{withdrawn}#2", "withdrawn"),
        ]
    )
    capsys.readouterr()
    assert trust_command(["verify-journal", "overrides"]) == 0
    told = capsys.readouterr().out
    for personal in (REASON, "林*晴", desk.lin):
        assert personal not in told


def test_the_same_request_again_makes_nothing_new(desk: Desk) -> None:
    key = fresh()
    first, again = desk.propose(key=key), desk.propose(key=key)
    assert (again.status, again.body) == (201, first.body)
    other = desk.propose(key=key, hours=24)
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    override_id = first.body["override_id"]
    approvals = [desk.act("approval", override_id, key="once") for _ in range(2)]
    assert approvals[0].body == approvals[1].body
    assert desk.act("approval", override_id, key="once", note="x").code == "idempotency_key_reused"


def test_lists_go_through_a_month_newest_first_and_end(desk: Desk) -> None:
    made = []
    for _ in range(23):
        made.append(desk.proposed())
        desk.wait(1)
    token = desk.token(OUYANG, Role.AUDITOR)
    first = desk.api.get("/v1/overrides?month=2026-09", token=token).body
    second = desk.api.get(f"/v1/overrides?month=2026-09&cursor={first['next_cursor']}", token=token).body
    listed = [entry["override_id"] for entry in first["overrides"] + second["overrides"]]
    assert (listed, second["next_cursor"]) == (made[::-1], None)
    assert desk.api.get("/v1/overrides?month=2026-08", token=token).body == {"overrides": [], "next_cursor": None}


def test_the_report_counts_by_officer_and_ground(desk: Desk) -> None:
    voided = desk.approved()
    desk.city.overrides.void(voided, by=REVIEWER, note="", now=NOON + 60)
    desk.approved(LIN, OUYANG, hours=10)
    desk.proposed(colour="red", ground="isolation")
    desk.proposed(by=SHEN)
    reply = desk.api.get("/v1/override-report", token=desk.token(OUYANG, Role.AUDITOR))
    assert reply.status == 200
    assert reply.body["month"] == "2026-09"
    assert reply.body["rows"] == [
        {
            "officer": "卫生健康官员 周*之",
            "ground": "isolation",
            "overrides": 1,
            "people": 1,
            "states": {"proposed": 1},
            "colours": {},
            "hours": 0,
            "voided": 0,
        },
        {
            "officer": "卫生健康官员 周*之",
            "ground": "medical-observation",
            "overrides": 2,
            "people": 3,
            "states": {"voided": 1, "approved": 1},
            "colours": {"yellow": 3},
            "hours": 58,
            "voided": 1,
        },
        {
            "officer": "卫生健康官员 沈*溪",
            "ground": "medical-observation",
            "overrides": 1,
            "people": 1,
            "states": {"proposed": 1},
            "colours": {},
            "hours": 0,
            "voided": 0,
        },
    ]


def test_the_grounds_are_told(desk: Desk) -> None:
    reply = desk.api.get("/v1/override-grounds", token=desk.token(GU))
    entry = next(entry for entry in reply.body["grounds"] if entry["ground"] == "isolation")
    assert (entry["colours"], entry["longest_hours"]) == (["red"], 720)
