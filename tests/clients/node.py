"""Node, as the tests of the JavaScript package run it."""

from __future__ import annotations

import shutil
import subprocess

from infra.local.environment import ROOT
from tests.requirements import require

PACKAGE = ROOT / "clients/javascript"


def node(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run node in the package, in an environment that is told."""
    found = shutil.which("node")
    require(found is not None, "the JavaScript package needs node")
    env = {"PATH": "/usr/local/bin:/usr/bin:/bin"} | variables
    return subprocess.run(
        [found or "node", *arguments], cwd=PACKAGE, env=env, capture_output=True, text=True, check=False
    )
