"""Children: under fourteen a guardian agrees, from the fourteenth birthday on the child itself, and nobody else."""

from __future__ import annotations

import pytest

from chalicelib.partners.consents.model import DAY_S
from chalicelib.people.family.model import Kind
from chalicelib.platform.times import parse_rfc3339
from tests.partners.consents.counter import Counter
from tests.people.family.home import GUO, HE, LIN, SU, WANG, XU, ZHOU


@pytest.fixture
def family(counter: Counter) -> str:
    """Lin and Zhou answer for Xiaohe, who is nine; the id of Lin's delegation."""
    guardians, child, now = counter.city.guardians, counter.holder(HE), counter.now
    guardians.add(counter.holder(ZHOU), child, relation="parent", now=now)
    return guardians.add(counter.holder(LIN), child, relation="parent", now=now).delegation_id


def test_a_child_cannot_agree_alone_but_may_refuse_and_withdraw(counter: Counter, family: str) -> None:
    made = counter.asked(HE)
    reply = counter.answer(made, "agreement", HE)
    assert (reply.status, reply.code) == (403, "guardian_needed")
    assert counter.answer(made, "refusal", HE).body["closed_by"] == "holder"
    given = counter.asked(HE, "insurer", **counter.period(30))
    assert counter.answer(given, "agreement", LIN, **{"for": family}).status == 200
    assert counter.answer(given, "withdrawal", HE).body["state"] == "withdrawn"


def test_a_guardian_reads_and_agrees_for_the_child(counter: Counter, family: str) -> None:
    made = counter.asked(HE, **counter.period(30))
    assert [one["consent_id"] for one in counter.seen(LIN, f"?for={family}")] == [made]
    agreed = counter.answer(made, "agreement", LIN, **{"for": family}).body
    assert (agreed["state"], agreed["agreed_by"]) == ("agreed", "guardian")
    receipt = counter.api.get(f"/v1/consents/{made}?for={family}", token=counter.session(LIN)).body
    assert receipt["terms"]["agreed_by"] == "guardian"
    withdrawn = counter.answer(made, "withdrawal", LIN, **{"for": family}).body
    assert (withdrawn["state"], withdrawn["closed_by"]) == ("withdrawn", "guardian")


def test_child_and_both_parents_are_told(counter: Counter, family: str) -> None:
    made = counter.asked(HE, **counter.period(30))
    counter.answer(made, "agreement", LIN, **{"for": family})
    counter.follow()
    assert sorted(counter.told(HE)) == [("consent_asked", "holder"), ("consent_given", "holder")]
    for parent in (LIN, ZHOU):
        assert sorted(counter.told(parent)) == [("consent_asked", "guardian"), ("consent_given", "guardian")]


def test_nobody_answers_for_a_child_who_is_not_in_their_care(counter: Counter, family: str) -> None:
    made = counter.asked(GUO)
    assert counter.answer(made, "agreement", LIN, **{"for": family}).code == "consent_not_found"
    assert counter.answer(made, "agreement", ZHOU, **{"for": family}).code == "not_your_dependant"
    for wrong in ("", "x", "0" * 24):
        reply = counter.api.get(f"/v1/consents?for={wrong}", token=counter.session(LIN))
        assert reply.code == "not_your_dependant", wrong


def test_when_the_delegation_is_over_the_guardian_answers_no_more_and_what_was_given_stays(
    counter: Counter, family: str
) -> None:
    given, waits = counter.asked(HE, **counter.period(30)), counter.asked(HE)
    counter.answer(given, "agreement", LIN, **{"for": family})
    counter.city.guardians.end(counter.holder(LIN), counter.holder(HE), now=counter.now)
    assert counter.answer(waits, "agreement", LIN, **{"for": family}).code == "delegation_ended"
    assert counter.state(given) == "agreed"


def test_an_adult_who_lets_another_show_their_code_decides_themselves(counter: Counter) -> None:
    made = counter.city.guardians.add(
        counter.holder(ZHOU), counter.holder(WANG), relation="", now=counter.now, kind=Kind.ADULT
    )
    asked = counter.asked(WANG)
    reply = counter.answer(asked, "agreement", ZHOU, **{"for": made.delegation_id})
    assert (reply.status, reply.code) == (403, "own_consent_needed")
    assert counter.answer(asked, "agreement", WANG).status == 200


def test_at_sixteen_one_agrees_oneself_and_a_parent_does_not(counter: Counter) -> None:
    delegation = counter.city.guardians.add(counter.holder(SU), counter.holder(XU), relation="parent", now=counter.now)
    made = counter.asked(XU)
    reply = counter.answer(made, "agreement", SU, **{"for": delegation.delegation_id})
    assert reply.code == "own_consent_needed"
    assert counter.answer(made, "agreement", XU).body["agreed_by"] == "holder"
    counter.follow()
    assert counter.told(SU) == []


def test_a_guardians_word_holds_until_the_midnight_of_the_fourteenth_birthday(counter: Counter) -> None:
    """Guoguo is fourteen on 2029-02-08, by the days of Shanghai."""
    counter.clock.now = parse_rfc3339("2028-12-01T12:00:00+08:00")
    counter.city.custodian.run(now=counter.now)
    delegation = counter.city.guardians.add(
        counter.holder(LIN), counter.holder(GUO), relation="guardian", now=counter.now
    ).delegation_id
    made = counter.asked(GUO, **counter.period(300))
    agreed = counter.answer(made, "agreement", LIN, **{"for": delegation}).body
    assert parse_rfc3339(agreed["until"]) == parse_rfc3339("2029-02-08T00:00:00+08:00")
    counter.later(parse_rfc3339(agreed["until"]) - counter.now)
    assert counter.state(made) == "ended"
    own = counter.asked(GUO, **counter.period(300))
    assert counter.answer(own, "agreement", GUO).body["agreed_by"] == "holder"
    assert parse_rfc3339(counter.seen(GUO)[0]["until"]) == counter.now + 300 * DAY_S
