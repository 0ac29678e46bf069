"""The JavaScript package: against a running city, and its types as its users' compilers read them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from infra.local.environment import ROOT
from tests.local.running import local_city
from tests.requirements import require

PACKAGE = ROOT / "clients/javascript"
COMPILER = ROOT / "node_modules/typescript/bin/tsc"


def test_the_package_speaks_to_a_running_city(tmp_path: Path) -> None:
    require(shutil.which("node") is not None, "the JavaScript package needs node")
    with local_city(tmp_path) as city:
        told = _node("--test", str(PACKAGE / "tests/live.mjs"), YIMA_CITY=str(city.file))
    assert told.returncode == 0, told.stdout + told.stderr


def test_the_types_are_those_of_the_package() -> None:
    require(COMPILER.exists(), "the types need npm's typescript: run `npm ci`")
    told = _node(str(COMPILER), "--project", str(PACKAGE / "tests"))
    assert told.returncode == 0, told.stdout


def _node(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run node in the package, in an environment that is told."""
    env = {"PATH": "/usr/local/bin:/usr/bin:/bin"} | variables
    node = shutil.which("node") or "node"
    return subprocess.run([node, *arguments], cwd=PACKAGE, env=env, capture_output=True, text=True, check=False)
