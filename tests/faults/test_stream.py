"""Every accepted scan is in the log exactly once, however often and in whatever order the stream delivers it."""

from __future__ import annotations

import random
from typing import Any

import boto3
import pytest

from chalicelib.codes.model import Accepted
from chalicelib.codes.store import ScanItem
from chalicelib.people.sandbox import RESIDENTS
from chalicelib.status.model import Colour, Scan, Standing
from chalicelib.status.store import StatusItem, StatusStore
from chalicelib.wiring import City
from functions.log_scans import log_scans
from infra.local.functions import Streamed
from infra.local.streams import Positions, StreamPump
from tests.faults.weather import AFTER, BEFORE, KILLED_AFTER, Crash, Fault, Weather, on
from tests.world import StoppedClock, coloured, moved_in

WRITING_SCANS = on("PutItem", "scans")
SCANS = 6
RETENTION_S = 180 * 24 * 3600
Record = dict[str, Any]


class Day:
    """A day at several doors: what was accepted there, and what the stream of the statuses tells of it."""

    def __init__(self, city: City) -> None:
        assert isinstance(city.clock, StoppedClock)
        self.city, self.clock = city, city.clock
        self.people = [moved_in(city, resident) for resident in RESIDENTS[:3]]
        self.accepted: set[tuple[str, Scan]] = set()
        self.live()
        self.records = self._told()

    def live(self) -> None:
        """Codes are shown, scanned, scanned again and copied; colours change, and somebody is suspended for a while."""
        for number in range(SCANS):
            holder = self.people[number % 3]
            self.clock.advance(5)
            code = self.city.issuer.issue(holder, now=self.clock())[0].text
            self._scan(holder, code, "metro", f"gate {number}")
            self._scan(holder, code, "metro", "the same gate again")
            self._scan(holder, code, "library", "somebody with a photograph")
            coloured(self.city, holder, Colour.YELLOW if number % 2 else Colour.GREEN)
        StatusStore().set_standing(self.people[0], Standing.SUSPENDED)
        StatusStore().set_standing(self.people[0], Standing.ACTIVE)

    def _scan(self, holder: str, code: str, verifier: str, place: str) -> None:
        scan = Scan(verifier, f"{verifier} of 一码", "entry", place, int(self.clock()))
        before = StatusItem.get(holder).mark
        verdict = self.city.verifier.verify(code, scan=scan, now=self.clock())
        if isinstance(verdict, Accepted) and StatusItem.get(holder).mark != before:
            self.accepted.add((holder, scan))

    def _told(self) -> list[Record]:
        """All records of the stream, as Lambda hands them over."""
        records: list[Record] = []
        listener = Streamed("listener", "statuses", batch=100, call=lambda event: records.extend(event["Records"]))
        endpoint = self.city.settings.dynamodb_endpoint
        arn = self.city.dynamodb.describe_table(TableName="yima-statuses")["Table"]["LatestStreamArn"]
        streams = boto3.client("dynamodbstreams", endpoint_url=endpoint)
        StreamPump(streams, arn, listener, positions=Positions(), report=print).pump()
        return records

    def scans_among(self, records: list[Record]) -> int:
        """How many of the records tell of a scan."""
        images = [record["dynamodb"] for record in records]
        return sum("OldImage" in image and image["OldImage"]["mark"] != image["NewImage"]["mark"] for image in images)


def deliver(records: list[Record]) -> str | None:
    """Call the function with a batch; answers the sequence number to resume from, if any."""
    failures = log_scans({"Records": records}, None)["batchItemFailures"]
    assert len(failures) <= 1
    return failures[0]["itemIdentifier"] if failures else None


def sequence(record: Record) -> str:
    number: str = record["dynamodb"]["SequenceNumber"]
    return number


def logged() -> list[tuple[str, Scan]]:
    """What the log holds; each with the right end of its life."""
    items = list(ScanItem.scan())
    for item in items:
        assert item.expires_at.timestamp() == item.at + RETENTION_S
    return [
        (item.holder, Scan(item.verifier, item.verifier_name, item.purpose, item.place, int(item.at))) for item in items
    ]


def assert_exactly_once(day: Day) -> None:
    assert sorted(logged()) == sorted(day.accepted)
    for item in ScanItem.scan():
        item.delete()


@pytest.fixture(scope="module")
def day(anywhere: City) -> Day:
    return Day(anywhere)


def test_a_quiet_day(day: Day) -> None:
    assert len(day.accepted) == SCANS
    assert len(day.records) > 2 * SCANS
    assert deliver(day.records) is None
    assert_exactly_once(day)


def test_the_holder_reads_who_looked_newest_first(day: Day) -> None:
    deliver(day.records)
    page = day.city.scans.page(day.people[1], before=None, size=20)
    assert [item.place for item in page] == ["gate 4", "gate 1"]
    assert_exactly_once(day)


@pytest.mark.parametrize("fault", [BEFORE["throttled"], AFTER["carried out, the answer late"]], ids=["no", "late"])
def test_a_batch_that_fails_half_way_names_the_record_to_resume_from(day: Day, weather: Weather, fault: Fault) -> None:
    for position in range(len(day.accepted)):
        weather.brings(fault, to=WRITING_SCANS, after=position)
        failed = deliver(day.records)
        weather.clears()
        rest = [record for record in day.records if failed is not None and int(sequence(record)) >= int(failed)]
        assert day.scans_among(day.records) - day.scans_among(rest) == position, "all before it are in the log"
        assert sequence(rest[0]) == failed
        assert day.scans_among(rest[:1]) == 1, "it tells of a scan"
        assert len(logged()) == position + (fault is not BEFORE["throttled"])
        assert deliver(rest) is None
        assert_exactly_once(day)


def test_a_function_killed_half_way_gets_the_whole_batch_again(day: Day, weather: Weather) -> None:
    for position in range(len(day.accepted)):
        weather.brings(KILLED_AFTER, to=WRITING_SCANS, after=position)
        with pytest.raises(Crash):
            deliver(day.records)
        weather.clears()
        assert deliver(day.records) is None
        assert_exactly_once(day)


def test_a_fault_that_passes_is_not_even_noticed(day: Day, weather: Weather) -> None:
    for fault in (BEFORE | AFTER).values():
        weather.brings(fault, to=WRITING_SCANS, after=3, times=1)
        assert deliver(day.records) is None
        weather.clears()
    assert_exactly_once(day)


def test_records_that_come_twice_and_in_any_order_are_logged_once(day: Day) -> None:
    chance = random.Random(34)
    for _ in range(5):
        records = day.records + chance.choices(day.records, k=20)
        chance.shuffle(records)
        while records:
            size = chance.randint(1, 12)
            batch, records = records[:size], records[size:]
            assert deliver(batch) is None
        assert_exactly_once(day)


def test_changes_that_are_no_scans_are_passed_by(day: Day, weather: Weather) -> None:
    quiet = [record for record in day.records if day.scans_among([record]) == 0]
    assert {record["eventName"] for record in quiet} == {"INSERT", "MODIFY"}
    image = day.records[-1]["dynamodb"]
    forgotten = {"eventName": "REMOVE", "dynamodb": {name: image[name] for name in image if name != "NewImage"}}
    assert deliver([*quiet, forgotten]) is None
    assert weather.count(WRITING_SCANS) == 0


def test_a_record_that_cannot_be_read_is_named_and_what_came_before_it_is_kept(day: Day) -> None:
    image = {"last_scan": {"M": {}}, "mark": {"B": "AP8="}, "holder": {"S": day.people[0]}}
    spoilt = {**day.records[-1], "dynamodb": {"SequenceNumber": "7", "NewImage": image}}
    assert deliver([*day.records, spoilt, *day.records]) == "7"
    assert_exactly_once(day)
