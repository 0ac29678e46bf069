"""What a check finds is so, and what may be meant is not called a mistake."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chalicelib.status.evidence.kinds import REPORTABLE
from chalicelib.status.evidence.model import Evidence
from chalicelib.status.model import Colour
from chalicelib.status.policy.checking import findings
from chalicelib.status.policy.finding import MEANINGS, FindingCode
from chalicelib.status.policy.model import Clearing, Offset, Pattern, Policy, Rule
from chalicelib.status.timeline import Reason, prepare, timeline
from tests.status.stories import WORDS, days, hours, policy

EVERYTHING = [Pattern(kind) for kind in REPORTABLE]
NEGATIVE = Clearing("test_result", {"result": "negative"})
RELEASE = Clearing("release")


def rule(name: str, colour: str = "yellow", precedence: int = 50, **more: object) -> Rule:
    """A rule about arrivals, a week long."""
    told = {"when": Pattern("arrival"), "until": days(7), "reason": WORDS, **more}
    return Rule(id=name, colour=Colour(colour), precedence=precedence, **told)  # type: ignore[arg-type]


def about(*rules: Rule) -> list[str]:
    """What is found about rules alone, gaps aside."""
    found = findings(policy(*rules))
    return [f"{one.code} {' '.join(one.rules)}" for one in found if one.code is not FindingCode.GAP]


RED = {"colour": "red", "precedence": 60, "cleared_by": [RELEASE]}
HIGH = Pattern("arrival", {"risk": "high"})
FOUND: dict[str, tuple[list[Rule], list[str]]] = {
    "a rule that ends before it begins": ([rule("a", starts=days(8))], ["never_in_force a"]),
    "a rule that ends as it begins": ([rule("a", starts=hours(4), until=hours(4))], ["never_in_force a"]),
    "a rule on its last day": ([rule("a", starts=days(7))], []),
    "a rule under a longer one of higher rank": ([rule("a"), rule("b", precedence=60)], ["unreachable a b"]),
    "a rule under a more severe one of the same precedence": (
        [rule("a"), rule("b", "red", cleared_by=[RELEASE])],
        ["contradiction a b"],
    ),
    "the same, cleared alike": (
        [rule("a", cleared_by=[RELEASE]), rule("b", "red", cleared_by=[RELEASE])],
        ["unreachable a b", "contradiction a b"],
    ),
    "a rule under one that can be cleared sooner": ([rule("a"), rule("b", precedence=60, cleared_by=[NEGATIVE])], []),
    "a rule cleared sooner than the one above it": (
        [
            rule("a", cleared_by=[NEGATIVE]),
            rule("b", precedence=60, cleared_by=[Clearing("test_result", NEGATIVE.attributes, count=2)]),
        ],
        ["unreachable a b"],
    ),
    "a rule under one about fewer arrivals": ([rule("a"), rule("b", when=HIGH, precedence=60)], []),
    "a rule about fewer arrivals": ([rule("a", when=HIGH), rule("b", precedence=60)], ["unreachable a b"]),
    "a rule under one that asks for every value there is": (
        [rule("a"), rule("b", precedence=60, when=Pattern("arrival", {"risk": ["low", "medium", "high"]}))],
        ["unreachable a b"],
    ),
    "a rule that lasts longer": ([rule("a", until=days(8)), rule("b", precedence=60)], []),
    "a rule that begins sooner": ([rule("a"), rule("b", precedence=60, starts=days(1))], []),
    "a rule of hours within days": ([rule("a", until=hours(24)), rule("b", precedence=60)], ["unreachable a b"]),
    "a rule of hours that a short day may not hold": (
        [rule("a", until=hours(7 * 24)), rule("b", precedence=60)],
        [],
    ),
    "a rule without an end": ([rule("a", until=None)], ["never_ends a"]),
    "a red rule that nothing clears": ([rule("a", "red")], ["cannot_be_cleared a"]),
    "a red rule that can be cleared": ([rule("a", "red", cleared_by=[NEGATIVE])], []),
    "two colours of one precedence for different evidence": (
        [rule("a"), rule("b", "red", when=Pattern("diagnosis"), cleared_by=[RELEASE])],
        ["conflict a b"],
    ),
    "two colours of one precedence, one after the other": (
        [rule("a", until=days(3)), rule("b", "red", starts=days(4), cleared_by=[RELEASE])],
        ["conflict a b"],
    ),
    "the same colour twice": ([rule("a"), rule("b", when=Pattern("diagnosis"))], []),
}


@pytest.mark.parametrize("case", FOUND)
def test_what_is_found_about_rules(case: str) -> None:
    rules, expected = FOUND[case]
    assert about(*rules) == expected


def gaps(*patterns: Pattern) -> list[str]:
    """What a policy that disregards these leaves open."""
    found = findings(msgspec.structs.replace(policy(), disregards=list(patterns)))
    return [one.text.en.split(" speaks of ")[1].split(";")[0] for one in found if one.code is FindingCode.GAP]


GAPS: dict[str, tuple[list[Pattern], list[str]]] = {
    "nothing is left where every kind is spoken of": (EVERYTHING, []),
    "a kind": (EVERYTHING[1:], ["test_result"]),
    "a value": ([*EVERYTHING[:3], Pattern("close_contact", {"degree": "close"}), *EVERYTHING[4:]],
        ["close_contact (degree: secondary)"]),
    "two values": ([*EVERYTHING[:2], Pattern("arrival", {"risk": "high"}), *EVERYTHING[3:]],
        ["arrival (risk: low)", "arrival (risk: medium)"]),
    "evidence that leaves an attribute out": (
        [Pattern("test_result", {"method": ["pcr", "antigen"]}), *EVERYTHING[1:]],
        ["test_result (result: positive)", "test_result (result: negative)", "test_result (result: inconclusive)"]),
    "a kind of which only some areas are spoken of": (
        [*EVERYTHING[:2], Pattern("arrival", {"area": "310000"}), *EVERYTHING[3:]], ["arrival"]),
}  # fmt: skip


@pytest.mark.parametrize("case", GAPS)
def test_what_is_left_open(case: str) -> None:
    patterns, expected = GAPS[case]
    assert gaps(*patterns) == expected


def test_a_rule_about_what_is_said_to_be_disregarded_is_noticed() -> None:
    found = findings(msgspec.structs.replace(policy(rule("a")), disregards=EVERYTHING))
    assert [(one.code, one.rules) for one in found] == [(FindingCode.DISREGARDED, ("a",))]


def test_every_finding_has_its_words_in_both_languages() -> None:
    assert set(MEANINGS) == set(FindingCode)
    assert all(one.text.zh and one.text.en and "{" not in one.text.zh + one.text.en for one in findings(policy()))


ASKED: list[dict[str, str | list[str]]] = [
    {},
    {"risk": "high"},
    {"risk": ["medium", "high"]},
    {"risk": ["low", "medium", "high"]},
]
RISKS = st.sampled_from(ASKED)
SPANS = st.one_of(st.integers(0, 3).map(days), st.integers(0, 80).map(hours))
CLEARINGS = st.builds(
    Clearing,
    kind=st.just("test_result"),
    attributes=st.sampled_from([{}, {"result": "negative"}, {"method": "pcr"}]),
    count=st.integers(1, 2),
    apart=st.one_of(st.integers(0, 30).map(hours), st.integers(0, 1).map(days)),
    not_before=st.one_of(st.integers(0, 30).map(hours), st.integers(0, 2).map(days)),
)


def rules(number: int) -> st.SearchStrategy[Rule]:
    return st.builds(
        Rule,
        id=st.just(f"rule-{number}"),
        when=RISKS.map(lambda risk: Pattern("arrival", risk)),
        colour=st.sampled_from(Colour),
        precedence=st.integers(1, 3),
        reason=st.just(WORDS),
        starts=SPANS,
        until=st.one_of(st.none(), SPANS),
        cleared_by=st.lists(CLEARINGS, max_size=2),
    )


POLICIES = st.builds(
    policy, rules(1), rules(2), rules(3), zone=st.sampled_from(["Asia/Shanghai", "America/Havana", "Pacific/Apia"])
)
INSTANTS = st.integers(1_325_100_000, 1_325_500_000)
"""Around the day that Samoa left out."""

FACTS = st.one_of(
    st.tuples(
        st.just("arrival"), INSTANTS, st.fixed_dictionaries({"risk": st.sampled_from(["low", "medium", "high"])})
    ),
    st.tuples(
        st.just("test_result"),
        INSTANTS,
        st.fixed_dictionaries(
            {"result": st.sampled_from(["positive", "negative"])}, optional={"method": st.sampled_from(["pcr"])}
        ),
    ),
)
KNOWN = st.lists(st.tuples(FACTS, st.one_of(st.none(), INSTANTS)), max_size=8)


def leading(known: Sequence[Evidence], rules: Policy) -> list[tuple[int, Colour, Reason]]:
    """Colours and the reason that leads, without those that only agree."""
    segments = [(one.starts, one.colour, one.reasons[0]) for one in timeline(known, prepare(rules))]
    return [next(group) for _, group in groupby(segments, key=lambda one: one[1:])]


@settings(max_examples=300)
@given(POLICIES, KNOWN)
def test_a_rule_that_is_called_unreachable_can_be_taken_away(
    rules: Policy, known: list[tuple[tuple[str, int, dict[str, str]], int | None]]
) -> None:
    idle = {FindingCode.UNREACHABLE, FindingCode.NEVER_IN_FORCE}
    useless = [one.rules[0] for one in findings(rules) if one.code in idle]
    assume(useless)
    facts = [Evidence(f"{n:024x}", *fact, until) for n, (fact, until) in enumerate(known)]
    left = msgspec.structs.replace(rules, rules=[one for one in rules.rules if one.id not in useless])
    assert leading(facts, left) == leading(facts, rules)


def test_rules_of_every_span_are_compared_without_a_fault() -> None:
    spans = [None, *map(days, range(4)), *map(hours, (0, 1, 23, 24, 51, 80))]
    for until in spans:
        for starts in spans[1:]:
            assert isinstance(about(rule("a", starts=starts or Offset(hours=0), until=until), rule("b", "red")), list)
