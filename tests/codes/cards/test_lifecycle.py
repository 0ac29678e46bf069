"""The life of a card, as its table has it: what may happen when, and who may do it."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from chalicelib.codes.cards.model import LIFECYCLE, NOTICES, REFUSED, Card, CardEvent, CardState, may, outcome
from chalicelib.people.notices import KINDS

CARD = Card("c", "h", "senior_card", b"", CardState.ACTIVE, 0, 0, "", "")
HELPER = "王*丽"

BY_THE_HOLDER = {
    (CardState.ACTIVE, CardEvent.LOSE),
    (CardState.ACTIVE, CardEvent.REPLACE),
    (CardState.ACTIVE, CardEvent.UNBIND),
    (CardState.LOST, CardEvent.REPLACE),
    (CardState.ENDED, CardEvent.BIND),
}
FOUND = (CardState.LOST, CardEvent.BIND)


@pytest.mark.parametrize(("state", "event"), [*product(CardState, CardEvent)])
def test_a_holder_does_what_the_table_says_and_a_helper_also_finds_what_was_lost(
    state: CardState, event: CardEvent
) -> None:
    card = replace(CARD, state=state)
    assert may(card, event, by="") is ((state, event) in BY_THE_HOLDER)
    assert may(card, event, by=HELPER) is ((state, event) in BY_THE_HOLDER | {FOUND})


def test_nothing_brings_back_a_card_that_was_replaced() -> None:
    assert LIFECYCLE[CardState.REPLACED] == {}


def test_an_event_leads_to_one_state_wherever_it_begins() -> None:
    assert {event: outcome(event) for event in CardEvent} == {
        CardEvent.BIND: CardState.ACTIVE,
        CardEvent.LOSE: CardState.LOST,
        CardEvent.REPLACE: CardState.REPLACED,
        CardEvent.UNBIND: CardState.ENDED,
    }


def test_every_state_but_one_has_a_reason_why_nobody_is_let_in() -> None:
    assert set(REFUSED) == set(CardState) - {CardState.ACTIVE}


def test_whatever_happens_to_a_card_is_told_under_a_name_that_people_know() -> None:
    assert set(NOTICES) == set(CardEvent)
    assert set(NOTICES.values()) <= set(KINDS)
