"""Clients that want to be told of things: they register over the API, and a receiver of theirs answers on loopback."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Thread
from typing import Any

from chalicelib.partners.clients import Credentials
from chalicelib.platform.permissions import Kind, of_kind, on_request
from chalicelib.wiring import City
from tests.world import Caller, Reply, StoppedClock

Says = Callable[[dict[str, Any]], tuple[int, bytes]]
_keys = count()


def fresh() -> str:
    """An Idempotency-Key that was never used."""
    return f"hook-{next(_keys)}"


def honest(event: dict[str, Any]) -> tuple[int, bytes]:
    """How a receiver answers: a challenge with itself, everything else with nothing."""
    if event["type"] == "webhook.challenge":
        return 200, json.dumps({"challenge": event["data"]["challenge"]}).encode()
    return 204, b""


@dataclass
class Listening:
    """A receiver on a loopback port: what came, with which headers, and how it answers."""

    url: str = ""
    says: Says = honest
    got: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    @property
    def events(self) -> list[dict[str, Any]]:
        """What it was told, challenges apart, in order."""
        return [event for _, event in self.got if event["type"] != "webhook.challenge"]

    @property
    def types(self) -> list[str]:
        return [event["type"] for event in self.events]


@contextmanager
def listening() -> Iterator[Listening]:
    """An open receiver."""
    here = Listening()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            here.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            event = json.loads(here.bodies[-1])
            here.got.append(({name.lower(): value for name, value in self.headers.items()}, event))
            status, body = here.says(event)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.url = f"http://127.0.0.1:{server.server_address[1]}/hooks"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Partner:
    """One client and what it does about its webhooks."""

    def __init__(self, city: City, api: Caller, kind: Kind = Kind.PARTNER, name: str = "平安保险") -> None:
        assert isinstance(city.clock, StoppedClock)
        self.city, self.api, self.clock = city, api, city.clock
        self.credentials: Credentials = city.clients.register(name, scopes=of_kind(kind) | on_request(kind), kind=kind)
        self._token, self._since = "", 0.0

    @property
    def client_id(self) -> str:
        return str(self.credentials.client_id)

    @property
    def token(self) -> str:
        if not self._token or self.clock() - self._since > 200:
            self._token, self._since = self.api.token_for(self.credentials), self.clock()
        return self._token

    def registers(self, url: str, *events: str, order: str = "none", key: str | None = None) -> Reply:
        body = {"url": url, "events": list(events), "order": order}
        return self.api.post("/v1/webhooks", body, token=self.token, key=key or fresh())

    def does(self, verb: str, webhook: str, **more: Any) -> Reply:
        """`challenge`, `pause`, `resumption`, `events`, `secrets`, `test` …"""
        return self.api.post(f"/v1/webhooks/{webhook}/{verb}", more, token=self.token, key=fresh())

    def sees(self, webhook: str, more: str = "") -> Reply:
        return self.api.get(f"/v1/webhooks/{webhook}{more}", token=self.token)

    def listens(self, receiver: Listening | str, *events: str, order: str = "none") -> str:
        """Register a receiver and have it prove itself; answers the id of the webhook."""
        url = receiver if isinstance(receiver, str) else receiver.url
        registered = self.registers(url, *events, order=order)
        assert registered.status == 201, registered
        webhook = str(registered.body["webhook_id"])
        proven = self.does("challenge", webhook)
        assert (proven.status, proven.body["state"]) == (200, "active"), proven
        return webhook

    def delivered(self) -> int:
        """Whatever is due is brought."""
        return self.city.due_deliveries.run(now=self.clock())
