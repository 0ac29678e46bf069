"""One request to the city: sent, repeated where that is safe, answered by a typed value or a `Problem`.

A request is repeated only where the city certainly did not carry it out, or where carrying it out twice is the same as
once: reads, records with an Idempotency-Key, scans of the same code, evidence of the same reference.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, TypeVar
from urllib.parse import quote, urlencode

import httpx
import msgspec

from yima.problems import NeverSent, Problem, UnexpectedAnswer, Unreachable
from yima.retrying import pause

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it travels: `target` is the path with its query, sorted by name and percent-encoded. The body may
    be a secret, so it never shows."""

    method: str
    target: str
    body: bytes = field(default=b"", repr=False)


class Reply(NamedTuple):
    """A reply as it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Way(Protocol):
    """How requests show who asks, and how it is known who replies."""

    def headers(self, request: Request) -> dict[str, str]: ...

    def renewed(self, problem: Problem, sent: Mapping[str, str]) -> bool:
        """Whether, after this refusal of what was sent, there is another pass and one more try is worth it."""

    def check(self, sent: Mapping[str, str], reply: Reply) -> None: ...


class Openly:
    """Nobody in particular asks."""

    def headers(self, request: Request) -> dict[str, str]:
        return {}

    def renewed(self, problem: Problem, sent: Mapping[str, str]) -> bool:
        return False

    def check(self, sent: Mapping[str, str], reply: Reply) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for. `path` is as `at` makes it; `repeatable` says that twice is the same as once; what `creates`
    gets an Idempotency-Key."""

    method: str
    path: str
    body: Any = field(default=None, repr=False)
    form: dict[str, str] | None = field(default=None, repr=False)
    query: dict[str, str] = field(default_factory=dict)
    creates: bool = False
    repeatable: bool = True

    def request(self) -> tuple[Request, dict[str, str]]:
        """The request and its own headers, the same at each attempt."""
        query = "&".join(
            f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in sorted(self.query.items())
        )
        target = self.path + (f"?{query}" if query else "")
        headers = {"Accept": JSON}
        if self.creates:
            headers["Idempotency-Key"] = secrets.token_urlsafe(24)
        if self.form is not None:
            return Request(self.method, target, urlencode(self.form).encode()), headers | {"Content-Type": FORM}
        if self.body is not None:
            return Request(self.method, target, msgspec.json.encode(self.body)), headers | {"Content-Type": JSON}
        return Request(self.method, target), headers


def at(*parts: str | int) -> str:
    """The path of a thing; ids are percent-encoded."""
    return "/v1/" + "/".join(quote(str(part), safe="") for part in parts)


class Transport:
    """Speaks HTTP for one client. Threads may share it."""

    def __init__(self, http: httpx.Client, *, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self.http, self.clock, self.sleep = http, clock, sleep

    def ask(self, wish: Wish, answer: type[Answer], way: Way) -> Answer:
        """What the city answers; raises `Problem`, `Unreachable` or `UnexpectedAnswer`."""
        body = self.raw(wish, way)
        try:
            return msgspec.json.decode(body, type=answer)
        except msgspec.DecodeError:
            raise UnexpectedAnswer from None

    def raw(self, wish: Wish, way: Way) -> bytes:
        """The body of the city's answer, as it came."""
        request, own = wish.request()
        attempt, renewed = 1, False
        while True:
            shown = way.headers(request)  # whoever asks for a token here has attempts of their own
            try:
                return self._once(request, own, shown, way)
            except Problem as problem:
                if problem.status == 401 and not renewed and way.renewed(problem, shown):
                    renewed = True  # which costs no attempt
                    continue
                self._wait(attempt, wish, problem)
            except Unreachable as unreachable:
                self._wait(attempt, wish, unreachable)
            attempt += 1

    def _once(self, request: Request, own: dict[str, str], shown: dict[str, str], way: Way) -> bytes:
        """One attempt."""
        reply = self._send(request, own | shown)
        way.check(shown, reply)
        if 200 <= reply.status < 300:
            return reply.body
        raise problem_of(reply)

    def _send(self, request: Request, headers: dict[str, str]) -> Reply:
        try:
            answer = self.http.request(request.method, request.target, content=request.body, headers=headers)
        except httpx.TransportError as error:
            never_sent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
            raise (NeverSent if never_sent else Unreachable)() from None
        except httpx.HTTPError:
            raise UnexpectedAnswer from None
        return reply_of(answer)

    def _wait(self, attempt: int, wish: Wish, error: Problem | Unreachable) -> None:
        """Wait for the next attempt, or raise what stopped this one."""
        seconds = pause(attempt, error, repeatable=wish.repeatable, now=self.clock())
        if seconds is None:
            raise error
        self.sleep(seconds)


def reply_of(answer: httpx.Response) -> Reply:
    """A reply as a value. httpx finds headers however they are written."""
    return Reply(answer.status_code, answer.headers, answer.content)


def problem_of(reply: Reply) -> Problem:
    """The problem that a reply tells of; a reply of somebody else's tells of its status."""
    try:
        document = msgspec.json.decode(reply.body, type=dict[str, Any])
    except msgspec.DecodeError:
        document = {"detail": UnexpectedAnswer.detail}
    problem = Problem.of(document, reply.status)
    problem.retry_after = reply.headers.get("retry-after", "")
    return problem


def client(base_url: str, **options: Any) -> httpx.Client:
    """An HTTP client as this package uses it: patient for as long as a gateway is, 29 s, and following no redirects."""
    timeout = httpx.Timeout(30.0, connect=5.0)
    return httpx.Client(base_url=base_url.rstrip("/"), timeout=timeout, follow_redirects=False, **options)
