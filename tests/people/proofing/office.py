"""A register office on a loopback port: a real HTTP server that speaks the provider's protocol, and lies when told."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import msgspec

from chalicelib.people.model import Identity
from chalicelib.people.proofing.http_provider import HttpIdentityProvider
from chalicelib.people.sandbox import SandboxIdentityProvider
from chalicelib.platform.crypto.sm2 import KeyPair
from chalicelib.platform.outgoing import Outgoing
from chalicelib.trust.signed_requests import Nonces, Reply, Request, VerifiedRequest, sign_reply, verify_request
from chalicelib.wiring import City
from tests.crypto.vectors import pair_of

THEIRS = pair_of(31_0101)
PATIENCE_S = 10.0
"""How long a client waits here for somebody who does answer, however busy this machine is."""

HASTE_S = 0.3
"""How long one waits for somebody who never will."""


@dataclass
class Said:
    """What is about to be sent: changed by whoever lies."""

    request: VerifiedRequest
    body: bytes
    status: int = 200
    signed_status: int = 200
    signed_body: bytes | None = None
    key: KeyPair = THEIRS
    nonce: str = ""
    timestamp: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    signed: bool = True


Manner = Callable[[Said], Said]


def honestly(said: Said) -> Said:
    """How an office answers."""
    return said


class Office:
    """Knows the invented residents, checks who asks, and answers in the manner it is told to."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.manner: Manner = honestly
        self.registers = SandboxIdentityProvider()
        self.asked: list[VerifiedRequest] = []
        self.refused: list[str] = []
        self.closing = Event()
        self._nonces = Nonces()
        self.port = 0

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}/registers"

    def answer(self, request: Request, authorization: str | None) -> Said:
        """What it says to a request; raises ValueErrors for one that is not from the city, or comes again."""
        now = self.city.clock()
        verified = verify_request(request, authorization, key_of=self._key_of, now=now)
        if not self._nonces.is_new(verified, now=now):
            raise ValueError("a repeat")
        self.asked.append(verified)
        body = msgspec.json.encode(self._said(request.target, msgspec.json.decode(request.body)))
        return self.manner(Said(verified, body, nonce=verified.nonce, timestamp=int(now)))

    def _key_of(self, issuer: str, kid: str) -> bytes | None:
        record = self.city.ring.find(kid, now=self.city.clock())
        return record.public_key if record and issuer == self.city.settings.region else None

    def _said(self, target: str, question: dict[str, Any]) -> dict[str, Any]:
        now = self.city.clock()
        if target == "/registers/prove":
            liveness = question.pop("liveness_token")
            proven = self.registers.prove(_identity(question), liveness=liveness, now=now)
            return {"proven": True, **proven._asdict()} if proven else {"proven": False}
        if target == "/registers/relation":
            guardian, child = _identity(question["guardian"]), _identity(question["child"])
            return {"relation": self.registers.relation(guardian, child, now=now)}
        owner = _identity(question["owner"])
        card = question["card_type"], question["card_number"]
        return {"owned": self.registers.owns_card(owner, *card, now=now)}


def _identity(said: dict[str, str]) -> Identity:
    return Identity(said["name"], said["document_type"], said["document_number"])


class Handler(BaseHTTPRequestHandler):
    """One connection to the office."""

    office: Office
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            said = self.office.answer(Request("POST", self.path, body), self.headers["Authorization"])
        except ValueError as error:
            self.office.refused.append(str(error))
            self.send_error(401)
            return
        self.send(said)

    def do_GET(self) -> None:
        """Where a redirect would lead."""
        self.office.refused.append("was redirected")
        self.send_error(404)

    def send(self, said: Said) -> None:
        """Send what is said, signed as it is said to be."""
        if said.signed:
            body = said.body if said.signed_body is None else said.signed_body
            signed = Reply(said.signed_status, body)
            self_signed = sign_reply(said.key, signed, timestamp=said.timestamp, nonce=said.nonce)
            said = replace(said, headers={"Yima-Signature": self_signed, **said.headers})
        self.send_response(said.status)
        for name, value in ({"Content-Length": str(len(said.body))} | said.headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said.body)

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


@contextmanager
def office(city: City) -> Iterator[Office]:
    """An open office."""
    here = Office(city)
    handler = type("Handler", (Handler,), {"office": here})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    here.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield here
    finally:
        here.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def provider_at(city: City, address: str, outgoing: Outgoing | None = None) -> HttpIdentityProvider:
    """How the city asks an office at an address."""
    outgoing = outgoing or Outgoing(connect_s=PATIENCE_S, read_s=PATIENCE_S)
    return HttpIdentityProvider(address, THEIRS.public, issuer=city.settings.region, ring=city.ring, outgoing=outgoing)


@contextmanager
def raw_server(answer: bytes) -> Iterator[str]:
    """Something on a loopback port that sends these bytes to everybody, whatever they ask; its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65536)
                    connection.sendall(answer)

        Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
