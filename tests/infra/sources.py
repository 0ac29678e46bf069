"""What calls the functions of the tour: streams, read once, and queues that moto plays."""

from __future__ import annotations

from typing import Any

import boto3

from chalicelib.platform.queues import SqsQueue
from chalicelib.wiring import City
from infra.local import queues
from infra.local.functions import Streamed
from infra.local.streams import Positions, StreamPump

Record = dict[str, Any]


class Streams:
    """All that the streams of tables have told, each record read once."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._client = boto3.client("dynamodbstreams", region_name=city.settings.aws_region)
        self._told: dict[str, list[Record]] = {}
        self._pumps: dict[str, StreamPump] = {}

    def records(self, table: str) -> list[Record]:
        """Everything from the first record on, as Lambda hands it over."""
        if table not in self._pumps:
            self._pumps[table] = self._pump(table)
        while self._pumps[table].pump():
            pass
        return self._told[table]

    def _pump(self, table: str) -> StreamPump:
        told = self._told.setdefault(table, [])
        listener = Streamed("listener", table, batch=100, call=lambda event: told.extend(event["Records"]))
        arn = self._city.dynamodb.describe_table(TableName=self._city.settings.table(table))["Table"]["LatestStreamArn"]
        return StreamPump(self._client, arn, listener, positions=Positions(), report=print)


class Queues:
    """Both queues, and what is in the one that has an order."""

    def __init__(self, region: str) -> None:
        self._client = boto3.client("sqs", region_name=region)
        self.empty()

    def given_to(self, process: City) -> None:
        """Let a process send by them, with a client of its own."""
        name = queues.SETTING["YIMA_WEBHOOK_QUEUE"].partition(":")[2]
        process.webhook_queue = SqsQueue(lambda: self._client, name)

    def empty(self) -> None:
        """They are there, and nothing is in them."""
        self.close()
        self._url, _ = (queues.create(self._client, name) for name in queues.QUEUES)

    def close(self) -> None:
        """They are gone."""
        queues.delete_all(self._client)

    def received(self) -> list[Record]:
        """What is in it, as Lambda hands it over; it is out of it then."""
        found = self._client.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10).get("Messages", [])
        for message in found:
            self._client.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return [{"messageId": one["MessageId"], "body": one["Body"], "attributes": {}} for one in found]
