"""One deployment, built once for the session from the present source."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from infra.aws import build
from tests.requirements import require

Resources = dict[str, dict[str, Any]]
"""What a template declares, by name."""


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source as it is now, however long the tests take and whatever is edited meanwhile."""
    folder = tmp_path_factory.mktemp("source")
    build.copy_project(build.ROOT, folder)
    return folder


@pytest.fixture(scope="session")
def deployment(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with sam.json and deployment.zip, as `make package` builds them for production."""
    require(find_spec("pip") is not None, "packaging downloads with pip, which this environment does not have")
    out = tmp_path_factory.mktemp("deployment")
    build.build_functions(out, stage="prod", root=source)
    return out


@pytest.fixture(scope="session")
def resources(deployment: Path) -> Resources:
    """The resources of the built template, which has passed the linter."""
    built: Resources = json.loads((deployment / "sam.json").read_text(encoding="utf-8"))["Resources"]
    return built
