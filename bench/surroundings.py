"""What a measured city stands in: a store in another process, and the environment of a deployment.

It imports nothing of the city: tables and app read the environment when they are imported, so this comes first.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


_before = dict(os.environ)


@contextmanager
def surroundings() -> Iterator[int]:
    """A store and the environment that leads to it; yields the store's port."""
    with _store() as process, tempfile.TemporaryDirectory() as folder, _apart(process):
        assert process.stdout
        port = int(process.stdout.readline())
        os.environ.update(_deployment(port, folder))
        yield port


def plain_environment() -> dict[str, str]:
    """What the environment was before."""
    return dict(_before)


@contextmanager
def _store() -> Iterator[subprocess.Popen[str]]:
    """bench/loopback.py in another process; it ends with us, however we end."""
    command = [sys.executable, "-m", "bench.loopback"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        try:
            yield process
        finally:
            process.stdin.close()


@contextmanager
def _apart(store: subprocess.Popen[str]) -> Iterator[None]:
    """Keep the store off our core, where the kernel can: a real one does not push our code out of the caches."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if len(cores) < 2:
        yield
        return
    os.sched_setaffinity(store.pid, cores[-1:])
    os.sched_setaffinity(0, cores[:-1])
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def _deployment(port: int, folder: str) -> dict[str, str]:
    """As in production (no parameter validation), but for where the store and the key-encryption keys are."""
    return {
        "YIMA_STAGE": "dev",
        "YIMA_KEY_WRAP": f"file:{folder}/issuer.key",
        "YIMA_ROOT_KEY_WRAP": f"file:{folder}/root.key",
        "YIMA_IDENTITY_PROVIDER": "sandbox",
        "DYNAMODB_ENDPOINT": f"http://127.0.0.1:{port}",
        "AWS_REGION": "cn-north-1",
        "AWS_ACCESS_KEY_ID": "yimalocal",
        "AWS_SECRET_ACCESS_KEY": "yimalocal",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
