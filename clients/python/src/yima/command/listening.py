"""`yima webhooks listen`: a small receiver on this machine that shows each delivery once it is believed."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import click
import msgspec

from yima import sm2
from yima.city import City
from yima.command import config
from yima.command.output import as_json, clock, first_line_of_stdin, note, say
from yima.problems import NotAuthentic, YimaError
from yima.receiving import Received, Receiver
from yima.webhooks import Webhook

LARGEST_BODY = 256 * 1024
Show = Callable[[Received], None]


class Listener(ThreadingHTTPServer):
    """Answers the challenge, and shows what is authentic. Until there is a receiver, nothing is believed."""

    daemon_threads = True

    def __init__(self, host: str, port: int, show: Show) -> None:
        super().__init__((host, port), _Handler)
        self.receiver: Receiver | None = None
        self.show = show

    def handle_error(self, request: object, client_address: object) -> None:
        """Somebody hung up, or a delivery could not be shown; the city brings it again."""
        error = sys.exception()
        if not isinstance(error, ConnectionError):
            note(f"yima: what came could not be taken: {type(error).__name__}")


class _Handler(BaseHTTPRequestHandler):
    """One connection of the city's."""

    server: Listener
    protocol_version = "HTTP/1.1"
    timeout = 15

    def do_POST(self) -> None:
        """One delivery: 200 with the challenge, 204 when believed, 400 when not. A repeat is answered and not shown."""
        body = self._body()
        if body is None:
            return self._answer(413)
        try:
            if self.server.receiver is None:
                raise NotAuthentic("nothing is expected yet")
            received = self.server.receiver.read(dict(self.headers.items()), body, now=time.time())
        except NotAuthentic as error:
            note(f"yima: {error.code}: {error.reason}")
            return self._answer(400)
        except YimaError as error:
            note(f"yima: {error.code}: {error.title}")
            return self._answer(500)
        if received.challenge is not None:
            return self._answer(200, msgspec.json.encode(received.challenge))
        if not received.repeated:
            self.server.show(received)
            self.server.receiver.done(received)
        return self._answer(204)

    def _body(self) -> bytes | None:
        """The body, None where it is longer than an event can be, or says no length."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or int(length[:9]) > LARGEST_BODY or len(length) > 9:
            self.close_connection = True
            return None
        return self.rfile.read(int(length))

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """What came is shown once it is believed, and nothing else is."""


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=9000, show_default=True, help="0 takes any free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="On which address to listen.")
@click.option(
    "--secret-file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="whsec_…, one a line."
)
@click.option("--register", "url", help="Register this URL for as long as we listen; it must lead here.")
@click.option("--event", "events", multiple=True, help="With --register: a type of event; as often as you like.")
@click.option("--json", "json", is_flag=True, help="One line of JSON for each delivery.")
def listen(
    port: int, host: str, secret_file: Path | None, url: str | None, events: tuple[str, ...], *, json: bool
) -> None:
    """Receive events on this machine, verify them, and show each on a line.

    The secret is read from --secret-file, from YIMA_WEBHOOK_SECRET or from stdin; with --register it comes with the
    new endpoint, which is deleted when you stop.
    """
    if url is not None and not events:
        raise click.UsageError("say with --event what to be told of")
    with config.city() as city:
        secrets = [] if url is not None else _secrets(secret_file)
        server = Listener(host, port, lambda received: say(_json(received) if json else _line(received)))
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        note(f"listening on http://{host}:{server.server_port}; Ctrl-C ends it")
        try:
            _until_stopped(city, server, secrets, url, events)
        finally:
            server.shutdown()
            server.server_close()


def _until_stopped(city: City, server: Listener, secrets: list[str], url: str | None, events: tuple[str, ...]) -> None:
    """Listen until Ctrl-C, or until a service manager says so; what was registered for it ends with it."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if url is None:
        server.receiver = _receiver(city, secrets)
        _wait()
        return
    made = city.webhooks.register(url, events)
    try:
        server.receiver = _receiver(city, [made.secret or ""])
        _proven(city, made)
        _wait()
    finally:
        city.webhooks.delete(made.webhook_id)
        note("the endpoint is deleted")


def _proven(city: City, made: Webhook) -> None:
    note(f"registered {made.webhook_id}, {city.webhooks.challenge(made.webhook_id).state}")


def _receiver(city: City, secrets: list[str]) -> Receiver:
    """Believes these secrets, and looks at SM2 where it is installed."""
    trust = city.current_trust_list if sm2.installed() else None
    if trust is not None:
        trust()  # a city that is not the one we know is not listened to at all
    try:
        return Receiver(secrets, trust=trust)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _secrets(file: Path | None) -> list[str]:
    """The secrets to believe; never from the command line."""
    if file is not None:
        return file.read_text(encoding="ascii", errors="replace").split()
    return (os.environ.get("YIMA_WEBHOOK_SECRET") or first_line_of_stdin("Secret (whsec_…)", hidden=True)).split()


def _wait() -> None:
    """Until Ctrl-C."""
    sys.stdout.flush()
    while True:
        time.sleep(1)


def _line(received: Received) -> str:
    event, signed = received.event, "HMAC+SM2" if received.by_sm2 else "HMAC"
    return f"{clock(event.time)}  {event.type:18}  {event.subject}  {event.id}  {signed}"


def _json(received: Received) -> str:
    return as_json({"by_sm2": received.by_sm2, "event": received.event})
