"""Whoever dies in the middle of a file, and in any weather: no row is lost, none is doubled, and counts are right.

Accepted and repeated rows together are right in any case. Which is which may shift towards repeated by a kill alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count

import pytest

from chalicelib.partners.imports import formats
from chalicelib.partners.imports.model import STALLED_S, Import, State, file_key
from chalicelib.partners.imports.running import LEASE_S, REST_S
from chalicelib.partners.imports.store import PAUSES_S, ImportStore, RefusedRowItem
from chalicelib.partners.imports.turns import WITHIN_S, Turns
from chalicelib.platform.uploads import Uploads
from chalicelib.status.evidence.store import EvidenceItem
from chalicelib.wiring import City
from infra.local.dynamo import Store
from tests.faults.weather import (
    AFTER,
    BEFORE,
    KILLED_AFTER,
    KILLED_BEFORE,
    Crash,
    Fault,
    Weather,
    answers,
    meanwhile,
    on,
)
from tests.partners.imports.department import Department, Functions, Row, as_csv, facts
from tests.world import NOON, StoppedClock, caller, found_city

KILLS = {"before": KILLED_BEFORE, "after": KILLED_AFTER}
ROWS, REFUSED = 7, 2
SWEEP_S = 300
STRIDE = 11
"""Every so many steps of a run are struck: a prime number, so that turns are struck in all their places."""


@pytest.fixture(scope="module")
def city(embedded_store: Store) -> Iterator[City]:
    """One city for all; every test brings people and references of its own."""
    yield found_city(StoppedClock())
    embedded_store.clear()


@pytest.fixture
def clock(city: City) -> Iterator[StoppedClock]:
    clock = city.clock
    assert isinstance(clock, StoppedClock)
    yield clock
    clock.now = NOON


class Matter:
    """One file with good rows and bad ones, and a department that waits for it."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.cdc = Department(city, caller(city))
        self.rows: list[Row] = facts(ROWS)
        odd = facts(REFUSED)
        for row in odd:
            row["kind"] = "rumour"
        self.file = as_csv([*self.rows[:3], odd[0], *self.rows[3:], odd[1]])
        self.import_id = self.cdc.hands_in(self.file)
        self.functions = Functions(city)

    @property
    def kept(self) -> Import:
        kept = ImportStore().get(self.import_id)
        assert kept is not None
        return kept

    def until_it_is_over(self, clock: StoppedClock) -> None:
        """The schedule comes round until nothing is left to be done."""
        for _ in range(9):
            clock.advance(SWEEP_S)
            self.functions.sweep()
            self.functions.follow()
            if not self.kept.is_open:
                return
        raise AssertionError(self.kept)

    def assert_all_is_right(self, *, killed: bool = False) -> None:
        """Every good row is a fact, once; every bad one is told of, once; and the counts say so."""
        kept = self.kept
        assert kept.state is State.FINISHED, kept.problem
        assert (kept.rows, kept.accepted + kept.repeated, kept.refused) == (ROWS + REFUSED, ROWS, REFUSED)
        assert kept.repeated == 0 or killed
        assert [row.line for row in RefusedRowItem.query(self.import_id)] == [5, 10]
        references = [item.reference for item in EvidenceItem.scan()]
        assert [references.count(row["reference"]) for row in self.rows] == [1] * ROWS
        assert self.city.uploads.find(file_key(self.import_id)) is None


def of_dynamodb(attempt: object) -> bool:
    return getattr(attempt, "service", "").startswith("DynamoDB_")


def any_attempt(attempt: object) -> bool:
    """All that the functions do, the reading of the streams left out: that is Lambda's."""
    return not getattr(attempt, "service", "").startswith("DynamoDBStreams")


def attempts_of_a_run(city: City, weather: Weather) -> int:
    """How often a whole file asks AWS for something."""
    matter = Matter(city)
    weather.clears()
    matter.functions.arrive(matter.import_id).follow()
    made = weather.count(any_attempt)
    matter.assert_all_is_right()
    return made


@pytest.mark.parametrize("kill", KILLS)
def test_killed_anywhere_a_file_is_read_to_its_end(
    city: City, weather: Weather, clock: StoppedClock, kill: str
) -> None:
    made = attempts_of_a_run(city, weather)
    for step in range(0 if kill == "before" else STRIDE // 2, made, STRIDE):
        clock.now = NOON
        matter = Matter(city)
        weather.clears()
        weather.brings(KILLS[kill], to=any_attempt, after=step, times=1)
        with suppress(Crash):
            matter.functions.arrive(matter.import_id).follow()
        weather.clears()
        matter.until_it_is_over(clock) if matter.kept.is_open else matter.functions.follow()
        matter.assert_all_is_right(killed=True)


WRITES = {
    "the lease or the checkpoint": on("PutItem", "imports"),
    "the fact": on("", "evidence"),
    "the reference": on("UpdateItem", "references"),
    "the refused rows": on("BatchWriteItem"),
    "the file": on("GET"),
}


SPELLS = BEFORE | AFTER
SOME = ("throttled", "no answer in time", "carried out, the answer late", "carried out, then the page of a gateway")


@pytest.mark.parametrize("where", WRITES)
@pytest.mark.parametrize("case", SOME)
def test_a_spell_of_bad_weather_is_waited_for(
    city: City, weather: Weather, clock: StoppedClock, case: str, where: str
) -> None:
    """Twice the attempts that a client makes: one call fails for good."""
    matter = Matter(city)
    fault: Fault = SPELLS[case]
    weather.brings(fault, to=WRITES[where], after=1, times=4)
    matter.functions.arrive(matter.import_id)
    with suppress(Exception):
        matter.functions.follow()
    weather.clears()
    matter.until_it_is_over(clock) if matter.kept.is_open else matter.functions.follow()
    matter.assert_all_is_right(killed=True)


def test_rows_that_the_store_cannot_take_are_tried_again_and_then_waited_for(
    city: City, weather: Weather, clock: StoppedClock
) -> None:
    matter = Matter(city)
    weather.brings(BEFORE["throttled"], to=on("", "evidence"))
    matter.functions.arrive(matter.import_id).follow()
    kept = matter.kept
    assert (kept.state, kept.rows, kept.lease_until) == (State.RUNNING, 0, NOON + REST_S)
    assert matter.functions.waits == [0.2, 1.0, 3.0]
    weather.clears()
    matter.functions.sweep()
    matter.functions.follow()
    assert matter.kept.rows == 0, "it rests"
    matter.until_it_is_over(clock)
    matter.assert_all_is_right(killed=True)


def test_what_was_taken_behind_a_row_that_was_not_counts_as_accepted(
    city: City, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second row of four cannot be taken; those behind it are, and are looked at again with it."""
    matter = Matter(city)
    matter.functions = Functions(city, rows=9, together=9)
    take, stubborn = city.reports.report, matter.rows[1]["reference"]

    def report(source: object, said: object, *, now: float) -> object:
        if getattr(said, "reference", "") == stubborn:
            from chalicelib.platform.http.refusals import StorageUnavailable

            raise StorageUnavailable
        return take(source, said, now=now)  # type: ignore[arg-type]

    monkeypatch.setattr(city.reports, "report", report)
    matter.functions.arrive(matter.import_id).follow()
    kept = matter.kept
    assert (kept.rows, kept.accepted, kept.refused, kept.line) == (1, 1, 0, 2)
    assert kept.ahead == (4, 6, 7, 8, 9)
    assert not list(RefusedRowItem.query(matter.import_id)), "they are refused when their turn has come"
    monkeypatch.undo()
    matter.until_it_is_over(clock)
    matter.assert_all_is_right()


def test_a_turn_that_has_had_enough_time_goes_on_in_the_next(city: City) -> None:
    matter = Matter(city)
    ticks = count()
    city.import_turns = Turns(city.uploads, city.import_turns._takers, timer=lambda: float(next(ticks)), together=2)
    city.__dict__.pop("running_imports", None)
    matter.functions.arrive(matter.import_id).follow()
    assert matter.kept.turn > 1
    matter.assert_all_is_right()


class Slow:
    """Uploads of which every few bytes take a while."""

    def __init__(self, uploads: Uploads, seconds: float) -> None:
        self.now = 0.0
        self._uploads, self._seconds = uploads, seconds

    def stream(self, key: str, *, version: str, start: int) -> Iterator[bytes]:
        for byte in b"".join(self._uploads.stream(key, version=version, start=start)).splitlines(keepends=True):
            self.now += self._seconds
            yield byte


@pytest.mark.parametrize(("seconds", "good"), [(1.0, True), (WITHIN_S, False)])
def test_a_file_that_comes_slowly_is_read_without_a_rest(
    city: City, monkeypatch: pytest.MonkeyPatch, seconds: float, good: bool
) -> None:
    """Rows are taken before the turn is over by reading; and what is no row needs no time at all."""
    monkeypatch.setattr(formats, "HEAD_BYTES", 1)
    matter = Matter(city)
    slow = Slow(city.uploads, seconds)
    city.import_turns = Turns(slow, city.import_turns._takers, timer=lambda: slow.now)  # type: ignore[arg-type]
    city.__dict__.pop("running_imports", None)
    if good:
        matter.functions.arrive(matter.import_id).follow()
        matter.assert_all_is_right()
        return
    import_id = matter.cdc.hands_in(as_csv([]) + b"x\n" * 9)
    matter.functions.arrive(import_id).follow()
    assert matter.cdc.counts(import_id) == ("finished", 9, 0, 0, 9)


ONE_LEFT = {"PutRequest": {"Item": {"import_id": {"S": "x"}, "line": {"N": "1"}}}}
TOO_FAST = {
    "some of a call": (answers(200, json.dumps({"UnprocessedItems": {"yima-refused-rows": [ONE_LEFT]}}).encode()), 2),
    "all of a call": (BEFORE["throttled"], 3),
}


@pytest.mark.parametrize("case", TOO_FAST)
def test_refused_rows_that_come_faster_than_they_are_kept_wait_a_little(
    city: City, weather: Weather, case: str
) -> None:
    matter = Matter(city)
    fault, times = TOO_FAST[case]
    weather.brings(fault, to=on("BatchWriteItem"), times=times)
    matter.functions.arrive(matter.import_id).follow()
    assert matter.functions.waits == [PAUSES_S[0]]
    matter.assert_all_is_right()


def test_a_turn_that_comes_no_further_rests(city: City) -> None:
    matter = Matter(city)
    ticks = count(0, 9)
    city.import_turns = Turns(city.uploads, city.import_turns._takers, timer=lambda: float(next(ticks)))
    city.__dict__.pop("running_imports", None)
    matter.functions.arrive(matter.import_id).follow()
    assert (matter.kept.turn, matter.kept.lease_until) == (2, NOON + REST_S), "it has read the names of the columns"


def test_a_file_that_is_sent_once_more_before_it_was_read_is_read(city: City) -> None:
    matter = Matter(city)
    matter.functions.arrive(matter.import_id)
    city.uploads.delete(file_key(matter.import_id))
    city.uploads.put(file_key(matter.import_id), matter.file + b"\r\n")
    matter.functions.arrive(matter.import_id).follow()
    matter.assert_all_is_right()


def test_told_twice_of_a_file_it_is_read_once(city: City) -> None:
    matter = Matter(city)
    for _ in range(2):
        matter.functions.arrive(matter.import_id).step(2)
    matter.functions.follow()
    matter.functions.arrive(matter.import_id).follow()
    matter.assert_all_is_right()


def test_two_functions_do_not_take_the_same_turn(city: City, weather: Weather) -> None:
    matter = Matter(city)
    matter.functions.arrive(matter.import_id)
    other: Callable[[], object] = lambda: city.running_imports._take_turn(matter.import_id, 0, city.clock)  # noqa: E731
    weather.brings(meanwhile(other), to=on("PutItem", "imports"), times=1)
    matter.functions.follow()
    matter.assert_all_is_right()


def test_whoever_comes_late_with_a_turn_that_others_have_done_changes_nothing(
    city: City, weather: Weather, clock: StoppedClock
) -> None:
    matter = Matter(city)
    matter.functions.arrive(matter.import_id)

    def others() -> None:
        clock.advance(LEASE_S + 1)
        matter.functions.sweep()
        city.running_imports._take_turn(matter.import_id, 0, city.clock)

    weather.brings(meanwhile(others), to=on("PutItem", "imports"), after=1, times=1)
    matter.functions.follow()
    matter.assert_all_is_right(killed=True)


def test_the_sweep_leaves_those_alone_who_are_at_it(city: City, weather: Weather) -> None:
    matter = Matter(city)
    matter.functions.arrive(matter.import_id)
    weather.brings(KILLED_BEFORE, to=on("", "references"))
    with pytest.raises(Crash):
        matter.functions.follow()
    weather.clears()
    held = matter.kept
    assert held.lease_until == NOON + LEASE_S
    matter.functions.sweep()
    assert matter.kept == held


def test_an_import_that_cannot_go_on_for_a_day_says_so(city: City, weather: Weather, clock: StoppedClock) -> None:
    matter = Matter(city)
    weather.brings(BEFORE["throttled"], to=on("", "evidence"))
    matter.functions.arrive(matter.import_id).follow()
    clock.advance(STALLED_S)
    matter.functions.sweep()
    weather.clears()
    kept = matter.kept
    assert kept.problem is not None
    assert (kept.state, kept.problem["code"]) == (State.FAILED, "import_stalled")
    matter.functions.follow()


def test_one_import_that_cannot_be_looked_after_keeps_no_other_waiting(
    city: City, weather: Weather, clock: StoppedClock
) -> None:
    one, other = Matter(city), Matter(city)
    weather.brings(BEFORE["throttled"], to=on("GetItem", "imports"), times=3)
    one.functions.sweep()
    weather.clears()
    one.functions.follow()
    assert {one.kept.state, other.kept.state} == {State.WAITING, State.FINISHED}
    one.until_it_is_over(clock)
    other.assert_all_is_right()
    one.assert_all_is_right()


def test_a_mistake_of_ours_costs_one_row_alone(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    matter = Matter(city)
    take, odd = city.reports.report, matter.rows[2]["reference"]

    def report(source: object, said: object, *, now: float) -> object:
        if getattr(said, "reference", "") == odd:
            raise ZeroDivisionError
        return take(source, said, now=now)  # type: ignore[arg-type]

    monkeypatch.setattr(city.reports, "report", report)
    matter.functions.arrive(matter.import_id).follow()
    assert (matter.kept.state, matter.kept.accepted, matter.kept.refused) == (State.FINISHED, ROWS - 1, REFUSED + 1)
    assert (4, "internal_fault") in matter.cdc.refused(matter.import_id)
