"""A receiver of a city's webhooks: answers the challenge, believes only what is signed, does everything once.

    pip install standardwebhooks
    WEBHOOK_SECRET=whsec_… python receiver.py 8090

Put it behind something that speaks HTTPS; a city sends to nothing else. What you do with an event goes into `handle`,
which is done before the answer: a city that waits 15 seconds for one tries again, so note what is long and do it later.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from collections import OrderedDict
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

Event = dict[str, Any]
Answer = tuple[int, bytes]

LARGEST_BODY_BYTES = 64 * 1024
REMEMBERED = 100_000
"""So many ids are remembered, so that what comes again is known. A table with a unique key outlives a restart."""

MUST_HAVE = ("id", "source", "type", "time", "data")


class Receiver:
    """What becomes of a request, apart from HTTP."""

    def __init__(self, secret: str, handle: Callable[[Event], None]) -> None:
        self._webhook = Webhook(secret)
        self._handle = handle
        self._done: OrderedDict[str, None] = OrderedDict()
        self._lock = Lock()

    def receive(self, headers: Mapping[str, str], body: bytes) -> Answer:
        """The status and the body to answer with.

        1. Whoever sent it knows the secret, and sent it within five minutes; else 401.
        2. It is an event (CloudEvents 1.0) with the id that was signed; else 400.
        3. A challenge is answered with itself.
        4. What came before is not done again, and answered as if it were.
        """
        try:
            event = self._webhook.verify(body, dict(headers))
        except (WebhookVerificationError, ValueError):
            return 401, b""
        if not is_event(event) or event["id"] != headers["webhook-id"]:
            return 400, b""
        if event["type"] == "webhook.challenge":
            return 200, json.dumps({"challenge": event["data"]["challenge"]}).encode()
        self._do_once(event)
        return 204, b""

    def _do_once(self, event: Event) -> None:
        """Do it, then remember it: an event whose handling fails is answered with 500, and comes again."""
        with self._lock:
            if event["id"] in self._done:
                return
            self._handle(event)
            self._done[event["id"]] = None
            if len(self._done) > REMEMBERED:
                self._done.popitem(last=False)


def is_event(event: object) -> bool:
    """Whether a document is an event in the structured JSON of CloudEvents 1.0."""
    if not isinstance(event, dict) or event.get("specversion") != "1.0":
        return False
    return all(event.get(name) for name in MUST_HAVE[:-1]) and isinstance(event.get("data"), dict)


def is_signed_by_the_city(trust_list: dict[str, Any], headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the city itself signed a delivery, which nobody else can, whoever knows the secret (`pip install gmssl`).

    `trust_list` is what GET /v1/trust-list answers. It is signed as well: check it with the root key that the city gave
    you on another way, once for each list you fetch. You need none of this to receive; you need it to prove.
    """
    from gmssl import sm2

    point = next((key["public_key"][2:] for key in trust_list["keys"] if _is_named(key, headers)), None)
    words = dict(word.partition(",")[::2] for word in headers["webhook-signature"].split(" "))
    signature = base64.b64decode(words.get("v1sm2", ""))
    if point is None or len(signature) != 64:
        return False
    city = sm2.CryptSM2(private_key="", public_key=point)
    city.public_key = point  # the constructor takes a leading 04 of the point itself for the mark of its form
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return bool(city.verify_with_sm3(signature.hex(), signed))


def _is_named(key: dict[str, str], headers: Mapping[str, str]) -> bool:
    """Whether a key of the trust list is the one that a delivery names, and one for messages."""
    return key["kid"] == headers["yima-key-id"] and key.get("use") == "request"


def server(receiver: Receiver, port: int) -> ThreadingHTTPServer:
    """An HTTP server in front of a receiver; port 0 is any."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            if not 0 <= length <= LARGEST_BODY_BYTES:
                self._answer(413, b"")
                return
            body = self.rfile.read(length)
            headers = {name.lower(): value for name, value in self.headers.items()}
            try:
                self._answer(*receiver.receive(headers, body))
            except Exception:
                self._answer(500, b"")
                raise

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Keep quiet: what came is told by `handle`."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def tell(event: Event) -> None:
    """What this example does with an event: one line of it."""
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    here = server(Receiver(os.environ["WEBHOOK_SECRET"], tell), int(sys.argv[1]) if len(sys.argv) > 1 else 8090)
    sys.stderr.write(f"listening on {here.server_address[1]}\n")
    here.serve_forever()
