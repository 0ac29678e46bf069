"""Trying in vain: free at first, then longer and longer waits, and the same for documents that nobody has."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.people.proofing.attempts import TRIES, Attempts, address_key, device_key, document_key
from chalicelib.people.proofing.attempts_model import (
    FORGOTTEN_AFTER_S,
    FREE_ATTEMPTS,
    FREE_FROM_AN_ADDRESS,
    NOTHING,
    WAITS_S,
    Tally,
    wait_after,
    waits,
    with_another,
    with_one_taken_back,
)
from chalicelib.people.proofing.attempts_store import AttemptItem, AttemptStore
from chalicelib.people.proofing.refusals import IdentityProviderUnavailable, TooManyAttempts
from chalicelib.platform.http.answers import problem
from chalicelib.wiring import City
from tests.world import NOON, StoppedClock, another_process

DOCUMENT, OTHER, DEVICE = document_key("a" * 64), document_key("b" * 64), device_key("c" * 64)
ADDRESS = address_key("d" * 64)


def refused(attempt: Callable[[], object]) -> TooManyAttempts:
    with pytest.raises(TooManyAttempts) as refusal:
        attempt()
    return refusal.value


def seconds_to_wait(attempts: Attempts, clock: StoppedClock, *keys: str) -> int:
    """How long the next attempt must wait, 0 where it is let in."""
    try:
        attempts.admit(keys, clock())
    except TooManyAttempts as refusal:
        return int(refusal.answer_headers()["Retry-After"])
    return 0


def wait_and_try(attempts: Attempts, clock: StoppedClock, *keys: str) -> None:
    """Try, as late as one must."""
    wait = seconds_to_wait(attempts, clock, *keys)
    if wait:
        clock.advance(wait)
        attempts.admit(keys, clock())


def test_three_attempts_are_free_then_each_waits_longer(city: City, clock: StoppedClock) -> None:
    waited = []
    for _ in range(FREE_ATTEMPTS + len(WAITS_S) + 2):
        wait = seconds_to_wait(city.attempts, clock, DOCUMENT)
        waited.append(wait)
        if wait:
            clock.advance(wait - 1)
            assert seconds_to_wait(city.attempts, clock, DOCUMENT) == 1, "a second too early"
            clock.advance(1)
            city.attempts.admit([DOCUMENT], clock())
    assert waited == [0, 0, 0, 30, 120, 600, 3600, 6 * 3600, 6 * 3600, 6 * 3600]


def test_whoever_must_wait_is_told_until_when(city: City, clock: StoppedClock) -> None:
    for _ in range(FREE_ATTEMPTS):
        city.attempts.admit([DOCUMENT], clock())
    refusal = refused(lambda: city.attempts.admit([DOCUMENT], clock()))
    answer = problem(refusal)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
    assert refusal.problem()["retry_at"] == "2026-09-21T14:13:50Z"
    assert not {"a" * 64, "document"} & set(map(str, refusal.evidence.values()))


def test_an_attempt_that_is_refused_does_not_lengthen_the_wait(city: City, clock: StoppedClock) -> None:
    for _ in range(FREE_ATTEMPTS):
        city.attempts.admit([DOCUMENT], clock())
    assert {seconds_to_wait(city.attempts, clock, DOCUMENT) for _ in range(20)} == {30}


def test_after_a_day_it_is_forgotten(city: City, clock: StoppedClock) -> None:
    for _ in range(FREE_ATTEMPTS + 3):
        wait_and_try(city.attempts, clock, DOCUMENT)
    clock.advance(FORGOTTEN_AFTER_S)
    assert [seconds_to_wait(city.attempts, clock, DOCUMENT) for _ in range(4)] == [0, 0, 0, 30]


def test_one_device_cannot_try_many_documents(city: City, clock: StoppedClock) -> None:
    for number in range(FREE_ATTEMPTS):
        city.attempts.admit([document_key(str(number)), DEVICE], clock())
    refused(lambda: city.attempts.admit([DOCUMENT, DEVICE], clock()))
    assert [seconds_to_wait(city.attempts, clock, DOCUMENT) for _ in range(3)] == [0, 0, 0], "none was counted for it"


def test_behind_one_address_a_school_may_mistype_before_anybody_waits(city: City, clock: StoppedClock) -> None:
    waited = [seconds_to_wait(city.attempts, clock, ADDRESS) for _ in range(FREE_FROM_AN_ADDRESS + 1)]
    assert waited == [0] * FREE_FROM_AN_ADDRESS + [WAITS_S[0]]


def test_success_clears_the_document_and_not_the_device(city: City, clock: StoppedClock) -> None:
    for _ in range(2):
        city.attempts.admit([DOCUMENT, DEVICE], clock())
        city.attempts.failed([DOCUMENT, DEVICE], clock())
    city.attempts.admit([DOCUMENT, DEVICE], clock())
    city.attempts.succeeded([DOCUMENT, DEVICE], clock())
    assert [seconds_to_wait(city.attempts, clock, DOCUMENT) for _ in range(4)] == [0, 0, 0, 30]
    assert [seconds_to_wait(city.attempts, clock, DEVICE) for _ in range(2)] == [0, 30]


def test_being_oneself_in_between_does_not_let_a_device_try_others_for_ever(city: City, clock: StoppedClock) -> None:
    started = clock()
    for number in range(10):
        wait_and_try(city.attempts, clock, document_key(f"victim {number}"), DEVICE)
        wait_and_try(city.attempts, clock, DOCUMENT, DEVICE)
        city.attempts.succeeded([DOCUMENT, DEVICE], clock())
    assert clock() - started > 6 * 3600


def test_nobody_pays_for_an_outage_of_those_who_know(city: City, clock: StoppedClock) -> None:
    for _ in range(20):
        with pytest.raises(IdentityProviderUnavailable), city.attempts.counted([DOCUMENT, DEVICE], clock()):
            raise IdentityProviderUnavailable
    assert [seconds_to_wait(city.attempts, clock, DOCUMENT, DEVICE) for _ in range(4)] == [0, 0, 0, 30]


def test_an_attempt_that_died_half_way_was_an_attempt(city: City, clock: StoppedClock) -> None:
    for _ in range(FREE_ATTEMPTS):
        with pytest.raises(KeyboardInterrupt), city.attempts.counted([DOCUMENT], clock()):
            raise KeyboardInterrupt
    assert seconds_to_wait(city.attempts, clock, DOCUMENT) == 30


def test_of_many_at_once_no_more_are_let_in_than_one_after_another(city: City, clock: StoppedClock) -> None:
    processes = [another_process(clock).attempts for _ in range(4)]

    def attempt(number: int) -> bool:
        return seconds_to_wait(processes[number % 4], clock, DOCUMENT) == 0

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(attempt, range(40))) == FREE_ATTEMPTS


def test_a_tally_that_others_always_change_first_lets_nobody_in(
    city: City, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[object]()

    def somebody_was_quicker(*asked_for: object) -> bool:
        asked.append(asked_for)
        return False

    monkeypatch.setattr(AttemptStore, "replace", somebody_was_quicker)
    assert seconds_to_wait(city.attempts, clock, DOCUMENT) == 1
    assert len(asked) == TRIES
    assert seconds_to_wait(city.attempts, clock, ADDRESS) == 0, "a town that logs in at once is not kept waiting"


def test_a_write_whose_answer_was_lost_is_counted_once(
    city: City, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = AttemptStore.replace

    def loses_the_answer(self: AttemptStore, *arguments: object) -> bool:
        replace(self, *arguments)  # type: ignore[arg-type]
        return False

    monkeypatch.setattr(AttemptStore, "replace", loses_the_answer)
    assert [seconds_to_wait(city.attempts, clock, DOCUMENT) for _ in range(4)] == [0, 0, 0, 30]
    assert AttemptItem.get(DOCUMENT).failures == FREE_ATTEMPTS


def test_nothing_but_blind_indexes_and_counts_rests_in_the_table(city: City, clock: StoppedClock) -> None:
    city.attempts.admit([DOCUMENT, DEVICE], clock())
    kept = [item.to_simple_dict() for item in AttemptItem.scan()]
    assert {frozenset(item) for item in kept} == {
        frozenset({"attempt_key", "failures", "retry_at", "forgotten_at", "mark"})
    }


TALLIES = st.builds(
    Tally, st.integers(0, 50), st.integers(NOON - 10**5, NOON + 10**5), st.integers(NOON - 10**5, NOON + 10**5)
)


@given(TALLIES, st.integers(NOON, NOON + 10**6))
def test_an_attempt_more_never_shortens_the_wait(tally: Tally, now: int) -> None:
    later = with_another(tally, now=now)
    assert later.failures == (tally.failures + 1 if tally.counts(now) else 1)
    assert later.retry_at - now == wait_after(later.failures)
    assert later.forgotten_at == now + FORGOTTEN_AFTER_S
    assert later.retry_at < later.forgotten_at, "nobody waits longer than we remember"


@given(st.integers(1, 40))
def test_waits_grow_and_then_stay(failures: int) -> None:
    assert wait_after(failures) <= wait_after(failures + 1) <= WAITS_S[-1]


@given(TALLIES, st.integers(NOON, NOON + 10**6))
def test_what_is_taken_back_lets_the_next_one_in(tally: Tally, now: int) -> None:
    assert not waits(with_one_taken_back(with_another(tally, now=now), now=now), now=now)


@given(st.lists(st.integers(0, 40_000), max_size=60))
def test_nobody_has_more_than_thirteen_attempts_in_any_day(pauses: list[int]) -> None:
    now, tally, let_in = NOON, NOTHING, list[int]()
    for pause in pauses:
        now += pause
        if not waits(tally, now=now):
            tally = with_another(tally, now=now)
            let_in.append(now)
    for first in let_in:
        assert sum(first <= instant < first + FORGOTTEN_AFTER_S for instant in let_in) <= 13
