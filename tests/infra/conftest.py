"""One deployment, built once for the session from the present source."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from infra.aws import build
from tests.requirements import require

Resources = dict[str, dict[str, Any]]
"""What a template declares, by name."""


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run have in common."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def made_once(folder: Path, make: Callable[[Path], object]) -> Path:
    """A folder that the first worker fills; the others wait for it."""
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            draft = folder.with_suffix(".draft")
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir()
            make(draft)
            draft.rename(folder)
    return folder


@pytest.fixture(scope="session")
def source(shared: Path) -> Path:
    """The source as it is now, however long the tests take and whatever is edited meanwhile."""
    return made_once(shared / "source", lambda folder: build.copy_project(build.ROOT, folder))


@pytest.fixture(scope="session")
def deployment(source: Path, shared: Path) -> Path:
    """The folder with sam.json and deployment.zip, as `make package` builds them for production."""
    require(find_spec("pip") is not None, "packaging downloads with pip, which this environment does not have")
    return made_once(shared / "deployment", lambda folder: build.build_functions(folder, stage="prod", root=source))


@pytest.fixture(scope="session")
def resources(deployment: Path) -> Resources:
    """The resources of the built template, which has passed the linter."""
    built: Resources = json.loads((deployment / "sam.json").read_text(encoding="utf-8"))["Resources"]
    return built
