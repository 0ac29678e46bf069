"""A city in which nothing happens lets its machine rest, and one in which something happens loses no time."""

from __future__ import annotations

import threading

import pytest

from infra.local import stir as stirring
from infra.local.stir import LIVELY_S, Stir

PATIENCE_S = 10


class Clock:
    """Seconds that pass when a test says so."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def long_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stirring, "REST_S", 3600)


def test_in_lively_times_nobody_rests(clock: Clock, long_rests: None) -> None:
    stir = Stir(clock)
    clock.now += LIVELY_S - 0.1
    stir.rest()


def test_who_rests_looks_at_once_when_something_was_done_whatever_came_of_it(clock: Clock, long_rests: None) -> None:
    stir, looked = Stir(clock), threading.Event()

    def deed() -> None:
        raise RuntimeError

    def rest() -> None:
        stir.rest()
        looked.set()

    clock.now += LIVELY_S
    resting = threading.Thread(target=rest, daemon=True)
    resting.start()
    while not looked.is_set():
        with pytest.raises(RuntimeError):
            stir.after(deed)()
        clock.now += LIVELY_S
    resting.join(PATIENCE_S)
    assert not resting.is_alive()


def test_where_nothing_is_done_one_looks_all_the_same(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stirring, "REST_S", 0.001)
    stir = Stir(clock)
    clock.now += LIVELY_S
    stir.rest()
