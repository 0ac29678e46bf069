"""What needs a whole population: `python -m bench.population due` (or `roll-out`) on DynamoDB Local, AWS's own engine.

Each has a store and an environment of its own, so `make bench` runs them as children and takes their sections as JSON.
A full run loads 100,000 holders, which takes some minutes; `--quick` a few hundred.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.report import Promise, Section
from bench.surroundings import ROOT, plain_environment

PLOT = ROOT / "docs/images/due.svg"
SIZES, DUE, ROLLED_OUT = (1_000, 10_000, 100_000), 100, 5_000
QUICK_SIZES, QUICK_DUE, QUICK_ROLLED_OUT = (40, 80, 160), 20, 40


def measure() -> list[Section]:
    """All sections, and the plot drawn; where the engine cannot run, a section says why."""
    from infra.local.engine import missing

    reason = missing()
    if reason:
        return [Section("What is due", ("population",), (), note=f"Not measured: {reason}")]
    return [*_told("due", "--plot", str(PLOT)), *_told("roll-out")]


def main() -> None:
    """Measure in this process; prints the sections as JSON."""
    from infra.local.dynamo import dynamodb_local

    options = _options()
    with dynamodb_local(None):
        sections = MEASURED[options.what](options)
    print(json.dumps([asdict(one) for one in sections], ensure_ascii=False))


def _due(options: argparse.Namespace) -> list[Section]:
    """The scheduled run, at several populations."""
    from bench.crowd import Crowd
    from bench.due import drawn, runs, section

    measured = runs(Crowd(), *((QUICK_SIZES, QUICK_DUE) if options.quick else (options.sizes, DUE)))
    if options.plot:
        options.plot.write_text(drawn(measured), encoding="utf-8")
    return [section(measured)]


def _roll_out(options: argparse.Namespace) -> list[Section]:
    """A new policy for everybody."""
    from bench.crowd import Crowd
    from bench.roll_out import roll_out

    return roll_out(Crowd(), QUICK_ROLLED_OUT if options.quick else ROLLED_OUT)


MEASURED: dict[str, Callable[[argparse.Namespace], list[Section]]] = {"due": _due, "roll-out": _roll_out}


def _told(*arguments: str) -> list[Section]:
    """The sections that another process prints."""
    command = [sys.executable, "-m", "bench.population", *arguments]
    told = subprocess.run(command, cwd=ROOT, env=plain_environment(), stdout=subprocess.PIPE, text=True, check=True)
    return [_section(one) for one in json.loads(told.stdout)]


def _section(told: dict[str, Any]) -> Section:
    return Section(**(told | {"promises": [Promise(**promise) for promise in told["promises"]]}))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.population")
    parser.add_argument("what", choices=MEASURED)
    parser.add_argument("--quick", action="store_true", help="a few hundred holders")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="populations for what is due, ascending")
    parser.add_argument("--plot", type=Path, help="where to draw what is due")
    return parser.parse_args()


if __name__ == "__main__":
    main()
