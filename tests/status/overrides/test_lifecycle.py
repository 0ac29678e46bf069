"""The life of an override, as a table; and the grounds, as data."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.status.model import Colour
from chalicelib.status.overrides.grounds import GROUNDS, LONGEST_H
from chalicelib.status.overrides.model import (
    LIFECYCLE,
    PROPOSAL_LIFETIME_S,
    Event,
    IllegalMove,
    Override,
    State,
    Step,
    approval,
    moved,
)
from tests.world import NOON

HOUR = 3600
LEADS_TO = {
    ("proposed", "seconded"): "seconded",
    ("proposed", "approved"): "approved",
    ("proposed", "rejected"): "rejected",
    ("proposed", "withdrawn"): "withdrawn",
    ("seconded", "approved"): "approved",
    ("seconded", "rejected"): "rejected",
    ("seconded", "withdrawn"): "withdrawn",
    ("approved", "ended"): "ended",
    ("approved", "exempted"): "approved",
    ("approved", "voided"): "voided",
    ("ended", "exempted"): "ended",
    ("ended", "voided"): "voided",
    ("expired", "exempted"): "expired",
    ("expired", "voided"): "voided",
}


def override(state: State = State.PROPOSED, needed: int = 1, **more: object) -> Override:
    """An override of two days for three people."""
    first = Step(1, Event.PROPOSED, "zhou", "卫生健康官员 周*之", NOON)
    plain = Override("f" * 24, Colour.YELLOW, "isolation", 48, 3, needed, NOON, state=state, steps=(first,))
    return replace(plain, **more)  # type: ignore[arg-type]


def step(event: Event, at: int = NOON + 60) -> Step:
    return Step(0, event, "shen", "卫生健康官员 沈*溪", at)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", Event)
def test_every_event_leads_where_it_should_or_nowhere(state: State, event: Event) -> None:
    before = override(state, until=NOON + HOUR)
    expected = LEADS_TO.get((state, event))
    if expected is None:
        with pytest.raises(IllegalMove):
            moved(before, step(event))
        return
    after = moved(before, step(event))
    assert (after.state, [one.n for one in after.steps]) == (expected, [1, 2])


def test_every_state_is_in_the_table() -> None:
    assert set(LIFECYCLE) == set(State)


def test_an_override_lasts_its_hours_from_the_approval_on_and_then_expires_by_itself() -> None:
    approved = moved(override(), step(Event.APPROVED, NOON + HOUR))
    assert approved.until == NOON + 49 * HOUR
    assert approved.standing(approved.until - 1) is State.APPROVED
    assert approved.standing(approved.until) is State.EXPIRED
    with pytest.raises(IllegalMove):
        moved(approved, step(Event.ENDED, approved.until))
    assert moved(approved, step(Event.VOIDED, approved.until)).state is State.VOIDED


@pytest.mark.parametrize("state", [State.PROPOSED, State.SECONDED])
def test_what_nobody_approves_in_three_days_lapses(state: State) -> None:
    waiting = override(state)
    assert waiting.standing(NOON + PROPOSAL_LIFETIME_S - 1) is state
    assert waiting.standing(NOON + PROPOSAL_LIFETIME_S) is State.LAPSED
    with pytest.raises(IllegalMove):
        moved(waiting, step(Event.APPROVED, NOON + PROPOSAL_LIFETIME_S))


def test_where_two_approvals_are_needed_the_first_only_seconds() -> None:
    large = override(needed=2)
    assert approval(large) is Event.SECONDED
    seconded = moved(large, step(approval(large)))
    assert (seconded.state, approval(seconded)) == (State.SECONDED, Event.APPROVED)
    assert approval(override(needed=1)) is Event.APPROVED


def test_steps_never_go_back_in_time_whatever_the_clocks_say() -> None:
    approved = moved(override(), step(Event.APPROVED, NOON - 500))
    assert (approved.steps[-1].at, approved.until) == (NOON, NOON + 48 * HOUR)


@pytest.mark.parametrize("name", GROUNDS)
def test_every_ground_says_its_law_its_colours_and_its_bounds(name: str) -> None:
    ground = GROUNDS[name]
    assert ground.law.zh.startswith("依据《")
    assert ground.law.en.isascii()
    assert ground.colours <= set(Colour)
    assert 0 < ground.longest_h <= LONGEST_H
