"""Queues of a local city, and what carries their messages to functions as Lambda does.

moto plays SQS in this process, whatever the store is. What is in a queue is gone when the city closes; what matters is
in the tables, from which a scheduled function finds it again. Messages of one group are under way one batch at a time,
groups side by side; a message that a function did not answer for comes again, and after three times is laid aside.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING, Any

import boto3

from infra.local.environment import environment
from infra.local.functions import Queued
from infra.local.report import Report, described
from infra.local.stir import Stir

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

PREFIX = "yima-"
SETTING = {"YIMA_WEBHOOK_QUEUE": "sqs:yima-webhooks"}
QUEUES = ("webhooks.fifo", "webhooks-delays")
DEAD = "-dead"
POLL_S = 0.1
WORKERS = 16
AT_ONCE = 10
VISIBLE_AGAIN_S = 240
"""Ten messages of a lane are handed on one after the other, and a receiver may take 20 s for each."""

TRIES = 3


@contextmanager
def queues(region: str) -> Iterator[SQSClient]:
    """SQS by moto with the city's queues in it; the settings name them meanwhile."""
    from moto import mock_aws

    with mock_aws(config={"core": {"mock_credentials": False}}), environment(SETTING):
        client = boto3.client("sqs", region_name=region)
        for name in QUEUES:
            create(client, name)
        try:
            yield client
        finally:
            delete_all(client)


def delete_all(client: SQSClient) -> None:
    """Take every queue away, with what is in it."""
    for url in client.list_queues(QueueNamePrefix=PREFIX).get("QueueUrls", []):
        client.delete_queue(QueueUrl=url)


def create(client: SQSClient, name: str) -> str:
    """A queue, and beside it one for what is laid aside; answers where it is."""
    fifo = {"FifoQueue": "true"} if name.endswith(".fifo") else {}
    stem, dot, suffix = (PREFIX + name).partition(".")
    dead = client.create_queue(QueueName=stem + DEAD + dot + suffix, Attributes=fifo)["QueueUrl"]  # type: ignore[arg-type]
    arn = client.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": TRIES})
    attributes = fifo | {"VisibilityTimeout": str(VISIBLE_AGAIN_S), "RedrivePolicy": redrive}
    return client.create_queue(QueueName=PREFIX + name, Attributes=attributes)["QueueUrl"]  # type: ignore[arg-type]


class QueuePump:
    """One queue and one function. `pump` is one look into the queue; `run` is looks until told to stop.

    Threads call the function, as many as `workers`; nothing is taken out while all of them are busy.
    """

    def __init__(
        self,
        client: SQSClient,
        function: Queued,
        *,
        report: Report,
        workers: int = WORKERS,
        stir: Stir | None = None,
    ) -> None:
        self._client = client
        self._function = function
        self._url = client.get_queue_url(QueueName=PREFIX + function.queue)["QueueUrl"]
        self._report = report
        self._stir = stir or Stir()
        self._workers = workers
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix=function.name)
        self._busy: set[Future[None]] = set()

    def run(self, stop: threading.Event) -> None:
        """Pump until stopped; what is under way then is waited for."""
        while not stop.is_set():
            if not self._round():
                stop.wait(POLL_S)
                self._stir.rest()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _round(self) -> int:
        """Pump once; 0 where there was nothing to do, or the queue failed, which is reported and ends nothing."""
        try:
            return self.pump()
        except Exception as error:
            self._report(f"{self._function.name}: its queue failed and will be asked again: {described(error)}")
            return 0

    def pump(self) -> int:
        """Hand on what is in the queue and may be; answers how many messages."""
        self._busy = {future for future in self._busy if not future.done()}
        if len(self._busy) >= self._workers:
            return 0
        found = self._client.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=AT_ONCE,
            MessageSystemAttributeNames=["MessageGroupId", "ApproximateReceiveCount"],
        ).get("Messages", [])
        for messages in _groups(found):
            self._busy.add(self._pool.submit(self._handled, messages))
        return len(found)

    def wait(self) -> None:
        """Wait for what is under way."""
        for future in list(self._busy):
            future.result()

    def _handled(self, messages: list[MessageTypeDef]) -> None:
        """Call the function with the messages of a group, and take out those it answered for.

        In a group that has an order nothing after a failure is handed on: it comes again behind it.
        """
        size = self._function.batch
        for batch in (messages[first : first + size] for first in range(0, len(messages), size)):
            failed = self._call(batch)
            for message in batch:
                if message["MessageId"] not in failed:
                    self._client.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
            if failed:
                return

    def _call(self, batch: list[MessageTypeDef]) -> set[str]:
        """The ids of messages that must come again: all of them where the function fell."""
        try:
            answer = self._function.call({"Records": [_as_lambda_sees(message) for message in batch]})
            failed = {item["itemIdentifier"] for item in answer["batchItemFailures"]}
        except Exception as error:
            self._report(f"{self._function.name} failed and will get the same messages again: {described(error)}")
            return {message["MessageId"] for message in batch}
        if failed:
            self._report(f"{self._function.name} could not handle a message and will get it again")
        return failed


def _groups(messages: Iterable[MessageTypeDef]) -> list[list[MessageTypeDef]]:
    """Messages that must follow one another, and those that need not all together."""

    def group(message: MessageTypeDef) -> str:
        return str(message.get("Attributes", {}).get("MessageGroupId", ""))

    return [list(found) for _, found in groupby(sorted(messages, key=group), key=group)]


def _as_lambda_sees(message: MessageTypeDef) -> dict[str, Any]:
    """A message as Lambda hands it to a function."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message.get("Attributes", {})),
        "eventSource": "aws:sqs",
    }
