"""A city on DynamoDB Local with as many holders as a measurement wants, and a count of every call it makes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from random import Random
from typing import Any

from bench.timelines import life
from chalicelib.platform.aws import plain_dynamodb
from chalicelib.platform.tables import create_all
from chalicelib.status.changes import Told
from chalicelib.status.course import to_text
from chalicelib.status.evidence.model import Evidence
from chalicelib.status.evidence.writer import EvidenceWriter
from chalicelib.status.ledger import Kept, StatusLedger
from chalicelib.status.model import colour_at
from chalicelib.status.policy.shipped import shipped
from chalicelib.status.timeline import EVER, prepare, timeline
from chalicelib.wiring import City, city

Item = dict[str, Any]
DAY = 86_400
A_BATCH = 25
"""As many items as BatchWriteItem takes."""

REPORTED, PIECES = 0.3, 5
"""How many holders anything is known of, and how much."""


class Crowd:
    """Holders by the thousand; random, but the same in every run."""

    def __init__(self) -> None:
        create_all()
        self.city: City = city()
        self.now = int(time.time())
        self.calls: Counter[str] = Counter()
        self.size = 0
        self._chance = Random(1)
        self._client = plain_dynamodb(self.city.settings, attempts=3)
        self._epidemic = prepare(shipped("epidemic"))
        events = self.city.dynamodb.meta.events
        events.register("before-send.dynamodb", self._count)
        events.register("after-call.dynamodb.Query", self._count_items)

    def grow(self, size: int, *, due: int) -> None:
        """Let the population become as large as that; this many of the new ones have a change that is due."""
        items = [self._status(change_in=-1 if number < due else 7) for number in range(size - self.size)]
        self._load("statuses", items)
        self.size = size

    def grow_with_evidence(self, people: int) -> None:
        """More holders, of some of whom something is known; their timelines are of calm times."""
        green = to_text(timeline([], prepare(shipped("calm"))), since=EVER)
        holders = [self._id() for _ in range(people)]
        self._load("statuses", (self._item(holder, green, told_at=self.now) for holder in holders))
        known = [(holder, fact) for holder in holders if self._chance.random() < REPORTED for fact in self._life()]
        self._load("evidence", (_captured_fact(holder, fact) for holder, fact in known))
        self.size += people

    def _life(self) -> list[Evidence]:
        """Some evidence, of the last weeks."""
        facts = life(PIECES, self._chance)
        return [
            fact._replace(happened_at=self.now - self._chance.randrange(30 * DAY), valid_until=None)
            for fact in facts
            if fact.kind != "manual"
        ]

    def _status(self, *, change_in: int) -> Item:
        """A holder who turns green at a midnight some days from now, or some days ago and has not been told."""
        arrival = Evidence("0" * 24, "arrival", self.now + (change_in - 8) * DAY, {"risk": "medium"})
        course = to_text(timeline([arrival], self._epidemic), since=EVER)
        return self._item(self._id(), course, told_at=self.now + (change_in - 2) * DAY)

    def _item(self, holder: str, course: str, *, told_at: int) -> Item:
        captured = _Captured()
        told = Told(colour_at(course, told_at), told_at, 1)
        StatusLedger(captured, "").open(Kept(holder, course, 1, 0, told), masked_name=bytes(40))  # type: ignore[arg-type]
        return captured.item

    def _id(self) -> str:
        return f"{self._chance.getrandbits(128):032x}"

    def _load(self, table: str, items: Iterable[Item]) -> None:
        """Write items in batches, several at once."""
        name = self.city.settings.table(table)
        with ThreadPoolExecutor(4) as pool:
            for unwritten in pool.map(lambda batch: self._write(name, batch), _batches(iter(items))):
                assert not unwritten

    def _write(self, table: str, batch: list[Item]) -> Item:
        requests: Any = {table: [{"PutRequest": {"Item": item}} for item in batch]}
        return dict(self._client.batch_write_item(RequestItems=requests)["UnprocessedItems"])

    def _count(self, event_name: str, **_: Any) -> None:
        self.calls[event_name.rpartition(".")[2]] += 1

    def _count_items(self, parsed: dict[str, Any], **_: Any) -> None:
        self.calls["items read by Query"] += len(parsed.get("Items", []))


class _Captured:
    """Takes the place of the client, so that items are exactly what the city writes."""

    item: Item

    def put_item(self, *, Item: Item, **_: Any) -> None:  # noqa: N803 - as boto3 calls it
        """Keep it instead."""
        self.item = Item


def _captured_fact(holder: str, fact: Evidence) -> Item:
    captured = _Captured()
    EvidenceWriter(captured, "").put(holder, fact)  # type: ignore[arg-type]
    return captured.item


def _batches(items: Iterator[Item]) -> Iterator[list[Item]]:
    while batch := list(islice(items, A_BATCH)):
        yield batch
