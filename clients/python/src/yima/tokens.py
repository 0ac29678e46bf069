"""Access tokens: got once, kept while they last, renewed before they end. Threads share one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock

import msgspec

from yima.credentials import Credentials
from yima.problems import Problem
from yima.transport import Openly, Reply, Request, Transport, Wish

EARLY_S = 30.0
"""A token is renewed so long before it ends, that none ends on its way."""


class _Granted(msgspec.Struct):
    access_token: str
    expires_in: float
    scope: str = ""


class TokenWay:
    """Shows a client's access token. `region` is asked for only where the credentials need it."""

    def __init__(self, credentials: Credentials, transport: Transport, *, region: Callable[[], str]) -> None:
        self._credentials, self._transport, self._region = credentials, transport, region
        self._lock = Lock()
        self._granted: _Granted | None = None
        self._ends = 0.0

    def headers(self, request: Request) -> dict[str, str]:
        """The header with a token that still lasts."""
        return _shown(self._current())

    def renewed(self, problem: Problem, sent: Mapping[str, str]) -> bool:
        """Whether there is to be another token: the city let one go earlier than it had said. Of many threads whom that
        befalls, one gets it for all."""
        if problem.code not in {"expired_token", "invalid_token"}:
            return False
        with self._lock:
            if self._granted and sent == _shown(self._granted):
                self._granted = None
        return True

    def check(self, sent: Mapping[str, str], reply: Reply) -> None:
        """A reply is believed for the connection it comes by."""

    def scopes(self) -> frozenset[str]:
        """What the client reaches."""
        return frozenset(self._current().scope.split())

    def _current(self) -> _Granted:
        """The token in use; one thread gets the next while the others wait."""
        with self._lock:
            now = self._transport.clock()
            if self._granted is None or now >= self._ends:
                self._granted = self._grant(now)
                lasts = self._granted.expires_in
                self._ends = now + max(lasts - EARLY_S, lasts / 2)
            return self._granted

    def _grant(self, now: float) -> _Granted:
        """Ask for a token. Each assertion is good once, so it is never the same request that is repeated."""
        form = {"grant_type": "client_credentials", **self._credentials.form(self._region(), now)}
        wish = Wish("POST", "/v1/oauth/token", form=form, repeatable="client_secret" in form)
        return self._transport.ask(wish, _Granted, Openly())


def _shown(granted: _Granted) -> dict[str, str]:
    return {"Authorization": f"Bearer {granted.access_token}"}
