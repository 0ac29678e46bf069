"""The benchmarks still run, compare like with like, and hold what does not depend on the machine."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from bench.surroundings import ROOT, plain_environment

PAGE = ROOT / "docs/performance.md"
CALLS = {
    "verify, accepted": 1,
    "issue": 1,
    "verify, forged": 0,
    "verify, expired": 0,
    "verify, unknown key": 0,
    "verify by card": 2,
    "verify by document number": 3,
}


@pytest.fixture(scope="module")
def quick() -> dict[str, Any]:
    """A quick run, as JSON. In a process of its own, because a city is measured in the environment of a deployment."""
    page = PAGE.read_text()
    command = [sys.executable, "-m", "bench", "--quick", "--json"]
    outcome = subprocess.run(command, cwd=ROOT, env=plain_environment(), capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stderr
    assert PAGE.read_text() == page, "a quick run keeps nothing"
    result: dict[str, Any] = json.loads(outcome.stdout)
    return result


def promise(quick: dict[str, Any], name: str) -> dict[str, Any]:
    return next(promise for promise in quick["promises"] if promise["name"] == name)


def test_the_naive_design_says_what_we_say_in_every_situation(quick: dict[str, Any]) -> None:
    assert len(quick["verdicts"]) > 10
    for situation, (ours, naive) in quick["verdicts"].items():
        assert ours == naive, situation


def test_the_situations_end_in_every_verdict(quick: dict[str, Any]) -> None:
    reasons = {ours[1] for ours, _ in quick["verdicts"].values()}
    assert reasons == {
        None,
        "expired",
        "forged",
        "holder_suspended",
        "malformed",
        "not_yet_valid",
        "replayed",
        "superseded",
        "unknown_issuer",
        "unknown_key",
        "unknown_kind",
    }


@pytest.mark.parametrize("name", CALLS)
def test_a_request_makes_exactly_these_calls_of_the_store(quick: dict[str, Any], name: str) -> None:
    assert promise(quick, f"{name}: store calls")["value"] == CALLS[name]


def test_the_symbol_is_version_7_at_most(quick: dict[str, Any]) -> None:
    assert promise(quick, "symbol version at level M")["value"] <= 7


@pytest.mark.parametrize("form", ["", ", as served"])
def test_the_status_lists_of_a_whole_city_are_140_kb_at_most(quick: dict[str, Any], form: str) -> None:
    made = promise(quick, f"status lists of 10 M carriers{form}")
    assert (made["limit"], made["kept"]) == (140_000, True)


def test_every_promise_is_measured_and_kept_on_the_page(quick: dict[str, Any]) -> None:
    limits = {made["name"]: made["limit"] for made in quick["promises"]}
    assert limits.items() >= {
        ("verify, accepted", 1.5),
        ("disclosure by purpose", 50),
        ("verify, forged", 0.3),
        ("verify, expired", 0.3),
        ("verify, unknown key", 0.3),
        ("issue", 1.5),
        ("naive verify", 20),
        ("import of the API function", 1.3),
        ("timeline of 20 pieces of evidence", 100),
        ("timeline of 20 pieces of evidence, beside the policy by hand", 2),
        ("status lists of 10 M carriers, built", 10),
        ("status list look-up", 5),
    }
    assert "missed" not in PAGE.read_text()
