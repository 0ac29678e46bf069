"""Queues: what one function hands to another at once, in order where it belongs together.

SQS carries them in the cloud: a FIFO queue, in whose groups one message is under way at a time, and beside it a plain
one whose messages wait before they are carried over, since a FIFO queue can hold back all of its messages or none.
A message is ids and nothing else. It may come twice or late, and what is lost is found again by other means (an index
by due time); so a city can do without queues, and only takes longer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import msgspec

from chalicelib.platform.settings import SettingsError

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

MOST_AT_ONCE = 10
LONGEST_DELAY_S = 900
ORDERED_SUFFIX, DELAYED_SUFFIX = ".fifo", "-delays"
_name = re.compile(r"[A-Za-z0-9_-]{1,73}")


class QueueFault(Exception):
    """The queue took some messages and not others; it does not say anything that is worth a log line."""


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is handed on. Of a `group` one message is under way at a time, in order; a `key` comes once in five minutes.

    A group is up to 128 letters, digits, dots and the like, a key likewise.
    """

    group: str
    key: str
    ids: dict[str, str]


class Queue(Protocol):
    """Hands messages on."""

    def send(self, messages: Iterable[Message], *, delay_s: int = 0) -> None:
        """Hand messages on, now or some seconds later (`LONGEST_DELAY_S` at most); raises where that cannot be."""


class SqsQueue:
    """A pair of queues of SQS: `<name>.fifo`, and `<name>-delays` for what is to wait. The client is made with the
    first message: most functions never send one."""

    def __init__(self, client: Callable[[], SQSClient], name: str) -> None:
        self._make = client
        self._name = name

    def send(self, messages: Iterable[Message], *, delay_s: int = 0) -> None:
        """One SendMessageBatch for ten messages; raises botocore's errors and `QueueFault`."""
        entry, url = (_ordered, self._ordered_url) if delay_s <= 0 else (_delayed(delay_s), self._delayed_url)
        for ten in _tens(messages):
            entries = [entry(str(number), message) for number, message in enumerate(ten)]
            if self._client.send_message_batch(QueueUrl=url(), Entries=entries).get("Failed"):
                raise QueueFault

    @cached_property
    def _client(self) -> SQSClient:
        return self._make()

    @cached_property
    def _urls(self) -> dict[str, str]:
        return {}

    def _ordered_url(self) -> str:
        return self._url(self._name + ORDERED_SUFFIX)

    def _delayed_url(self) -> str:
        return self._url(self._name + DELAYED_SUFFIX)

    def _url(self, name: str) -> str:
        """Where a queue answers; asked once."""
        if name not in self._urls:
            self._urls[name] = self._client.get_queue_url(QueueName=name)["QueueUrl"]
        return self._urls[name]


Entry = Callable[[str, Message], "SendMessageBatchRequestEntryTypeDef"]


def _ordered(number: str, message: Message) -> SendMessageBatchRequestEntryTypeDef:
    """A message for the FIFO queue."""
    return {
        "Id": number,
        "MessageBody": _text(message),
        "MessageGroupId": message.group,
        "MessageDeduplicationId": message.key,
    }


def _delayed(seconds: int) -> Entry:
    """A message for the queue that waits."""
    delay = min(seconds, LONGEST_DELAY_S)
    return lambda number, message: {"Id": number, "MessageBody": _text(message), "DelaySeconds": delay}


def _text(message: Message) -> str:
    return msgspec.json.encode(message).decode()


def _tens(messages: Iterable[Message]) -> Iterator[list[Message]]:
    """Ten at a time, which is what SQS takes."""
    held = list(messages)
    return (held[first : first + MOST_AT_ONCE] for first in range(0, len(held), MOST_AT_ONCE))


def queue(address: str, sqs: Callable[[], SQSClient]) -> Queue | None:
    """What a setting names: `sqs:<name>`, or none where it is empty; raises `SettingsError`."""
    if not address:
        return None
    scheme, _, name = address.partition(":")
    if scheme == "sqs" and _name.fullmatch(name):
        return SqsQueue(sqs, name)
    raise SettingsError(f"YIMA_WEBHOOK_QUEUE is {address!r}; use sqs:<name>, or leave it out")
