"""The life of a tag, and what may be seen of it at any second."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.people.tags.model import (
    KEPT_AFTER_S,
    LIFE,
    TAGS,
    Event,
    Group,
    Report,
    State,
    Tags,
    Told,
    decided,
    joined,
    kept,
    mirrored,
    reported,
    tag_of,
    told_before,
    visible,
)
from chalicelib.people.tags.store import tags_in

NOW = 1_000_000
History = list[tuple[Group, Event | str, int, int]]
groups = st.sampled_from(Group)
seconds = st.integers(0, 1000)
acts = st.lists(st.tuples(groups, st.sampled_from([*Event, "report"]), seconds, st.integers(1, 2000)), max_size=30)


def report_of(group: Group, n: int, until: int) -> Report:
    return Report(group, "client", "民政局", until, Told(f"report-{n}", f"digest-{n}"))


def after(history: History) -> Tags:
    """The tags of somebody to whom all this has happened, in this order."""
    tags: Tags = ()
    for n, (group, act, at, for_s) in enumerate(sorted(history, key=lambda one: one[2])):
        if isinstance(act, Event):
            tags = decided(tags, group, act, now=at)
        else:
            tags = reported(tags, report_of(group, n, at + for_s), now=at)
    return tags


def test_every_group_has_a_name_and_every_state_knows_both_decisions() -> None:
    assert set(TAGS) == set(Group)
    assert {(state, event) for state, events in LIFE.items() for event in events} == {
        (state, event) for state in State for event in Event
    }


def test_a_tag_is_seen_from_consent_until_the_second_it_ends() -> None:
    tags = reported((), report_of(Group.VETERAN, 1, NOW + 10), now=NOW)
    assert mirrored(tags) == ""
    tags = decided(tags, Group.VETERAN, Event.CONSENT, now=NOW + 1)
    assert mirrored(tags) == f"veteran:{NOW + 10}"
    assert [visible(mirrored(tags), NOW + at) for at in (1, 9, 9.999, 10, 11)] == [["veteran"]] * 3 + [[]] * 2


def test_what_goes_on_stays_agreed_to_and_what_lapsed_has_to_be_agreed_to_anew() -> None:
    tags = decided(reported((), report_of(Group.STUDENT, 1, NOW + 10), now=NOW), Group.STUDENT, Event.CONSENT, now=NOW)
    on_time, late = (reported(tags, report_of(Group.STUDENT, 2, NOW + 99), now=NOW + at) for at in (9, 10))
    assert (mirrored(on_time), mirrored(late)) == (f"student:{NOW + 99}", "")
    assert tag_of(late, "student") is not None
    assert told_before(late, "report-1") == Told("report-1", "digest-1"), "an old report is still known as one"


def test_what_ended_long_ago_is_forgotten() -> None:
    tags = reported((), report_of(Group.PREGNANT, 1, NOW), now=NOW - 5)
    assert kept(tags, now=NOW + KEPT_AFTER_S - 1) == tags
    assert kept(tags, now=NOW + KEPT_AFTER_S) == ()


def test_what_waited_joins_what_is_known_and_decides_nothing() -> None:
    own = decided(reported((), report_of(Group.ELDERLY, 1, NOW + 5), now=NOW), Group.ELDERLY, Event.WITHDRAW, now=NOW)
    waited = reported((), report_of(Group.ELDERLY, 2, NOW + 9), now=NOW + 1)
    waited = reported(waited, report_of(Group.VETERAN, 3, NOW + 9), now=NOW + 1)
    both = joined(own, waited)
    assert [(tag.group, tag.state, tag.expires_at) for tag in both] == [
        ("elderly", State.HIDDEN, NOW + 9),
        ("veteran", State.REPORTED, NOW + 9),
    ]
    assert joined(both, waited) == both, "however often"


@given(acts, acts)
def test_joining_twice_is_joining_once(one: History, other: History) -> None:
    both = joined(after(one), after(other))
    assert joined(both, after(other)) == both


@given(acts, seconds)
def test_nothing_is_seen_that_was_not_agreed_to_last_or_has_ended(history: History, now: int) -> None:
    tags = after(history)
    seen = visible(mirrored(tags), now)
    assert seen == sorted(seen)
    for group in Group:
        tag = tag_of(tags, group)
        decisions = [act for about, act, _, _ in sorted(history, key=lambda one: one[2]) if about is group]
        if group in seen:
            assert tag is not None
            assert tag.runs(now)
            assert [act for act in decisions if act in set(Event)][-1] is Event.CONSENT


@given(acts)
def test_tags_are_stored_and_read_again(history: History) -> None:
    tags = after(history)
    assert tags_in(msgspec.json.encode(tags).decode()) == tags


@pytest.mark.parametrize("text", ["", "elderly:1790000000", "elderly:1790000000 student:1800000000"])
def test_what_is_seen_is_a_part_of_what_is_mirrored(text: str) -> None:
    assert visible(text, 0) == [word.partition(":")[0] for word in text.split()]
    assert visible(text, 1_800_000_000) == []
