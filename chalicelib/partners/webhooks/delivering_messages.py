"""Messages of the queues, handled one after the other: each is the ids of a delivery that may be due."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from chalicelib.partners.webhooks.delivering import Deliverer
from chalicelib.platform import telemetry
from chalicelib.platform.clock import Clock
from chalicelib.platform.queues import Message, Queue

Record = dict[str, Any]
"""A message as Lambda hands it over."""

_messages = msgspec.json.Decoder(Message)


class Messages:
    """Handles what comes out of the queues. What cannot be read fails each time, until SQS lays it aside."""

    def __init__(self, deliverer: Callable[[], Deliverer], queue: Callable[[], Queue | None], clock: Clock) -> None:
        self._deliverer = deliverer
        self._queue = queue
        self._clock = clock

    def deliver(self, records: Iterable[Record]) -> list[str]:
        """Try the deliveries that messages name; answers the ids of messages that must come again.

        In a group nothing passes by a message that failed: it would come to its endpoint first.
        """
        failed, halted = list[str](), set[str]()
        for record in records:
            group = record.get("attributes", {}).get("MessageGroupId", "")
            if group in halted or not self._done(record, self._delivered):
                failed.append(record["messageId"])
                halted |= {group} - {""}
        return failed

    def carry_over(self, records: Iterable[Record]) -> list[str]:
        """Put messages that have waited into the queue for which they are; answers those that must come again."""
        return [record["messageId"] for record in records if not self._done(record, self._carried_over)]

    def _done(self, record: Record, handle: Callable[[Message], None]) -> bool:
        try:
            handle(_messages.decode(record["body"]))
        except Exception as error:
            telemetry.fault("deliver_webhooks", error)
            return False
        return True

    def _delivered(self, message: Message) -> None:
        ids = message.ids
        self._deliverer().attempt(ids["endpoint_id"], ids["delivery_id"], now=self._clock())

    def _carried_over(self, message: Message) -> None:
        queue = self._queue()
        if queue is not None:
            queue.send([message])
