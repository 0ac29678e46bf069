"""The JavaScript package: against a running city, and its types as its users' compilers read them."""

from __future__ import annotations

import shutil
from pathlib import Path

from infra.local.environment import ROOT
from tests.clients.node import PACKAGE, node
from tests.local.running import local_city
from tests.requirements import require

COMPILER = ROOT / "node_modules/typescript/bin/tsc"


def test_the_package_speaks_to_a_running_city(tmp_path: Path) -> None:
    require(shutil.which("node") is not None, "the JavaScript package needs node")
    with local_city(tmp_path) as city:
        told = node("--test", str(PACKAGE / "tests/live.mjs"), YIMA_CITY=str(city.file))
    assert told.returncode == 0, told.stdout + told.stderr


def test_the_types_are_those_of_the_package() -> None:
    require(COMPILER.exists(), "the types need npm's typescript: run `npm ci`")
    told = node(str(COMPILER), "--project", str(PACKAGE / "tests"))
    assert told.returncode == 0, told.stdout
