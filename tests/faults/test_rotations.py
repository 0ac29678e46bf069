"""Keys change twenty times while people show codes: no honest code is refused, online or at a gate without network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from itertools import cycle

import pytest

from chalicelib.codes.model import Reason
from chalicelib.platform.times import parse_rfc3339
from chalicelib.trust.model import KeyState, KeyUse, RotationPlan
from chalicelib.trust.store import KeyItem
from chalicelib.trust.trust_list import TrustList
from chalicelib.wiring import City
from infra.local.dynamo import Store
from tests.faults.quarter import Quarter, Shown
from tests.faults.test_races import at_once
from tests.faults.weather import KILLED_AFTER, KILLED_BEFORE, Crash, Weather, on
from tests.world import StoppedClock, another_process, found_city

HOUR = 3600
ROTATIONS = 20
PLAN = RotationPlan(period=30 * HOUR)
CLOCKS = (-10.0, 10.0, 0.0, 7.5)
"""Any two functions are at most 20 s apart."""

WRITING_KEYS = on("PutItem", "keys")
AROUND_A_CHANGE = (-11, -1, 0, 9, 61)
SCHEDULER = (
    ("in time", HOUR / 6),
    ("in time", 12 * HOUR),
    ("twice at once", 5 * HOUR),
    ("killed before a write", 9 * HOUR),
    ("killed after a write", 8 * HOUR),
)
"""What becomes of a scheduled run, and how long nothing is heard of the scheduler after it."""


class Scheduler:
    """Runs the rotation in every way that can go wrong, one after the other."""

    def __init__(self, quarter: Quarter, weather: Weather) -> None:
        self._quarter, self._weather = quarter, weather
        self._fates = cycle(SCHEDULER)
        self._writes = 0
        self.next_at = quarter.clock() + HOUR

    def tick(self) -> None:
        """One scheduled run, if it is time for it."""
        if self._quarter.clock() < self.next_at:
            return
        fate, silence = next(self._fates)
        run = partial(self._quarter.city.custodian.run, now=int(self._quarter.clock()))
        if fate == "twice at once":
            at_once(
                [
                    run,
                    partial(
                        another_process(self._quarter.clock, plan=PLAN).custodian.run, now=int(self._quarter.clock())
                    ),
                ]
            )
        elif fate.startswith("killed"):
            self._die(run, after=fate.startswith("killed after"))
        else:
            run()
        self.next_at = self._quarter.clock() + silence
        forget_retired_keys()

    def _die(self, run: partial[None], *, after: bool) -> None:
        """Be killed at one write, each time at a later one, from the first to the third."""
        self._weather.clears()
        self._weather.brings(KILLED_AFTER if after else KILLED_BEFORE, to=WRITING_KEYS, after=self._writes % 3)
        self._writes += 1
        with suppress(Crash):
            run()
        self._weather.clears()


def forget_retired_keys() -> None:
    """Nothing asks for them, and moto takes a millisecond for each that it hands out."""
    for item in KeyItem.scan(KeyItem.state == str(KeyState.RETIRED)):
        item.delete()


def moments(quarter: Quarter, scheduler: Scheduler) -> Iterator[TrustList]:
    """The moments that matter: every scheduled run, and those around every change of keys. Tells the list of then."""
    known: set[int] = set()
    while True:
        trust = quarter.published()
        changes = {parse_rfc3339(key.not_before) for key in trust.keys if key.state == KeyState.PENDING}
        known |= {change + offset for change in changes for offset in AROUND_A_CHANGE}
        quarter.clock.now = float(min({moment for moment in known if moment > quarter.clock()} | {scheduler.next_at}))
        yield trust


@pytest.fixture
def city(embedded_store: Store, clock: StoppedClock) -> Iterator[City]:
    """A city that changes keys every 30 hours."""
    yield found_city(clock, plan=PLAN)
    embedded_store.clear()


def test_no_honest_code_is_refused_in_twenty_rotations(city: City, clock: StoppedClock, weather: Weather) -> None:
    quarter = Quarter(city, clock, CLOCKS)
    scheduler = Scheduler(quarter, weather)
    signers: list[str] = []
    lists: list[TrustList] = []
    for number, newest in enumerate(moments(quarter, scheduler)):
        lists = [each for each in [*lists, newest] if parse_rfc3339(each.expires_at) >= clock()]
        scheduler.tick()
        shown = quarter.show(number, person=number % 4)
        signers += [shown.kid] if shown.kid not in signers else []
        assert_good_everywhere(quarter, shown, lists, verifier=number + 1 + number // 4 % 3)
        if len(signers) > ROTATIONS:
            break
    assert len(set(signers)) == len(signers), "no key signed again after its successor"


def assert_good_everywhere(quarter: Quarter, shown: Shown, lists: list[TrustList], verifier: int) -> None:
    """The code is accepted by another function, by a gate with today's list and by one with yesterday's."""
    assert quarter.scan(shown, verifier) is None
    for trust in (lists[0], lists[-1]):
        offline = quarter.scan_offline(shown, trust)
        ahead = shown.issued_at - 20 > quarter.clock()
        assert offline is None or (ahead and offline is Reason.NOT_YET_VALID), trust


def test_a_scheduled_run_in_the_very_second_of_a_change_leaves_nobody_without_a_signer(
    city: City, clock: StoppedClock
) -> None:
    quarter = Quarter(city, clock, (-20.0, 0.0, 20.0))
    for wrong in range(3):
        scheduler = another_process(quarter.clocks[wrong], plan=PLAN)
        clock.advance(PLAN.lead + HOUR)
        scheduler.custodian.run(now=int(scheduler.clock()))
        change = max(key.not_before for key in city.key_store.records() if key.use is KeyUse.CODE)
        for second in (-1, 0, 1, 19, 20, 21, 41):
            clock.now = float(change + second)
            scheduler.custodian.run(now=int(scheduler.clock()))
            for function in range(3):
                shown = quarter.show(function, function)
                assert quarter.scan(shown, function) is None, (wrong, second, function)
