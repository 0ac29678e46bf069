"""The life of an appeal, as a table; and what follows from its values alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.platform.settings import Settings, SettingsError
from chalicelib.status.appeals.figures import figures
from chalicelib.status.appeals.model import (
    LIFECYCLE,
    STATUS,
    About,
    AboutKind,
    Appeal,
    Event,
    IllegalMove,
    State,
    Step,
    about_in,
    filed,
    higher_id,
    moved,
)
from tests.world import NOON

HOUR = 3600
DAY = 24 * HOUR
LEADS_TO = {
    ("drafted", "filed"): "open",
    ("open", "taken"): "in_review",
    ("open", "withdrawn"): "withdrawn",
    ("open", "overdue"): "open",
    ("in_review", "released"): "open",
    ("in_review", "upheld"): "upheld",
    ("in_review", "rejected"): "rejected",
    ("in_review", "withdrawn"): "withdrawn",
    ("in_review", "overdue"): "in_review",
}


def appeal(state: State = State.OPEN, **more: object) -> Appeal:
    """An appeal about the status, filed by the holder at noon and due a day later."""
    plain = Appeal("a" * 24, "lin", "lin", 1, STATUS, b"sealed", "c" * 24, "d", state=state)
    return replace(plain, **{"filed_at": NOON, "due_at": NOON + DAY, **more})  # type: ignore[arg-type]


def step(before: Appeal, event: Event, at: int = NOON + 60, by: str = "zhou") -> Appeal:
    return moved(before, event, by=by, by_name="申诉审核员 周*之", at=at)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", Event)
def test_every_event_leads_where_it_should_or_nowhere(state: State, event: Event) -> None:
    expected = LEADS_TO.get((state, event))
    if expected is None:
        with pytest.raises(IllegalMove):
            step(appeal(state), event)
        return
    after = step(appeal(state), event)
    assert (after.state, [one.n for one in after.steps]) == (expected, [1])


def test_every_state_is_in_the_table() -> None:
    assert set(LIFECYCLE) == set(State)


def test_whoever_takes_an_appeal_reviews_it_until_they_give_it_back() -> None:
    taken = step(appeal(), Event.TAKEN)
    assert taken.is_reviewed_by("zhou")
    assert not taken.is_reviewed_by("shen")
    assert step(taken, Event.RELEASED).reviewer == ""
    assert step(taken, Event.UPHELD).reviewer == "zhou"
    assert not step(taken, Event.UPHELD).is_reviewed_by("zhou"), "what is decided lies on nobody's desk"


def test_steps_never_go_back_in_time_whatever_the_clocks_say() -> None:
    taken = step(appeal(), Event.TAKEN)
    assert step(taken, Event.RELEASED, at=NOON - 500).steps[-1].at == NOON + 60


def test_the_time_for_the_answer_begins_when_the_appeal_is_filed() -> None:
    opened = filed(appeal(State.DRAFTED, filed_at=0, due_at=0), at=NOON, answer_s=6 * HOUR)
    assert (opened.state, opened.filed_at, opened.due_at) == (State.OPEN, NOON, NOON + 6 * HOUR)
    assert opened.steps == (Step(1, Event.FILED, "lin", "", NOON),)


OVERDUE = {
    "in time": (State.OPEN, 0, NOON + DAY, False),
    "a second late": (State.OPEN, 0, NOON + DAY + 1, True),
    "late on a desk": (State.IN_REVIEW, 0, NOON + 2 * DAY, True),
    "answered in time, looked at later": (State.UPHELD, NOON + DAY, NOON + 9 * DAY, False),
    "answered late": (State.REJECTED, NOON + DAY + 1, NOON + 9 * DAY, True),
    "taken back, which waits for no answer": (State.WITHDRAWN, 0, NOON + 9 * DAY, False),
}


@pytest.mark.parametrize(("state", "decided_at", "now", "late"), OVERDUE.values(), ids=OVERDUE)
def test_an_answer_is_late_after_its_time(state: State, decided_at: int, now: int, late: bool) -> None:
    assert appeal(state, decided_at=decided_at).is_overdue(now) is late


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("level", [1, 2])
def test_only_what_was_rejected_on_the_first_level_can_go_up(state: State, level: int) -> None:
    decided = appeal(state, level=level, decided_at=NOON)
    expected = NOON + 30 * DAY if (state, level) == (State.REJECTED, 1) else 0
    assert decided.escalable_until == expected


ABOUT = {
    "status": STATUS,
    "evidence:0123456789abcdef01234567": About(AboutKind.EVIDENCE, "0123456789abcdef01234567"),
    "override:of-a-test": About(AboutKind.OVERRIDE, "of-a-test"),
}


@pytest.mark.parametrize("text", ABOUT)
def test_what_an_appeal_is_about_is_read_as_it_was_written(text: str) -> None:
    assert about_in(text) == ABOUT[text]
    assert str(ABOUT[text]) == text


@given(st.text(max_size=40) | st.sampled_from(["status:", "status:x", "evidence", "evidence:", "override:", ":", ""]))
def test_nothing_else_is_read(text: str) -> None:
    kind, _, record = text.partition(":")
    if text not in ABOUT and not (record and kind in {"evidence", "override"}):
        with pytest.raises(ValueError, match=r".*"):
            about_in(text)


def test_the_id_one_level_up_follows_from_the_first_and_leads_nowhere_else() -> None:
    one, other = higher_id("a" * 24), higher_id("b" * 24)
    assert one != other
    assert one == higher_id("a" * 24)
    assert len(one) == 24


def test_figures_of_a_month_with_nothing_in_it() -> None:
    nothing = figures([], now=NOON)
    assert nothing == (0, {}, {}, {}, 0, 0, None, None)


def test_figures_count_by_state_level_and_subject_and_say_how_long_people_waited() -> None:
    evidence = About(AboutKind.EVIDENCE, "e" * 24)
    decided = [appeal(State.UPHELD, decided_at=NOON + hours * HOUR) for hours in (1, 2, 3, 4, 30)]
    others = [appeal(about=evidence), appeal(State.WITHDRAWN), appeal(State.IN_REVIEW, level=2, due_at=NOON + 90 * DAY)]
    found = figures([*decided, *others], now=NOON + 2 * DAY)
    assert found.filed == 8
    assert found.states == {"upheld": 5, "open": 1, "withdrawn": 1, "in_review": 1}
    assert found.levels == {"1": 7, "2": 1}
    assert found.about == {"status": 7, "evidence": 1}
    assert (found.overdue, found.late) == (1, 1)
    assert (found.median_hours, found.hours_95) == (3.0, 30.0)


def test_a_city_says_within_how_many_hours_it_answers() -> None:
    assert Settings.from_environment({}).appeal_hours == 24
    assert Settings.from_environment({"YIMA_APPEAL_HOURS": "6"}).appeal_hours == 6


@pytest.mark.parametrize("hours", ["0", "721", "-1", "1.5", "soon", "", "٣"])
def test_a_time_for_answers_that_is_none_is_refused_when_the_process_starts(hours: str) -> None:
    with pytest.raises(SettingsError, match="YIMA_APPEAL_HOURS"):
        Settings.from_environment({"YIMA_APPEAL_HOURS": hours})
