"""The deployment zip: chalice's, made smaller, quicker to import and the same bytes for the same source."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LAMBDA_ROOT = "/var/task"
EARLIEST = (1980, 1, 1, 0, 0, 0)
SIZE_LIMIT = 250 * 1024 * 1024
"""What Lambda takes, unzipped, in bytes."""

AWS_SERVICES = ("dynamodb", "kms", "s3", "sqs", "sts", "xray")
"""The services our functions speak to (the X-Ray SDK makes a client when imported). botocore describes 400 others."""

UNUSED = (
    "**/__pycache__",
    "**/*.pyi",
    "*-stubs",
    "*.data",
    "*/tests",
    "*.dist-info/licenses",
    "*.dist-info/RECORD",
    "*.dist-info/INSTALLER",
    "Cryptodome/SelfTest",
    "fontTools/merge",
    "fontTools/mtiLib",
    "fontTools/ufoLib",
    "fontTools/voltLib",
    "stdnum/??",
    "stdnum/*.dat",
    "botocore/.changes",
    "PIL",
    "pillow.libs",
    "fontTools/**/*.c",
    "fontTools/**/*.so",
    "pylopdf_fonts_zh_cn/NotoSerifSC-Regular.otf",
)
"""What no function needs. Papers are printed without Pillow, as nothing on them is a photograph, and with the Python of
fontTools alone: picking a hundred glyphs takes no longer."""


class BundleError(Exception):
    """The zip misses something, or is more than Lambda takes."""


def repack(source: Path, target: Path, *, requirements: Path, work: Path) -> None:
    """Rewrite chalice's zip as ours; `work` is an empty directory to unpack into. Raises `BundleError`.

    1. Unpack; refuse a zip that lacks a requirement (chalice only warns).
    2. Leave out what no function imports.
    3. Compile, so that no cold start does.
    4. Zip in a fixed order with fixed times and modes.
    """
    with zipfile.ZipFile(source) as archive:
        archive.extractall(work)
    _refuse_missing(work, requirements)
    prune(work)
    compile_all(work)
    _refuse_too_large(work)
    _zip(work, target)


def _refuse_missing(site: Path, requirements: Path) -> None:
    """Every pinned requirement must be there, in its version."""
    present = {canonicalize_name(found.name): found.version for found in distributions(path=[str(site)])}
    for requirement in _requirements(requirements):
        version = present.get(canonicalize_name(requirement.name))
        if version is None or version not in requirement.specifier:
            raise BundleError(f"{requirement} is asked for, the zip has {version}; see chalice's output above")


def _requirements(path: Path) -> Iterator[Requirement]:
    """The requirements that hold on Lambda's x86_64."""
    for line in path.read_text(encoding="utf-8").splitlines():
        text = line.split("#")[0].strip()
        if not text:
            continue
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate({"platform_machine": "x86_64"}):
            yield requirement


def prune(site: Path) -> None:
    """Leave out descriptions of AWS services we do not speak to, self-tests, stubs and others' compiled files."""
    for pattern in UNUSED:
        for path in list(site.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for service in (site / "botocore/data").iterdir():
        if service.is_dir() and service.name not in AWS_SERVICES:
            shutil.rmtree(service)


def compile_all(site: Path) -> None:
    """Compile every module, never to be checked against its source again: a zip's times say nothing.

    In a process of its own with fixed hashes, because the order of constants would differ from run to run.
    """
    script = (
        "import compileall, py_compile, sys\n"
        "sys.exit(not compileall.compile_dir(sys.argv[1], quiet=1, workers=1, stripdir=sys.argv[1],"
        " prependdir=sys.argv[2], invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH))"
    )
    command = [sys.executable, "-S", "-c", script, str(site), LAMBDA_ROOT]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    outcome = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if outcome.returncode:
        raise BundleError(outcome.stdout + outcome.stderr)


def _refuse_too_large(site: Path) -> None:
    """Lambda refuses a package of more than 250 MB unzipped."""
    size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    if size > SIZE_LIMIT:
        raise BundleError(f"{size:,} bytes unzipped; Lambda takes {SIZE_LIMIT:,}")


def _zip(site: Path, target: Path) -> None:
    """All files in order of name, readable by everyone, as if made in 1980."""
    files = sorted((path for path in site.rglob("*") if path.is_file()), key=lambda path: path.as_posix())
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in files:
            entry = zipfile.ZipInfo(path.relative_to(site).as_posix(), EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = (stat.S_IFREG | (0o755 if path.suffix == ".so" else 0o644)) << 16
            archive.writestr(entry, path.read_bytes())
