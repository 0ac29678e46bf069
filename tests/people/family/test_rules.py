"""What always holds, whatever people do: bounds, no circles, and a code is accepted exactly while a delegation runs."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.people.family.model import (
    FULL_AGE,
    LIFECYCLE,
    MOST_DEPENDANTS,
    MOST_GUARDIANS,
    Because,
    Delegation,
    Event,
    Kind,
    OutOfTurn,
    State,
    begun,
    closed,
)
from chalicelib.people.family.propose import STEPPED_BACK
from tests.people.family.circle import agree, end, fresh_people, has_circle, open_at, propose, wish
from tests.people.family.home import HE, LIN, WANG, ZHOU, Home
from tests.people.family.village import Village

NOW = 1_790_000_000


def made(**more: object) -> Delegation:
    return wish("a" * 24, "b" * 24, now=NOW) if not more else begun(wish("a" * 24, "b" * 24, now=NOW), NOW)


def test_the_lifecycle_names_every_state_and_every_event_leads_somewhere() -> None:
    assert set(LIFECYCLE) == set(State)
    assert {event for events in LIFECYCLE.values() for event in events} == set(Event)
    assert {state for events in LIFECYCLE.values() for state in events.values()} == set(State) - {State.PROPOSED}


@pytest.mark.parametrize("state", [state for state in State if not LIFECYCLE[state]])
def test_what_is_over_stays_over(state: State) -> None:
    over = Delegation("d", "g", "p", Kind.ADULT, "", NOW, NOW + 1, NOW + 2, state=state)
    for event in Event:
        with pytest.raises(OutOfTurn):
            closed(over, event, Because.GUARDIAN, NOW)


@given(until=st.integers(1, 100), end=st.integers(0, 120), at=st.integers(-5, 130))
def test_it_runs_from_its_beginning_until_the_first_of_its_end_and_its_date(until: int, end: int, at: int) -> None:
    running_one = begun(Delegation("d", "g", "p", Kind.ADULT, "", NOW, NOW + 50, NOW + until), NOW)
    ended = running_one if end >= until else closed(running_one, Event.END, Because.GUARDIAN, NOW + end)
    assert ended.runs(NOW + at) == (0 <= at < min(until, end))


def test_marks_of_the_same_two_people_differ_each_time() -> None:
    first, again = (begun(wish("a" * 24, "b" * 24, now=NOW), NOW) for _ in range(2))
    assert first.mark != again.mark
    assert len(first.mark) == 8
    assert bytes.fromhex(first.mark)


def test_nobody_has_more_than_six_in_their_care_or_on_offer(home: Home) -> None:
    guardian, *others = fresh_people(MOST_DEPENDANTS + 2)
    outcomes = [propose(home.city, wish(guardian, other, now=home.now)) for other in others]
    assert outcomes == ["done"] * MOST_DEPENDANTS + ["too_many_dependants"]
    assert len(open_at(home.city, guardian)) == MOST_DEPENDANTS


def test_nobody_is_in_the_care_of_more_than_four_but_anybody_may_ask(home: Home) -> None:
    person, *guardians = fresh_people(MOST_GUARDIANS + 2)
    wishes = [wish(guardian, person, now=home.now) for guardian in guardians]
    assert [propose(home.city, one) for one in wishes] == ["done"] * (MOST_GUARDIANS + 1)
    assert [agree(home.city, one) for one in wishes] == ["done"] * MOST_GUARDIANS + ["too_many_guardians"]
    home.city.family.endings.end(wishes[0].delegation_id, person, now=home.now)
    assert agree(home.city, wishes[-1]) == "done", "there is room again"


def test_nobody_acts_for_who_acts_for_them_directly_or_through_others(home: Home) -> None:
    a, b, c, d = fresh_people(4)
    for pair in ((a, b), (b, c), (c, d)):
        one = wish(*pair, now=home.now)
        assert (propose(home.city, one), agree(home.city, one)) == ("done", "done")
    for pair in ((b, a), (c, a), (d, a), (d, b)):
        assert propose(home.city, wish(*pair, now=home.now)) == "circular_delegation"
    assert propose(home.city, wish(a, d, now=home.now)) == "done", "acting for somebody in two ways is no circle"


def test_two_who_have_asked_each_other_do_not_both_get_it(home: Home) -> None:
    a, b = fresh_people(2)
    there, back = wish(a, b, now=home.now), wish(b, a, now=home.now)
    assert [propose(home.city, one) for one in (there, back)] == ["done", "done"]
    assert [agree(home.city, one) for one in (there, back)] == ["done", "circular_delegation"]


def test_over_the_api_a_circle_is_refused(home: Home) -> None:
    home.adult(ZHOU, WANG)
    assert home.propose(WANG, ZHOU, "adult").code == "circular_delegation"


@settings(max_examples=200)
@given(seed=st.integers(0, 2**32))
def test_whatever_people_do_bounds_hold_and_there_is_no_circle(seed: int) -> None:
    chance, city = random.Random(seed), Village()
    people, wishes = fresh_people(chance.choice([4, 8, 12])), list[Delegation]()
    for _ in range(chance.choice([40, 80])):
        verb = chance.choice(["propose"] * 4 + ["agree"] * 4 + ["end", "wait"])
        if verb == "propose":
            wishes.append(wish(*chance.sample(people, 2), now=int(city.clock())))
            propose(city, wishes[-1])
        elif wishes and verb == "agree":
            agree(city, chance.choice(wishes))
        elif wishes and verb == "end":
            end(city, chance.choice(wishes), by_guardian=chance.random() < 0.5)
        else:
            city.clock.advance(chance.choice([1, 100_000]))
        assert_bounded([*city.delegations.kept.values()], int(city.clock()))


def assert_bounded(delegations: list[Delegation], now: int) -> None:
    """Six dependants, four guardians, no circle."""
    pairs = {(one.guardian, one.dependant) for one in delegations if one.runs(now)}
    assert not has_circle(pairs)
    on_offer = {(one.guardian, one.dependant) for one in delegations if one.is_open(now)}
    assert max(Counter(guardian for guardian, _ in on_offer).values(), default=0) <= MOST_DEPENDANTS
    assert max(Counter(dependant for _, dependant in pairs).values(), default=0) <= MOST_GUARDIANS


@settings(max_examples=10)
@given(
    until=st.integers(30, 400), end=st.integers(1, 500), scans=st.lists(st.integers(1, 500), max_size=6, unique=True)
)
def test_a_code_is_accepted_exactly_while_its_delegation_runs(
    settled: Home, until: int, end: int, scans: list[int]
) -> None:
    home, start = settled, settled.now
    mother, child = home.holder(LIN), home.holder(HE)
    made = home.city.guardians.add(mother, child, relation="parent", now=start, until=start + until)
    codes = home.city.dependant_codes.issue(made.delegation_id, guardian=mother, now=start, count=9).codes
    for at in sorted([*scans, end]):
        home.clock.now = start + at
        if at == end:
            home.city.family.endings.end(made.delegation_id, child, now=home.clock())
        current = [one for one in codes if one.body.issued_at <= home.now <= one.body.expires_at]
        for one in current[:1]:
            assert (home.reason(one.text) is None) == (at < min(until, end))
            codes = codes[codes.index(one) + 1 :]
    home.clock.now = start + 600


def test_every_reason_to_step_back_is_told_as_the_same_refusal_again() -> None:
    assert {refusal.code for refusal in STEPPED_BACK} == {str(because) for because in STEPPED_BACK.values()}
    assert FULL_AGE == 18
