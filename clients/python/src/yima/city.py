"""The city as a program sees it: verify, report, disclose, listen.

city = City("https://…", Secret("client-id", "secret"))
seen = city.verify(code, purpose="entry", place="east gate")
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from threading import Lock
from typing import Any, TypeVar

import httpx
import msgspec

from yima import offline
from yima.answers import Card, Disclosed, Document, Fact, Outcome, Reported, Verification
from yima.consents import Consents
from yima.credentials import Credentials, Key
from yima.holder import Holder
from yima.imports import Imports
from yima.offline import OfflineVerdict
from yima.problems import NoCredentials, Problem, UnexpectedAnswer, Unreachable
from yima.signing import SigningWay
from yima.tokens import TokenWay
from yima.transport import Openly, Transport, Way, Wish, at, client
from yima.trust import StatusList, TrustList
from yima.webhooks import Webhooks

Answer = TypeVar("Answer")
LARGEST_BATCH = 500
BATCH_ROUNDS = 3
TRUST_LIST_S = 300
"""For how long replies are checked by the same trust list."""


class City:
    """A city at an address, and who asks it. Threads may share one; `close` it, or use it in a `with`.

    `signed` signs every request with the SM2 key in place of a token, and believes only signed replies. `root` is the
    city's root key (hex 04‖X‖Y), pinned beforehand: with it a forged trust list is refused.
    """

    def __init__(
        self,
        base_url: str,
        credentials: Credentials | None = None,
        *,
        signed: bool = False,
        root: str = "",
        region: str = "",
        http: httpx.Client | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if signed and not isinstance(credentials, Key):
            raise ValueError("only a client with an SM2 key can sign its requests")
        self._transport = Transport(http or client(base_url), clock=clock, sleep=sleep)
        self._root, self._region = root, region
        self._lock = Lock()
        self._list: TrustList | None = None
        self._list_until = 0.0
        self._way = self._shown_by(credentials, signed=signed)
        self.consents = Consents(self._transport, self._way)
        self.webhooks = Webhooks(self._transport, self._way)
        self.imports = Imports(self._transport, self._way)

    def __enter__(self) -> City:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._transport.http.close()

    # ---- scanning

    def verify(
        self, shown: str | Card | Document, *, purpose: str, place: str = "", terminal: str = ""
    ) -> Verification:
        """Verify and spend a code, or look at a card or a document. The same scan again gets the same answer."""
        carrier = {str: "code", Card: "card", Document: "document"}[type(shown)]
        body: dict[str, Any] = {carrier: shown, "purpose": purpose, "place": place}
        if terminal:
            body["terminal"] = terminal
        return self._ask(Wish("POST", "/v1/verifications", body), Verification)

    def disclose(self, fields: Iterable[str], *, exchange_token: str = "", consent_id: str = "") -> Disclosed:
        """Exchange a scan for fields, or have them under a consent that needs nobody present."""
        basis = {"exchange_token": exchange_token, "consent_id": consent_id}
        body = {"fields": sorted(fields), **{name: value for name, value in basis.items() if value}}
        return self._ask(Wish("POST", "/v1/disclosures", body), Disclosed)

    # ---- reporting

    def report(self, fact: Fact) -> Reported:
        """Report a fact about a person. The same reference again is the same fact."""
        return self._ask(Wish("POST", "/v1/evidence", fact), Reported)

    def report_batch(self, facts: Iterable[Fact]) -> Iterator[Outcome]:
        """Report many facts, each accepted or refused on its own, in their order; never more than 500 in memory."""
        rest = iter(facts)
        while batch := list(islice(rest, LARGEST_BATCH)):
            yield from self._reported(batch)

    def _reported(self, batch: Sequence[Fact]) -> list[Outcome]:
        """What became of one batch; what was `unavailable` is sent again, for its reference makes it the same fact."""
        outcomes = self._sent(batch)
        for _ in range(BATCH_ROUNDS - 1):
            again = [place for place, one in enumerate(outcomes) if one.outcome == "unavailable"]
            if not again:
                break
            self._transport.sleep(1.0)
            for place, outcome in zip(again, self._sent([batch[place] for place in again]), strict=True):
                outcomes[place] = outcome
        return outcomes

    def _sent(self, batch: Sequence[Fact]) -> list[Outcome]:
        return self._ask(Wish("POST", "/v1/evidence/batch", {"items": batch}), _Outcomes).outcomes

    # ---- trusting

    def trust_list(self) -> TrustList:
        """The newest trust list; raises `NotAuthentic` where the pinned root key did not sign it."""
        document = self._transport.raw(Wish("GET", "/v1/trust-list"), Openly())
        try:
            return TrustList.read(document).believed(self._root)
        except ValueError:
            raise UnexpectedAnswer from None

    def current_trust_list(self) -> TrustList:
        """The trust list, fetched again after a few minutes: for whoever runs for weeks, while keys follow one another.

        While the city cannot be asked, the one before goes on until it expires.
        """
        with self._lock:
            now = self._transport.clock()
            if self._list is None or now >= self._list_until:
                self._list = self._next_list(self._list, now)
                self._list_until = min(now + TRUST_LIST_S, self._list.expires_at.timestamp())
            return self._list

    def _next_list(self, before: TrustList | None, now: float) -> TrustList:
        try:
            return self.trust_list()
        except (Problem, Unreachable):
            if before is None or now > before.expires_at.timestamp():
                raise
            return before

    def status_list(self, number: int) -> StatusList:
        """One status list. It is checked when a paper is looked up on it."""
        return self._transport.ask(Wish("GET", at("status-lists", number)), StatusList, Openly())

    def status_lists(self) -> list[StatusList]:
        """All of them, for a gate that goes out of reach: some 100 KB each."""
        listed = self._transport.ask(Wish("GET", "/v1/status-lists"), _Listed, Openly())
        return [self.status_list(one.number) for one in listed.status_lists]

    def verify_offline(
        self, code: str, trust: TrustList, *, now: float | None = None, status_lists: Sequence[StatusList] = ()
    ) -> OfflineVerdict:
        """Verify a code with what is here; nobody is asked. See `yima.offline`."""
        at = self._transport.clock() if now is None else now
        return offline.verify_offline(code, trust, now=at, root=self._root, status_lists=status_lists)

    # ---- people

    def log_in(self, **login: Any) -> Holder:
        """A holder's session, for tests and demos: `document_type`, `document_number`, `name`, perhaps `role`."""
        return Holder.log_in(self._transport, login)

    # ---- who asks

    def scopes(self) -> frozenset[str]:
        """What the client reaches; empty where it signs its requests, for then no token says so."""
        return self._way.scopes() if isinstance(self._way, TokenWay) else frozenset()

    def region(self) -> str:
        """The city's six digits: as given, or as its trust list says."""
        self._region = self._region or self.current_trust_list().issuer
        return self._region

    def _ask(self, wish: Wish, answer: type[Answer]) -> Answer:
        return self._transport.ask(wish, answer, self._way)

    def _shown_by(self, credentials: Credentials | None, *, signed: bool) -> Way:
        if credentials is None:
            return _Nobody()
        if isinstance(credentials, Key):
            if signed:
                return SigningWay(credentials, trust=self.current_trust_list, clock=self._transport.clock)
            return TokenWay(credentials, self._transport, region=self.region)
        return TokenWay(credentials, self._transport, region=str)


class _Nobody(Openly):
    """Whoever has no credentials may ask only what anybody may."""

    def headers(self, request: object) -> dict[str, str]:
        raise NoCredentials


class _Outcomes(msgspec.Struct):
    outcomes: list[Outcome]


class _Number(msgspec.Struct):
    number: int


class _Listed(msgspec.Struct):
    status_lists: list[_Number]
