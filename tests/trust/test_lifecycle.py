"""The life of a key, as the table says it and as time brings it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.trust.model import (
    DAY_S,
    END_OF_TIME,
    LIFECYCLE,
    IllegalKeyEvent,
    KeyEvent,
    KeyRecord,
    KeyState,
    KeyUse,
    RotationPlan,
    due_events,
    needs_successor,
    signer,
)
from chalicelib.trust.rotation import LIST_LIFETIME_S
from chalicelib.trust.routes import CACHE_S

PLAN = RotationPlan(period=1000, lead=100, overlap=200, lifetime=5000, ring_max_age=10)


def key(kid: str, state: KeyState, *, not_before: int = 0, since: int = 0, not_after: int = 5000) -> KeyRecord:
    return KeyRecord(kid, KeyUse.CODE, state, b"", b"", not_before, not_after, since)


LEGAL = {
    ("pending", "activate"): "active",
    ("pending", "revoke"): "revoked",
    ("active", "supersede"): "retiring",
    ("active", "revoke"): "revoked",
    ("retiring", "retire"): "retired",
    ("retiring", "revoke"): "revoked",
    ("retired", "revoke"): "revoked",
}


@pytest.mark.parametrize("event", KeyEvent)
@pytest.mark.parametrize("state", KeyState)
def test_a_key_goes_where_the_table_says_and_nowhere_else(state: KeyState, event: KeyEvent) -> None:
    record = key("k", state)
    if (state, event) in LEGAL:
        assert record.after(event, now=7) == replace(record, state=KeyState(LEGAL[state, event]), state_since=7)
    else:
        with pytest.raises(IllegalKeyEvent):
            record.after(event, now=7)


def test_every_state_has_its_row() -> None:
    assert set(LIFECYCLE) == set(KeyState)


SIGNERS = {
    "nobody signs before the city is founded": ([], None),
    "the active key signs": ([key("a", KeyState.ACTIVE)], "a"),
    "a pending key whose time has come signs, though nobody has said so yet": (
        [key("a", KeyState.ACTIVE), key("b", KeyState.PENDING, not_before=400)],
        "b",
    ),
    "a pending key whose time has not come does not": (
        [key("a", KeyState.ACTIVE), key("b", KeyState.PENDING, not_before=501)],
        "a",
    ),
    "a retiring key does not, however new": (
        [key("a", KeyState.ACTIVE), key("b", KeyState.RETIRING, not_before=400)],
        "a",
    ),
    "unless nobody else has begun yet, by a clock that is behind": (
        [key("a", KeyState.RETIRING), key("b", KeyState.ACTIVE, not_before=501)],
        "a",
    ),
    "a revoked key never": ([key("a", KeyState.REVOKED)], None),
    "a key past its end never": ([key("a", KeyState.ACTIVE, not_after=499)], None),
}


@pytest.mark.parametrize("case", SIGNERS)
def test_who_signs(case: str) -> None:
    keys, expected = SIGNERS[case]
    newest = signer(keys, now=500)
    assert (newest.kid if newest else None) == expected


DUE = {
    "a pending key becomes active when its time comes": (
        [key("a", KeyState.PENDING, not_before=500)],
        [("a", "activate")],
    ),
    "but not a second before": ([key("a", KeyState.PENDING, not_before=501)], []),
    "the older of two active keys is superseded": (
        [key("a", KeyState.ACTIVE), key("b", KeyState.ACTIVE, not_before=1)],
        [("a", "supersede")],
    ),
    "the newer is not, by a clock that is behind": (
        [key("a", KeyState.ACTIVE), key("b", KeyState.ACTIVE, not_before=501)],
        [],
    ),
    "a retiring key is retired after the overlap": ([key("a", KeyState.RETIRING, since=300)], [("a", "retire")]),
    "but not a second before the overlap is over": ([key("a", KeyState.RETIRING, since=301)], []),
}


@pytest.mark.parametrize("case", DUE)
def test_what_is_due(case: str) -> None:
    keys, expected = DUE[case]
    assert [(key.kid, str(event)) for key, event in due_events(keys, PLAN, now=500)] == expected


@given(st.integers(0, 3000))
def test_a_successor_is_made_one_lead_before_the_end_of_the_period(now: int) -> None:
    assert needs_successor([key("a", KeyState.ACTIVE)], PLAN, now=now) == (now >= PLAN.period - PLAN.lead)


def test_the_shipped_plan_leaves_no_honest_code_behind() -> None:
    plan = RotationPlan()
    a_session, the_last_code_ahead, clock_error = 12 * 3600, 15 * 60 + 60, 20
    assert plan.lead > max(plan.ring_max_age, LIST_LIFETIME_S + CACHE_S) + clock_error
    assert plan.overlap > max(a_session, the_last_code_ahead) + plan.ring_max_age + clock_error
    for use in KeyUse:
        assert plan.of(use).lifetime >= plan.of(use).period + plan.lead, use
    assert plan.lifetime > plan.period + plan.overlap


def test_the_shipped_plan_leaves_no_honest_paper_behind() -> None:
    plan = RotationPlan().of(KeyUse.CARRIER)
    a_paper, clock_error = 180 * DAY_S, 20
    assert plan.overlap > a_paper + plan.ring_max_age + clock_error
    assert plan.lifetime > plan.period + plan.overlap


def test_what_was_sealed_is_opened_for_good() -> None:
    plan = RotationPlan().of(KeyUse.FIELD)
    old = replace(key("a", KeyState.RETIRING), use=KeyUse.FIELD)
    assert due_events([old], plan, now=END_OF_TIME - 1) == []
