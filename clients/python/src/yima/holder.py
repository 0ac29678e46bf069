"""The holder's side, small: for tests, demos and kiosks that help somebody. Phones use the app."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from threading import Lock
from typing import Any

import msgspec

from yima.answers import IssuedCode, SeenScan
from yima.paging import pages
from yima.problems import Problem
from yima.transport import Openly, Reply, Request, Transport, Wish, at


class _Session(msgspec.Struct):
    token: str
    refresh_token: str
    session_id: str


class _Issued(msgspec.Struct):
    codes: list[IssuedCode]


class _SessionWay:
    """Shows a session's token, renewed once it has expired. Each refresh token is good once."""

    def __init__(self, transport: Transport, session: _Session) -> None:
        self._transport, self.session, self._lock = transport, session, Lock()

    def headers(self, request: Request) -> dict[str, str]:
        return _shown(self.session)

    def renewed(self, problem: Problem, sent: Mapping[str, str]) -> bool:
        """Of many threads whose token has expired, one renews it for all."""
        if problem.code != "expired_token":
            return False
        with self._lock:
            if sent == _shown(self.session):
                self._refresh()
        return True

    def check(self, sent: Mapping[str, str], reply: Reply) -> None:
        return None

    def refresh(self) -> None:
        with self._lock:
            self._refresh()

    def _refresh(self) -> None:
        body = {"refresh_token": self.session.refresh_token}
        wish = Wish("POST", "/v1/sessions/refresh", body, repeatable=False)
        self.session = self._transport.ask(wish, _Session, Openly())


def _shown(session: _Session) -> dict[str, str]:
    return {"Authorization": f"Bearer {session.token}"}


class Holder:
    """Somebody with a session."""

    def __init__(self, transport: Transport, session: _Session) -> None:
        self._transport, self._way = transport, _SessionWay(transport, session)

    @classmethod
    def log_in(cls, transport: Transport, login: Mapping[str, Any]) -> Holder:
        """A new session."""
        wish = Wish("POST", "/v1/sessions", dict(login), repeatable=False)
        return cls(transport, transport.ask(wish, _Session, Openly()))

    def refresh(self) -> None:
        """Go on with the session; it is done by itself when a token has expired."""
        self._way.refresh()

    def codes(self, ahead: int | None = None) -> list[IssuedCode]:
        """A code for this minute, or those of as many minutes from now on."""
        body: dict[str, int] = {} if ahead is None else {"ahead": ahead}
        wish = Wish("POST", "/v1/codes", body)
        if ahead is None:
            return [self._transport.ask(wish, IssuedCode, self._way)]
        return self._transport.ask(wish, _Issued, self._way).codes

    def scans(self) -> Iterator[SeenScan]:
        """Who scanned, newest first."""
        return pages(self._transport, self._way, "/v1/scans", "scans", SeenScan)

    def consents(self) -> Iterator[dict[str, Any]]:
        """Who asked for what, open requests first."""
        return pages(self._transport, self._way, "/v1/consents", "consents", dict[str, Any])

    def receipt(self, consent_id: str) -> dict[str, Any]:
        """What was agreed to, and what came of it."""
        return self._transport.ask(Wish("GET", at("consents", consent_id)), dict[str, Any], self._way)

    def agree(self, consent_id: str, *, text_version: str, under: str = "") -> dict[str, Any]:
        """Agree to what was asked, having read the text of this version; `under` a delegation, for a child."""
        return self._answered(consent_id, "agreement", {"text_version": text_version}, under)

    def refuse(self, consent_id: str, *, under: str = "") -> dict[str, Any]:
        """Do not agree."""
        return self._answered(consent_id, "refusal", {}, under)

    def withdraw(self, consent_id: str, *, under: str = "") -> dict[str, Any]:
        """Agree no more, from the very next use on."""
        return self._answered(consent_id, "withdrawal", {}, under)

    def _answered(self, consent_id: str, what: str, body: dict[str, str], under: str) -> dict[str, Any]:
        said = body | ({"for": under} if under else {})
        wish = Wish("POST", at("consents", consent_id, what), said)
        return self._transport.ask(wish, dict[str, Any], self._way)
