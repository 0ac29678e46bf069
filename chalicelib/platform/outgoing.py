"""Asking other systems over HTTP: short, bounded, never redirected, and silent about what was asked.

An address may carry a secret (WeChat's does), and a library's errors and log lines quote addresses. So nothing that
urllib3 says of a request reaches a log, and a failure leaves here as its kind alone.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ssl import SSLContext

    from urllib3 import BaseHTTPResponse

CONNECT_TIMEOUT_S = 2.0
READ_TIMEOUT_S = 4.0
LARGEST_ANSWER_BYTES = 64 * 1024
SECRET_PARAMETER = "secret="  # noqa: S105
ALWAYS = {"Accept-Encoding": "identity", "Connection": "close"}
"""An answer that unfolds cannot be bounded; and a connection that was kept is a broken one after a function slept."""


class NoAnswer(Exception):
    """Nobody answered in a way that can be used. `kind` names how, and nothing of what was asked."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class Answer(NamedTuple):
    """What came back. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Outgoing:
    """Sends requests, each within `connect_s` and `read_s` seconds; share one per process, it is thread-safe."""

    def __init__(
        self,
        *,
        connect_s: float = CONNECT_TIMEOUT_S,
        read_s: float = READ_TIMEOUT_S,
        largest: int = LARGEST_ANSWER_BYTES,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connect_s = connect_s
        self._read_s = read_s
        self._largest = largest
        self._monotonic = monotonic

    def send(self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        """One request; raises `NoAnswer`. Only connecting is tried twice: what was sent may have been carried out."""
        from urllib3.exceptions import HTTPError

        try:
            return self._exchange(method, url, dict(headers) | ALWAYS, body)
        except HTTPError as error:
            kind = type(getattr(error, "reason", None) or error).__name__
        raise NoAnswer(kind)  # outside of the handler, so that the error and what it quotes are gone

    def _exchange(self, method: str, url: str, headers: dict[str, str], body: bytes | None) -> Answer:
        """Send and read; raises urllib3's errors and `NoAnswer`."""
        from urllib3 import PoolManager, Retry, Timeout

        until = self._monotonic() + self._connect_s + self._read_s
        timeout = Timeout(connect=self._connect_s, read=self._read_s)
        retries = Retry(total=1, connect=1, read=0, redirect=0, status=0, other=0)
        with PoolManager(timeout=timeout, retries=retries, ssl_context=self._trust) as connections:
            response = connections.request(
                method, url, headers=headers, body=body, redirect=False, preload_content=False, decode_content=False
            )
            with closing(response):
                content = self._read(response, until)
        return Answer(response.status, {name.lower(): value for name, value in response.headers.items()}, content)

    def _read(self, response: BaseHTTPResponse, until: float) -> bytes:
        """The whole body, unless it is too large or comes in drops."""
        pieces, size = list[bytes](), 0
        while piece := response.read1(self._largest, decode_content=False):
            pieces.append(piece)
            size += len(piece)
            if size > self._largest:
                raise NoAnswer("TooLarge")
            if self._monotonic() > until:
                raise NoAnswer("TooSlow")
        return b"".join(pieces)

    @cached_property
    def _trust(self) -> SSLContext:
        """Whose certificates are believed: those of the machine. Reading them takes longer than a request."""
        from ssl import create_default_context

        for name in ("urllib3.connectionpool", "urllib3.util.retry"):
            logging.getLogger(name).addFilter(_tells_no_secret)
        return create_default_context()


def _tells_no_secret(record: logging.LogRecord) -> bool:
    """Whether a log line may be written: one that quotes an address with a secret in it may not."""
    return SECRET_PARAMETER not in record.getMessage()
