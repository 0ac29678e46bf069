"""What is due, and rolling a policy out, can be measured on AWS's own engine: small here, with the same promises."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any
from xml.etree import ElementTree

import pytest

from bench.due import Run, drawn, section
from bench.surroundings import ROOT, plain_environment
from infra.local.engine import missing
from tests.requirements import require


def told(what: str) -> list[dict[str, Any]]:
    """The sections of a quick run."""
    require(missing() is None, str(missing()))
    command = [sys.executable, "-m", "bench.population", what, "--quick"]
    outcome = subprocess.run(command, cwd=ROOT, env=plain_environment(), capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stderr
    sections: list[dict[str, Any]] = json.loads(outcome.stdout)
    return sections


@pytest.mark.dynamodb_local
def test_the_scheduled_run_reads_and_writes_what_is_due_and_not_what_there_is() -> None:
    [section] = told("due")
    assert [promise["value"] for promise in section["promises"]] == [2, 1]
    assert [row[2] for row in section["rows"]] == ["16"] * 3


@pytest.mark.dynamodb_local
def test_a_roll_out_recomputes_everybody_and_is_worked_out_for_a_province() -> None:
    here, on_paper = told("roll-out")
    assert here["rows"][0][0] == "40"
    assert "25,000,000" in on_paper["title"]


def test_a_run_that_grew_with_the_population_would_break_its_promise() -> None:
    measured = [Run(1_000, 100, 16, 100, 100, 1.0), Run(10_000, 100, 160, 1_000, 100, 1.0)]
    assert [promise.kept for promise in section(measured).promises] == [False, False]


def test_the_plot_says_what_it_shows() -> None:
    svg = drawn([Run(size, 100, 16, 100, 100, 1.0) for size in (1_000, 10_000, 100_000)])
    said = ElementTree.fromstring(svg).findtext("{http://www.w3.org/2000/svg}desc")
    assert said is not None
    assert "100000 holders: 16 queries, 200 items" in said
