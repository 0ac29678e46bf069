"""Somebody who sends whatever they like. Whatever they get is checked: a declared answer or a problem document."""

from __future__ import annotations

import json
from collections.abc import Mapping

from chalice.app import Chalice
from chalice.local import LocalChalice

from app import build_app
from chalicelib.wiring import City
from infra.local.gateway import Gateway, Request
from tests.fuzz.ear import Ear
from tests.world import JSON, Caller, Reply

PROBLEM = "application/problem+json"
MEMBERS = frozenset({"type", "title", "status", "detail", "code"})
GOOD = frozenset({200, 201})


class Stranger(Caller):
    """Calls the API through the gateway's corrected stand-in, bytes in and bytes out. Many threads may share one."""

    def __init__(self, called: City | Chalice, ear: Ear | None = None) -> None:
        self._gateway = Gateway(called if isinstance(called, Chalice) else build_app(called, LocalChalice))
        self._ear = ear

    def once(
        self,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        token: str | None = None,
        media: str = JSON,
        key: str | None = None,
        proof: str | None = None,
    ) -> Reply:
        """One request in good form."""
        headers = {"content-type": media} if body else {}
        if token is not None:
            headers["authorization"] = f"Bearer {token}"
        if key is not None:
            headers["idempotency-key"] = key
        if proof is not None:
            headers["dpop"] = proof
        return self.ask(method, path, headers, body)

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Reply:
        """One request in any form."""
        answer = self._gateway.answer(Request(method, path, dict(headers), body, from_here=True))
        assert answer is not None, f"{path} is no path of the API"
        reply = Reply(answer.status, dict(answer.headers), json.loads(answer.body))
        if self._ear is not None:
            self._ear.hear(reply)
        self.checks(reply)
        return reply

    def checks(self, reply: Reply) -> None:
        """What must hold of every answer."""
        assert_declared(reply)


def assert_declared(reply: Reply) -> None:
    """Nothing but what the API declares: success as JSON, or a problem document that says what to do. Never a 500."""
    if reply.status in GOOD:
        assert reply.headers["Content-Type"] == JSON
        return
    assert 400 <= reply.status < 500, reply
    assert_problem(reply)


def assert_problem(reply: Reply) -> None:
    """A problem document (RFC 9457) with all of its members, which agree with one another."""
    assert reply.headers["Content-Type"] == PROBLEM, reply
    assert reply.body.keys() >= MEMBERS, reply
    assert reply.body["status"] == reply.status
    assert reply.body["type"] == f"urn:yima:problem:{reply.body['code']}"
    assert reply.body["detail"].endswith("."), reply
