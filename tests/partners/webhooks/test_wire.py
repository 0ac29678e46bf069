"""One request over a real socket: nobody keeps a worker, floods it, leads it elsewhere, or is believed unproven."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from chalicelib.partners.webhooks.addresses import Target
from chalicelib.partners.webhooks.sending_wire import LARGEST_ANSWER_BYTES, Wire, _over
from chalicelib.platform.outgoing import Answer, NoAnswer
from tests.platform.test_outgoing import self_signed

PATIENT = Wire(connect_s=10, total_s=10)
HASTY = Wire(connect_s=10, total_s=0.3)
SOON_S = 3.0
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Kind: a\r\n\r\nhi"

Behaviour = Callable[[socket.socket], None]


class Server:
    """A server on this machine that behaves as a test says, and what it was sent."""

    def __init__(self, listener: socket.socket, behave: Behaviour, context: ssl.SSLContext | None) -> None:
        self.heard: list[bytes] = []
        self.port: int = listener.getsockname()[1]
        self._listener, self._behave, self._context = listener, behave, context

    def target(self, scheme: str = "http", host: str = "partner.example") -> Target:
        """This server, under a name that nobody can resolve."""
        return Target(scheme, host, self.port, "/hooks?a=1", "127.0.0.1")

    def serve(self) -> None:
        try:
            while True:
                plain, _ = self._listener.accept()
                with self._secured(plain) as connection:
                    self.heard.append(_request(connection))
                    self._behave(connection)
        except OSError:
            return

    def _secured(self, plain: socket.socket) -> socket.socket:
        return self._context.wrap_socket(plain, server_side=True) if self._context else plain


def _request(connection: socket.socket) -> bytes:
    """All of it: who hangs up on what it has not read breaks off its own answer."""
    heard = more = connection.recv(65536)
    while more and heard.startswith(b"POST") and not heard.endswith(b"\r\n\r\n{}"):
        heard += (more := connection.recv(65536))
    return heard


@contextmanager
def serving(behave: Behaviour, context: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server that behaves so on every connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(listener, behave, context)
        Thread(target=server.serve, daemon=True).start()
        yield server


def says(*pieces: bytes) -> Behaviour:
    """Answers and hangs up."""

    def behave(connection: socket.socket) -> None:
        for piece in pieces:
            connection.sendall(piece)

    return behave


def drips(first: bytes, piece: bytes) -> Behaviour:
    """Says something, and then a little now and then, for as long as somebody listens."""

    def behave(connection: socket.socket) -> None:
        connection.sendall(first)
        while True:
            connection.sendall(piece)
            time.sleep(0.02)

    return behave


def silent(connection: socket.socket) -> None:
    """Says nothing until the other side hangs up."""
    while connection.recv(65536):
        pass


def test_a_request_goes_to_the_checked_address_and_bears_the_name() -> None:
    with serving(says(OK)) as server:
        answer = PATIENT.post(server.target(), {"webhook-id": "evt_1"}, b"{}")
        assert answer == Answer(200, {"content-length": "2", "x-kind": "a"}, b"hi")
        head = server.heard[0].split(b"\r\n")
        assert head[0] == b"POST /hooks?a=1 HTTP/1.1"
        assert {f"Host: partner.example:{server.port}".encode(), b"webhook-id: evt_1", b"Connection: close"} <= set(
            head
        )


@pytest.mark.parametrize(
    ("scheme", "port", "host"),
    [("https", 443, "a.example"), ("https", 8443, "a.example:8443"), ("https", 80, "a.example:80")],
)
def test_the_usual_port_is_left_out_of_the_name(scheme: str, port: int, host: str) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        _over(ours, Target(scheme, "a.example", port, "/", "127.0.0.1")).request("POST", "/")
        assert f"\r\nHost: {host}\r\n".encode() in theirs.recv(65536)


def test_nobody_is_followed_to_an_address_inside() -> None:
    moved = b"HTTP/1.1 307 Elsewhere\r\nLocation: http://127.0.0.1:9/latest/meta-data\r\nContent-Length: 0\r\n\r\n"
    with serving(says(moved)) as server:
        assert PATIENT.post(server.target(), {}, b"{}").status == 307
        assert len(server.heard) == 1


BEGUN = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
SLOW: dict[str, Behaviour] = {
    "that says nothing": silent,
    "whose body comes in drops": drips(BEGUN, b"x"),
    "whose headers come in drops": drips(b"HTTP/1.1 200 OK\r\nX-Own: ", b"x"),
    "whose status comes in drops": drips(b"", b"H"),
    "that asks to go on for ever": drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "whose chunks come in drops": drips(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
}


@pytest.mark.parametrize("which", SLOW)
def test_no_receiver_keeps_a_worker_longer_than_the_time_there_is(which: str) -> None:
    began = time.monotonic()
    with serving(SLOW[which]) as server, pytest.raises(NoAnswer, match="timeout"):
        HASTY.post(server.target(), {}, b"{}")
    assert time.monotonic() - began < SOON_S


def test_no_receiver_keeps_a_worker_in_the_handshake() -> None:
    with serving(drips(b"\x16\x03\x03\x40\x00", b"\x02")) as server, pytest.raises(NoAnswer, match=r"timeout|tls"):
        HASTY.post(server.target("https"), {}, b"{}")
    with serving(silent) as server, pytest.raises(NoAnswer, match="timeout"):
        HASTY.post(server.target("https"), {}, b"{}")


def test_an_endless_answer_is_cut_off() -> None:
    def flood(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            connection.sendall(b"1000\r\n" + b"x" * 4096 + b"\r\n")

    with serving(flood) as server, pytest.raises(NoAnswer, match="too_large"):
        PATIENT.post(server.target(), {}, b"{}")


def test_the_largest_answer_is_read_and_one_byte_more_is_not() -> None:
    for size, fits in ((LARGEST_ANSWER_BYTES, True), (LARGEST_ANSWER_BYTES + 1, False)):
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n".encode()
        with serving(says(head, b"x" * size)) as server:
            if fits:
                assert len(PATIENT.post(server.target(), {}, b"{}").body) == size
                continue
            with pytest.raises(NoAnswer, match="too_large"):
                PATIENT.post(server.target(), {}, b"{}")


NONSENSE = [b"", b"hello\r\n\r\n", b"HTTP/1.1 abc OK\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n"]


@pytest.mark.parametrize("answer", NONSENSE)
def test_what_is_no_answer_has_a_reason(answer: bytes) -> None:
    with serving(says(answer)) as server, pytest.raises(NoAnswer, match=r"unreadable|broken_off"):
        PATIENT.post(server.target(), {}, b"{}")


def test_a_certificate_that_nobody_vouches_for_is_not_believed(tmp_path: Path) -> None:
    with serving(says(OK), self_signed(tmp_path)) as server, pytest.raises(NoAnswer, match="certificate"):
        PATIENT.post(server.target("https"), {}, b"{}")
    assert server.heard == [], "nothing was told to a stranger"


def test_the_certificate_is_for_the_name_and_not_for_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The certificates that are believed are read once, and not again for each request."""
    context = self_signed(tmp_path)
    monkeypatch.setattr(ssl, "_create_default_https_context", lambda: pytest.fail("reads all certificates again"))
    vouched = Wire(trust=lambda: ssl.create_default_context(cafile=str(tmp_path / "own.pem")))
    with serving(says(OK), context) as server:
        assert vouched.post(server.target("https", host="127.0.0.1"), {}, b"{}").status == 200
        with pytest.raises(NoAnswer, match="certificate"):
            vouched.post(server.target("https"), {}, b"{}")


def test_who_speaks_no_tls_is_told_nothing() -> None:
    with serving(says(OK)) as server, pytest.raises(NoAnswer, match="tls"):
        PATIENT.post(server.target("https"), {}, b"a secret")
    assert b"a secret" not in b"".join(server.heard)


def test_a_port_on_which_nobody_listens_refuses() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        target = Target("http", "partner.example", deaf.getsockname()[1], "/", "127.0.0.1")
        with pytest.raises(NoAnswer, match="refused"):
            PATIENT.post(target, {}, b"{}")


def test_a_failure_tells_nothing_of_what_was_sent() -> None:
    with serving(says(b"")) as server, pytest.raises(NoAnswer) as failed:
        PATIENT.post(server.target(), {"webhook-signature": "v1,abc"}, b"{}")
    assert "abc" not in repr(failed.value)
    assert failed.value.__context__ is failed.value.__cause__ is None


def test_one_that_never_answers_keeps_nobody_else_waiting() -> None:
    over = Event()

    def wait(server: Server) -> None:
        with pytest.raises(NoAnswer, match="timeout"):
            Wire(total_s=1).post(server.target(), {}, b"{}")
        over.set()

    with serving(silent) as mute, serving(says(OK)) as well:
        Thread(target=wait, args=(mute,), daemon=True).start()
        assert all(PATIENT.post(well.target(), {}, b"{}").status == 200 for _ in range(20))
        assert not over.is_set()
        assert over.wait(SOON_S)
