"""Webhooks from end to end: registered, challenged, delivered by the city, believed, and shown by the command."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import httpx
import pytest
import yima
from yima.command.listening import Listener
from yima.command.listening import _receiver as receiver_of
from yima.receiving import Received, Receiver

EVENTS = ["key.published", "consent.given"]


@pytest.fixture(scope="module")
def partner(open_city: Any) -> yima.City:
    city: yima.City = open_city.asked_by(open_city.client("partner", "webhook:write", "consent:ask", "code:verify"))
    return city


@contextmanager
def listening() -> Iterator[tuple[Listener, list[Received]]]:
    shown: list[Received] = []
    server = Listener("127.0.0.1", 0, shown.append)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server, shown
    server.shutdown()
    server.server_close()


def url_of(server: Listener) -> str:
    return f"http://127.0.0.1:{server.server_port}/"


def delivered(open_city: Any) -> None:
    """The city's minute has come: what is due is sent."""
    open_city.inside.due_deliveries.run(now=open_city.clock())


def test_an_endpoint_is_challenged_tested_paused_rotated_and_deleted(open_city: Any, partner: yima.City) -> None:
    with listening() as (server, shown):
        made = partner.webhooks.register(url_of(server), EVENTS)
        assert made.secret is not None
        server.receiver = Receiver([made.secret], trust=partner.trust_list())
        assert (made.state, partner.webhooks.challenge(made.webhook_id).state) == ("pending", "active")
        partner.webhooks.test(made.webhook_id)
        delivered(open_city)
        assert [(one.event.type, one.by_sm2) for one in shown] == [("webhook.test", True)]
        newest = next(partner.webhooks.deliveries(made.webhook_id))
        assert (newest.state, newest.event_id) == ("delivered", shown[0].event.id)
        partner.webhooks.redeliver(made.webhook_id, newest.delivery_id)
        delivered(open_city)
        assert len(shown) == 1  # it came again, and was dropped as a repeat
        assert partner.webhooks.pause(made.webhook_id).state == "paused"
        assert partner.webhooks.resume(made.webhook_id).state == "active"
        assert partner.webhooks.rotate(made.webhook_id).secret != made.secret
        assert partner.webhooks.subscribe(made.webhook_id, ["key.revoked"]).events == ["key.revoked"]
        partner.webhooks.delete(made.webhook_id)
        assert made.webhook_id not in [one.webhook_id for one in partner.webhooks.list()]


def test_without_sm2_the_hmac_is_believed_alone(
    open_city: Any, partner: yima.City, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(private: str = "") -> Any:
        raise yima.NeedsSm2

    monkeypatch.setattr("yima.sm2._native", lambda: None)
    monkeypatch.setattr("yima.sm2._portable", missing)
    with listening() as (server, shown):
        made = partner.webhooks.register(url_of(server), EVENTS)
        server.receiver = receiver_of(yima.City(open_city.base_url), [made.secret or ""])
        assert partner.webhooks.challenge(made.webhook_id).state == "active"
        partner.webhooks.test(made.webhook_id)
        delivered(open_city)
        assert [one.by_sm2 for one in shown] == [None]
        partner.webhooks.delete(made.webhook_id)


def test_a_receiver_that_expects_nothing_fails_the_challenge(partner: yima.City) -> None:
    with listening() as (server, shown):
        made = partner.webhooks.register(url_of(server), EVENTS)
        with pytest.raises(yima.Problem, match="challenge_failed"):
            partner.webhooks.challenge(made.webhook_id)
        partner.webhooks.delete(made.webhook_id)
    assert shown == []


@pytest.mark.parametrize(("length", "status"), [("2", 400), ("-1", 413), ("9" * 30, 413), ("x", 413), ("", 413)])
def test_a_stranger_is_answered_and_shown_to_nobody(length: str, status: int) -> None:
    with listening() as (server, shown):
        server.receiver = Receiver(["whsec_AAAA"])
        stranger = HTTPConnection("127.0.0.1", server.server_port, timeout=10)
        stranger.putrequest("POST", "/")
        stranger.putheader("Content-Length", length)
        stranger.endheaders(b"{}")
        assert stranger.getresponse().status == status
        stranger.close()
        assert shown == []


def test_the_command_registers_shows_what_comes_and_cleans_up_after_itself(
    open_city: Any, partner: yima.City, tmp_path: Path
) -> None:
    port = free_port()
    with command(open_city, tmp_path, "--port", str(port), "--register", f"http://127.0.0.1:{port}/") as said:
        webhook_id = said(r"registered (\S+), active")
        asked_by = yima.City(open_city.base_url, client(tmp_path), http=httpx.Client(base_url=open_city.base_url))
        asked_by.webhooks.test(webhook_id)
        delivered(open_city)
        event = json.loads(said(r'(\{.*"webhook\.test".*\})'))
        assert event["by_sm2"] is True
    assert [one.webhook_id for one in asked_by.webhooks.list()] == []


def client(folder: Path) -> yima.Secret:
    kept = json.loads((folder / "credentials.json").read_text())
    return yima.Secret(kept["client_id"], kept["client_secret"])


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def command(open_city: Any, folder: Path, *arguments: str) -> Iterator[Callable[[str], str]]:
    """`yima webhooks listen` in a process of its own, ended as services are; what it yields waits for a line."""
    credentials = open_city.client("listener", "webhook:write")
    kept = {
        "base_url": open_city.base_url,
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
        "root": open_city.root,
    }
    (folder / "credentials.json").write_text(json.dumps(kept))
    env = {name: value for name, value in os.environ.items() if not name.startswith("YIMA_")}
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "yima.command.main",
            "webhooks",
            "listen",
            "--json",
            "--event",
            "key.revoked",
            *arguments,
        ],
        env=env | {"YIMA_CONFIG_DIR": str(folder), "NO_PROXY": "127.0.0.1", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    lines: list[str] = []
    reader = threading.Thread(target=lambda: lines.extend(iter(process.stdout.readline, "")), daemon=True)  # type: ignore[union-attr]
    reader.start()

    def said(pattern: str) -> str:
        for _ in range(1000):
            for line in lines:
                if match := re.search(pattern, line):
                    return match[1]
            time.sleep(0.02)
        raise AssertionError(f"it did not say {pattern}: {lines}")

    try:
        yield said
    finally:
        process.terminate()
        assert process.wait(20) == 130
