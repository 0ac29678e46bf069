"""A walk over all holders: what a dry run counts, and that a sweep stopped anywhere ends in the same state."""

from __future__ import annotations

import pytest

from chalicelib.platform.times import rfc3339
from chalicelib.status.evidence.store import EvidenceItem
from chalicelib.status.policy.sweep_model import Sweep, SweepKind
from chalicelib.status.policy.sweep_store import LEASE_S, SweepItem
from chalicelib.wiring import City
from functions.run_sweeps import _has_time
from tests.faults.weather import AFTER, BEFORE, KILLED_AFTER, KILLED_BEFORE, Crash, Fault, Weather, meanwhile, on
from tests.status.policy.ministry import DAY, Ministry, colours, expected, settled, sweeper
from tests.world import NOON, Caller, StoppedClock, another_process

PEOPLE = 12
OFFICERS = 2


@pytest.fixture
def ministry(city: City, api: Caller) -> Ministry:
    return Ministry(city, api)


def outcome(ministry: Ministry, dry_run: str) -> dict[str, object]:
    """What a dry run has found, and how many it has visited."""
    found = ministry.look(f"/v1/dry-runs/{dry_run}")
    assert found["progress"]["finished_at"], found
    kept = ("would_turn", "would_leave")
    return {**{name: found[name] for name in kept}, "done": found["progress"]["done"]}


EXACT = {
    "would_turn": {"green": 0, "yellow": 3, "red": 3},
    "would_leave": {"green": 6, "yellow": 0, "red": 0},
    "done": PEOPLE + OFFICERS,
}


def test_a_dry_run_counts_everybody_and_changes_nobody(city: City, ministry: Ministry) -> None:
    people = settled(city, range(PEOPLE))
    before = [city.ledger.read(holder) for holder in people]
    started = ministry.dry_run()
    assert (started.status, started.body["progress"]["done"]) == (201, 0)
    assert started.body["progress"]["about"] == PEOPLE + OFFICERS
    ministry.minute()
    assert outcome(ministry, started.body["dry_run_id"]) == EXACT
    words = ministry.look(f"/v1/dry-runs/{started.body['dry_run_id']}")["words"]
    assert words["en"] == "3 would turn yellow, 3 would turn red, 6 would leave green"
    assert words["zh"] == "3 人将转为黄码，3 人将转为红码，6 人将不再是绿码"
    assert [city.ledger.read(holder) for holder in people] == before


def test_a_dry_run_of_what_is_in_force_finds_nothing(city: City, ministry: Ministry) -> None:
    settled(city, range(4))
    dry_run = ministry.dry_run("calm@1").body["dry_run_id"]
    ministry.minute()
    assert ministry.look(f"/v1/dry-runs/{dry_run}")["words"]["en"] == "nobody's colour would change"


def test_a_dry_run_looks_at_the_instant_it_is_asked_about(city: City, ministry: Ministry) -> None:
    settled(city, range(PEOPLE))
    dry_run = ministry.dry_run(at=rfc3339(NOON + 10 * DAY)).body["dry_run_id"]
    ministry.minute()
    assert outcome(ministry, dry_run)["would_turn"] == {"green": 0, "yellow": 0, "red": 3}


def test_the_same_dry_run_sent_again_is_the_same(ministry: Ministry) -> None:
    first = ministry.dry_run(key="once").body["dry_run_id"]
    assert ministry.dry_run(key="once").body["dry_run_id"] == first
    assert ministry.dry_run("calm@1", key="once").code == "idempotency_key_reused"
    assert ministry.dry_run("story@1").code == "no_such_policy"
    assert ministry.dry_run(at=rfc3339(NOON - DAY)).code == "effective_in_the_past"


def test_a_sweep_that_has_little_time_goes_on_where_it_stopped(city: City, ministry: Ministry) -> None:
    people = settled(city, range(PEOPLE))
    ministry.rolled_out()
    dry_run = ministry.dry_run("calm@1").body["dry_run_id"]
    runs = 0
    while SweepItem.count("all", filter_condition=SweepItem.finished_at.does_not_exist()):
        ministry.minute(pages=2, page=1)
        runs += 1
        assert runs < 100
    assert runs > 10
    assert colours(city, people) == expected(PEOPLE)
    assert outcome(ministry, dry_run)["would_leave"] == {"green": 0, "yellow": 3, "red": 3}


def test_a_holder_whose_evidence_cannot_be_read_keeps_nobody_waiting(city: City, ministry: Ministry) -> None:
    people = settled(city, range(PEOPLE))
    item = next(iter(EvidenceItem.query(people[0])))
    item.attributes = "{not json"
    item.save()
    roll_out = ministry.rolled_out()
    ministry.minute()
    told = ministry.look(f"/v1/roll-outs/{roll_out}")
    assert (told["state"], told["progress"]["failed"]) == ("complete", 1)
    assert colours(city, people[1:]) == expected(PEOPLE)[1:]


def test_a_sweep_that_cannot_go_on_keeps_no_other_waiting(city: City, ministry: Ministry, clock: StoppedClock) -> None:
    settled(city, range(PEOPLE))
    lost = Sweep("lost", SweepKind.DRY_RUN, "gone@1", NOON, 0, created_at=NOON - 60, about=0)
    city.sweeps.open(lost)
    dry_run = ministry.dry_run().body["dry_run_id"]
    ministry.minute()
    assert outcome(ministry, dry_run) == EXACT


def test_a_dry_run_is_still_the_same_when_its_instant_is_over(ministry: Ministry, clock: StoppedClock) -> None:
    at = rfc3339(NOON + 600)
    first = ministry.dry_run(key="once", at=at).body["dry_run_id"]
    clock.advance(1_200)
    assert ministry.dry_run(key="once", at=at).body["dry_run_id"] == first


@pytest.mark.parametrize("fault", ["throttled", "no answer in time"])
def test_nothing_waits_for_the_store_to_say_how_many_there_are(
    ministry: Ministry, weather: Weather, fault: str
) -> None:
    weather.brings(BEFORE[fault], to=on("DescribeTable"))
    started = ministry.dry_run()
    assert (started.status, started.body["progress"]["about"]) == (201, 0)
    assert ministry.approve(ministry.propose().body["roll_out_id"]).status == 200


def until_finished(ministry: Ministry, clock: StoppedClock) -> None:
    """Let others take over what a killed run left."""
    for _ in range(3):
        clock.advance(LEASE_S + 1)
        ministry.minute(page=2)


DEATHS = {"before": KILLED_BEFORE, "after": KILLED_AFTER}


@pytest.mark.parametrize("death", DEATHS)
def test_a_dry_run_killed_at_any_write_counts_everybody_once(
    city: City, ministry: Ministry, weather: Weather, clock: StoppedClock, death: str
) -> None:
    settled(city, range(PEOPLE))
    for write in range(0, 33, 5):
        dry_run = ministry.dry_run().body["dry_run_id"]
        weather.brings(DEATHS[death], to=on("UpdateItem", "sweeps"), after=write, times=1)
        with pytest.raises(Crash):
            ministry.minute(page=2)
        weather.clears()
        until_finished(ministry, clock)
        assert outcome(ministry, dry_run) == EXACT


@pytest.mark.parametrize("fault", ["throttled", "no answer in time", "carried out, the answer late"])
@pytest.mark.parametrize("table", ["sweeps", "evidence", "statuses"])
def test_a_dry_run_in_bad_weather_counts_everybody_once(
    city: City, ministry: Ministry, weather: Weather, clock: StoppedClock, table: str, fault: str
) -> None:
    settled(city, range(PEOPLE))
    dry_run = ministry.dry_run().body["dry_run_id"]
    operation = {"sweeps": "UpdateItem", "evidence": "Query", "statuses": "Scan"}[table]
    for after in (2, 7, 11):
        weather.brings((BEFORE | AFTER)[fault], to=on(operation, table), after=after)
        ministry.minute(page=2)
        weather.clears()
        clock.advance(LEASE_S + 1)
    until_finished(ministry, clock)
    assert outcome(ministry, dry_run) == EXACT


@pytest.mark.parametrize("page", range(0, 20, 4))
def test_a_page_that_two_walk_at_once_counts_once(
    city: City, ministry: Ministry, weather: Weather, clock: StoppedClock, page: int
) -> None:
    settled(city, range(PEOPLE))
    dry_run = ministry.dry_run().body["dry_run_id"]
    other = another_process(clock)

    def overtake() -> None:
        weather.clears()
        clock.advance(LEASE_S + 1)
        sweeper(other, 2).run(clock=clock, has_time=lambda: True)

    overtaken: Fault = meanwhile(overtake)
    weather.brings(overtaken, to=on("UpdateItem", "sweeps"), after=page, times=1)
    ministry.minute(page=2)
    until_finished(ministry, clock)
    assert outcome(ministry, dry_run) == EXACT


def test_the_function_stops_in_time() -> None:
    class Context:
        left = 2_500

        def get_remaining_time_in_millis(self) -> int:
            self.left -= 400
            return self.left

    has_time = _has_time(Context())
    assert [has_time(), has_time()] == [True, False]
