"""What needs a whole population: `python -m bench.population` on DynamoDB Local, AWS's own engine.

It has an environment of its own, so `make bench` runs it as a child and takes its sections as JSON. A full run loads
100,000 holders, which takes some minutes; `--quick` a few hundred.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.report import Promise, Section
from bench.surroundings import ROOT, plain_environment

PLOT = ROOT / "docs/images/due.svg"
SIZES, DUE, ROLLED_OUT = (1_000, 10_000, 100_000), 100, 5_000
QUICK_SIZES, QUICK_DUE, QUICK_ROLLED_OUT = (40, 80, 160), 20, 40


def measure() -> list[Section]:
    """The sections, from another process that draws the plot, too; where the engine cannot run, one says why."""
    from infra.local.engine import missing

    reason = missing()
    if reason:
        return [Section("What is due", ("population",), (), note=f"Not measured: {reason}")]
    command = [sys.executable, "-m", "bench.population", "--plot", str(PLOT)]
    told = subprocess.run(command, cwd=ROOT, env=plain_environment(), stdout=subprocess.PIPE, text=True, check=True)
    return [_section(one) for one in json.loads(told.stdout)]


def main() -> None:
    """Measure in this process; prints the sections as JSON. A full run also draws the plot."""
    from infra.local.dynamo import dynamodb_local

    options = _options()
    sizes, due, rolled_out = (
        (QUICK_SIZES, QUICK_DUE, QUICK_ROLLED_OUT) if options.quick else (options.sizes, DUE, ROLLED_OUT)
    )
    with dynamodb_local(None):
        from bench.crowd import Crowd
        from bench.due import drawn, runs, section
        from bench.roll_out import roll_out

        crowd = Crowd()
        measured = runs(crowd, sizes, due)
        rolling = roll_out(crowd, rolled_out)
    if options.plot:
        options.plot.write_text(drawn(measured), encoding="utf-8")
    print(json.dumps([asdict(one) for one in (section(measured), *rolling)], ensure_ascii=False))


def _section(told: dict[str, Any]) -> Section:
    return Section(**(told | {"promises": [Promise(**promise) for promise in told["promises"]]}))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.population")
    parser.add_argument("--quick", action="store_true", help="a few hundred holders; draws nothing")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="populations, ascending")
    parser.add_argument("--plot", type=Path, help="where to draw what is due")
    return parser.parse_args()


if __name__ == "__main__":
    main()
