"""HTTP for the local city: the API and the pages on one loopback port.

Two things make chalice's own server answer 22 requests a second on a connection that is kept alive: it writes a
response in two small pieces, and the kernel holds the second back until the first is acknowledged (Nagle). Here a
response is buffered, and sent at once.
"""

from __future__ import annotations

import errno
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from email.message import Message
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from socketserver import TCPServer
from time import monotonic, perf_counter, strftime
from typing import Any, Protocol
from urllib.parse import urlsplit

from chalicelib.platform.http.refusals import InternalFault, NoSuchOperation, Refusal
from infra.local.bodies import LIMIT_BYTES, declared_length, read_body
from infra.local.environment import Refused, is_loopback
from infra.local.gateway import Answer, Gateway, Request, refused
from infra.local.pages import Site
from infra.local.refusals import RequestTimeout, UnreadableRequest
from infra.local.report import Report, described, to_terminal

IDLE_S = 30.0
LOOKS_S = 10.0
DRAIN_S = 1.0
DRAINED_PIECES = 1024
Door = Callable[[Request], Answer]
"""Takes a request and answers it."""


class Inlet(Protocol):
    """Another door, which takes bodies off the wire by itself, as they come."""

    path: str
    limit_bytes: int

    def take(self, method: str, path: str, headers: Message, stream: BufferedIOBase) -> Answer:
        """Take a request; raises a `Refusal`, after which nothing more can be read from the connection."""


def door(gateway: Gateway, site: Site) -> Door:
    """The API where it has the path, else a page, else a refusal."""

    def answer(request: Request) -> Answer:
        return gateway.answer(request) or site.answer(request) or refused(NoSuchOperation())

    return answer


class CityServer(ThreadingHTTPServer):
    """A thread per connection. The port is taken when it is made, so a busy one is known before anything starts.

    `answer` is the door; until it is set every path is unknown. `inlet` is one for large bodies, if there is any.
    `idle_s` is how long a silent caller is waited for.
    """

    request_queue_size = 128
    daemon_threads = True

    def __init__(self, host: str, port: int, *, idle_s: float = IDLE_S, report: Report = to_terminal) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.answer: Door = lambda request: refused(NoSuchOperation())
        self.inlet: Inlet | None = None
        self.idle_s = idle_s
        self.report = report
        self.looked_at: dict[str, float] = {}
        try:
            super().__init__((host, port), Handler)
        except (OSError, OverflowError) as error:
            raise Refused(_cannot_listen(host, port, error)) from error

    def server_bind(self) -> None:
        """Bind without asking a resolver for our own name, which can take seconds on a laptop."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]

    @property
    def base_url(self) -> str:
        """Where a browser on this machine finds the city."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.server_name, self.server_name)
        return f"http://[{host}]:{self.server_port}" if ":" in host else f"http://{host}:{self.server_port}"

    def serve(self) -> None:
        """Begin to answer, in threads; `stop` ends it."""
        threading.Thread(target=self.serve_forever, args=(0.05,), name="http", daemon=True).start()

    def stop(self) -> None:
        """Answer no more and give the port back."""
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller who hangs up is nobody's fault; anything else is said in one line."""
        error = sys.exception()
        if error is not None and not isinstance(error, ConnectionError | TimeoutError):
            self.report(f"a connection failed: {described(error)}")


class Handler(BaseHTTPRequestHandler):
    """One connection. Whatever arrives is answered by the door or refused with a problem document."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: CityServer

    def setup(self) -> None:
        """Wait no longer than the server says for a caller who is silent."""
        super().setup()
        self.connection.settimeout(self.server.idle_s)

    def __getattr__(self, name: str) -> Any:
        """Every method, known or invented, goes to the door, which knows which are allowed."""
        if name.startswith("do_"):
            return self._exchange
        raise AttributeError(name)

    def _exchange(self) -> None:
        """One request, one answer."""
        started = perf_counter()
        try:
            inlet = self._inlet()
            answer = self._let_in(inlet) if inlet else self._answer(read_body(self.headers, self.rfile))
        except Refusal as refusal:
            self._hang_up(refusal)
            return
        self._send(answer)
        self._log(answer, perf_counter() - started)

    def _answer(self, body: bytes) -> Answer:
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            return self.server.answer(Request(self.command, self.path, headers, body, self._from_here()))
        except Exception as error:
            self.server.report(f"a request failed: {described(error)}")
            return refused(InternalFault(request_id=""))

    def _inlet(self) -> Inlet | None:
        """The door for large bodies, where the request is meant for it."""
        inlet = self.server.inlet
        return inlet if inlet is not None and self.path.startswith(inlet.path) else None

    def _let_in(self, inlet: Inlet) -> Answer:
        """Have a large body taken; raises a `Refusal`."""
        try:
            return inlet.take(self.command, self.path, self.headers, self.rfile)
        except Refusal:
            raise
        except TimeoutError:
            raise RequestTimeout from None
        except Exception as error:
            self.server.report(f"a file could not be taken: {described(error)}")
            raise InternalFault(request_id="") from None

    def _send(self, answer: Answer) -> None:
        """Write the answer and send it in one piece."""
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if answer.status not in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
        self.wfile.flush()

    def _hang_up(self, refusal: Refusal) -> None:
        """Refuse a request that was not read to its end. What still comes is taken, or the kernel drops our answer."""
        answer = refused(refusal, Connection="close")
        self._send(answer)
        self._log(answer, 0.0)
        with suppress(OSError):
            self._drain()

    def _drain(self) -> None:
        self.connection.shutdown(socket.SHUT_WR)
        self.connection.settimeout(DRAIN_S)
        for _ in range(DRAINED_PIECES):
            if not self.connection.recv(1 << 16):
                return

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the parser of HTTP refuses, as a problem document; the request is not repeated in it."""
        self.request_version = self.protocol_version  # else an unread version counts as 0.9, which has no headers
        self._hang_up(UnreadableRequest(where=HTTPStatus(code).phrase))

    def handle_expect_100(self) -> bool:
        """Tell a caller who asks first whether to send the body at all."""
        try:
            inlet = self._inlet()
            declared_length(self.headers, limit_bytes=inlet.limit_bytes if inlet else LIMIT_BYTES)
        except Refusal as refusal:
            self._hang_up(refusal)
            return False
        super().handle_expect_100()
        self.wfile.flush()
        return True

    def version_string(self) -> str:
        """What the Server header says: no versions."""
        return "yima-local"

    def _from_here(self) -> bool:
        """Whether the caller is on this machine and meant it: a foreign name that leads here is a trap for browsers."""
        try:
            name = urlsplit(f"//{self.headers.get('Host', '')}").hostname or ""
        except ValueError:
            return False
        return is_loopback(str(self.client_address[0])) and is_loopback(name)

    def _log(self, answer: Answer, seconds: float) -> None:
        """Operations and refusals, by resource: no address, no query, no path as called."""
        if answer.status >= 400 or (answer.resource.startswith("/v1/") and self._is_news(answer)):
            method = self.command if self.command and self.command.isalpha() else "?"
            line = f"{strftime('%H:%M:%S')} {method[:10]} {answer.resource} {answer.status} {seconds * 1000:.0f} ms"
            self.server.report(line)

    def _is_news(self, answer: Answer) -> bool:
        """Whether to tell of it: open pages look again and again, and one look in a while is enough to be told."""
        if self.command != "GET":
            return True
        now, before = monotonic(), self.server.looked_at.get(answer.resource, float("-inf"))
        if now - before >= LOOKS_S:
            self.server.looked_at[answer.resource] = now
            return True
        return False

    def log_message(self, format: str, *args: Any) -> None:
        """The standard library would log addresses and whole request lines; `_log` says enough."""


def _cannot_listen(host: str, port: int, error: Exception) -> str:
    """Why there is no server, in one sentence."""
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"Port {port} is busy, perhaps with another city; choose another with `make run PORT={port + 1}`."
    return f"Cannot listen on {host} port {port}: {error}."
