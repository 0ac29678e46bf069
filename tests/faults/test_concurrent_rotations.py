"""Real threads issue and verify on several functions while two schedulers change keys twenty times."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import count

import pytest

from chalicelib.codes.model import Reason
from chalicelib.trust.model import RotationPlan
from chalicelib.wiring import City
from infra.local.dynamo import Store
from tests.faults.quarter import Quarter, Shown
from tests.faults.test_races import at_once
from tests.faults.test_rotations import forget_retired_keys
from tests.world import StoppedClock, another_process, found_city

ROTATIONS = 20
PLAN = RotationPlan(period=70, lead=70, overlap=80, ring_max_age=20)
"""In minutes what else takes weeks: a lead still exceeds the age of a ring and the error of a clock."""

CLOCKS = (-10.0, 10.0, 0.0, 7.5)
STEP_S = 35.0


@pytest.fixture
def city(embedded_store: Store, clock: StoppedClock) -> Iterator[City]:
    yield found_city(clock, plan=PLAN)
    embedded_store.clear()


class Visitor:
    """Somebody who shows codes taken from one function to a gate of another."""

    def __init__(self, quarter: Quarter, person: int) -> None:
        self._quarter, self._person = quarter, person
        self.seen: list[tuple[Shown, Reason | None]] = []

    def visit(self) -> None:
        shown = self._quarter.show(self._person, self._person)
        self.seen.append((shown, self._quarter.scan(shown, self._person + 1)))


def test_no_honest_code_is_refused_while_keys_change_under_their_hands(city: City, clock: StoppedClock) -> None:
    quarter = Quarter(city, clock, CLOCKS)
    schedulers = [another_process(each, plan=PLAN).custodian for each in quarter.clocks[:2]]
    visitors = [Visitor(quarter, person) for person in range(4)]
    for step in count():
        clock.advance(STEP_S)
        quarter.clocks[2].error = (-10.0, 10.0)[step % 2]  # this one is put right again and again
        runs = [partial(scheduler.run, now=int(clock())) for scheduler in schedulers[: 1 + step % 2]]
        at_once([*(visitor.visit for visitor in visitors), *runs])
        forget_retired_keys()
        if len({shown.kid for shown, _ in visitors[0].seen}) > ROTATIONS:
            break
    refused = [(shown, reason) for visitor in visitors for shown, reason in visitor.seen if reason is not None]
    assert not refused
