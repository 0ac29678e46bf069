"""How many requests a second the local server answers, by the wall clock, on connections that are kept alive."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from bench.report import Section
from bench.surroundings import ROOT, plain_environment
from bench.timing import Effort

REQUEST = b"GET /v1/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def measure(effort: Effort) -> Section:
    """One connection, then eight at once."""
    seconds = 0.1 if effort.brief else 3.0
    with _running_city() as port:
        _rate(port, 1, seconds / 4)
        rows = [(f"{number}", f"{_rate(port, number, seconds):,.0f}") for number in (1, 8)]
    note = "`GET /v1/health` through the whole emulation; the client shares the machine."
    return Section("The local server", ("connections", "requests/s, wall clock"), rows, note=note)


@contextmanager
def _running_city() -> Iterator[int]:
    """`make run` on a free port; yields the port."""
    with tempfile.TemporaryDirectory() as folder:
        environment = plain_environment() | {"PORT": "0", "YIMA_LOCAL_DIR": folder}
        command = [sys.executable, "-m", "infra.local"]
        with (
            Path(os.devnull).open("w") as nowhere,
            subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=nowhere, text=True
            ) as city,
        ):
            assert city.stdout
            try:
                yield next(_port(line) for line in city.stdout if "http://" in line)
            finally:
                city.terminate()


def _port(line: str) -> int:
    port = urlsplit(line[line.index("http://") :].strip()).port
    assert port
    return port


def _rate(port: int, connections: int, seconds: float) -> float:
    """Answers a second, over all connections."""
    deadline = time.perf_counter() + seconds
    answered: list[int] = []
    threads = [threading.Thread(target=lambda: answered.append(_ask_until(port, deadline))) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(answered) / seconds


def _ask_until(port: int, deadline: float) -> int:
    """Ask on one connection until time is up; how often there was an answer."""
    answered = 0
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while time.perf_counter() < deadline:
            connection.sendall(REQUEST)
            assert connection.recv(1 << 16).startswith(b"HTTP/1.1 200")
            answered += 1
    return answered
