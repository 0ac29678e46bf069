"""A change of keys is killed at any write, or meets another run: who signs is always on the trust list."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest

from chalicelib.trust.model import KeyRecord, KeyUse, RotationPlan, signer
from chalicelib.trust.refusals import AlreadyRevoked
from chalicelib.trust.store import KeyItem
from chalicelib.trust.trust_list import read_list
from chalicelib.wiring import City
from tests.faults.weather import KILLED_AFTER, KILLED_BEFORE, Crash, Weather, meanwhile, on
from tests.world import NOON, StoppedClock, another_process

HOUR = 3600
PLAN = RotationPlan()
WRITING = on("PutItem", "keys")
CHANGE_OVER = NOON + PLAN.period
LIST_LASTS = 23 * HOUR
"""How long nobody comes to mend it: as long as the trust list lasts without."""

Deed = Callable[[City], object]


def run(city: City) -> None:
    city.custodian.run(now=int(city.clock()))


def rotate(city: City) -> KeyRecord:
    return city.custodian.rotate(KeyUse.CODE, now=int(city.clock()))


def revoke_the_signer(city: City) -> KeyRecord:
    signing = signing_at(city, city.clock())
    assert signing is not None
    return city.custodian.revoke(signing.kid, now=int(city.clock()))


DEEDS: dict[str, tuple[Deed, float]] = {
    "founding the city": (run, NOON),
    "making the successors": (run, CHANGE_OVER - PLAN.lead),
    "changing over": (run, CHANGE_OVER),
    "retiring": (run, CHANGE_OVER + PLAN.overlap + 1),
    "rotating by hand": (rotate, NOON + HOUR),
    "revoking": (revoke_the_signer, NOON + HOUR),
}
"""What is done, and when."""

every_deed = pytest.mark.parametrize(("deed", "at"), DEEDS.values(), ids=DEEDS)


def code_keys(city: City) -> list[KeyRecord]:
    return [key for key in city.key_store.records() if key.use is KeyUse.CODE]


def signing_at(city: City, instant: float) -> KeyRecord | None:
    """The key that every function signs with at an instant, if nobody writes anything until then."""
    return signer(code_keys(city), now=instant)


def assert_signers_are_listed(city: City, now: float) -> None:
    """Whoever signs from now on is on the list that hangs out now, and entitled by it."""
    document = city.key_store.published()
    keys = code_keys(city)
    for instant in (now, now + 1, now + HOUR, now + LIST_LASTS):
        signing = signer(keys, now=instant)
        if signing is None:
            continue
        assert document is not None, "somebody signs and there is no list"
        listed = read_list(document).key(signing.kid)
        assert listed is not None, f"{signing.kid} signs and is not listed"
        assert listed.may_have_signed(int(instant))


class Stage:
    """The keys table just before a deed, as often as it is asked for."""

    def __init__(self, city: City, clock: StoppedClock, at: float) -> None:
        if at == NOON:
            wipe()
        for clock.now in (CHANGE_OVER - PLAN.lead, CHANGE_OVER):
            if clock.now < at:
                run(city)
        clock.now = at
        self.keys = list(KeyItem.scan())

    def set(self) -> None:
        """Put everything back."""
        wipe()
        for item in self.keys:
            item.save()


def wipe() -> None:
    for item in KeyItem.scan():
        item.delete()


@pytest.fixture
def stage(city: City, clock: StoppedClock, at: float) -> Stage:
    return Stage(city, clock, at)


def writes_of(stage: Stage, city: City, deed: Deed, weather: Weather) -> int:
    """How often a deed writes when nothing is in its way."""
    stage.set()
    weather.clears()
    deed(city)
    return weather.count(WRITING)


@every_deed
def test_killed_before_any_write_it_leaves_no_unlisted_signer_and_is_mended_by_the_next_run(
    city: City, weather: Weather, stage: Stage, deed: Deed, at: float
) -> None:
    for write in range(writes_of(stage, city, deed, weather)):
        stage.set()
        weather.clears()
        weather.brings(KILLED_BEFORE, to=WRITING, after=write)
        with pytest.raises(Crash):
            deed(city)
        weather.clears()
        assert_signers_are_listed(city, at)
        city.custodian.run(now=int(at) + 600)
        assert signing_at(city, at + 600) is not None
        assert_signers_are_listed(city, at + 600)


@every_deed
def test_whenever_a_scheduled_run_comes_in_between_the_signer_is_listed_in_the_end(
    city: City, clock: StoppedClock, weather: Weather, stage: Stage, deed: Deed, at: float
) -> None:
    other = another_process(clock)
    for write in range(writes_of(stage, city, deed, weather)):
        stage.set()
        weather.clears()
        weather.brings(meanwhile(lambda: run(other)), to=WRITING, after=write, times=1)
        deed(city)
        assert signing_at(city, at) is not None
        assert_signers_are_listed(city, at)


def test_a_revocation_that_died_is_finished_by_asking_again(city: City, clock: StoppedClock, weather: Weather) -> None:
    stage = Stage(city, clock, NOON + HOUR)
    revoked = signing_at(city, clock())
    assert revoked is not None
    for write in range(writes_of(stage, city, revoke_the_signer, weather)):
        stage.set()
        weather.clears()
        weather.brings(KILLED_AFTER, to=WRITING, after=write)
        with pytest.raises(Crash):
            revoke_the_signer(city)
        weather.clears()
        with suppress(AlreadyRevoked):
            city.custodian.revoke(revoked.kid, now=int(clock()))
        document = city.key_store.published()
        assert document is not None
        assert read_list(document).key(revoked.kid) is None
        assert_signers_are_listed(city, clock())
