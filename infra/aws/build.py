"""Build the deployment: `python -m infra.aws.build` (`make package`) writes build/sam.json, deployment.zip and web/.

The build reads nothing but the source tree and the package index, needs no AWS account, and the same source with the
same requirements gives the same bytes. docs/adr/0005-packaging.md says why each step is there.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

from infra.aws import bundle, template
from infra.vendored import licences, vendored

ROOT = Path(__file__).parents[2]
STAGES = ("dev", "prod")
SHIPPED = (
    "app.py",
    "requirements.txt",
    "chalicelib",
    "functions",
    "vendor",
    ".chalice/config.json",
    "infra/aws/policies",
)
FORGOTTEN = ("YIMA_", "AWS_", "DYNAMODB_")
"""Settings of the developer's shell that must not end in a deployment."""


class BuildError(Exception):
    """The deployment could not be built; the message is for whoever runs `make package`."""


def build_functions(out: Path, *, stage: str, root: Path = ROOT) -> None:
    """Write sam.json and deployment.zip of a stage; raises `BuildError`, `BundleError` or `TemplateError`.

    1. Let chalice package a clean copy of the source, with our resources merged in.
    2. Repack its zip: smaller, compiled, the same bytes each time.
    3. Complete its template and hold it against the linter.
    """
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="yima-build-") as work:
        project, packaged, site = (Path(work, name) for name in ("project", "packaged", "site"))
        copy_project(root, project)
        run_chalice(project, packaged, stage=stage)
        requirements = project / "requirements.txt"
        bundle.repack(packaged / "deployment.zip", out / "deployment.zip", requirements=requirements, work=site)
        merged = json.loads((packaged / "sam.json").read_text(encoding="utf-8"))
    template.write(template.finish(merged), out / "sam.json")
    template.lint(out / "sam.json")


def copy_project(root: Path, project: Path) -> None:
    """A clean copy of what chalice reads: its cache never sees that a file was only renamed, a fresh tree has none."""
    for name in SHIPPED:
        source, target = root / name, project / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        else:
            shutil.copy2(source, target)


def run_chalice(project: Path, out: Path, *, stage: str) -> None:
    """`chalice package` with our resources merged in; its part gives way where both say something."""
    if find_spec("pip") is None:
        raise BuildError("chalice downloads what it packages with pip, which this environment does not have")
    ours = project / "resources.json"
    template.write(template.declared(), ours)
    command = [sys.executable, "-c", "from chalice.cli import main; main()", "package"]
    command += ["--stage", stage, "--template-format", "json", "--merge-template", str(ours), str(out)]
    outcome = subprocess.run(command, cwd=project, env=_environment(), capture_output=True, text=True, check=False)
    if outcome.returncode or "Could not install dependencies" in outcome.stdout:
        raise BuildError(f"chalice package failed:\n{outcome.stdout}{outcome.stderr}")


def _environment() -> dict[str, str]:
    """The shell's environment without anything a deployment could pick up; the region only has to exist."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FORGOTTEN)}
    return {
        **kept,
        "AWS_DEFAULT_REGION": "cn-north-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "PIP_CONSTRAINT": str(ROOT / "infra/aws/constraints.txt"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def copy_web(source: Path, target: Path) -> None:
    """The pages as any static host serves them, with the packages they load and without their tests."""
    if target.exists():
        shutil.rmtree(target)
    if not source.exists():
        return
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("node_modules", "tests", "package*.json"))
    for address, file in (vendored(source) | licences(source)).items():
        if not file.exists():
            raise BuildError(f"the pages need {file}: run `npm ci` in {source}")
        (target / address[1:]).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target / address[1:])


def main() -> int:
    """The command line; prints what was built, or why not."""
    parser = argparse.ArgumentParser(prog="python -m infra.aws.build", description=__doc__.splitlines()[0])
    parser.add_argument("--stage", choices=STAGES, default="prod")
    parser.add_argument("--out", type=Path, default=ROOT / "build")
    options = parser.parse_args()
    started = time.monotonic()
    try:
        build_functions(options.out, stage=options.stage)
        copy_web(ROOT / "web", options.out / "web")
    except (BuildError, bundle.BundleError, template.TemplateError) as error:
        print(error, file=sys.stderr)
        return 1
    size = (options.out / "deployment.zip").stat().st_size
    print(f"{options.out}: sam.json (linted), deployment.zip ({size / 1e6:.1f} MB), web/")
    print(f"stage {options.stage}, {time.monotonic() - started:.0f} s; deploy it as docs/operating.md says")
    return 0


if __name__ == "__main__":
    sys.exit(main())
