"""The event-driven functions of the app and what each waits for, read from the app itself: there is no second list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from chalice.app import (
    Chalice,
    CloudWatchEventConfig,
    DynamoDBEventConfig,
    ScheduledEventConfig,
    ScheduleExpression,
    SQSEventConfig,
)
from chalice.local import LambdaContext

Handler = Callable[[dict[str, Any]], Any]
"""Takes a Lambda event, answers what the function answers, raises what it raises."""

SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
STREAM_SUFFIX = "-stream"


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A function on a schedule, every so many seconds."""

    name: str
    every_s: int
    call: Handler


@dataclass(frozen=True, slots=True)
class Streamed:
    """A function on the stream of one table; `contents` names the table without prefix, `batch` bounds its events."""

    name: str
    contents: str
    batch: int
    call: Handler


@dataclass(frozen=True, slots=True)
class Queued:
    """A function on a queue, named without prefix; `batch` bounds its events."""

    name: str
    queue: str
    batch: int
    call: Handler


@dataclass(frozen=True, slots=True)
class Eventful:
    """A function that waits for events on EventBridge's bus; `pattern` says for which."""

    name: str
    pattern: dict[str, Any]
    call: Handler


def scheduled(app: Chalice) -> Iterator[Scheduled]:
    """Every function on a schedule. Raises ValueError for one that this emulation cannot read, such as cron."""
    for source in app.event_sources:
        if isinstance(source, ScheduledEventConfig):
            yield Scheduled(source.name, _seconds(source.schedule_expression), _handler(app, source.name))


def streamed(app: Chalice) -> Iterator[Streamed]:
    """Every function on a table stream; the app calls the stream of `statuses` `statuses-stream`."""
    for source in app.event_sources:
        if isinstance(source, DynamoDBEventConfig):
            contents = source.stream_arn.removesuffix(STREAM_SUFFIX)
            yield Streamed(source.name, contents, source.batch_size, _handler(app, source.name))


def queued(app: Chalice) -> Iterator[Queued]:
    """Every function on a queue."""
    for source in app.event_sources:
        if isinstance(source, SQSEventConfig):
            assert source.queue is not None
            yield Queued(source.name, source.queue, source.batch_size, _handler(app, source.name))


def eventful(app: Chalice) -> Iterator[Eventful]:
    """Every function that waits for events on the bus."""
    for source in app.event_sources:
        if isinstance(source, CloudWatchEventConfig):
            yield Eventful(source.name, source.event_pattern, _handler(app, source.name))


def _seconds(expression: str | ScheduleExpression) -> int:
    """`rate(10 minutes)` -> 600."""
    text = expression if isinstance(expression, str) else expression.to_string()
    found = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", text)
    if found is None:
        raise ValueError(f"the local ticker cannot read the schedule {text!r}; it knows rate(…)")
    return int(found[1]) * SECONDS[found[2]]


def _handler(app: Chalice, name: str) -> Handler:
    """The function as Lambda would call it."""
    function = app.handler_map[name]
    return lambda event: function(event, LambdaContext(name, memory_size=512))
