"""Random evidence under random policies: the timeline says at every minute what the slow definition says.

Lives are some days long, in cities whose clocks do strange things on these very days, so that every minute of them can
be looked at, and the seconds around every boundary.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.status.evidence.model import Evidence
from chalicelib.status.model import Colour
from chalicelib.status.policy.model import Clearing, Offset, Otherwise, Pattern, Policy, Rule
from chalicelib.status.timeline import EVER, Segment, prepare, segment_at, spliced, timeline
from tests.status.brute import Brute, Verdict
from tests.status.stories import WORDS, at

STRANGE_DAYS = {
    "Asia/Shanghai": "2026-09-21 00:00:00",
    "America/Havana": "2026-10-31 00:00:00",
    "Asia/Beirut": "2026-03-28 00:00:00",
    "America/Sao_Paulo": "2018-02-17 00:00:00",
}
BIRTHDAYS = {zone: at(noon, zone) for zone, noon in STRANGE_DAYS.items()}
MINUTE, HOUR, HALF_A_DAY, DAY = 60, 3600, 43_200, 86_400
LIFE = 3 * DAY
LONG_AGO = 9 * 365 * DAY

offsets = st.one_of(st.integers(0, 2).map(lambda n: Offset(days=n)), st.integers(0, 30).map(lambda n: Offset(hours=n)))
kinds = st.sampled_from(["arrival", "contact", "test"])
attributes = st.dictionaries(st.just("result"), st.sampled_from(["good", "bad", "odd"]))
wanted = st.dictionaries(
    st.just("result"), st.sampled_from(["good", "bad"]) | st.lists(st.sampled_from(["good", "odd"]), min_size=1)
)
patterns = st.builds(Pattern, kinds, wanted)
clearings = st.builds(
    Clearing,
    kinds,
    wanted,
    count=st.sampled_from([1, 2, 2, 3]),
    apart=offsets,
    not_before=st.just(Offset(hours=0)) | offsets,
)


@st.composite
def policies(draw: st.DrawFn, zone: str, version: int = 1) -> Policy:
    """A policy of a few rules; ranks are few, so that many are equal."""
    rules = [
        Rule(f"rule-{number}", draw(patterns), draw(st.sampled_from(Colour)), draw(st.integers(1, 3)), WORDS, **more)
        for number, more in enumerate(draw(st.lists(_more, min_size=1, max_size=4)))
    ]
    otherwise = Otherwise(draw(st.sampled_from(Colour)), WORDS)
    return Policy("random", version, WORDS, zone, otherwise, rules)


_more: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "starts": st.just(Offset(hours=0)) | offsets,
        "until": st.none() | offsets,
        "cleared_by": st.lists(clearings, max_size=2),
    }
)


@st.composite
def lives(draw: st.DrawFn, zone: str) -> list[Evidence]:
    """What is known about somebody: round instants and odd seconds, some of them equal, some at the edge of a day."""
    birthday = BIRTHDAYS[zone]
    round_ones = st.integers(0, LIFE // HALF_A_DAY).map(lambda n: n * HALF_A_DAY)
    edges = st.builds(lambda day, second: day * DAY + second, st.integers(0, 3), st.sampled_from([-1, 0, 1]))
    instants = st.one_of(round_ones, round_ones, edges, st.integers(0, LIFE)).map(lambda after: birthday + after)
    ends = st.none() | st.sampled_from([-1, 1, HALF_A_DAY, DAY]) | st.integers(-HOUR, 2 * DAY)
    facts = draw(st.lists(st.tuples(kinds, instants, attributes, ends), min_size=2, max_size=8))
    overrides = draw(st.lists(st.tuples(st.just("manual"), instants, _colours, ends), max_size=1))
    return [
        Evidence(f"{number:024x}", kind, happened, said, None if end is None else happened + end)
        for number, (kind, happened, said, end) in enumerate(facts + overrides)
    ]


_colours = st.sampled_from(Colour).map(lambda colour: {"colour": str(colour)})
zones = st.sampled_from(sorted(STRANGE_DAYS))
cases = zones.flatmap(lambda zone: st.tuples(lives(zone), policies(zone)))


def said(segment: Segment) -> Verdict:
    """A segment as the brute force puts it."""
    return Verdict(segment.colour, segment.reasons[0], frozenset(segment.reasons))


def moments(evidence: Sequence[Evidence], segments: Sequence[Segment], zone: str) -> Iterator[int]:
    """Every minute of a life and of the days after it, the seconds around every boundary, and far away."""
    birthday = BIRTHDAYS[zone]
    yield from range(birthday - DAY, birthday + LIFE + 3 * DAY, MINUTE)
    boundaries = [segment.starts for segment in segments[1:]]
    boundaries += [instant for one in evidence for instant in (one.happened_at, one.valid_until) if instant]
    yield from (boundary + second for boundary in boundaries for second in (-1, 0, 1))
    yield from (birthday - LONG_AGO, birthday + LONG_AGO)


def test_the_brute_force_is_held_to_a_story_told_by_hand() -> None:
    rule = Rule("contact", Pattern("contact"), Colour.YELLOW, 1, WORDS, until=Offset(days=1))
    policy = Policy("story", 1, WORDS, "Asia/Shanghai", Otherwise(Colour.GREEN, WORDS), [rule])
    brute = Brute([Evidence("one", "contact", at("2026-09-01 23:59:59"), {})], policy)
    told = [brute.at(at(f"2026-09-0{instant}")) for instant in ("1 23:59:58", "1 23:59:59", "2 23:59:59", "3 00:00:00")]
    assert [verdict.colour for verdict in told] == ["green", "yellow", "yellow", "green"]
    assert told[1].leading == ("story@1", "contact", "one")
    assert told[-1].reasons == {("story@1", "otherwise", "")}


@settings(max_examples=70)
@given(cases)
def test_every_minute_is_as_the_definition_says(case: tuple[list[Evidence], Policy]) -> None:
    evidence, policy = case
    segments = timeline(evidence, prepare(policy))
    brute = Brute(evidence, policy)
    starts = [segment.starts for segment in segments]
    for instant in moments(evidence, segments, policy.time_zone):
        assert said(segments[bisect_right(starts, instant) - 1]) == brute.at(instant), instant


spans = st.sampled_from([Offset(hours=0), Offset(hours=12), Offset(hours=24), Offset(days=0), Offset(days=1)])
strict_clearings = st.builds(Clearing, st.just("test"), count=st.integers(1, 3), apart=spans, not_before=spans)
half_days = st.integers(0, 6).map(lambda n: BIRTHDAYS["Asia/Shanghai"] + n * HALF_A_DAY)
tests = st.lists(st.tuples(half_days, st.sampled_from([None, HALF_A_DAY, DAY])), min_size=1, max_size=5)


@settings(max_examples=300)
@given(strict_clearings, tests)
def test_a_clearing_is_complete_when_some_choice_of_evidence_completes_it(
    clearing: Clearing, tested: list[tuple[int, int | None]]
) -> None:
    zone = "Asia/Shanghai"
    rule = Rule("contact", Pattern("contact"), Colour.RED, 1, WORDS, cleared_by=[clearing])
    policy = Policy("story", 1, WORDS, zone, Otherwise(Colour.GREEN, WORDS), [rule])
    evidence = [Evidence("contact", "contact", BIRTHDAYS[zone], {})]
    evidence += [
        Evidence(f"{n}", "test", happened, {}, valid and happened + valid) for n, (happened, valid) in enumerate(tested)
    ]
    segments, brute = timeline(evidence, prepare(policy)), Brute(evidence, policy)
    for instant in (one.happened_at + second for one in evidence for second in (-1, 0, 1)):
        assert said(segment_at(segments, instant)) == brute.at(instant), instant


@given(cases, st.randoms(use_true_random=False))
def test_the_order_of_arrival_never_matters(case: tuple[list[Evidence], Policy], chance: Random) -> None:
    evidence, policy = case
    prepared = prepare(policy)
    expected = timeline(evidence, prepared)
    chance.shuffle(evidence)
    assert timeline(evidence, prepared) == expected
    late = [one._replace(reported_at=one.happened_at + chance.randrange(LONG_AGO)) for one in evidence]
    assert timeline(late, prepared) == expected


@given(cases)
def test_the_order_of_rules_never_matters(case: tuple[list[Evidence], Policy]) -> None:
    evidence, policy = case
    turned = Policy(policy.policy, 1, WORDS, policy.time_zone, policy.otherwise, policy.rules[::-1])
    assert timeline(evidence, prepare(turned)) == timeline(evidence, prepare(policy))


@given(cases)
def test_segments_begin_with_all_time_follow_each_other_and_differ(case: tuple[list[Evidence], Policy]) -> None:
    segments = timeline(case[0], prepare(case[1]))
    assert segments[0].starts == EVER
    for one, following in pairwise(segments):
        assert one.starts < following.starts
        assert one[1:] != following[1:]


@given(cases)
def test_a_segment_is_found_at_each_of_its_instants(case: tuple[list[Evidence], Policy]) -> None:
    segments = timeline(case[0], prepare(case[1]))
    for one, following in pairwise(segments):
        assert segment_at(segments, one.starts) == one == segment_at(segments, following.starts - 0.5)
    assert segment_at(segments, segments[-1].starts + LONG_AGO) == segments[-1]


SWITCHES = st.lists(st.integers(0, LIFE // HOUR), min_size=1, max_size=2).map(sorted)


@settings(max_examples=25)
@given(zones.flatmap(lambda zone: st.tuples(lives(zone), st.tuples(*[policies(zone, n) for n in (1, 2, 3)]))), SWITCHES)
def test_policies_that_follow_each_other_each_hold_in_their_time(
    case: tuple[list[Evidence], tuple[Policy, ...]], switches: list[int]
) -> None:
    evidence, all_policies = case
    zone = all_policies[0].time_zone
    since = [EVER, *(BIRTHDAYS[zone] + hour * HOUR for hour in switches)]
    segments = spliced(evidence, [(start, prepare(one)) for start, one in zip(since, all_policies, strict=False)])
    brutes = [Brute(evidence, policy) for policy in all_policies]
    starts = [segment.starts for segment in segments]
    for instant in moments(evidence, segments, zone):
        holds = brutes[bisect_right(since, instant) - 1]
        assert said(segments[bisect_right(starts, instant) - 1]) == holds.at(instant), instant
    assert all(one[1:] != following[1:] for one, following in pairwise(segments))


@pytest.mark.parametrize("years", [-40, -9, 9, 40])
def test_a_life_years_away_is_the_same_life(years: int) -> None:
    """In a zone without summer time, a whole number of days later everything is a whole number of days later."""
    zone, by = "Asia/Kathmandu", years * 365 * DAY
    rules = [Rule("one", Pattern("contact"), Colour.RED, 1, WORDS, until=Offset(days=7))]
    prepared = prepare(Policy("story", 1, WORDS, zone, Otherwise(Colour.GREEN, WORDS), rules))
    now = Evidence("one", "contact", at("2026-09-01 23:59:59", zone), {})
    here, there = (timeline([now._replace(happened_at=now.happened_at + shift)], prepared) for shift in (0, by))
    assert [one.starts for one in there[1:]] == [one.starts + by for one in here[1:]]
