"""One POST to one checked address: bounded in size and in time altogether, never redirected, no name asked twice.

Outgoing (platform/outgoing.py) asks those whom the operators chose. Here strangers chose whom we ask: so the socket is
made to the address that was checked, the certificate must be for the name, and one clock bounds all of it. A receiver
that sends a byte now and then keeps no worker longer than one that sends nothing.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from functools import cached_property
from http.client import HTTPConnection, HTTPException, HTTPResponse
from threading import Event, Timer

from chalicelib.partners.webhooks.addresses import PORTS, Target
from chalicelib.platform.outgoing import Answer, NoAnswer

CONNECT_S = 3.0
TOTAL_S = 15.0
LARGEST_ANSWER_BYTES = 64 * 1024

Post = Callable[[Target, Mapping[str, str], bytes], Answer]
"""Sends a body; raises `NoAnswer`. `Wire.post`, or what a test has in its place."""


class Wire:
    """Sends requests, each within `total_s` seconds after it is connected; share one per process, it is thread-safe."""

    def __init__(
        self,
        *,
        connect_s: float = CONNECT_S,
        total_s: float = TOTAL_S,
        largest: int = LARGEST_ANSWER_BYTES,
        trust: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        self._connect_s = connect_s
        self._total_s = total_s
        self._largest = largest
        self._load = trust

    def post(self, target: Target, headers: Mapping[str, str], body: bytes) -> Answer:
        """What came back; raises `NoAnswer` with one word that says why nothing did."""
        late = Event()
        try:
            answer = self._exchange(target, headers, body, late)
        except (OSError, HTTPException) as error:
            reason = _reason(error)
        else:
            reason = ""
        if late.is_set() or reason:
            raise NoAnswer("timeout" if late.is_set() else reason)
        return answer

    def _exchange(self, target: Target, headers: Mapping[str, str], body: bytes, late: Event) -> Answer:
        """Connect, send, read: a connection that is ended for taking too long fails, or seems to be at its end."""
        with closing(self._connected(target)) as channel, self._bounded(channel, late):
            if isinstance(channel, ssl.SSLSocket):
                channel.do_handshake()
            connection = _over(channel, target)
            connection.request("POST", target.path, body=body, headers={**headers, "Connection": "close"})
            response = connection.getresponse()
            content = self._read(response)
            return Answer(response.status, {name.lower(): text for name, text in response.getheaders()}, content)

    def _connected(self, target: Target) -> socket.socket:
        """A connection to the checked address, a literal one: nobody is asked for it again. TLS begins later, when the
        clock runs, with whoever has a certificate for the name."""
        plain = socket.create_connection((target.address, target.port), timeout=self._connect_s)
        plain.settimeout(self._total_s)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # headers and body are two writes
        if target.scheme == "http":
            return plain
        return self._trust.wrap_socket(plain, server_hostname=target.host, do_handshake_on_connect=False)

    @contextmanager
    def _bounded(self, channel: socket.socket, late: Event) -> Iterator[None]:
        """End a connection under whoever waits on it when the time is over."""

        def end() -> None:
            late.set()
            with suppress(OSError):
                socket.socket.shutdown(channel, socket.SHUT_RDWR)  # not TLS's own, which would wait for its reader

        timer = Timer(self._total_s, end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _read(self, response: HTTPResponse) -> bytes:
        """The whole body; raises `NoAnswer` where it is too large."""
        pieces, size = list[bytes](), 0
        while piece := response.read1(self._largest):
            pieces.append(piece)
            size += len(piece)
            if size > self._largest:
                raise NoAnswer("too_large")
        return b"".join(pieces)

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        """Whose certificates are believed: those of the machine. Reading them takes longer than a request."""
        return self._load()


def _over(channel: socket.socket, target: Target) -> HTTPConnection:
    """HTTP over a connection that is there. It never connects by itself, for that would go by the name.

    Nor is it an HTTPSConnection, which would read all certificates of the machine again for TLS that is there already.
    """
    connection = HTTPConnection(target.host, target.port)
    connection.default_port = PORTS[target.scheme]
    connection.auto_open = 0
    connection.sock = channel
    return connection


def _reason(error: Exception) -> str:
    """Why nothing came, in one word: what an error says of itself may quote what was sent."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return "certificate"
    if isinstance(error, ssl.SSLError):
        return "tls"
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    if isinstance(error, ConnectionError):
        return "broken_off"
    return "unreachable" if isinstance(error, OSError) else "unreadable"
