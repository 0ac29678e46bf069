"""Carries a table stream to a function as Lambda does: in order, in batches, and no further than the first failure.

A record counts as handled only when the function has answered for it. A failing function gets the same records again,
after a pause that grows; where positions are kept in a file, also after a restart.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from infra.local.functions import Streamed
from infra.local.report import Report, described
from infra.local.stir import Stir

if TYPE_CHECKING:
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient
    from mypy_boto3_dynamodbstreams.type_defs import GetRecordsOutputTypeDef

POLL_S = 0.2
LONGEST_PAUSE_S = 10.0
AGED = ("ExpiredIteratorException", "TrimmedDataAccessException")
Record = dict[str, Any]


class BatchFailed(Exception):
    """The function answered that it could not handle a record: it and all after it come again."""


class Positions:
    """The last handled sequence number of each shard, kept in a file or in memory."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._last: dict[str, str] = json.loads(file.read_text()) if file and file.exists() else {}

    def last(self, shard: str) -> str | None:
        """The last handled sequence number, None where nothing was handled."""
        return self._last.get(shard)

    def advance(self, shard: str, sequence: str | None) -> None:
        """Remember what was handled (None: nothing). The file is replaced whole, so it is never half written."""
        self._last.pop(shard, None)
        if sequence is not None:
            self._last[shard] = sequence
        if self._file is not None:
            draft = self._file.with_suffix(".new")
            draft.write_text(json.dumps(self._last))
            draft.replace(self._file)


class StreamPump:
    """One table stream and one function. `pump` is one round; `run` is rounds until told to stop, which rest where
    nothing `stir`s: there are two dozen streams, and a city that idles should let others work."""

    def __init__(
        self,
        streams: DynamoDBStreamsClient,
        arn: str,
        function: Streamed,
        *,
        positions: Positions,
        report: Report,
        stir: Stir | None = None,
    ) -> None:
        self._streams = streams
        self._arn = arn
        self._function = function
        self._positions = positions
        self._report = report
        self._stir = stir or Stir()
        self._kept: dict[str, str] = {}

    def run(self, stop: threading.Event) -> None:
        """Pump until stopped, then once more, so that what happened last is told too."""
        pause = POLL_S
        while not stop.wait(pause):
            self._stir.rest()
            pause = POLL_S if self._round() else min(pause * 2, LONGEST_PAUSE_S)
        self._round()

    def _round(self) -> bool:
        """Pump once; False where the store or the function failed, which is reported and ends nothing."""
        try:
            self.pump()
        except Exception as error:
            self._report(f"{self._function.name} failed and will get the same records again: {described(error)}")
            return False
        return True

    def pump(self) -> int:
        """Deliver all that is in the stream now, oldest shard first; answers how many records were handled.

        Raises what the function raised, or `BatchFailed`; the position then stands before the first failed record.
        """
        reading = self._kept or dict.fromkeys(self._shards(), "")
        self._kept = {}
        try:
            return sum(
                self._deliver(shard, batch) for shard in reading for batch in self._batches(shard, reading[shard])
            )
        except Exception:
            self._kept = {}
            raise

    def _deliver(self, shard: str, batch: list[Record]) -> int:
        """Call the function and move on as far as it answered for; answers the number of records."""
        answer = self._function.call({"Records": [_as_lambda_sees(record, self._arn) for record in batch]})
        done = _handled(batch, answer)
        if done:
            self._positions.advance(shard, _sequence(batch[done - 1]))
        if done < len(batch):
            raise BatchFailed(f"record {done + 1} of {len(batch)}")
        return done

    def _batches(self, shard: str, kept: str) -> Iterator[list[Record]]:
        """What is new in a shard, batch by batch. Where it ended is kept: the next look is one question, not three."""
        iterator = kept or self._iterator(shard)
        while iterator:
            answer = self._read(shard, iterator)
            iterator = answer.get("NextShardIterator", "")
            if not answer["Records"]:
                break
            yield [dict(record) for record in answer["Records"]]
        if iterator:
            self._kept[shard] = iterator

    def _read(self, shard: str, iterator: str) -> GetRecordsOutputTypeDef:
        """A page of a shard; an iterator that has aged, as on a laptop that slept, is replaced by one like it."""
        try:
            return self._streams.get_records(ShardIterator=iterator, Limit=self._function.batch)
        except ClientError as error:
            if error.response["Error"]["Code"] not in AGED:
                raise
        return self._streams.get_records(ShardIterator=self._iterator(shard), Limit=self._function.batch)

    def _iterator(self, shard: str) -> str:
        """Where to read on: after the last handled record, or from the oldest where that one has left the stream."""
        last = self._positions.last(shard)
        try:
            return self._open(shard, last)
        except ClientError as error:
            if last is None or error.response["Error"]["Code"] != "TrimmedDataAccessException":
                raise
        self._positions.advance(shard, None)
        return self._open(shard, None)

    def _open(self, shard: str, last: str | None) -> str:
        if last is None:
            answer = self._streams.get_shard_iterator(
                StreamArn=self._arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
            )
        else:
            answer = self._streams.get_shard_iterator(
                StreamArn=self._arn, ShardId=shard, ShardIteratorType="AFTER_SEQUENCE_NUMBER", SequenceNumber=last
            )
        return answer["ShardIterator"]

    def _shards(self) -> list[str]:
        """All shards, parents before children. A local table has one at a time, so the age is the lineage."""
        shards = self._streams.describe_stream(StreamArn=self._arn)["StreamDescription"]["Shards"]
        shards.sort(key=lambda shard: int(shard["SequenceNumberRange"]["StartingSequenceNumber"]))
        return [shard["ShardId"] for shard in shards]


def _handled(batch: list[Record], answer: Any) -> int:
    """How many records, from the first, the function answered for (ReportBatchItemFailures).

    An answer that names a record which is not in the batch fails the whole batch, as it does in Lambda.
    """
    failures = (answer or {}).get("batchItemFailures") or []
    if not failures:
        return len(batch)
    order = {_sequence(record): index for index, record in enumerate(batch)}
    return min(order.get(failure["itemIdentifier"], 0) for failure in failures)


def _sequence(record: Record) -> str:
    sequence: str = record["dynamodb"]["SequenceNumber"]
    return sequence


def _as_lambda_sees(record: Record, arn: str) -> Record:
    """A record as Lambda hands it to a function: bytes as Base64 text, times as Unix seconds, the stream named."""
    seen: Record = json.loads(json.dumps(record, default=_plain))
    return seen | {"eventSourceARN": arn}


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return int(value.timestamp())
    raise TypeError(f"a stream record holds a {type(value).__name__}")
