"""People whose colours change by themselves, and what has been told of it: for tests of whoever tells."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import boto3

from chalicelib.people.sandbox import RESIDENTS
from chalicelib.status.changes import Change
from chalicelib.status.evidence.model import MANUAL
from chalicelib.status.evidence.store import EvidenceItem
from chalicelib.status.model import Colour
from chalicelib.status.store import ChangeStore
from chalicelib.wiring import City
from functions.tell_changes import tell_changes
from infra.local.functions import Streamed
from infra.local.streams import Positions, StreamPump
from tests.world import StoppedClock, moved_in

Record = dict[str, Any]
HOUR = 3600
DAY = 24 * HOUR
GREEN, YELLOW, RED = Colour.GREEN, Colour.YELLOW, Colour.RED


def known(city: City, holder: str, colour: Colour, *, since: int, until: int) -> None:
    """Something becomes known that colours a holder for a while; nobody has recomputed anything yet."""
    now = int(city.clock())
    EvidenceItem(
        holder,
        f"{since:012x}{until:012x}",
        kind=MANUAL,
        happened_at=since,
        valid_until=until,
        reported_at=now,
        attributes=json.dumps({"colour": colour, "override": "of-a-test"}),
        source="",
        source_name="",
        reference="",
    ).save()


def stream_of(city: City, contents: str) -> list[Record]:
    """All records of a table's stream, as Lambda hands them over."""
    records: list[Record] = []
    listener = Streamed("listener", contents, batch=100, call=lambda event: records.extend(event["Records"]))
    arn = city.dynamodb.describe_table(TableName=f"yima-{contents}")["Table"]["LatestStreamArn"]
    streams = boto3.client("dynamodbstreams", endpoint_url=city.settings.dynamodb_endpoint)
    StreamPump(streams, arn, listener, positions=Positions(), report=print).pump()
    return records


def published(city: City) -> None:
    """Deliver all that the stream of the statuses tells, from the first record."""
    assert tell_changes({"Records": stream_of(city, "statuses")}, None) == {"batchItemFailures": []}


def told(holder: str) -> list[Change]:
    """What was published of a holder, in order."""
    return ChangeStore().page(holder, before=None, size=100)[::-1]


def assert_unbroken(changes: list[Change]) -> None:
    """Numbered from one, each begins with the colour the one before ended with, in order of time."""
    assert [change.sequence for change in changes] == list(range(1, len(changes) + 1))
    assert all(one.new is other.old and one.at <= other.at for one, other in pairwise(changes))


class Week:
    """Three people: two whose colours will change by themselves in the next days, and one who stays green."""

    def __init__(self, city: City) -> None:
        assert isinstance(city.clock, StoppedClock)
        self.city, self.clock = city, city.clock
        self.begins = int(self.clock())
        self.changing, self.lapsing, self.steady = [moved_in(city, resident) for resident in RESIDENTS[:3]]
        self._learns(self.changing, YELLOW, HOUR, DAY)
        self._learns(self.changing, RED, 6 * HOUR, 9 * HOUR)
        self._learns(self.lapsing, RED, 0, 30 * HOUR)

    def _learns(self, holder: str, colour: Colour, since: int, until: int) -> None:
        known(self.city, holder, colour, since=self.begins + since, until=self.begins + until)
        self.city.recompute.holder(holder, now=int(self.clock()), cause="evidence")

    def runs(self, city: City | None = None) -> int:
        """One scheduled run."""
        return (city or self.city).due_changes.tell_all(now=int(self.clock()))

    def assert_told_once(self) -> None:
        """All that happened in two days, each once, at the instant it happened."""
        published(self.city)
        changing, lapsing = told(self.changing), told(self.lapsing)
        for changes in (changing, lapsing, told(self.steady)):
            assert_unbroken(changes)
        hours = [(change.at - self.begins) / HOUR for change in changing]
        assert hours == [1, 6, 9, 24]
        assert [change.new for change in changing] == [YELLOW, RED, YELLOW, GREEN]
        assert {change.cause for change in changing} == {"time"}
        assert [((change.at - self.begins) / HOUR, change.cause) for change in lapsing] == [
            (0, "evidence"),
            (30, "time"),
        ]
        assert told(self.steady) == []
