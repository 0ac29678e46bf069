"""A stored timeline says at every instant what the timeline said; and each change in it is told once."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.status.changes import (
    Change,
    Told,
    changes_in,
    changes_text,
    passed,
    replaced,
    telling,
    told_in,
    told_text,
)
from chalicelib.status.course import next_turn, to_text, turn_at, turns
from chalicelib.status.model import Colour, colour_at
from chalicelib.status.timeline import EVER, Reason, Segment, segment_at

SPAN = 120
instants = st.integers(1, SPAN)
words = st.sampled_from(["epidemic@3", "calm@1", "arrival-high", "contact"])
reasons = st.builds(Reason, words, words, st.sampled_from(["", "9f86d081884c7d659a2feaa0"]))


@st.composite
def timelines(draw: st.DrawFn) -> list[Segment]:
    """Any timeline: the first segment since ever, the others in order."""
    starts = [EVER, *sorted(draw(st.sets(instants, max_size=8)))]
    return [Segment(at, draw(st.sampled_from(Colour)), (draw(reasons),)) for at in starts]


@given(timelines(), st.integers(0, SPAN + 10))
def test_the_stored_form_says_at_every_instant_what_the_timeline_says(segments: list[Segment], since: int) -> None:
    text = to_text(segments, since=since)
    for instant in range(since, SPAN + 10):
        expected = segment_at(segments, instant).colour
        assert colour_at(text, instant) is expected
        assert turn_at(text, instant).colour is expected


@given(timelines())
def test_the_stored_form_keeps_changes_of_colour_only_each_with_the_reason_it_began_with(
    segments: list[Segment],
) -> None:
    found = list(turns(to_text(segments, since=EVER)))
    assert found[0].at == EVER
    assert all(one.colour is not other.colour and one.at < other.at for one, other in pairwise(found))
    assert all(turn.reason == segment_at(segments, turn.at).reasons[0] for turn in found)


@given(timelines(), instants)
def test_the_next_change_is_the_first_instant_of_another_colour(segments: list[Segment], now: int) -> None:
    text = to_text(segments, since=now)
    turn = next_turn(text, now)
    until = turn.at if turn else SPAN + 10
    assert {colour_at(text, instant) for instant in range(now, until)} == {colour_at(text, now)}
    assert turn is None or colour_at(text, turn.at) is not colour_at(text, now)


@given(timelines(), st.lists(instants, max_size=6))
def test_however_often_the_scheduler_looks_each_change_is_told_once_and_in_order(
    segments: list[Segment], looks: list[int]
) -> None:
    text = to_text(segments, since=EVER)
    told, heard = Told(colour_at(text, 0), 0, 0), list[Change]()
    for now in [*sorted(looks), SPAN + 1]:
        changes = passed(text, told, now=now)
        told = telling(told, changes, now=now)
        heard += changes
    assert [(change.at, change.new) for change in heard] == [(turn.at, turn.colour) for turn in list(turns(text))[1:]]
    assert [change.sequence for change in heard] == list(range(1, len(heard) + 1))


@given(st.lists(st.tuples(timelines(), instants), min_size=1, max_size=6), st.data())
def test_what_is_told_is_what_somebody_saw_who_looked_at_every_instant(
    stores: list[tuple[list[Segment], int]], data: st.DataObject
) -> None:
    """Timelines replace each other while the scheduler comes as it likes; a watcher notes every change of colour."""
    plan = sorted(((at, to_text(segments, since=EVER)) for segments, at in stores), key=lambda one: one[0])
    looks = data.draw(st.sets(instants, max_size=5))
    course = to_text([Segment(EVER, Colour.GREEN, (Reason("calm@1", "otherwise", ""),))], since=EVER)
    told, heard, seen = Told(Colour.GREEN, 0, 0), list[Change](), [Colour.GREEN]

    def look(now: int) -> None:
        if colour_at(course, now) is not seen[-1]:
            seen.append(colour_at(course, now))

    for now in range(1, SPAN + 2):
        look(now)
        for _, new in (one for one in plan if one[0] == now):
            changes = replaced(course, new, told, now=now, cause="evidence")
            told, course = telling(told, changes, now=now), new
            heard += changes
            look(now)
        if now in looks or now == SPAN + 1:
            changes = passed(course, told, now=now)
            told = telling(told, changes, now=now)
            heard += changes
    told_colours = [Colour.GREEN, *(change.new for change in heard)]
    assert all(change.old is old for change, old in zip(heard, told_colours, strict=False))
    assert [change.sequence for change in heard] == list(range(1, len(heard) + 1))
    assert told_colours == seen


def test_a_clock_that_is_behind_takes_nothing_back() -> None:
    told = Told(Colour.GREEN, 100, 3)
    assert passed("yellow|p|r|e 50 green|p|otherwise|", told, now=40) == []
    assert telling(told, [], now=40) == told


changes = st.builds(
    Change,
    st.integers(1, 1 << 40),
    instants,
    st.sampled_from(Colour),
    st.sampled_from(Colour),
    reasons,
    st.sampled_from(["time", "evidence", "policy"]),
)


@given(st.lists(changes, max_size=5))
def test_changes_survive_their_stored_form(some: list[Change]) -> None:
    assert changes_in(changes_text(some)) == some


@given(st.sampled_from(Colour), instants, instants)
def test_what_was_told_survives_its_stored_form(colour: Colour, at: int, sequence: int) -> None:
    assert told_in(told_text(Told(colour, at, sequence))) == Told(colour, at, sequence)
