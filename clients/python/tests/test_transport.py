"""What is repeated and what is not, how long is waited, and how tokens follow one another: no network, no waiting."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import yima
from yima.problems import NoCredentials

TOKEN = {"access_token": "one", "token_type": "Bearer", "expires_in": 270, "scope": "code:verify"}
ACCEPTED = {"verdict": "accepted", "colour": "green", "server_time": "2026-09-21T14:13:20Z"}
BUSY = {"code": "unavailable", "title": "The city cannot answer right now", "detail": "Ask again", "status": 503}

Answers = Callable[[httpx.Request], httpx.Response]


class Bench:
    """A city that answers as a test says, and a client whose waits are noted instead of waited."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.requests: list[httpx.Request] = []
        self.waits: list[float] = []
        self.tokens = 0
        self.now = 1000.0
        self._answers: Iterator[httpx.Response | Exception] = iter(answers)
        http = httpx.Client(base_url="https://city.test/stage", transport=httpx.MockTransport(self._answer))
        self.city = yima.City(
            "", yima.Secret("me", "whisper"), http=http, clock=lambda: self.now, sleep=self.waits.append
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/oauth/token"):
            self.tokens += 1
            return httpx.Response(200, json=TOKEN | {"access_token": f"token {self.tokens}"})
        self.requests.append(request)
        answer = next(self._answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def verify(self) -> yima.Verification:
        return self.city.verify("YM1:", purpose="entry")


def city_of(answers: Answers, waits: list[float] | None = None) -> yima.City:
    """A city that answers each request by itself; many may ask at once."""
    http = httpx.Client(base_url="https://city.test", transport=httpx.MockTransport(answers))
    sleep = ([] if waits is None else waits).append
    return yima.City("", yima.Secret("me", "whisper"), http=http, sleep=sleep)


def ok(body: Any = ACCEPTED) -> httpx.Response:
    return httpx.Response(200, json=body)


def refused(status: int, *, headers: dict[str, str] | None = None, **body: Any) -> httpx.Response:
    said = {"code": "some_code", "title": "A title", "detail": "Do this"} | body
    return httpx.Response(status, json=said, headers=headers)


@pytest.mark.parametrize(
    ("header", "waited"),
    [("3", 3.0), ("0", 0.0), ("Thu, 01 Jan 1970 00:16:50 GMT", 10.0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0)],
)
def test_who_is_told_to_come_back_comes_back_then(header: str, waited: float) -> None:
    bench = Bench(refused(503, headers={"Retry-After": header}), ok())
    assert bench.verify().accepted
    assert bench.waits == [waited]


@pytest.mark.parametrize("header", [None, "", "soon", "-1", "1e3"])
def test_without_a_time_that_can_be_read_waits_grow(header: str | None) -> None:
    headers = {} if header is None else {"Retry-After": header}
    bench = Bench(*[refused(429, headers=headers) for _ in range(3)], ok())
    assert bench.verify().accepted
    about = [(0.3, 0.7), (0.7, 1.3), (1.4, 2.6)]
    assert all(low <= waited <= high for waited, (low, high) in zip(bench.waits, about, strict=True))


def test_nobody_is_kept_waiting_for_minutes() -> None:
    bench = Bench(refused(429, headers={"Retry-After": "3600"}))
    with pytest.raises(yima.Problem) as caught:
        bench.verify()
    assert (caught.value.status, caught.value.retry_after, bench.waits) == (429, "3600", [])


def test_after_four_attempts_the_last_problem_is_told() -> None:
    bench = Bench(*[httpx.Response(503, json=BUSY) for _ in range(9)])
    with pytest.raises(yima.Problem, match="unavailable"):
        bench.verify()
    assert len(bench.requests) == 4


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 500, 502, 504])
def test_what_would_be_refused_again_is_asked_once(status: int) -> None:
    bench = Bench(refused(status, needed="code:verify"))
    with pytest.raises(yima.Problem) as caught:
        bench.verify()
    assert len(bench.requests) == 1
    assert (caught.value.code, caught.value.detail) == ("some_code", "Do this")
    assert caught.value.evidence == {"needed": "code:verify"}


def test_a_lost_answer_is_asked_for_again() -> None:
    bench = Bench(httpx.ReadTimeout("late"), httpx.RemoteProtocolError("cut"), ok())
    assert bench.verify().accepted


def test_what_must_not_happen_twice_is_not_repeated_after_a_lost_answer() -> None:
    bench = Bench(httpx.ReadTimeout("late"))
    with pytest.raises(yima.Unreachable):
        bench.city.log_in(name="x")
    assert len(bench.requests) == 1


def test_what_nobody_heard_is_always_repeated() -> None:
    bench = Bench(
        httpx.ConnectError("refused"), refused(429), ok({"token": "t", "refresh_token": "r", "session_id": "s"})
    )
    bench.city.log_in(name="x")
    assert len(bench.requests) == 3


def test_every_attempt_to_create_carries_the_same_key() -> None:
    made = {"webhook_id": "w", "url": "https://x", "events": [], "state": "pending", "secret": "whsec_"}
    bench = Bench(httpx.ReadTimeout("late"), ok(made), ok(made))
    bench.city.webhooks.register("https://x", ["key.published"])
    bench.city.webhooks.register("https://x", ["key.published"])
    first, again, other = (request.headers["Idempotency-Key"] for request in bench.requests)
    assert first == again != other


def test_a_token_is_renewed_before_it_ends_and_not_earlier() -> None:
    bench = Bench(*[ok() for _ in range(4)])
    for late in (0, 239, 1, 1):
        bench.now += late
        bench.verify()
    assert [request.headers["Authorization"] for request in bench.requests] == [
        "Bearer token 1", "Bearer token 1", "Bearer token 2", "Bearer token 2",
    ]  # fmt: skip


def test_a_token_that_the_city_let_go_is_renewed_once() -> None:
    over = [refused(401, code="expired_token") for _ in range(3)]
    bench = Bench(over[0], ok(), *over[1:])
    assert bench.verify().accepted
    with pytest.raises(yima.Problem):
        bench.verify()
    assert (bench.tokens, len(bench.requests)) == (3, 4)


def test_a_token_that_ends_while_the_city_is_busy_is_renewed_too() -> None:
    bench = Bench(*[refused(503) for _ in range(3)], refused(401, code="expired_token"), ok())
    assert bench.verify().accepted
    assert (bench.tokens, len(bench.waits)) == (2, 3)


def test_a_token_endpoint_that_is_busy_is_asked_no_more_often_than_anything_else() -> None:
    asked: list[httpx.Request] = []

    def busy(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(503, json=BUSY, headers={"Retry-After": "20"})

    waits: list[float] = []
    with pytest.raises(yima.Problem, match="unavailable"):
        city_of(busy, waits).verify("YM1:", purpose="entry")
    assert (len(asked), waits) == (4, [20.0, 20.0, 20.0])


def test_many_threads_whose_token_is_let_go_get_one_between_them() -> None:
    together, granted = threading.Barrier(8, timeout=10), list[str]()

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/oauth/token"):
            granted.append(f"token {len(granted) + 1}")
            return ok(TOKEN | {"access_token": granted[-1]})
        if request.headers["Authorization"] != "Bearer token 1":
            return ok()
        together.wait()
        return refused(401, code="expired_token")

    city = city_of(answer)
    threads = [threading.Thread(target=city.verify, args=("YM1:",), kwargs={"purpose": "entry"}) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert granted == ["token 1", "token 2"]


def test_many_threads_whose_session_has_expired_renew_it_once() -> None:
    together, refreshed = threading.Barrier(8, timeout=10), list[bytes]()

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/sessions"):
            return ok({"token": "old", "refresh_token": "r1", "session_id": "s"})
        if request.url.path.endswith("/refresh"):
            refreshed.append(request.content)
            return ok({"token": "new", "refresh_token": "r2", "session_id": "s"})
        if request.headers["Authorization"] == "Bearer new":
            return ok({"consent_id": "x"})
        together.wait()
        return refused(401, code="expired_token")

    holder = city_of(answer).log_in(name="x")
    threads = [threading.Thread(target=holder.receipt, args=("x",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refreshed == [b'{"refresh_token":"r1"}']


def test_many_threads_ask_for_one_token() -> None:
    bench = Bench(*[ok() for _ in range(16)])
    threads = [threading.Thread(target=bench.verify) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (bench.tokens, len(bench.requests)) == (1, 16)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"verdict": 1}),
        httpx.Response(204),
        httpx.Response(200, content=b"\xff"),
    ],
)
def test_an_answer_of_somebody_else_is_named_so(answer: httpx.Response) -> None:
    with pytest.raises(yima.UnexpectedAnswer):
        Bench(answer).verify()
    with pytest.raises(yima.UnexpectedAnswer):
        Bench(answer).city.trust_list()


def trust_list(expires_at: str) -> dict[str, Any]:
    return {
        "issuer": "310000",
        "keys": [],
        "issued_at": "1970-01-01T00:00:00Z",
        "expires_at": expires_at,
        "signature": "",
    }


def test_the_trust_list_is_fetched_again_after_minutes_and_the_one_before_serves_until_it_expires() -> None:
    first, second = trust_list("1970-01-01T00:30:00Z"), trust_list("1970-01-01T01:00:00Z")
    bench = Bench(ok(first), ok(second), *[refused(404)] * 9)
    fetched = []
    for late in (0, 299, 1, 300, 1900):
        bench.now += late
        fetched.append(bench.city.current_trust_list().expires_at.minute)
    assert (fetched, len(bench.requests)) == ([30, 30, 0, 0, 0], 4)
    bench.now += 200
    with pytest.raises(yima.Problem):
        bench.city.current_trust_list()


@pytest.mark.parametrize("body", [b"", b"<html>Bad gateway", b"[1]", b'{"code": null, "title": 7}', b"\xff\xfe"])
def test_a_refusal_of_somebody_else_is_a_problem_as_well(body: bytes) -> None:
    with pytest.raises(yima.Problem) as caught:
        Bench(httpx.Response(418, content=body)).verify()
    assert (caught.value.code, caught.value.status) == ("unexpected_answer", 418)


def test_redirects_are_not_followed_with_a_token_in_hand() -> None:
    bench = Bench(httpx.Response(302, headers={"Location": "https://elsewhere.test/"}))
    with pytest.raises(yima.Problem):
        bench.verify()
    assert len(bench.requests) == 1


def test_an_address_with_a_path_keeps_it_and_ids_cannot_leave_theirs() -> None:
    bench = Bench(ok({"consent_id": "x", "state": "asked"}))
    bench.city.consents.get("../tokens?x=1")
    assert bench.requests[0].url.raw_path == b"/stage/v1/consent-requests/..%2Ftokens%3Fx%3D1"


def test_without_credentials_nothing_is_asked_that_needs_any() -> None:
    with pytest.raises(NoCredentials):
        yima.City("https://city.test").verify("YM1:", purpose="entry")


def test_secrets_do_not_show() -> None:
    shown = repr([yima.Secret("me", "whisper"), yima.Key("me", "11" * 32)])
    assert "whisper" not in shown
    assert "1111" not in shown


def test_signing_needs_a_key() -> None:
    with pytest.raises(ValueError, match="SM2 key"):
        yima.City("https://city.test", yima.Secret("me", "whisper"), signed=True)


def test_the_client_brings_nothing_of_the_city_or_of_aws() -> None:
    heavy = {"app", "boto3", "botocore", "chalice", "chalicelib", "cryptography", "pynamodb"}
    said = "import sys, yima, yima.command.main; print(*{name.split('.')[0] for name in sys.modules})"
    found = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True, cwd="/")
    assert heavy.isdisjoint(found.stdout.split())
