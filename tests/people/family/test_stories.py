"""Families and their codes, through the API: who shows whom, how it begins, and how it ends."""

from __future__ import annotations

import pytest

from chalicelib.people.family.consent import CURRENT
from chalicelib.people.family.model import LONGEST_S
from chalicelib.people.family.store import ConsentItem
from chalicelib.people.proofing.provider import Assurance, Proven
from chalicelib.people.sandbox import SandboxIdentityProvider, SandboxResident
from chalicelib.platform.times import rfc3339
from tests.people.family.home import (
    CONSENT,
    EMMA,
    GU,
    GUO,
    HE,
    LIN,
    SHEN,
    SU,
    WANG,
    XU,
    YIFAN,
    ZHOU,
    Home,
    fresh,
    named,
)


def test_a_mother_shows_the_code_of_her_child_and_the_child_reads_who_looked(home: Home) -> None:
    made = home.child(LIN, HE)
    reply = home.codes(LIN, made)
    assert (reply.status, reply.body["shown_by"], reply.body["holder"]) == (201, "guardian", {"name": "周*禾"})
    seen = home.scan(reply.body["code"], "clinic", "medical").body
    assert (seen["verdict"], seen["shown_by"], seen["holder"]["name"]) == ("accepted", "guardian", "周*禾")


def test_the_scan_is_in_the_log_of_the_child_and_not_of_the_mother(home: Home) -> None:
    home.scan(home.code(LIN, home.child(LIN, HE)))
    table = home.city.dynamodb.get_item(TableName="yima-statuses", Key={"holder": {"S": home.holder(HE)}})["Item"]
    assert table["last_scan"]["M"]["shown_by"] == {"S": "guardian"}
    mother = home.city.dynamodb.get_item(TableName="yima-statuses", Key={"holder": {"S": home.holder(LIN)}})["Item"]
    assert "last_scan" not in mother


def test_a_persons_own_code_says_nothing_of_guardians(home: Home) -> None:
    home.child(LIN, HE)
    reply = home.api.post("/v1/codes", {}, token=home.token(LIN))
    assert reply.status == 201
    assert not {"shown_by", "holder"} & set(reply.body)


def test_both_parents_act_for_their_child_and_one_ending_it_leaves_the_other(home: Home) -> None:
    mothers, fathers = home.child(LIN, HE), home.child(ZHOU, HE)
    by_mother, by_father = home.code(LIN, mothers), home.code(ZHOU, fathers)
    home.act(mothers, "end", LIN)
    assert home.reason(by_mother) == "delegation_ended"
    assert home.reason(by_father) is None
    assert home.codes(LIN, mothers).code == "delegation_ended"
    assert home.codes(ZHOU, fathers).status == 201


def test_a_guardian_revoked_between_issue_and_verify_also_with_codes_taken_ahead(home: Home) -> None:
    made = home.child(LIN, HE)
    ahead = home.codes(LIN, made, ahead=3).body["codes"]
    assert [one["shown_by"] for one in ahead] == ["guardian"] * 3
    assert home.act(made, "end", HE).body["because"] == "dependant"
    for code in ahead:
        assert home.reason(code["code"]) == "delegation_ended"
        home.clock.advance(60)


def test_a_grandmother_agrees_and_her_grandchild_shows_her_code(home: Home) -> None:
    made = home.proposed(ZHOU, WANG)
    assert home.codes(ZHOU, made).code == "not_your_dependant"
    (asked,) = home.seen(WANG)
    assert (asked["role"], asked["state"], asked["name"], asked["since"]) == ("dependant", "proposed", "周*之", None)
    agreed = home.act(made, "agreement", WANG).body
    assert (agreed["state"], agreed["until"]) == ("active", rfc3339(home.now + LONGEST_S))
    assert home.reason(home.code(ZHOU, made)) is None
    (own,) = home.seen(ZHOU)
    assert (own["role"], own["name"]) == ("guardian", "王*英")


def test_she_agrees_standing_at_a_service_desk(home: Home) -> None:
    made = home.proposed(ZHOU, WANG)
    done = home.city.family.agreements.agree(made, home.holder(WANG), now=home.clock(), helper="陈*芳")
    assert done.agreed_by == "陈*芳"
    assert home.reason(home.code(ZHOU, made)) is None


def test_somebody_else_cannot_agree_in_her_place(home: Home) -> None:
    made = home.proposed(ZHOU, WANG)
    for who in (ZHOU, LIN):
        assert home.act(made, "agreement", who).code == "delegation_not_found"
    assert home.act(made, "end", LIN).code == "delegation_not_found"


@pytest.mark.parametrize(
    ("verb", "who", "state", "because"),
    [
        ("refusal", WANG, "refused", "dependant"),
        ("end", WANG, "refused", "dependant"),
        ("end", ZHOU, "withdrawn", "guardian"),
    ],
)
def test_a_proposal_that_was_turned_down_or_taken_back_is_over(
    home: Home, verb: str, who: SandboxResident, state: str, because: str
) -> None:
    made = home.proposed(ZHOU, WANG)
    for _ in range(2):
        reply = home.act(made, verb, who)
        assert (reply.status, reply.body["state"], reply.body["because"]) == (200, state, because)
    assert home.act(made, "agreement", WANG).code == "delegation_closed"
    assert home.proposed(ZHOU, WANG) != made


def test_what_runs_is_ended_and_not_refused_and_again_changes_nothing(home: Home) -> None:
    made = home.adult(ZHOU, WANG)
    assert home.act(made, "refusal", WANG).code == "delegation_closed"
    first, ended = home.act(made, "end", ZHOU).body, rfc3339(home.now)
    home.clock.advance(100)
    again = home.act(made, "end", WANG).body
    assert (again["because"], again["until"]) == (first["because"], first["until"]) == ("guardian", ended)


@pytest.mark.parametrize(
    "until",
    ["2026-09-21T00:00:00Z", "2028-01-01T00:00:00Z", "tomorrow", "2026-12-01T00:00:00", "0001-01-01T00:00:00+23:59"],
)
def test_an_end_that_cannot_be_is_refused(home: Home, until: str) -> None:
    assert home.propose(ZHOU, WANG, "adult", until=until).code == "until_out_of_bounds"


def test_a_child_under_14_needs_a_consent_of_its_own_which_is_kept(home: Home) -> None:
    refused = home.propose(SHEN, GUO, "child")
    assert (refused.status, refused.code, refused.body["version"]) == (422, "guardian_consent_needed", CURRENT)
    assert "监护人" in refused.body["zh"]
    old = home.propose(SHEN, GUO, "child", guardian_consent={"version": "2019-1"})
    assert old.code == "guardian_consent_needed"
    made = home.child(SHEN, GUO)
    (kept,) = ConsentItem.query(home.holder(GUO))
    assert (kept.delegation_id, kept.guardian, kept.version) == (made, home.holder(SHEN), CURRENT)
    assert (int(kept.given_at), home.seen(SHEN)[0]["guardian_consent"]) == (home.now, CURRENT)


def test_from_14_on_no_consent_of_a_guardian_is_recorded(home: Home) -> None:
    assert home.propose(SU, XU, "child", **CONSENT).body["guardian_consent"] is None
    assert list(ConsentItem.scan()) == []


def test_who_is_nobodys_parent_learns_no_more_than_that(home: Home) -> None:
    not_hers = home.propose(SHEN, HE, "child", **CONSENT)
    stranger = LIN._replace(identity=type(LIN.identity)("张三", "resident_id", HE.identity.document_number))
    wrong_name = home.propose(SU, stranger, "child", **CONSENT)
    assert not_hers.body == wrong_name.body
    assert not_hers.code == "dependant_not_proven"


def test_whoever_tries_again_and_again_has_to_wait(home: Home) -> None:
    codes = [home.propose(SHEN, HE, "child", **CONSENT).code for _ in range(8)]
    assert codes[0] == "dependant_not_proven"
    assert codes[-1] == "too_many_attempts"


@pytest.mark.parametrize(
    ("guardian", "whom", "kind", "code"),
    [
        (XU, WANG, "adult", "guardian_too_young"),
        (ZHOU, ZHOU, "adult", "own_guardian"),
        (GU, YIFAN, "adult", "still_a_child"),
        (SHEN, XU, "child", "dependant_not_proven"),
        (ZHOU, WANG, "child", "dependant_not_proven"),
    ],
)
def test_who_cannot_act_for_whom(
    home: Home, guardian: SandboxResident, whom: SandboxResident, kind: str, code: str
) -> None:
    assert home.propose(guardian, whom, kind).code == code


def test_who_has_no_date_of_birth_on_record_is_told_what_to_do(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.token(ZHOU)
    forgetful = Proven(Assurance.REAL_NAME, "")
    monkeypatch.setattr(SandboxIdentityProvider, "prove", lambda *claimed, **more: forgetful)
    refused = home.propose(ZHOU, EMMA, "adult")
    assert (refused.code, refused.body["whose"]) == ("birth_date_unknown", "dependant")


def test_only_who_showed_their_face_proposes_and_agrees(home: Home) -> None:
    token = home.api.post("/v1/sessions", named(ZHOU.identity)).body["token"]
    body = {"kind": "adult", "dependant": named(WANG.identity)}
    assert home.api.post("/v1/delegations", body, token=token, key=fresh()).code == "assurance_too_low"
    made = home.proposed(WANG, ZHOU)
    assert home.api.send("POST", f"/v1/delegations/{made}/agreement", token=token).code == "assurance_too_low"
    assert home.api.send("POST", f"/v1/delegations/{made}/end", token=token).status == 200, (
        "who ends it frees themselves"
    )


def test_a_repeated_request_is_the_same_delegation(home: Home) -> None:
    key = fresh()
    first, again = (home.propose(LIN, HE, "child", key=key, **CONSENT) for _ in range(2))
    assert first.body == again.body
    other = home.propose(LIN, GUO, "child", key=key, **CONSENT)
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    home.act(first.body["delegation_id"], "end", LIN)
    assert home.propose(LIN, HE, "child", key=key, **CONSENT).body["state"] == "ended", "and not another one"


def test_both_sides_are_told_and_nobody_twice(home: Home) -> None:
    made = home.proposed(ZHOU, WANG)
    home.follow()
    assert (home.told(ZHOU), home.told(WANG)) == ([], [("delegation_proposed", "dependant", "周*之")])
    home.clock.advance(10)
    home.act(made, "agreement", WANG)
    home.clock.advance(10)
    home.act(made, "end", ZHOU)
    home.follow()
    home.follow()
    assert home.told(ZHOU) == [("delegation_started", "guardian", "王*英"), ("delegation_ended", "guardian", "王*英")]
    assert [kind for kind, _, _ in home.told(WANG)] == [
        "delegation_proposed",
        "delegation_started",
        "delegation_ended",
    ]


def test_who_leaves_the_city_acts_for_nobody_any_more(home: Home) -> None:
    made, asked = home.child(ZHOU, HE), home.proposed(WANG, ZHOU)
    home.city.family.endings.end_all(home.holder(ZHOU), now=home.clock())
    assert {one["delegation_id"]: one["state"] for one in home.seen(ZHOU)} == {made: "ended", asked: "refused"}
    assert home.marks(HE) == {}


def test_ids_that_are_nobodys_lead_nowhere(home: Home) -> None:
    theirs = home.child(LIN, HE)
    for other in ("0" * 24, theirs, "..", "a:b@c"):
        assert home.codes(SHEN, other).code == "not_your_dependant"
    assert home.codes(HE, theirs).code == "not_your_dependant", "a child does not show itself as its guardian"
    assert home.codes(LIN, "").code == home.codes(LIN, "x" * 65).code == "malformed_body"
