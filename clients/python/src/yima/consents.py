"""What a partner asks of holders: to be told fields, once or for a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec

from yima.paging import pages
from yima.transport import Transport, Way, Wish, at

PATH = at("consent-requests")


class ConsentRequest(msgspec.Struct):
    """A request and what became of it: states and times, never who."""

    consent_id: str
    state: str
    purpose: str = ""
    fields: list[str] = []
    use: str = "once"
    until: datetime | None = None


class Consents:
    """The consents that a client asked for."""

    def __init__(self, transport: Transport, way: Way) -> None:
        self._transport, self._way = transport, way

    def ask(
        self,
        exchange_token: str,
        fields: Iterable[str],
        *,
        use: str = "once",
        until: datetime | None = None,
        unattended: bool = False,
        why: str = "",
    ) -> ConsentRequest:
        """Ask the holder whose code was scanned a moment ago. `why` is read by the holder."""
        said: dict[str, Any] = {"until": until, "why": why, "unattended": unattended}
        body = {"exchange_token": exchange_token, "fields": sorted(fields), "use": use}
        wish = Wish("POST", PATH, body | {name: value for name, value in said.items() if value}, creates=True)
        return self._transport.ask(wish, ConsentRequest, self._way)

    def get(self, consent_id: str) -> ConsentRequest:
        """What became of a request."""
        return self._transport.ask(Wish("GET", at("consent-requests", consent_id)), ConsentRequest, self._way)

    def list(self) -> Iterator[ConsentRequest]:
        """Every request of this client."""
        return pages(self._transport, self._way, PATH, "requests", ConsentRequest)
