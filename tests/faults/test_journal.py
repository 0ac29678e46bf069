"""A step of an officer stands in the journal once, and no number is left out: whoever is killed, however many write."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from itertools import count

import pytest

from chalicelib.platform.passing import is_passing_fault
from chalicelib.trust import journal
from chalicelib.trust.chain import Entry, Sound, check
from chalicelib.trust.journal import BrokenJournal, Journal
from chalicelib.trust.journal_store import JournalItem
from chalicelib.trust.refusals import JournalInMotion
from chalicelib.wiring import City
from tests.faults.test_races import at_once
from tests.faults.weather import (
    AFTER,
    BEFORE,
    KILLED_AFTER,
    KILLED_BEFORE,
    Crash,
    Fault,
    Weather,
    everywhere,
    meanwhile,
    on,
)
from tests.world import NOON, StoppedClock, another_process

KILLS = {"before": KILLED_BEFORE, "after": KILLED_AFTER}
_names = count()


class Office:
    """A chain of the journal, and several functions that write into it."""

    def __init__(self, city: City) -> None:
        self.chain = f"trial-{next(_names)}"
        functions = [city, *(another_process(StoppedClock()) for _ in range(2))]
        self.journals: list[Journal] = [function.journal for function in functions]

    def write(self, step: str, function: int = 0, what: str = "approve") -> Entry:
        """Write a step down."""
        return self.journals[function % 3].append(self.chain, step_id=step, what={"event": what}, now=NOON)

    def steps(self) -> list[str]:
        """What stands there, in order; it must be a sound chain."""
        entries = list(self.journals[0].entries(self.chain))
        assert isinstance(check(entries), Sound)
        return [entry.step_id for entry in entries]


@pytest.fixture
def office(anywhere: City) -> Office:
    return Office(anywhere)


def test_steps_stand_in_the_order_in_which_they_were_written(office: Office) -> None:
    written = [office.write(step, function) for function, step in enumerate("abcd")]
    assert office.steps() == list("abcd")
    assert list(office.journals[0].entries(office.chain)) == written


def test_a_step_that_is_written_again_stands_once_and_as_it_was(office: Office) -> None:
    first = [office.write(step) for step in "abc"]
    assert [office.write(step, 1, what="reject") for step in "abc"] == first
    assert office.steps() == list("abc")


def test_chains_know_nothing_of_each_other(anywhere: City) -> None:
    one, other = Office(anywhere), Office(anywhere)
    for office in (one, other, one):
        office.write("a")
    assert one.steps() == other.steps() == ["a"]
    assert one.write("a").hash != other.write("a").hash


def attempts(weather: Weather, office: Office, step: str) -> int:
    """How often a writer asks the store, once its function is warm."""
    office.write("warm")
    weather.clears()
    office.write(step)
    return weather.count(everywhere)


@pytest.mark.parametrize("kill", KILLS)
@pytest.mark.parametrize("meets", ["nobody", "another step", "the same step"])
def test_wherever_a_writer_is_killed_its_repeat_writes_the_step_once(
    anywhere: City, weather: Weather, kill: str, meets: str
) -> None:
    """Another writer comes in between at every place, too, and the repeat comes before or after a later step."""
    asked = attempts(weather, Office(anywhere), "a")
    assert asked == 3
    for place in range(asked + 3):
        for between in range(asked if meets != "nobody" else 1):
            office = Office(anywhere)
            weather.clears()
            if meets != "nobody":
                other = partial(office.write, "a" if meets == "the same step" else "b", 1)
                weather.brings(meanwhile(other), after=between, times=1)
            weather.brings(KILLS[kill], after=place)
            with suppress(Crash):
                office.write("a")
            weather.clears()
            if place % 2:
                office.write("later", 1)
            office.write("a", 2)
            steps = office.steps()
            assert steps.count("a") == 1, (place, between)
            assert sorted({*steps}) == sorted(steps)


@pytest.mark.parametrize("fault", (BEFORE | AFTER).values(), ids=BEFORE | AFTER)
def test_one_fault_of_the_store_is_not_even_noticed(anywhere: City, weather: Weather, fault: Fault) -> None:
    for place in range(3):
        office = Office(anywhere)
        office.write("a")
        weather.clears()
        weather.brings(fault, after=place, times=1)
        office.write("b")
        assert office.steps() == ["a", "b"], place


@pytest.mark.parametrize("fault", ["carried out, then the connection closed", "carried out, the answer late"])
def test_a_fault_that_stays_is_told_and_the_repeat_writes_the_step_once(
    office: Office, weather: Weather, fault: str
) -> None:
    office.write("a")
    weather.brings(AFTER[fault], to=on("PutItem", "journal"))
    with pytest.raises(Exception) as raised:  # noqa: PT011 - which one is what is asked next
        office.write("b")
    assert is_passing_fault(raised.value)
    weather.clears()
    office.write("c", 1)
    office.write("b", 2)
    assert sorted(office.steps()) == list("abc")


def test_twenty_writers_at_once_write_every_step_once(office: Office) -> None:
    at_once([partial(office.write, f"step-{number}", number) for number in range(20)])
    assert sorted(office.steps()) == sorted(f"step-{number}" for number in range(20))


def test_twenty_writers_of_the_same_step_write_it_once_and_are_all_told_so(office: Office) -> None:
    entries = at_once([partial(office.write, "a", number, what=f"event_{number}") for number in range(20)])
    assert office.steps() == ["a"]
    assert [entry.hash for entry in entries] == [entries[0].hash] * 20


def test_twenty_writers_of_seven_steps_write_each_once(office: Office) -> None:
    for _ in range(3):
        at_once([partial(office.write, f"step-{number % 7}", number) for number in range(20)])
    assert sorted(office.steps()) == sorted(f"step-{number}" for number in range(7))


def test_a_writer_whom_others_always_forestall_says_so(
    office: Office, weather: Weather, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of their writes comes just before one of this writer's."""
    monkeypatch.setattr(journal, "ATTEMPTS", 5)
    others, standing = count(), [False]

    def forestall() -> None:
        if not standing[0]:
            standing[0] = True
            office.write(f"other-{next(others)}", 1)
            standing[0] = False

    weather.brings(meanwhile(forestall), to=on("PutItem", "journal"))
    with pytest.raises(JournalInMotion):
        office.write("a")
    weather.clears()
    office.write("a")
    assert office.steps().count("a") == 1


def test_nothing_is_written_behind_an_end_that_was_cut_off_under_a_step(office: Office, weather: Weather) -> None:
    for step in "abc":
        office.write(step)
    weather.brings(KILLED_BEFORE, to=on("PutItem", "journal"), after=1)
    with pytest.raises(Crash):
        office.write("d")
    weather.clears()
    JournalItem.get(office.chain, f"{3:012d}").delete()
    with pytest.raises(BrokenJournal):
        office.write("d")
