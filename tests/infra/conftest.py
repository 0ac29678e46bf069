"""One deployment, built once for the session from the present source."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from infra.aws import build
from tests.requirements import require


@pytest.fixture(scope="session")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with sam.json and deployment.zip, as `make package` builds them for production."""
    require(find_spec("pip") is not None, "packaging downloads with pip, which this environment does not have")
    out = tmp_path_factory.mktemp("deployment")
    build.build_functions(out, stage="prod")
    return out
