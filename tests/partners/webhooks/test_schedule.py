"""When a delivery is tried again, and for how long a receiver is left alone."""

from __future__ import annotations

import pytest

from chalicelib.partners.webhooks.schedule import (
    ATTEMPTS,
    JITTER,
    LONGEST_ASKED_S,
    LONGEST_REST_S,
    WAITS,
    rest,
    spread,
    wait,
)


def test_the_schedule_is_that_of_standard_webhooks() -> None:
    assert ATTEMPTS == 10
    assert [wait(attempts, 0.5) for attempts in range(1, 11)] == [
        5,
        300,
        1800,
        7200,
        18000,
        36000,
        50400,
        72000,
        86400,
        None,
    ]


@pytest.mark.parametrize("dice", [0.0, 0.25, 0.999999])
def test_what_failed_together_comes_back_apart_but_not_far(dice: float) -> None:
    for attempts, seconds in enumerate(WAITS, start=1):
        found = wait(attempts, dice)
        assert found is not None
        assert abs(found - seconds) <= seconds * JITTER + 0.5


def test_a_receiver_may_ask_for_later_and_not_for_sooner() -> None:
    assert wait(1, 0.5, asked=120) == 120
    assert wait(2, 0.5, asked=1) == 300
    assert wait(1, 0.5, asked=10**9) == LONGEST_ASKED_S
    assert wait(10, 0.5, asked=120) is None


def test_a_receiver_that_fails_on_and_on_is_left_alone_for_longer_and_longer() -> None:
    assert [rest(failures) for failures in (1, 9, 10, 11, 12, 16, 17, 10_000)] == [0, 0, 5, 10, 20, 300, 300, 300]
    assert rest(1, asked=30) == 30
    assert rest(10_000, asked=30) == LONGEST_REST_S


def test_a_wait_is_never_none_at_all() -> None:
    assert spread(1, 0.0) == 1
