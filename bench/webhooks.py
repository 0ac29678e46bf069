"""`python -m bench.webhooks`: how soon partners hear, whether all of it arrives, and what one who never answers costs.

The first and the last are measured on a running local city: through its API, streams, queues and functions, with
receivers on the loopback. The ten thousand go the same way but for the queue, under a clock that runs ahead: a retry
takes hours otherwise. `--quick` takes seconds and proves nothing.
"""

from __future__ import annotations

import argparse
import logging
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from bench.report import Promise, Section, markdown

if TYPE_CHECKING:
    import httpx

    from chalicelib.wiring import City

LATENCY_S, SLOWER, FAILING, MANY = 2.0, 1.1, 0.3, 10_000
PATIENCE_S = 60.0

Says = Callable[[str], int]
"""Which status a receiver answers to an event of this id; it may take its time."""


class Got(NamedTuple):
    """One message: when it came (perf_counter), which event, and the headers and body to verify it by."""

    at: float
    event_id: str
    headers: dict[str, str]
    body: bytes


class Receiver:
    """A partner's server on the loopback, which answers challenges, and everything else as it is told to."""

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.says: Says = lambda event_id: 204
        self.url = ""
        self._more = threading.Condition()

    def take(self, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        """Answer a message."""
        event = msgspec.json.decode(body)
        if event["type"] == "webhook.challenge":
            return 200, event["data"]["challenge"].encode()
        with self._more:
            self.got.append(Got(time.perf_counter(), event["id"], headers, body))
            self._more.notify_all()
        return self.says(event["id"]), b""

    def wait_for(self, number: int) -> list[Got]:
        """The messages, once so many have come."""
        with self._more:
            assert self._more.wait_for(lambda: len(self.got) >= number, PATIENCE_S), f"{len(self.got)} of {number} came"
            return self.got[:number]


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A receiver that listens."""
    here = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Take a message."""
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, answer = here.take({name.lower(): text for name, text in self.headers.items()}, body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Whoever was kept waiting has hung up."""

    server = Server(("127.0.0.1", 0), Handler)
    here.url = f"http://127.0.0.1:{server.server_address[1]}/hooks"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()


class Partner:
    """A client of the city, over HTTP. Tokens are short: one is fetched for each part of the measurement."""

    def __init__(self, http: httpx.Client, city: City) -> None:
        from chalicelib.platform.permissions import Kind, of_kind, on_request

        scopes = of_kind(Kind.VERIFIER) | on_request(Kind.VERIFIER) | {"webhook:write"}
        credentials = city.clients.register("Bench", scopes=frozenset(scopes))
        form = {"grant_type": "client_credentials", **credentials._asdict()}
        self.http, self._token = http, http.post("/v1/oauth/token", data=form).raise_for_status().json()["access_token"]
        self._keys = 0

    def post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """One request."""
        self._keys += 1
        headers = {"Authorization": f"Bearer {self._token}", "Idempotency-Key": f"bench-{self._keys}"}
        answer: dict[str, Any] = self.http.post(path, json=body, headers=headers).raise_for_status().json()
        return answer

    def subscribe(self, url: str) -> str:
        """An endpoint that listens; answers its id."""
        made = self.post("/v1/webhooks", {"url": url, "events": ["scan.accepted"], "order": "none"})
        self.post(f"/v1/webhooks/{made['webhook_id']}/challenge")
        return str(made["webhook_id"])


def latency(http: httpx.Client, city: City, document: dict[str, Any], scans: int) -> list[float]:
    """Seconds from the answer to a scan until the partner has heard of it, for each scan."""
    partner, token = Partner(http, city), _log_in(http, document)
    found = []
    with receiver() as here:
        partner.subscribe(here.url)
        city.events._directory._copied_at = 0.0  # else scans are told to a new endpoint within a minute only
        for number in range(1, scans + 1):
            code = http.post("/v1/codes", json={}, headers={"Authorization": f"Bearer {token}"}).json()["code"]
            partner.post("/v1/verifications", {"code": code, "purpose": "entry", "place": "east gate"})
            began = time.perf_counter()
            found.append(here.wait_for(number)[-1].at - began)
            time.sleep(PAUSE_S * Random(number).random())
    return found


PAUSE_S = 0.5
"""Scans are so far apart at most, so that they meet pumps and streams at any point of their round."""


BACKLOG = 40
"""What waits for the fourth receiver in either round."""


def beside_one_that_never_answers(http: httpx.Client, city: City, rounds: int, each: int) -> float:
    """How many times as long three receivers take to hear all of it where a fourth one hangs as where it answers.

    The same waits for the fourth in both rounds, for city, store, queue and partners are one process here, which would
    else measure its own computing. The median of pairs, in turns the first, so that what else the machine does falls on
    both.
    """
    partner, ratios = Partner(http, city), list[float]()
    with receiver() as fourth, receiver() as one, receiver() as two, receiver() as three:
        fourth_id = partner.subscribe(fourth.url)
        named = {partner.subscribe(here.url): here for here in (one, two, three)}
        numbers = iter(range(10**9))
        _round(city, named, numbers, each)
        for number in range(rounds):
            seconds = {}
            for hangs in (False, True) if number % 2 else (True, False):
                with _told(city, fourth, fourth_id, numbers, hangs=hangs):
                    seconds[hangs] = _round(city, named, numbers, each)
            ratios.append(seconds[True] / seconds[False])
            _progress(f"beside one that answers {seconds[False]:.2f} s, that never does {seconds[True]:.2f} s")
    return statistics.median(ratios)


@contextmanager
def _told(city: City, fourth: Receiver, endpoint_id: str, numbers: Iterator[int], *, hangs: bool) -> Iterator[None]:
    """Have a receiver told, which hangs on it where it does so; at the end it takes all of it, and is well."""
    ending = threading.Event()
    fourth.says = lambda event_id: 204 if not hangs or ending.wait(PATIENCE_S) else 500
    _tell(city, endpoint_id, numbers, BACKLOG)
    try:
        yield
    finally:
        ending.set()
        fourth.wait_for(BACKLOG)
        city.webhook_marks.well(endpoint_id)
        time.sleep(PAUSE_S)
        fourth.got.clear()


def _round(city: City, named: dict[str, Receiver], numbers: Iterator[int], each: int) -> float:
    """Tell each receiver so many events; the seconds until all have come."""
    for here in named.values():
        here.got.clear()
    began = time.perf_counter()
    for endpoint_id in named:
        _tell(city, endpoint_id, numbers, each)
    return max(here.wait_for(each)[-1].at for here in named.values()) - began


def _tell(city: City, endpoint_id: str, numbers: Iterator[int], each: int) -> None:
    for _ in range(each):
        city.deliveries.enqueue(endpoint_id, _event(next(numbers), int(city.clock())), "", city.clock())


def _event(number: int, at: int) -> Any:
    from chalicelib.partners.webhooks.model import Event, EventType, event_id

    type = EventType.SCAN_ACCEPTED
    return Event(event_id(type, "bench", str(number), str(at)), type, at, f"scan/{number:08x}", {"scan": f"{number}"})


class Arrived(NamedTuple):
    """What became of very many deliveries."""

    told: int
    arrived: int
    most_attempts: int
    verified: int
    seconds: float


def at_random() -> Says:
    """Fails at random, each attempt by itself, and in every run the same ones whichever worker is the quicker.

    Of ten thousand events one fails ten times in a row in every seventeenth run: that would be lost, and rightly so.
    """
    tries = Counter[str]()

    def says(event_id: str) -> int:
        tries[event_id] += 1
        return 500 if Random(f"{event_id} {tries[event_id]}").random() < FAILING else 204

    return says


def all_arrive(city: City, many: int) -> Arrived:
    """Deliver to a receiver that fails at random, until nothing is on its way; the clock is set from one due time to
    the next."""
    from chalicelib.partners.webhooks.deliveries import Deliveries
    from chalicelib.partners.webhooks.delivering import Deliverer
    from chalicelib.partners.webhooks.delivering_due import DueDeliveries
    from chalicelib.partners.webhooks.schedule import WAITS

    dice, began, now = Random(1), time.perf_counter(), city.clock()
    registry = _Registry()
    store, marks = city.delivery_store, city.webhook_marks
    deliveries = Deliveries(store, marks, lambda: None, region=city.settings.region)
    deliverer = Deliverer(store, marks, deliveries, registry, city.webhook_sender, dice=dice.random)
    due = DueDeliveries(store, deliveries, lambda: ["bench.many"], lambda: deliverer, lambda: None)
    with receiver() as here:
        here.says = at_random()
        told = [deliveries.enqueue(registry.open(here.url), _event(each, int(now)), "", now) for each in range(many)]
        idle = 0
        while idle < len(WAITS):
            idle = 0 if due.run(now=now) else idle + 1
            _progress(f"{len(here.got):,} messages for {many:,} events")
            now += 20 if not idle else WAITS[idle - 1] * 1.2
        key = city.ring.find(here.got[0].headers["yima-key-id"], now=city.clock())
        assert key is not None
        counted = Counter(got.event_id for got in here.got)
        states = Counter(one.state for one in _all(store, told))
        verified = sum(registry.verified(got, key.public_key) for got in here.got)
        assert verified == len(here.got), "each can be verified"
        return Arrived(many, states["delivered"], max(counted.values()), verified, time.perf_counter() - began)


def _all(store: Any, told: list[Any]) -> Iterator[Any]:
    return (store.get(one.endpoint_id, one.delivery_id) for one in told)


class _Registry:
    """One endpoint."""

    def __init__(self) -> None:
        from base64 import b64encode

        self._secret = "whsec_" + b64encode(b"bench" * 6).decode()
        self._endpoint: Any = None

    def open(self, url: str) -> str:
        """Have an endpoint; answers its id."""
        from chalicelib.partners.webhooks.model import Endpoint, EndpointState, Secret

        secrets = (Secret(self._secret),)
        self._endpoint = Endpoint("bench.many", "bench", url, frozenset(), secrets, EndpointState.ACTIVE)
        return "bench.many"

    def get(self, endpoint_id: str, now: float) -> Any:
        """The endpoint."""
        return self._endpoint

    def disable(self, endpoint_id: str, because: str, now: float) -> None:
        """It is never so bad."""
        raise AssertionError(because)

    def verified(self, got: Got, key: bytes) -> bool:
        """Whether a message is by both signatures the city's."""
        from base64 import b64decode

        from chalicelib.partners.webhooks.sending_signing import by_secret, signed_text
        from chalicelib.platform.crypto import sm2

        text = signed_text(got.event_id, int(got.headers["webhook-timestamp"]), got.body)
        mac, signature = (one.partition(",")[2] for one in got.headers["webhook-signature"].split(" "))
        return mac == by_secret(self._secret, text) and sm2.verify(key, text, b64decode(signature))


def measure(*, quick: bool) -> Section:
    """All three: two in a running city, the third in one that is quiet beside it."""
    import httpx

    from infra.local.city import running_city
    from infra.local.options import Options
    from tests.quick import quick_moto

    with tempfile.TemporaryDirectory() as folder, quick_moto():
        options = Options.from_environment({"PORT": "0", "YIMA_LOCAL_DIR": folder, "SCHEDULER": "off"})
        with running_city(options) as running:
            from chalicelib.wiring import city

            logging.getLogger("yima.metrics").setLevel(logging.ERROR)
            here, document = city(), running.document
            with httpx.Client(base_url=document["base_url"], trust_env=False, timeout=30) as http:
                heard = latency(http, here, document, 3 if quick else 30)
                _progress(f"heard after {statistics.median(heard):.2f} s")
                slower = beside_one_that_never_answers(http, here, 2 if quick else 12, 4 if quick else 12)
        with _quiet_city() as here:
            arrived = all_arrive(here, 50 if quick else MANY)
    return section(heard, slower, arrived)


def _progress(text: str) -> None:
    """Say how far it is: the whole of it takes long."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def _quiet_city() -> Iterator[City]:
    """A city of which nothing runs."""
    from infra.local.dynamo import embedded
    from tests.world import StoppedClock, found_city

    with embedded() as store:
        store.clear()
        yield found_city(StoppedClock())


def section(heard: list[float], slower: float, arrived: Arrived) -> Section:
    """The table and its promises."""
    from chalicelib.partners.webhooks.schedule import ATTEMPTS

    promises = (
        Promise("webhooks: change to received, median", statistics.median(heard), LATENCY_S, " s"),
        Promise("webhooks: beside one that never answers", slower, SLOWER, "x"),
        Promise("webhooks: share that arrived", arrived.arrived / arrived.told, 1, "", at_least=True),
        Promise("webhooks: most attempts of one", arrived.most_attempts, ATTEMPTS, ""),
    )
    rows = [
        ("a scan until its partner has heard, median", f"{statistics.median(heard):.2f} s", str(promises[0])),
        ("… the slowest", f"{max(heard):.2f} s", ""),
        ("three receivers where a fourth never answers, beside where it does", f"{slower:.2f}x", str(promises[1])),
        (f"of {arrived.told:,} to one that fails 30 %", f"{arrived.arrived:,} arrived", str(promises[2])),
        ("… most attempts of one", f"{arrived.most_attempts}", str(promises[3])),
        ("… messages, each verified", f"{arrived.verified:,}", ""),
        ("… seconds for all", f"{arrived.seconds:,.0f}", ""),
    ]
    note = "On a running local city: its API, streams, queues and functions, receivers on the loopback."
    return Section("Webhooks", ("what", "measured", "promise"), rows, promises, note)


def _log_in(http: httpx.Client, document: dict[str, Any]) -> str:
    """A session of the first resident."""
    return str(http.post("/v1/sessions", json=document["residents"][0]["login"]).raise_for_status().json()["token"])


def main() -> int:
    """Answers 1 where a promise is missed, unless it was a quick run."""
    parser = argparse.ArgumentParser(prog="python -m bench.webhooks")
    parser.add_argument("--quick", action="store_true", help="a few seconds; proves nothing")
    options = parser.parse_args()
    measured = measure(quick=options.quick)
    print(markdown([measured], "python -m bench.webhooks"))
    return 0 if options.quick or all(promise.kept for promise in measured.promises) else 1


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    sys.exit(main())
