"""Bad weather between the city and AWS, made beneath boto3, where every attempt of every client passes.

    weather.brings(BEFORE["throttled"], to=on("UpdateItem", "statuses"))
    ...
    weather.clears()

It works on moto and on a real server alike. Nobody waits: what a fault would have cost in seconds is added up.
"""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from types import SimpleNamespace
from typing import Any, NamedTuple
from unittest.mock import patch

import botocore.endpoint
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
    ResponseStreamingError,
)
from botocore.httpsession import URLLib3Session
from moto.core.botocore_stubber import BotocoreStubber

from chalicelib.platform.aws import CONNECT_TIMEOUT_S, READ_TIMEOUT_S

WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem"})
Send = Callable[[], AWSResponse | None]


class Attempt(NamedTuple):
    """One attempt to reach AWS: the service ("DynamoDB_20120810", "TrentService"), the operation, the table if any."""

    service: str
    operation: str
    table: str


@dataclass(frozen=True)
class Fault:
    """What becomes of an attempt, and how many seconds a caller would lose by it."""

    act: Callable[[Send], AWSResponse | None]
    costs: float = 0.0


Where = Callable[[Attempt], bool]


def everywhere(attempt: Attempt) -> bool:
    """All of AWS."""
    return True


def kms(attempt: Attempt) -> bool:
    """The custodian of keys."""
    return attempt.service == "TrentService"


def on(operation: str, table: str = "") -> Where:
    """One operation, on one table or on all; `on("", "keys")` is one table whatever is done."""
    return lambda attempt: operation in {"", attempt.operation} and (not table or attempt.table == f"yima-{table}")


def answers(status: int, body: bytes) -> Fault:
    """AWS, or something in between, says no."""
    return Fault(lambda send: _answer(status, body))


def refuses(code: str, status: int = 400) -> Fault:
    """DynamoDB or KMS says no in its own words."""
    return answers(status, json.dumps({"__type": f"com.amazonaws#{code}", "message": "bad weather"}).encode())


def breaks(error: BaseException, costs: float = 0.0) -> Fault:
    """The attempt never arrives."""

    def act(send: Send) -> AWSResponse:
        raise error

    return Fault(act, costs)


def loses(error: BaseException, costs: float = 0.0) -> Fault:
    """The attempt arrives and is carried out; its answer never comes back."""

    def act(send: Send) -> AWSResponse:
        send()
        raise error

    return Fault(act, costs)


def spoils(status: int, body: bytes) -> Fault:
    """The attempt is carried out; something else comes back."""

    def act(send: Send) -> AWSResponse:
        send()
        return _answer(status, body)

    return Fault(act)


def meanwhile(happens: Callable[[], object]) -> Fault:
    """No fault: something else happens just before the attempt is carried out."""

    def act(send: Send) -> AWSResponse | None:
        happens()
        return send()

    return Fault(act)


URL = "https://dynamodb.cn-north-1.amazonaws.com.cn/"
PAGE = b"<html><h1>502 Bad Gateway</h1></html>"
BEFORE = {
    "throttled": refuses("ProvisionedThroughputExceededException"),
    "throttled with the whole account": refuses("ThrottlingException"),
    "over the limit of requests": refuses("RequestLimitExceeded"),
    "an error on their side": refuses("InternalServerError", 500),
    "down for repairs": answers(503, b""),
    "the page of a gateway in between": answers(502, PAGE),
    "connection refused": breaks(EndpointConnectionError(endpoint_url=URL)),
    "no connection in time": breaks(ConnectTimeoutError(endpoint_url=URL), CONNECT_TIMEOUT_S),
    "no answer in time": breaks(ReadTimeoutError(endpoint_url=URL), READ_TIMEOUT_S),
    "connection closed": breaks(ConnectionClosedError(endpoint_url=URL)),
}
"""Nothing was carried out."""

AFTER = {
    "carried out, the answer late": loses(ReadTimeoutError(endpoint_url=URL), READ_TIMEOUT_S),
    "carried out, then the connection closed": loses(ConnectionClosedError(endpoint_url=URL)),
    "carried out, half an answer": loses(ResponseStreamingError(error="incomplete")),
    "carried out, then an error on their side": spoils(500, b'{"__type":"com.amazonaws#InternalServerError"}'),
    "carried out, then the page of a gateway": spoils(502, PAGE),
}
"""The nasty ones: it was carried out, and nobody was told."""


class Crash(BaseException):
    """The function is killed here. Not an `Exception`: nothing of ours may catch it, as nothing outlives a kill."""


KILLED_BEFORE = breaks(Crash())
KILLED_AFTER = loses(Crash())
"""The function's process ends before, or right after, the attempt is carried out."""


@dataclass
class _Spell:
    """A fault, where it strikes, how many attempts pass before it does and how many it strikes (None: all)."""

    fault: Fault
    to: Where
    after: int
    times: int | None

    def strikes(self, attempt: Attempt) -> bool:
        """Whether this attempt is struck."""
        if not self.to(attempt):
            return False
        if self.after > 0:
            self.after -= 1
            return False
        if self.times is None:
            return True
        self.times -= 1
        return self.times >= 0


class Weather:
    """What lies between the city and AWS. Fair until told otherwise."""

    def __init__(self) -> None:
        self.attempts: list[Attempt] = []
        self.waited = 0.0
        self._spells: list[_Spell] = []

    def brings(self, fault: Fault, *, to: Where = everywhere, after: int = 0, times: int | None = None) -> None:
        """Let a fault strike attempts: `after` so many, and so many `times` (None: until it clears)."""
        self._spells.append(_Spell(fault, to, after, times))

    def clears(self) -> None:
        """Fair weather again; forgets what was attempted and waited."""
        self._spells.clear()
        self.attempts.clear()
        self.waited = 0.0

    def count(self, to: Where) -> int:
        """How many attempts were made."""
        return sum(map(to, self.attempts))

    def passes(self, request: AWSPreparedRequest, send: Send) -> AWSResponse | None:
        """One attempt, struck or not."""
        attempt = _attempt(request)
        self.attempts.append(attempt)
        for spell in self._spells:
            if spell.strikes(attempt):
                self.waited += spell.fault.costs
                return spell.fault.act(send)
        return send()

    def sleep(self, seconds: float) -> None:
        """What botocore does between attempts."""
        self.waited += seconds


@contextmanager
def weather() -> Iterator[Weather]:
    """Stand between every client of this process and AWS, or what plays its part."""
    here = Weather()
    stub, send = BotocoreStubber.__call__, URLLib3Session.send

    @functools.wraps(stub)
    def to_moto(self: Any, event_name: str, request: AWSPreparedRequest, **more: Any) -> AWSResponse | None:
        if "amazonaws.com" not in request.url:
            return stub(self, event_name, request, **more)
        return here.passes(request, lambda: stub(self, event_name, request, **more))

    def to_server(self: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse | None:
        return here.passes(request, lambda: send(self, request))

    with (
        patch.object(BotocoreStubber, "__call__", to_moto),
        patch.object(URLLib3Session, "send", to_server),
        patch.object(botocore.endpoint, "time", SimpleNamespace(**vars(time) | {"sleep": here.sleep})),
    ):
        yield here


def _attempt(request: AWSPreparedRequest) -> Attempt:
    """What an HTTP request asks of AWS; S3 alone says it by the method ("PUT")."""
    target: str | bytes | None = request.headers.get("X-Amz-Target")
    if target is None:
        return Attempt("S3", str(request.method), "")
    service, _, operation = (target.decode() if isinstance(target, bytes) else target).partition(".")
    assert isinstance(request.body, str | bytes)
    return Attempt(service, operation, json.loads(request.body).get("TableName", ""))


def _answer(status: int, body: bytes) -> AWSResponse:
    """An HTTP response as botocore's session would hand it on."""
    return AWSResponse(URL, status, {"Content-Type": "application/x-amz-json-1.0"}, _Raw(body))  # type: ignore[arg-type]


class _Raw(BytesIO):
    """A body as urllib3 has it."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        """All of it in one piece."""
        yield self.read()
