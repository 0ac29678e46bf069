"""Clocks of issuer and verifier differ: up to 20 s nobody notices, beyond that the answer says so with both times."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.partners.clients import TOKEN_LIFETIME_S, Credentials
from chalicelib.platform.times import parse_rfc3339
from infra.local.dynamo import Store
from tests.faults.quarter import SkewedClock
from tests.fuzz.stranger import Stranger
from tests.world import Caller, StoppedClock, another_process, found_city


class Counters:
    """An issuer's and a verifier's function, each with a clock of its own."""

    def __init__(self) -> None:
        self.true = StoppedClock()
        self.city = found_city(self.true)
        self.metro: Credentials = self.city.clients.register("metro")
        self.clocks = SkewedClock(self.true, 0), SkewedClock(self.true, 0)
        self.issuer, self.verifier = (Stranger(another_process(clock)) for clock in self.clocks)
        self.right = Stranger(another_process(self.true))

    def set(self, *, issuer: float, verifier: float) -> None:
        """Hours later, with clocks wrong by so many seconds."""
        self.true.now = int(self.true.now) + 7200
        self.clocks[0].error, self.clocks[1].error = issuer, verifier

    def show(self, api: Caller | None = None) -> str:
        return (api or self.issuer).code((api or self.issuer).log_in())

    def scan(self, code: str, api: Caller | None = None) -> dict[str, Any]:
        gate = api or self.verifier
        body: dict[str, Any] = gate.verify(code, gate.token_for(self.metro)).body
        return body


@pytest.fixture(scope="module")
def counters(embedded_store: Store) -> Iterator[Counters]:
    yield Counters()
    embedded_store.clear()


SHOWN = {
    "two right clocks": (0, 0, 0, None),
    "two clocks wrong by the same hour": (3600, 3600, 0, None),
    "a verifier 20 s behind": (0, -20, 0, None),
    "a verifier 21 s behind": (0, -21, 0, "not_yet_valid"),
    "the same, a second later": (0, -21, 1, None),
    "an issuer 20 s ahead": (20, 0, 0, None),
    "an issuer 21 s ahead": (21, 0, 0, "not_yet_valid"),
    "ten seconds either way": (10, -10, 0, None),
    "ten seconds either way and one more": (10, -11, 0, "not_yet_valid"),
    "a verifier 20 s ahead": (0, 20, 0, None),
    "the same, shown for 40 s": (0, 20, 40, None),
    "the same, shown for 41 s": (0, 20, 41, "expired"),
    "an issuer 20 s behind, shown for 40 s": (-20, 0, 40, None),
    "an issuer 20 s behind, shown for 41 s": (-20, 0, 41, "expired"),
    "a verifier an hour ahead": (0, 3600, 0, "expired"),
    "a verifier an hour behind": (0, -3600, 0, "not_yet_valid"),
}
"""By how many seconds the issuer's and the verifier's clock is wrong, for how long the code was shown, the reason."""


@pytest.mark.parametrize("case", SHOWN)
def test_what_a_verifier_says_when_clocks_differ(counters: Counters, case: str) -> None:
    issuer, verifier, shown_for, reason = SHOWN[case]
    counters.set(issuer=issuer, verifier=verifier)
    code = counters.show()
    counters.true.advance(shown_for)
    verdict = counters.scan(code)
    assert verdict["reason"] == reason
    assert parse_rfc3339(verdict["issued_at"]) == counters.true() - shown_for + issuer
    assert parse_rfc3339(verdict["server_time"]) == counters.true() + verifier, "so that it can tell a bad clock"


@settings(max_examples=60)
@given(errors=st.tuples(st.floats(-90, 90), st.floats(-90, 90)), shown_for=st.floats(0, 90))
def test_whatever_the_clocks_say_the_answer_agrees_with_the_times_in_it(
    counters: Counters, errors: tuple[float, float], shown_for: float
) -> None:
    counters.set(issuer=errors[0], verifier=errors[1])
    code = counters.show()
    counters.true.advance(shown_for)
    verdict = counters.scan(code)
    issued_at, now = parse_rfc3339(verdict["issued_at"]), parse_rfc3339(verdict["server_time"])
    expected = "not_yet_valid" if now < issued_at - 20 else "expired" if now > issued_at + 60 else None
    assert verdict["reason"] == expected
    assert 0 <= counters.clocks[1]() - now < 1
    assert parse_rfc3339(verdict["expires_at"]) == issued_at + 60


@pytest.mark.parametrize("ahead", [1, 10, 20])
def test_a_code_issued_after_one_of_a_faster_clock_was_presented_is_not_superseded(
    counters: Counters, ahead: int
) -> None:
    counters.set(issuer=ahead, verifier=0)
    assert counters.scan(counters.show())["verdict"] == "accepted"
    fresh = counters.show(counters.right)
    counters.true.advance(1)
    assert counters.scan(fresh)["verdict"] == "accepted"


def test_a_code_ahead_that_was_presented_early_does_not_spoil_the_next(counters: Counters) -> None:
    counters.set(issuer=0, verifier=0)
    holder = counters.issuer.log_in()
    codes = counters.issuer.post("/v1/codes", {"ahead": 2}, token=holder).body["codes"]
    counters.true.advance(40)
    assert counters.scan(codes[1]["code"])["verdict"] == "accepted"
    fresh = counters.show()
    counters.true.advance(1)
    assert counters.scan(fresh)["verdict"] == "accepted"


def test_a_function_whose_clock_jumps_back_an_hour_and_returns(counters: Counters) -> None:
    counters.set(issuer=0, verifier=0)
    assert counters.scan(counters.show())["verdict"] == "accepted"
    counters.clocks[0].error = -3600
    counters.true.advance(5)
    while_wrong = counters.show()
    assert counters.scan(while_wrong)["reason"] in {None, "expired"}
    counters.clocks[0].error = 0
    counters.true.advance(5)
    assert counters.scan(counters.show())["verdict"] == "accepted"


def test_a_verifier_whose_clock_jumps_back_says_so_and_recovers(counters: Counters) -> None:
    counters.set(issuer=0, verifier=-3600)
    code = counters.show()
    verdict = counters.scan(code)
    assert verdict["reason"] == "not_yet_valid"
    assert parse_rfc3339(verdict["server_time"]) < parse_rfc3339(verdict["issued_at"])
    counters.clocks[1].error = 0
    assert counters.scan(code)["verdict"] == "accepted"


@pytest.mark.parametrize(("error", "status"), [(20, 200), (21, 401), (-20, 200), (-3600, 200)])
def test_a_token_of_five_minutes_bears_a_clock_that_is_twenty_seconds_ahead(
    counters: Counters, error: float, status: int
) -> None:
    counters.set(issuer=0, verifier=error)
    token = counters.right.token_for(counters.metro)
    counters.true.advance(TOKEN_LIFETIME_S)
    reply = counters.verifier.verify("YM1:", token)
    assert reply.status == status
    if status == 401:
        assert reply.code == "expired_token"
        assert reply.body["expired_at"] < reply.body["server_time"]
