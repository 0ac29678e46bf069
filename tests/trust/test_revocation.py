"""A change of keys by hand dies anywhere, meets another anywhere, or is told lies about what was written: somebody
always signs, a repeat completes it, nothing is made twice, and the trust list says what is true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.trust.model import TRUSTED_STATES, KeyRecord, KeyState, KeyUse, signer
from chalicelib.trust.store import KeyItem
from chalicelib.wiring import City
from functions import change_keys
from tests.faults import weather as between
from tests.faults.weather import (
    AFTER,
    BEFORE,
    KILLED_AFTER,
    Crash,
    Weather,
    everywhere,
    kms,
    meanwhile,
    refuses,
)
from tests.trust.test_change_keys import keys_of, listed
from tests.world import StoppedClock, another_process

USE = KeyUse.CODE
Deed = Callable[[], Any]


class Scene:
    """A city's keys at an instant, as often as it is asked for, and a custodian who changes them by hand."""

    def __init__(self, city: City, clock: StoppedClock, weather: Weather) -> None:
        self.city, self.clock, self.weather = city, clock, weather
        self.elsewhere = another_process(clock).custodian
        self.begins()

    def begins(self) -> None:
        """From now on, this is how it begins; what is to be revoked is the key that signs."""
        self.at, self.items = self.clock.now, list(KeyItem.scan())
        self.stolen = self.signs().kid

    def steps(self, deed: Deed) -> Iterator[int]:
        """Every attempt to reach AWS that a deed makes, by number; the scene is set, the caller brings the weather."""
        self._set()
        deed()
        for step in range(self.weather.count(everywhere)):
            self._set()
            yield step

    def _set(self) -> None:
        """Put everything back."""
        self.clock.now = self.at
        self.weather.clears()
        for item in KeyItem.scan():
            item.delete()
        for item in self.items:
            item.save()
        self.weather.clears()

    def revoke(self) -> dict[str, Any]:
        """Revoke by hand."""
        return self.ask({"revoke": self.stolen})

    def ask(self, payload: Any) -> dict[str, Any]:
        """Invoke the function."""
        answer: dict[str, Any] = change_keys.change_keys(payload, None)
        return answer

    def run(self) -> None:
        """The schedule comes round, in another process."""
        self.elsewhere.run(now=int(self.clock()))

    def signs(self) -> KeyRecord:
        """Who signs at this moment; there is always somebody."""
        newest = signer(keys_of(self.city, USE), now=self.clock())
        assert newest is not None
        return newest

    def made(self) -> int:
        """How many keys have been made since the scene began."""
        return len(list(KeyItem.scan())) - len(self.items)

    def assert_revoked(self) -> None:
        """It is dead for ever, one key signs, and the list is that of the keys as they are."""
        states = {key.kid: key.state for key in keys_of(self.city, USE)}
        assert states[self.stolen] is KeyState.REVOKED
        assert list(states.values()).count(KeyState.ACTIVE) == 1
        assert listed(self.city) == {kid: str(state) for kid, state in states.items() if state in TRUSTED_STATES}
        self.signs()


@pytest.fixture
def scene(city: City, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """An hour after the city was founded: one key, and nothing is due."""
    monkeypatch.setattr(change_keys, "city", lambda: city)
    clock.advance(3600)
    with between.weather() as weather:
        yield Scene(city, clock, weather)


def is_done(answer: dict[str, Any]) -> bool:
    """Whether a revocation says that the key is dead, by this or by a former attempt."""
    return "revoked" in answer or answer["refused"]["code"] == "already_revoked"


@pytest.mark.parametrize("first", ["the custodian comes back", "the schedule comes round"])
def test_wherever_a_revocation_dies_a_repeat_completes_it_with_one_successor(scene: Scene, first: str) -> None:
    for step in scene.steps(scene.revoke):
        scene.weather.brings(KILLED_AFTER, after=step)
        with pytest.raises(Crash):
            scene.revoke()
        scene.weather.clears()
        scene.signs()
        if first == "the schedule comes round":
            scene.run()
        assert is_done(scene.revoke())
        assert scene.made() == 1
        scene.assert_revoked()


def test_wherever_a_rotation_dies_a_repeat_completes_it_with_one_successor(scene: Scene) -> None:
    for step in scene.steps(partial(scene.ask, {"rotate": USE})):
        scene.weather.brings(KILLED_AFTER, after=step)
        with pytest.raises(Crash):
            scene.ask({"rotate": USE})
        scene.weather.clears()
        successor = scene.ask({"rotate": USE})["successor"]["kid"]
        assert scene.made() == 1
        assert listed(scene.city) == {scene.stolen: "active", successor: "pending"}


def test_an_answer_that_was_lost_makes_no_second_successor_and_is_no_failure(scene: Scene) -> None:
    for step, fault in zip(scene.steps(scene.revoke), cycle(AFTER.values()), strict=False):
        scene.weather.brings(fault, after=step, times=1)
        assert scene.revoke()["revoked"] == scene.stolen
        assert scene.made() == 1
        scene.assert_revoked()


@pytest.mark.parametrize("other", ["run", "revoke"])
def test_whenever_a_revocation_meets_another_process_somebody_signs_and_the_list_is_true(
    scene: Scene, other: str
) -> None:
    for step in scene.steps(scene.revoke):
        scene.weather.brings(meanwhile(getattr(scene, other)), after=step, times=1)
        assert is_done(scene.revoke())
        assert scene.made() <= 2
        scene.assert_revoked()


@pytest.fixture(params=["the successor", "the predecessor"])
def change_over(scene: Scene, request: pytest.FixtureRequest) -> Scene:
    """The moment at which a successor's time has come and nobody has said so yet; one of the two was stolen."""
    predecessor = scene.stolen
    scene.ask({"rotate": USE})
    scene.clock.advance(scene.city.plan.lead)
    scene.begins()
    if request.param == "the predecessor":
        scene.stolen = predecessor
    return scene


def test_whenever_a_revocation_meets_a_change_of_keys_somebody_signs_and_the_list_is_true(change_over: Scene) -> None:
    for one, other in ((change_over.revoke, change_over.run), (change_over.run, change_over.revoke)):
        for step in change_over.steps(one):
            change_over.weather.brings(meanwhile(other), after=step, times=1)
            one()
            change_over.assert_revoked()


def test_a_change_that_cannot_be_completed_says_so_and_is_completed_by_a_repeat(scene: Scene) -> None:
    for step, fault in zip(scene.steps(scene.revoke), cycle(BEFORE.values()), strict=False):
        scene.weather.brings(fault, after=step)
        assert scene.revoke()["refused"]["code"] == "change_unfinished"
        scene.weather.clears()
        assert is_done(scene.revoke())
        assert scene.made() == 1
        scene.assert_revoked()


def test_what_will_not_pass_is_a_failure_of_the_function_and_not_an_answer(scene: Scene) -> None:
    scene.weather.brings(refuses("AccessDeniedException"), to=kms)
    with pytest.raises(ClientError):
        scene.revoke()


def test_where_nobody_signs_any_more_the_schedule_makes_a_key_that_signs_at_once(scene: Scene) -> None:
    scene.clock.advance(scene.city.plan.lifetime)
    assert signer(keys_of(scene.city, USE), now=scene.clock()) is None
    scene.run()
    assert scene.signs().kid != scene.stolen
