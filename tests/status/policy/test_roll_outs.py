"""A policy's way into force: loaded, tried, proposed by one officer, approved by another, and taken back."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.people.sandbox import RESIDENTS
from chalicelib.platform.permissions import Role
from chalicelib.platform.times import rfc3339
from chalicelib.status.model import Colour
from chalicelib.status.policy.life import LIFECYCLE, State
from chalicelib.status.policy.shipped import shipped_text
from chalicelib.status.policy.store import RulebookItem
from chalicelib.trust.chain import Sound, check
from chalicelib.wiring import City
from tests.status.policy.files import GOOD, changed
from tests.status.policy.ministry import DAY, HOUR, Ministry, colours, expected, settled
from tests.world import NOON, Caller, Reply, StoppedClock, in_office

NOBODY = [Colour.GREEN] * 12


@pytest.fixture
def ministry(city: City, api: Caller) -> Ministry:
    return Ministry(city, api)


def steps(ministry: Ministry, roll_out: str) -> list[str]:
    return [step["event"] for step in ministry.look(f"/v1/roll-outs/{roll_out}")["steps"]]


def test_a_policy_is_loaded_with_what_is_found_in_it(ministry: Ministry) -> None:
    reply = ministry.load(GOOD)
    assert reply.status == 201
    assert (reply.body["policy_key"], reply.body["rules"]) == ("story@3", 2)
    assert {finding["code"] for finding in reply.body["findings"]} == {"gap"}
    assert ministry.look("/v1/policies/story@3")["text"] == GOOD


def test_a_mistaken_policy_is_refused_with_every_line(ministry: Ministry) -> None:
    reply = ministry.load(changed(("colour: yellow", "colour: orange"), ("count: 2", "count: 0")))
    assert (reply.status, reply.code) == (422, "mistaken_policy")
    assert [(one["line"], one["place"]) for one in reply.body["mistakes"]] == [
        (9, "rules[1].colour"),
        (23, "rules[2].cleared_by[1].count"),
    ]


def test_a_version_says_one_thing_for_ever(ministry: Ministry) -> None:
    assert ministry.load(GOOD).body == ministry.load(GOOD).body
    reply = ministry.load(changed(("days: 14", "days: 15")))
    assert (reply.status, reply.code, reply.body["policy_key"]) == (409, "policy_version_taken", "story@3")
    assert ministry.load(changed(("days: 14", "days: 15"), ("version: 3", "version: 4"))).status == 201


def test_nobody_loads_another_text_under_a_shipped_key(ministry: Ministry) -> None:
    text = shipped_text("calm@1") or ""
    assert ministry.load(text).status == 201
    assert ministry.load(text.replace("colour: green", "colour: red")).code == "policy_version_taken"


def test_the_list_shows_every_policy_and_which_holds(ministry: Ministry) -> None:
    ministry.load(GOOD)
    listed = ministry.look("/v1/policies")
    assert [one["policy_key"] for one in listed["policies"]] == ["calm@1", "epidemic@1", "story@3"]
    assert (listed["edition"], listed["in_force"]) == (0, [{"policy_key": "calm@1", "since": None}])


def test_from_a_proposal_to_everybodys_colour(city: City, ministry: Ministry, clock: StoppedClock) -> None:
    people = settled(city, range(12))
    assert colours(city, people) == NOBODY
    proposed = ministry.propose()
    assert (proposed.status, proposed.body["state"]) == (201, "proposed")
    clock.advance(60)
    approved = ministry.approve(proposed.body["roll_out_id"])
    assert (approved.status, approved.body["state"], approved.body["since"]) == (
        200,
        "rolling_out",
        rfc3339(NOON + 60),
    )
    ministry.minute()
    assert colours(city, people) == expected(12)
    assert colours(city, people, at=NOON + 16 * DAY) == NOBODY, "green again when the days are over"
    done = ministry.look(f"/v1/roll-outs/{proposed.body['roll_out_id']}")
    assert done["state"] == "complete"
    assert done["progress"]["done"] == 12 + 2, "the officers are holders, too"
    assert all(segment["finished"] for segment in done["progress"]["segments"])
    assert [step["event"] for step in done["steps"]] == ["proposed", "approved", "begun", "completed"]
    assert [step["by"][:6] for step in done["steps"]] == ["卫生健康官员", "卫生健康官员", "", ""]


def test_whoever_registers_meanwhile_begins_under_the_new_policy(city: City, ministry: Ministry) -> None:
    settled(city, range(4))
    ministry.rolled_out()
    newcomers = settled(city, range(4, 8))
    assert colours(city, newcomers) == expected(8)[4:]


def test_a_policy_can_be_rolled_out_before_it_takes_effect(city: City, ministry: Ministry, clock: StoppedClock) -> None:
    people = settled(city, range(12))
    ministry.rolled_out(effective_from=rfc3339(NOON + DAY))
    ministry.minute()
    assert colours(city, people) == NOBODY
    assert colours(city, people, at=NOON + DAY - 1) == NOBODY
    assert colours(city, people, at=NOON + DAY) == expected(12)


def test_a_late_approval_takes_effect_when_it_is_given(ministry: Ministry, clock: StoppedClock) -> None:
    roll_out = ministry.propose(effective_from=rfc3339(NOON + HOUR)).body["roll_out_id"]
    clock.advance(HOUR // 2)
    ministry.proposer, ministry.approver = (ministry.api.log_in(one, Role.HEALTH_OFFICER) for one in RESIDENTS[:2])
    clock.advance(HOUR // 2 + 300)
    assert ministry.approve(roll_out).body["since"] == rfc3339(NOON + HOUR + 300)


def test_a_rollback_goes_back_to_what_was_in_force_before(city: City, ministry: Ministry, clock: StoppedClock) -> None:
    people = settled(city, range(12))
    mistaken = ministry.rolled_out()
    ministry.minute()
    clock.advance(HOUR // 2)
    rollback = ministry.roll_back(mistaken)
    assert (rollback.status, rollback.body["policy_key"], rollback.body["undoes"]) == (201, "calm@1", mistaken)
    assert colours(city, people) == expected(12), "a rollback is only a proposal"
    assert ministry.approve(rollback.body["roll_out_id"], ministry.proposer).code == "own_proposal"
    ministry.approve(rollback.body["roll_out_id"])
    ministry.minute()
    assert colours(city, people) == NOBODY
    assert [one["policy_key"] for one in ministry.look("/v1/policies")["in_force"]] == [
        "calm@1",
        "epidemic@1",
        "calm@1",
    ]


def test_a_rollback_of_what_has_not_taken_effect_takes_it_out_again(city: City, ministry: Ministry) -> None:
    people = settled(city, range(4))
    roll_out = ministry.rolled_out(effective_from=rfc3339(NOON + DAY))
    ministry.minute()
    ministry.approve(ministry.roll_back(roll_out).body["roll_out_id"])
    ministry.minute()
    assert colours(city, people, at=NOON + 2 * DAY) == NOBODY[:4]
    assert len(ministry.look("/v1/policies")["in_force"]) == 1


def test_only_what_is_in_force_or_will_be_can_be_rolled_back(ministry: Ministry, clock: StoppedClock) -> None:
    proposed = ministry.propose().body["roll_out_id"]
    assert ministry.roll_back(proposed).code == "nothing_to_roll_back"
    first = ministry.rolled_out()
    clock.advance(60)
    ministry.load(GOOD)
    ministry.rolled_out("story@3")
    assert ministry.roll_back(first).code == "nothing_to_roll_back"
    assert ministry.roll_back("nobody-proposed-this").code == "no_such_roll_out"


def test_an_emergency_goes_before_what_is_planned_and_does_not_cancel_it(
    ministry: Ministry, clock: StoppedClock
) -> None:
    ministry.load(GOOD)
    ministry.rolled_out("story@3", effective_from=rfc3339(NOON + DAY))
    clock.advance(60)
    ministry.rolled_out("epidemic@1")
    assert [one["policy_key"] for one in ministry.look("/v1/policies")["in_force"]] == [
        "calm@1",
        "epidemic@1",
        "story@3",
    ]


def test_what_is_rejected_goes_no_further(ministry: Ministry) -> None:
    roll_out = ministry.propose().body["roll_out_id"]
    assert ministry.reject(roll_out).body["state"] == "rejected"
    assert ministry.reject(roll_out).status == 200, "the same again"
    assert (ministry.approve(roll_out).status, ministry.approve(roll_out).code) == (409, "already_decided")
    assert ministry.look("/v1/policies")["edition"] == 0


def test_whoever_proposed_can_take_it_back(ministry: Ministry) -> None:
    roll_out = ministry.propose().body["roll_out_id"]
    assert ministry.reject(roll_out, ministry.proposer).body["state"] == "rejected"


def test_the_same_proposal_sent_again_is_the_same_proposal(ministry: Ministry) -> None:
    first = ministry.propose(key="once")
    ministry.approve(first.body["roll_out_id"])
    assert ministry.propose(key="once").body["roll_out_id"] == first.body["roll_out_id"]
    assert ministry.propose("calm@1", key="once").code == "idempotency_key_reused"
    assert len(ministry.look("/v1/roll-outs")["roll_outs"]) == 1


def test_the_same_approval_sent_again_makes_no_second_edition(ministry: Ministry) -> None:
    roll_out = ministry.rolled_out()
    assert ministry.approve(roll_out).status == 200
    ministry.minute()
    assert ministry.approve(roll_out).body["state"] == "complete"
    assert ministry.look("/v1/policies")["edition"] == 1


REFUSED: dict[str, tuple[dict[str, Any], int, str]] = {
    "a policy nobody loaded": ({"policy": "epidemic@99"}, 404, "no_such_policy"),
    "an instant in the past": ({"effective_from": rfc3339(NOON - 120)}, 422, "effective_in_the_past"),
    "an instant years ahead": ({"effective_from": rfc3339(NOON + 400 * DAY)}, 422, "effective_too_far_ahead"),
    "an instant without a zone": ({"effective_from": "2026-09-22T00:00:00"}, 400, "malformed_body"),
    "the beginning of time": ({"effective_from": "0001-01-01T00:00:00+14:00"}, 422, "effective_in_the_past"),
    "no reason": ({"reason": ""}, 400, "malformed_body"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_proposal_is_refused_for(ministry: Ministry, case: str) -> None:
    wish, status, code = REFUSED[case]
    reply = ministry.propose(**wish)
    assert (reply.status, reply.code) == (status, code)


def test_nobody_approves_their_own_proposal(ministry: Ministry) -> None:
    roll_out = ministry.propose().body["roll_out_id"]
    reply = ministry.approve(roll_out, ministry.proposer)
    assert (reply.status, reply.code) == (403, "own_proposal")
    assert steps(ministry, roll_out) == ["proposed"]


def everything(ministry: Ministry, token: str) -> list[Reply]:
    """Every operation of the room, called with a token."""
    api, reason = ministry.api, {"reason": "because"}
    paths = ["/v1/policies", "/v1/policies/calm@1", "/v1/roll-outs", "/v1/roll-outs/none", "/v1/dry-runs/none"]
    wish = {"policy_key": "calm@1", "reason": "because"}
    return [
        *(api.get(path, token=token) for path in paths),
        api.post("/v1/policies", {"text": GOOD}, token=token),
        api.post("/v1/dry-runs", wish, token=token, key="key"),
        api.post("/v1/roll-outs", wish, token=token, key="key"),
        api.post("/v1/roll-outs/none/approval", {}, token=token),
        api.post("/v1/roll-outs/none/rejection", reason, token=token),
        api.post("/v1/roll-outs/none/rollback", reason, token=token, key="key"),
    ]


def test_a_suspended_officer_reaches_nothing_at_once(city: City, ministry: Ministry) -> None:
    city.officers.suspend(ministry.holders[0])
    assert {reply.code for reply in everything(ministry, ministry.proposer)} == {"not_in_office"}


def test_a_holder_reaches_nothing(ministry: Ministry) -> None:
    assert {reply.code for reply in everything(ministry, ministry.api.log_in())} == {"insufficient_scope"}


def test_an_auditor_reads_and_changes_nothing(city: City, ministry: Ministry) -> None:
    in_office(city, RESIDENTS[2], Role.AUDITOR)
    replies = everything(ministry, ministry.api.log_in(RESIDENTS[2], Role.AUDITOR))
    assert [reply.status for reply in replies] == [200, 200, 200, 404, 404, 403, 403, 403, 403, 403, 403]


def test_every_step_stands_once_in_the_journal(city: City, ministry: Ministry) -> None:
    first = ministry.rolled_out()
    second = ministry.propose().body["roll_out_id"]
    ministry.reject(second)
    for _ in range(3):
        ministry.minute()
    entries = list(city.journal.entries("policies"))
    assert isinstance(check(entries), Sound)
    told = [(entry.what["roll_out"], entry.what["event"]) for entry in entries]
    assert sorted(told) == sorted(
        [*((first, event) for event in ("proposed", "approved", "begun", "completed")),
         (second, "proposed"), (second, "rejected")]
    )  # fmt: skip


def test_a_life_ends_where_its_table_says() -> None:
    assert set(LIFECYCLE) == set(State)
    assert {state for state, follows in LIFECYCLE.items() if not follows} == {State.COMPLETE, State.REJECTED}


def test_editions_are_numbered_without_a_gap(ministry: Ministry, clock: StoppedClock) -> None:
    for _ in range(3):
        ministry.rolled_out()
        clock.advance(1)
    assert [int(item.edition) for item in RulebookItem.scan()] == [1, 2, 3]


def test_a_policy_too_long_to_be_kept_is_refused_and_no_fault(ministry: Ministry) -> None:
    words = "很" * 200
    rule = "  - {id: a%d, when: {kind: release}, colour: red, precedence: 1, reason: {zh: %s, en: %s}}\n"
    long = changed(("rules:\n", "rules:\n" + "".join(rule % (number, words, words) for number in range(190))))
    reply = ministry.load(long)
    assert (reply.status, reply.code) == (422, "mistaken_policy")
    assert "too long" in reply.body["mistakes"][0]["problem"]
