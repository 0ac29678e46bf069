"""The clock of a demonstration stands still while its city is founded, then runs."""

from infra.local.clock import SetClock
from tests.world import StoppedClock


def test_it_stands_still_until_it_is_let_go_and_runs_from_there() -> None:
    elapsed = StoppedClock(100.0)
    clock = SetClock(5_000.0, elapsed=elapsed)
    elapsed.advance(60)
    assert clock() == 5_000.0
    clock.let_go()
    assert clock() == 5_000.0
    elapsed.advance(60)
    assert clock() == 5_060.0
