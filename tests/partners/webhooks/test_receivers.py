"""The receivers of examples/webhooks, each a process of its own, take what our API sends - with the public packages of
Standard Webhooks, unchanged."""

from __future__ import annotations

import importlib.util
import json
import os
import queue
import shutil
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any

import pytest
import urllib3

from chalicelib.partners.webhooks.sending_signing import signed_headers
from chalicelib.platform.crypto import sm2
from chalicelib.trust.model import KeyUse
from chalicelib.trust.trust_list import read_list
from chalicelib.wiring import City
from tests.partners.webhooks.partner import Partner, listening
from tests.requirements import require
from tests.world import Caller, StoppedClock

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "examples" / "webhooks"
COMMANDS = {
    "Python": [sys.executable, str(EXAMPLES / "receiver.py")],
    "Node": ["node", str(EXAMPLES / "receiver.mjs")],
}
PATIENCE_S = 30.0
KEYS = ("key.published", "key.revoked")


@pytest.fixture
def clock() -> StoppedClock:
    """Receivers look at their own clocks, so ours is theirs."""
    return StoppedClock(int(time.time()))


class Process:
    """A receiver that runs: where it is, and what it did, line by line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._lines: queue.Queue[str] = queue.Queue()
        assert process.stderr is not None
        assert process.stdout is not None
        self.url = f"http://127.0.0.1:{process.stderr.readline().split()[-1]}/hooks"
        Thread(target=self._read, args=[process.stdout], daemon=True).start()

    def _read(self, stream: Any) -> None:
        for line in stream:
            self._lines.put(line)

    def did(self) -> dict[str, Any]:
        """The next thing it did."""
        event: dict[str, Any] = json.loads(self._lines.get(timeout=PATIENCE_S))
        return event

    def did_nothing_more(self) -> bool:
        return self._lines.empty()


@contextmanager
def running(command: list[str], secret: str) -> Iterator[Process]:
    """A receiver on any free port."""
    with subprocess.Popen(
        [*command, "0"],
        env=os.environ | {"WEBHOOK_SECRET": secret},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Process(process)
        finally:
            process.terminate()


@pytest.fixture(params=COMMANDS)
def command(request: pytest.FixtureRequest) -> list[str]:
    if request.param == "Node":
        require(shutil.which("node") is not None, "no node command")
        require((ROOT / "node_modules" / "standardwebhooks").is_dir(), "standardwebhooks is not installed: run npm ci")
    return COMMANDS[request.param]


@pytest.fixture
def partner(city: City, api: Caller) -> Partner:
    return Partner(city, api)


@contextmanager
def relay(partner: Partner) -> Iterator[tuple[str, str, list[str]]]:
    """A registered endpoint of which the address is known before the secret, as a receiver needs it: a door that
    leads on to whatever stands in the list."""
    behind: list[str] = []
    http = urllib3.PoolManager()
    with listening() as door:

        def lead_on(event: dict[str, Any]) -> tuple[int, bytes]:
            headers, _ = door.got[-1]
            answer = http.request("POST", behind[0], headers=headers, body=door.bodies[-1], retries=False)
            return answer.status, answer.data

        door.says = lead_on
        registered = partner.registers(door.url, *KEYS, order="subject").body
        yield registered["webhook_id"], registered["secret"], behind


def test_a_receiver_proves_itself_and_does_everything_once(partner: Partner, command: list[str]) -> None:
    with relay(partner) as (webhook, secret, behind), running(command, secret) as receiver:
        behind.append(receiver.url)
        assert partner.does("challenge", webhook).status == 200
        sent = partner.does("test", webhook).body
        partner.delivered()
        event = receiver.did()
        assert (event["id"], event["type"], event["specversion"]) == (sent["event_id"], "webhook.test", "1.0")
        partner.does(f"deliveries/{sent['delivery_id']}/redelivery", webhook)
        partner.delivered()
        deliveries = partner.sees(webhook, "/deliveries").body["deliveries"]
        assert [attempt["status"] for attempt in deliveries[0]["attempts"]] == [204, 204]
        partner.does("test", webhook)
        partner.delivered()
        assert receiver.did()["id"] != event["id"]
        assert receiver.did_nothing_more()


def test_a_receiver_with_either_secret_believes_while_one_takes_over(partner: Partner, command: list[str]) -> None:
    with relay(partner) as (webhook, old, behind):
        with running(command, old) as receiver:
            behind.append(receiver.url)
            assert partner.does("challenge", webhook).status == 200
            new = partner.does("secrets", webhook).body["secret"]
            partner.does("test", webhook)
            partner.delivered()
            assert receiver.did()["type"] == "webhook.test"
        with running(command, new) as receiver:
            behind[0] = receiver.url
            partner.does("test", webhook)
            partner.delivered()
            assert receiver.did()["type"] == "webhook.test"


def test_a_receiver_with_another_secret_believes_nothing(partner: Partner, command: list[str]) -> None:
    other = "whsec_" + b64encode(bytes(32)).decode()
    with relay(partner) as (webhook, _, behind), running(command, other) as receiver:
        behind.append(receiver.url)
        refused = partner.does("challenge", webhook)
        assert (refused.code, refused.body["status_received"]) == ("challenge_failed", 401)
        assert receiver.did_nothing_more()


SECRET = "whsec_" + b64encode(b"k" * 32).decode()
GOOD = {"specversion": "1.0", "id": "evt_1", "source": "urn:yima:310000", "type": "t", "time": "now", "data": {}}
FORGED: dict[str, tuple[bytes, int]] = {
    "another id than was signed": (json.dumps(GOOD | {"id": "evt_2"}).encode(), 400),
    "another version": (json.dumps(GOOD | {"specversion": "0.3"}).encode(), 400),
    "without a source": (json.dumps(GOOD | {"source": ""}).encode(), 400),
    "data that is none": (json.dumps(GOOD | {"data": "x"}).encode(), 400),
    "a list": (b"[]", 400),
    "too much": (b" " * (64 * 1024 + 1), 413),
    "good": (json.dumps(GOOD).encode(), 204),
}


def test_a_receiver_takes_events_and_nothing_else(command: list[str], clock: StoppedClock) -> None:
    http = urllib3.PoolManager()
    with running(command, SECRET) as receiver:

        def send(body: bytes, at: float, **more: str) -> int:
            headers = signed_headers(
                "evt_1", body, secrets=[SECRET], pair=sm2.generate(), key_id="0a1b2c3d", timestamp=int(at)
            )
            return http.request("POST", receiver.url, headers=headers | more, body=body, retries=False).status

        assert {name: send(body, clock()) for name, (body, _) in FORGED.items()} == {
            name: status for name, (_, status) in FORGED.items()
        }
        good = FORGED["good"][0]
        assert send(good, clock() - 600) == 401
        assert send(good, clock() + 600) == 401
        assert send(good, clock(), **{"webhook-signature": "v1,AAAA"}) == 401
        assert send(good, clock(), **{"webhook-signature": ""}) == 401
        assert receiver.did() == GOOD
        assert receiver.did_nothing_more()


# ---- the city's own signature


@pytest.fixture(scope="module")
def example() -> ModuleType:
    """receiver.py as a module."""
    spec = importlib.util.spec_from_file_location("receiver", EXAMPLES / "receiver.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_whoever_has_the_trust_list_can_prove_that_the_city_sent_it(
    city: City, api: Caller, partner: Partner, example: ModuleType
) -> None:
    with listening() as receiver:
        webhook = partner.listens(receiver, *KEYS)
        partner.does("test", webhook)
        partner.delivered()
        (headers, _), body = receiver.got[-1], receiver.bodies[-1]
    trust_list = api.get("/v1/trust-list").body
    assert example.is_signed_by_the_city(trust_list, headers, body)
    assert not example.is_signed_by_the_city(trust_list, headers, body + b" ")
    assert not example.is_signed_by_the_city(trust_list, headers | {"webhook-id": "evt_other"}, body)
    assert not example.is_signed_by_the_city(trust_list, headers | {"yima-key-id": "00000000"}, body)
    assert not example.is_signed_by_the_city(trust_list, headers | {"webhook-signature": "v1,AAAA"}, body)
    other = city.ring.signing(KeyUse.CODE, now=city.clock()).record.kid
    assert not example.is_signed_by_the_city(trust_list, headers | {"yima-key-id": other}, body)
    key = read_list(json.dumps(trust_list)).key(headers["yima-key-id"])
    assert key is not None
    assert key.use == "request"
