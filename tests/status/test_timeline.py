"""When a colour begins and when it ends, in the terms in which people were promised it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from chalicelib.status.evidence.model import Evidence
from chalicelib.status.model import Colour
from chalicelib.status.policy.model import Clearing, Offset, Pattern, Rule
from chalicelib.status.timeline import EVER, NEVER, Reason, Segment, prepare, segment_at, spliced, timeline
from tests.status.stories import at, course, days, fact, hours, policy, rule, told, two_negatives

ARRIVAL_14 = policy(rule("arrival", "red", days(14)))

LAST_DAYS: dict[str, tuple[Offset, str, str]] = {
    "fourteen days after a noon end at the midnight that begins day 15": (
        days(14), "2026-09-01 12:00:00", "2026-09-16 00:00:00",
    ),
    "one second before midnight is still that day": (days(14), "2026-09-01 23:59:59", "2026-09-16 00:00:00"),
    "midnight itself is the next day": (days(14), "2026-09-02 00:00:00", "2026-09-17 00:00:00"),
    "no days are the rest of the day": (days(0), "2026-09-01 08:00:00", "2026-09-02 00:00:00"),
    "hours are counted from the very second": (hours(48), "2026-09-01 23:59:59", "2026-09-03 23:59:59"),
    "a leap day is a day": (days(1), "2028-02-28 12:00:00", "2028-03-01 00:00:00"),
    "a year ends like any other day": (days(7), "2026-12-29 12:00:00", "2027-01-06 00:00:00"),
}  # fmt: skip


@pytest.mark.parametrize("case", LAST_DAYS)
def test_the_last_day_counts_in_full(case: str) -> None:
    until, happened, green_at = LAST_DAYS[case]
    assert told(policy(rule("arrival", "red", until)), fact("arrival", happened)) == [
        "green", f"{happened} red", f"{green_at} green",
    ]  # fmt: skip


FIRST_INSTANTS: dict[str, tuple[Offset, str]] = {
    "at once": (hours(0), "2026-09-01 12:00:00"),
    "from the midnight that began the day": (days(0), "2026-09-01 00:00:00"),
    "from the next midnight": (days(1), "2026-09-02 00:00:00"),
    "after twelve hours": (hours(12), "2026-09-02 00:00:00"),
}


@pytest.mark.parametrize("case", FIRST_INSTANTS)
def test_an_effect_begins(case: str) -> None:
    starts, red_at = FIRST_INSTANTS[case]
    rules = policy(rule("arrival", "red", days(3), starts=starts))
    assert told(rules, fact("arrival", "2026-09-01 12:00:00"))[1] == f"{red_at} red"


def test_a_rule_without_an_end_never_ends() -> None:
    segments = timeline([fact("diagnosis", "2026-09-01 12:00:00")], prepare(policy(rule("diagnosis", "red"))))
    assert len(segments) == 2
    assert segment_at(segments, NEVER - 1).colour is Colour.RED


CONTACT_AT = "2026-09-01 12:00:00"
CONTACT = policy(rule("contact", "yellow", days(7), cleared_by=two_negatives(hours(24))))
UNCLEARED = "2026-09-09 00:00:00"


def negative(happened: str, **more: str) -> Evidence:
    return fact("test", happened, result="negative", **more)


CLEARINGS: dict[str, tuple[Sequence[Evidence], str]] = {
    "no test": ([], UNCLEARED),
    "one test": ([negative("2026-09-02 12:00:00")], UNCLEARED),
    "two tests exactly 24 hours apart": (
        [negative("2026-09-02 08:00:00"), negative("2026-09-03 08:00:00")], "2026-09-03 08:00:00",
    ),
    "two tests a second less than 24 hours apart": (
        [negative("2026-09-02 08:00:00"), negative("2026-09-03 07:59:59")], UNCLEARED,
    ),
    "a third test is in time where the second came too soon": (
        [negative("2026-09-02 08:00:00"), negative("2026-09-03 07:59:59"), negative("2026-09-03 08:00:00")],
        "2026-09-03 08:00:00",
    ),
    "a test before the contact says nothing": (
        [negative("2026-09-01 11:59:59"), negative("2026-09-02 12:00:00")], UNCLEARED,
    ),
    "nor does one at the very instant": ([negative(CONTACT_AT), negative("2026-09-02 12:00:00")], UNCLEARED),
    "a positive test does not count": (
        [fact("test", "2026-09-02 08:00:00", result="positive"), negative("2026-09-03 08:00:00")], UNCLEARED,
    ),
    "a test without a result does not count": (
        [fact("test", "2026-09-02 08:00:00"), negative("2026-09-03 08:00:00")], UNCLEARED,
    ),
    "a test that is no longer valid when the second one comes does not count": (
        [negative("2026-09-02 08:00:00", valid_until="2026-09-03 08:00:00"), negative("2026-09-03 08:00:00")],
        UNCLEARED,
    ),
    "one that is valid a second longer does": (
        [negative("2026-09-02 08:00:00", valid_until="2026-09-03 08:00:01"), negative("2026-09-03 08:00:00")],
        "2026-09-03 08:00:00",
    ),
    "what is cleared stays cleared when the tests are no longer valid": (
        [negative("2026-09-02 08:00:00"), negative("2026-09-03 08:00:00", valid_until="2026-09-04 08:00:00")],
        "2026-09-03 08:00:00",
    ),
    "an expired test does not hide a later one": (
        [
            negative("2026-09-02 08:00:00", valid_until="2026-09-02 20:00:00"),
            negative("2026-09-02 14:00:00"),
            negative("2026-09-03 14:00:00"),
        ],
        "2026-09-03 14:00:00",
    ),
    "tests after the last day change nothing": (
        [negative("2026-09-09 08:00:00"), negative("2026-09-10 08:00:00")], UNCLEARED,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CLEARINGS)
def test_two_negative_tests_clear_a_contact(case: str) -> None:
    tests, green_at = CLEARINGS[case]
    evidence = [fact("contact", CONTACT_AT), *tests]
    assert told(CONTACT, *evidence) == ["green", f"{CONTACT_AT} yellow", f"{green_at} green"]


CLEARING_RULES: dict[str, tuple[Clearing, str]] = {
    "apart by a day: on another date is enough": (
        Clearing("test", {"result": "negative"}, count=2, apart=days(1)), "2026-09-03 00:30:00",
    ),
    "not before day 3: earlier tests do not count": (
        Clearing("test", {"result": "negative"}, not_before=days(3)), "2026-09-04 08:00:00",
    ),
    "not before 60 hours": (Clearing("test", {"result": "negative"}, not_before=hours(60)), "2026-09-04 08:00:00"),
    "any of several results": (Clearing("test", {"result": ["negative", "void"]}), "2026-09-02 07:00:00"),
    "two attributes, both of them": (
        Clearing("test", {"result": "negative", "method": "pcr"}), "2026-09-03 00:30:00",
    ),
    "another kind altogether": (Clearing("release"), "2026-09-05 10:00:00"),
}  # fmt: skip


@pytest.mark.parametrize("case", CLEARING_RULES)
def test_what_a_clearing_asks_for(case: str) -> None:
    clearing, green_at = CLEARING_RULES[case]
    evidence = [
        fact("contact", CONTACT_AT),
        fact("test", "2026-09-02 07:00:00", result="void"),
        fact("test", "2026-09-02 23:30:00", result="negative", method="antigen"),
        fact("test", "2026-09-03 00:30:00", result="negative", method="pcr"),
        fact("test", "2026-09-04 08:00:00", result="negative", method="pcr"),
        fact("release", "2026-09-05 10:00:00"),
    ]
    rules = policy(rule("contact", "yellow", days(7), cleared_by=[clearing]))
    assert told(rules, *evidence)[-1] == f"{green_at} green"


def test_any_one_of_several_clearings_ends_an_effect() -> None:
    rules = policy(rule("contact", "yellow", cleared_by=[*two_negatives(hours(24)), Clearing("release")]))
    assert told(rules, fact("contact", CONTACT_AT), fact("release", "2026-09-02 10:00:00"))[-1] == (
        "2026-09-02 10:00:00 green"
    )


def test_what_is_cleared_before_it_begins_never_begins() -> None:
    rules = policy(rule("contact", "yellow", days(7), starts=days(2), cleared_by=[Clearing("release")]))
    assert told(rules, fact("contact", CONTACT_AT), fact("release", "2026-09-03 00:00:00")) == ["green"]
    assert len(told(rules, fact("contact", CONTACT_AT), fact("release", "2026-09-03 00:00:01"))) == 3


VALIDITY: dict[str, tuple[str | None, list[str]]] = {
    "for ever": (None, ["green", "2026-09-01 12:00:00 red", "2026-09-16 00:00:00 green"]),
    "shorter than the rule": (
        "2026-09-05 09:00:00", ["green", "2026-09-01 12:00:00 red", "2026-09-05 09:00:00 green"],
    ),
    "longer than the rule": (
        "2026-10-01 00:00:00", ["green", "2026-09-01 12:00:00 red", "2026-09-16 00:00:00 green"],
    ),
    "over before it happened": ("2026-09-01 11:00:00", ["green"]),
    "over as it happened": ("2026-09-01 12:00:00", ["green"]),
}  # fmt: skip


@pytest.mark.parametrize("case", VALIDITY)
def test_evidence_speaks_while_it_is_valid(case: str) -> None:
    valid_until, expected = VALIDITY[case]
    assert told(ARRIVAL_14, fact("arrival", "2026-09-01 12:00:00", valid_until=valid_until)) == expected


def test_an_override_stands_above_every_policy_and_expires_by_itself() -> None:
    rules = policy(rule("arrival", "red", days(14), precedence=999))
    evidence = [
        fact("arrival", "2026-09-01 12:00:00"),
        fact("manual", "2026-09-03 10:00:00", valid_until="2026-09-03 18:00:00", colour="green"),
    ]
    assert told(rules, *evidence) == [
        "green",
        "2026-09-01 12:00:00 red",
        "2026-09-03 10:00:00 green",
        "2026-09-03 18:00:00 red",
        "2026-09-16 00:00:00 green",
    ]


def test_an_override_that_ended_before_it_began_does_nothing() -> None:
    evidence = fact("manual", "2026-09-03 10:00:00", valid_until="2026-09-03 10:00:00", colour="red")
    assert told(ARRIVAL_14, evidence) == ["green"]


def test_of_two_overrides_the_more_severe_one_leads() -> None:
    evidence = [
        fact("manual", "2026-09-03 10:00:00", valid_until="2026-09-04 10:00:00", colour=colour)
        for colour in ("red", "green", "yellow")
    ]
    assert told(ARRIVAL_14, *evidence)[1] == "2026-09-03 10:00:00 red"


def test_an_override_is_not_a_kind_that_policies_may_speak_of() -> None:
    rules = policy(rule("manual", "red", precedence=999), rule("arrival", "red", days(14)))
    evidence = fact("manual", "2026-09-03 10:00:00", valid_until="2026-09-04 10:00:00", colour="yellow")
    assert told(rules, evidence) == ["green", "2026-09-03 10:00:00 yellow", "2026-09-04 10:00:00 green"]


def test_the_higher_precedence_leads_and_the_more_severe_colour_where_two_are_equal() -> None:
    weak, strong = rule("a", "red", hours(4), precedence=10), rule("b", "yellow", hours(2), precedence=20)
    equal = rule("c", "red", hours(1), precedence=20)
    evidence = [fact(kind, CONTACT_AT) for kind in "abc"]
    assert told(policy(weak, strong, equal), *evidence) == [
        "green",
        "2026-09-01 12:00:00 red",
        "2026-09-01 13:00:00 yellow",
        "2026-09-01 14:00:00 red",
        "2026-09-01 16:00:00 green",
    ]


def test_a_green_rule_can_stand_above_a_red_one() -> None:
    rules = policy(rule("arrival", "red", days(14)), rule("release", "green", hours(10), precedence=60))
    evidence = [fact("arrival", "2026-09-01 12:00:00"), fact("release", "2026-09-02 00:00:00")]
    assert told(rules, *evidence)[2:4] == ["2026-09-02 00:00:00 green", "2026-09-02 10:00:00 red"]


def test_all_reasons_for_a_colour_are_told_and_what_happened_last_leads() -> None:
    first, second = fact("arrival", "2026-09-01 12:00:00"), fact("arrival", "2026-09-03 12:00:00")
    minor = rule("symptoms", "yellow", days(30))
    rules = policy(rule("arrival", "red", days(14)), minor)
    segments = timeline([second, first, fact("symptoms", "2026-09-02 12:00:00")], prepare(rules))
    assert [reason.evidence_id for reason in segment_at(segments, at("2026-09-04 00:00:00")).reasons] == [
        second.evidence_id, first.evidence_id,
    ]  # fmt: skip
    assert segments[0].reasons == (Reason("story@1", "otherwise", ""),)


def test_nobody_reported_is_the_colour_of_otherwise_for_all_time() -> None:
    rules = policy(rule("arrival", "red", days(14)), otherwise=Colour.YELLOW)
    assert timeline([], prepare(rules)) == [Segment(EVER, Colour.YELLOW, (Reason("story@1", "otherwise", ""),))]
    assert told(rules, fact("unheard_of", CONTACT_AT)) == ["yellow"]


def test_what_happened_before_1970_has_its_effect_at_all_times_one_can_look_back_to() -> None:
    evidence = fact("diagnosis", -10 * 365 * 86_400)
    [segment] = timeline([evidence], prepare(policy(rule("diagnosis", "red"))))
    assert (segment.starts, segment.colour) == (EVER, Colour.RED)
    assert told(ARRIVAL_14, fact("arrival", -20 * 86_400)) == ["green"]
    assert told(ARRIVAL_14, fact("arrival", -86_400)) == ["red", "1970-01-15 00:00:00 green"]


def test_what_will_happen_is_in_the_timeline_already() -> None:
    assert told(ARRIVAL_14, fact("arrival", "2036-09-01 12:00:00"))[1:] == [
        "2036-09-01 12:00:00 red", "2036-09-16 00:00:00 green",
    ]  # fmt: skip


def test_two_effects_that_meet_leave_no_gap_between_them() -> None:
    rules = policy(rule("a", "red", days(1)), rule("b", "red", days(1)))
    evidence = [fact("a", "2026-09-01 12:00:00"), fact("b", "2026-09-03 00:00:00")]
    segments = timeline(evidence, prepare(rules))
    assert course(segments) == ["green", "2026-09-01 12:00:00 red", "2026-09-05 00:00:00 green"]
    assert [len(segment.reasons) for segment in segments] == [1, 1, 1, 1]


def test_one_fact_may_speak_through_two_rules() -> None:
    rules = policy(
        rule("arrival", "red", days(1), id="first"), rule("arrival", "yellow", days(3), id="then", precedence=40)
    )
    assert told(rules, fact("arrival", "2026-09-01 12:00:00")) == [
        "green", "2026-09-01 12:00:00 red", "2026-09-03 00:00:00 yellow", "2026-09-05 00:00:00 green",
    ]  # fmt: skip


def test_a_rule_that_asks_for_attributes_takes_any_of_the_values_it_lists() -> None:
    listed = Rule("risky", Pattern("arrival", {"risk": ["high", "medium"]}), Colour.RED, 1, ARRIVAL_14.title, hours(0))
    for risk, colours in {"high": 2, "medium": 2, "low": 1}.items():
        assert len(told(policy(listed), fact("arrival", CONTACT_AT, risk=risk))) == colours
    assert told(policy(listed), fact("arrival", CONTACT_AT)) == ["green"]


def test_the_day_a_policy_switches_belongs_to_the_old_one_until_the_instant() -> None:
    strict, calm = prepare(ARRIVAL_14), prepare(policy(version=2))
    since = at("2026-09-05 09:30:00")
    segments = spliced([fact("arrival", "2026-09-01 12:00:00")], [(EVER, strict), (since, calm)])
    assert course(segments) == ["green", "2026-09-01 12:00:00 red", "2026-09-05 09:30:00 green"]
    assert [one.reasons[0].policy for one in segments] == ["story@1", "story@1", "story@2"]


def test_a_policy_that_comes_back_counts_as_if_it_had_never_gone() -> None:
    strict, calm = prepare(ARRIVAL_14), prepare(policy(version=2))
    evidence = [fact("arrival", "2026-09-01 12:00:00")]
    entries = [(EVER, strict), (at("2026-09-05 00:00:00"), calm), (at("2026-09-10 00:00:00"), strict)]
    assert course(spliced(evidence, entries)) == [
        "green",
        "2026-09-01 12:00:00 red",
        "2026-09-05 00:00:00 green",
        "2026-09-10 00:00:00 red",
        "2026-09-16 00:00:00 green",
    ]


def test_two_policies_that_begin_at_once_are_the_second_one() -> None:
    strict, calm, since = prepare(ARRIVAL_14), prepare(policy(version=2)), at("2026-09-02 00:00:00")
    evidence = [fact("arrival", "2026-09-01 12:00:00")]
    once = spliced(evidence, [(EVER, calm), (since, calm), (since, strict)])
    assert course(once) == ["green", "2026-09-02 00:00:00 red", "2026-09-16 00:00:00 green"]
