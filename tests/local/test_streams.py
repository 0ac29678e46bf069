"""A table stream reaches its function in order, and never moves past a record that failed."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra.local.dynamo import Store
from infra.local.functions import Streamed
from infra.local.streams import BatchFailed, Positions, StreamPump
from tests.local.test_stores import TABLE, table_on


class Listener:
    """A stream function that keeps what it was told, and fails where a test says so."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.events: list[dict[str, Any]] = []
        self.stumbles_at: str | None = None
        self.falls_at: str | None = None

    def __call__(self, event: dict[str, Any]) -> dict[str, Any]:
        self.events.append(event)
        for record in event["Records"]:
            holder = record["dynamodb"]["Keys"]["holder"]["S"]
            if holder == self.falls_at:
                raise RuntimeError("fell")
            if holder == self.stumbles_at:
                return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
            self.told.append(holder)
        return {"batchItemFailures": []}


class Scene:
    """A table with a stream, a listener, and a pump between them."""

    def __init__(self, store: Store, positions: Path | None = None) -> None:
        self.client = table_on(store)
        self.arn = self.client.describe_table(TableName=TABLE)["Table"]["LatestStreamArn"]
        self.streams = boto3.client("dynamodbstreams", endpoint_url=store.endpoint)
        self.listener = Listener()
        self.reports: list[str] = []
        self.positions = positions
        self.pump = self.new_pump()

    def new_pump(self) -> StreamPump:
        function = Streamed("listener", "trial", batch=3, call=self.listener)
        return StreamPump(
            self.streams, self.arn, function, positions=Positions(self.positions), report=self.reports.append
        )

    def write(self, *holders: str) -> None:
        for holder in holders:
            self.client.put_item(TableName=TABLE, Item={"holder": {"S": holder}, "mark": {"B": b"\x00\xff"}})


@pytest.fixture
def scene(store: Store) -> Scene:
    return Scene(store)


def test_every_change_is_told_once_and_in_order(scene: Scene) -> None:
    scene.write(*"abcde")
    assert scene.pump.pump() == 5
    scene.write("f")
    assert scene.pump.pump() == 1
    assert scene.pump.pump() == 0
    assert scene.listener.told == list("abcdef")
    assert [len(event["Records"]) for event in scene.listener.events] == [3, 2, 1]


def test_records_look_as_they_do_in_lambda(scene: Scene) -> None:
    scene.write("a")
    scene.pump.pump()
    (record,) = scene.listener.events[0]["Records"]
    assert record["eventName"] == "INSERT"
    assert record["eventSourceARN"] == scene.arn
    assert record["dynamodb"]["NewImage"] == {"holder": {"S": "a"}, "mark": {"B": "AP8="}}
    assert isinstance(record["dynamodb"]["ApproximateCreationDateTime"], int)


def test_a_record_that_is_reported_as_failed_comes_again_with_all_after_it(scene: Scene) -> None:
    scene.write(*"abcd")
    scene.listener.stumbles_at = "b"
    with pytest.raises(BatchFailed, match="record 2 of 3"):
        scene.pump.pump()
    scene.listener.stumbles_at = None
    assert scene.pump.pump() == 3
    assert scene.listener.told == list("abcd")


def test_a_function_that_raises_gets_its_whole_batch_again(scene: Scene) -> None:
    scene.write(*"abcd")
    scene.listener.falls_at = "d"
    with pytest.raises(RuntimeError):
        scene.pump.pump()
    assert scene.listener.told == list("abc")
    scene.listener.falls_at = "e"
    scene.write("e")
    with pytest.raises(RuntimeError):
        scene.pump.pump()
    scene.listener.falls_at = None
    assert scene.pump.pump() == 2
    assert scene.listener.told == list("abcdde")  # once more: a function must bear repeats


def test_a_new_pump_reads_on_where_the_old_one_stopped(store: Store, tmp_path: Path) -> None:
    scene = Scene(store, tmp_path / "streams.json")
    scene.write(*"ab")
    scene.pump.pump()
    scene.write("c")
    assert scene.new_pump().pump() == 1
    assert scene.listener.told == list("abc")


def test_stopping_the_thread_tells_what_is_left(scene: Scene) -> None:
    stop = threading.Event()
    stop.set()
    scene.write(*"ab")
    scene.pump.run(stop)
    assert scene.listener.told == list("ab")


def test_a_failure_is_reported_by_kind_and_place_only(scene: Scene) -> None:
    stop = threading.Event()
    stop.set()
    scene.write("张三")
    scene.listener.falls_at = "张三"
    scene.pump.run(stop)
    (sentence,) = scene.reports
    assert sentence.startswith("listener failed and will get the same records again: RuntimeError at test_streams.py:")


class OneQuestion:
    """Streams that answer one question a look, and fail the test for any other."""

    def __init__(self, streams: Any) -> None:
        self._streams = streams

    def get_records(self, **asked: Any) -> Any:
        return self._streams.get_records(**asked)


def test_whoever_is_up_to_date_asks_one_question_a_look(scene: Scene) -> None:
    scene.write("a")
    scene.pump.pump()
    scene.pump._streams = OneQuestion(scene.streams)  # type: ignore[assignment]
    assert scene.pump.pump() == 0
    scene.write("b")
    assert scene.pump.pump() == 1
    assert scene.listener.told == list("ab")


class TwoShards:
    """A stream of two shards that end at once, one after the other, as told by a table that was split."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def describe_stream(self, **_: Any) -> Any:
        shards = [{"ShardId": name, "SequenceNumberRange": {"StartingSequenceNumber": name}} for name in "21"]
        return {"StreamDescription": {"Shards": shards}}

    def get_shard_iterator(self, **asked: Any) -> Any:
        return {"ShardIterator": asked["ShardId"]}

    def get_records(self, **asked: Any) -> Any:
        iterator = asked["ShardIterator"]
        self.read.append(iterator)
        record = {"dynamodb": {"SequenceNumber": "9", "Keys": {"holder": {"S": iterator}}}}
        fresh = iterator == "2"
        return {"Records": [record] if fresh else [], "NextShardIterator": "later" if fresh else "1"}


def test_a_shard_that_failed_is_read_again_though_another_is_up_to_date() -> None:
    streams, listener = TwoShards(), Listener()
    listener.falls_at = "2"
    function = Streamed("listener", "trial", batch=3, call=listener)
    pump = StreamPump(streams, "arn", function, positions=Positions(), report=print)  # type: ignore[arg-type]
    for _ in range(2):
        with pytest.raises(RuntimeError):
            pump.pump()
    assert streams.read == ["1", "2", "1", "2"]
