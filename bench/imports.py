"""What a cold start pays for imports: fresh interpreters in turn, compiled modules, no cloud and no network.

In the zip every module is compiled; here the first, uncounted round compiles whatever is not.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping

from bench.report import Promise, Section, milliseconds, times
from bench.stage import NOW, Stage
from bench.surroundings import ROOT
from bench.timing import Effort, Ratio, Timed
from bench.traffic import Traffic

LIMIT = 1.3
YARDSTICK, APP = "chalice and one boto3 client", "**the API function**"
YARDSTICK_CALL, APP_CALL = "the same and one UpdateItem", "the API function and its first verification"

_YARDSTICK = """
from chalice import Chalice
app = Chalice(app_name="yima")
import boto3
client = boto3.client("dynamodb", endpoint_url=os.environ.get("DYNAMODB_ENDPOINT"))
"""
_APP = "import app"
_CALL = """
key, values = {"holder": {"S": "nobody"}}, {":a": {"S": "a"}}
client.update_item(TableName="yima-statuses", Key=key, UpdateExpression="SET a = :a", ExpressionAttributeValues=values)
"""
_FIRST = """
from chalicelib.platform import clock
clock.system_clock = lambda: float(sys.argv[1])
import app
answer = app.app(json.loads(sys.argv[2]), None)
assert '"accepted"' in answer["body"], answer
"""
_TIMED = """
import json, os, sys, time
begin = time.process_time()
{}
spent = time.process_time() - begin
print(spent, file=sys.stderr)
"""


def measure(stage: Stage, effort: Effort) -> Section:
    """Both imports, and both up to their first answer."""
    traffic = Traffic(stage)
    scripts = {YARDSTICK: _YARDSTICK, APP: _APP, YARDSTICK_CALL: _YARDSTICK + _CALL, APP_CALL: _FIRST}
    timed = {name: Timed(name) for name in scripts}
    environment = os.environ | {"AWS_DEFAULT_REGION": os.environ["AWS_REGION"]}
    with tempfile.TemporaryDirectory() as folder:
        if not effort.brief:
            environment = _compiled_once(environment, folder)
        for number in range(effort.rounds // 3 + 1):
            (scan,) = traffic.scans(1)
            for name, script in scripts.items():
                seconds = _fresh(script, environment, json.dumps(scan))
                if number or effort.brief:
                    timed[name].rounds.append(seconds)
    return _section(timed)


def _compiled_once(environment: Mapping[str, str], folder: str) -> dict[str, str]:
    """The first round compiles every module into a folder of its own, whatever the environment says."""
    kept = {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": folder}


def _fresh(script: str, environment: Mapping[str, str], scan: str) -> float:
    """CPU seconds of a script in a new interpreter; metrics go to its standard output, the time to the other."""
    command = [sys.executable, "-c", _TIMED.format(script), str(NOW), scan]
    outcome = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    try:
        return float(outcome.stderr)
    except ValueError:
        raise RuntimeError(outcome.stderr) from None


def _section(timed: dict[str, Timed]) -> Section:
    ratios = {
        APP: Ratio.of(timed[APP], timed[YARDSTICK]),
        APP_CALL: Ratio.of(timed[APP_CALL], timed[YARDSTICK_CALL]),
    }
    promise = Promise("import of the API function", ratios[APP].median, LIMIT, "x")
    rows = [
        (
            name,
            milliseconds(one.median),
            times(ratios[name]) if name in ratios else "",
            str(promise) if name == APP else "",
        )
        for name, one in timed.items()
    ]
    return Section("Imports", ("a fresh process imports", "CPU, ms", "beside", "promise"), rows, (promise,))
