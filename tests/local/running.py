"""A local city in a process of its own, as `make run` starts it, for tests that need the whole of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from infra.local.environment import CREDENTIAL_VARIABLES, ROOT

READY = "is ready"


class Words:
    """What a city says, read as it is said: one that nobody listens to would stop to speak, and to work."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self.ready = threading.Event()
        self._lines: list[str] = []
        self._stream = process.stdout
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def to_the_end(self) -> str:
        """All it said, once it has ended."""
        self._thread.join(60)
        return "".join(self._lines)

    def _listen(self) -> None:
        for line in self._stream:
            self._lines.append(line)
            if READY in line:
                self.ready.set()
        self.ready.set()


class LocalCity:
    """A running city: its `city.json`, a client for its API, and its process."""

    def __init__(self, process: subprocess.Popen[str], words: Words, file: Path) -> None:
        self.process = process
        self._words = words
        self.file = file
        self.document: dict[str, Any] = json.loads(file.read_text())
        self.http = httpx.Client(base_url=self.document["base_url"], trust_env=False, timeout=30)

    def closed(self) -> str:
        """All it said, once it has ended."""
        self.process.wait(60)
        return self._words.to_the_end()

    def log_in(self, resident: int = 0) -> str:
        """A session token of a resident."""
        answer = self.http.post("/v1/sessions", json=self.document["residents"][resident]["login"])
        assert answer.status_code == 201, answer.text
        return str(answer.json()["token"])

    def code(self, token: str) -> str:
        """A fresh code."""
        answer = self.http.post("/v1/codes", json={}, headers=bearer(token))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["code"])

    def verify(self, code: str, verifier: int = 0) -> dict[str, Any]:
        """What a verifier of the demo city is told about a code."""
        return self.look({"code": code}, verifier)

    def look(self, shown: dict[str, Any], verifier: int = 0) -> dict[str, Any]:
        """What a verifier of the demo city is told about whatever is shown."""
        client = self.document["verifiers"][verifier]
        form = {
            "grant_type": "client_credentials",
            "client_id": client["client_id"],
            "client_secret": client["client_secret"],
        }
        token = self.http.post("/v1/oauth/token", data=form).json()["access_token"]
        body = {**shown, "purpose": "entry", "place": "人民广场"}
        answer = self.http.post("/v1/verifications", json=body, headers=bearer(token))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def scans_when_told(self, token: str, number: int) -> list[dict[str, Any]]:
        """Who scanned a holder, as the holder sees it, once the stream has told of so many scans."""
        for _ in range(1000):
            answer = self.http.get("/v1/scans", headers=bearer(token))
            assert answer.status_code == 200, answer.text
            scans = list(answer.json()["scans"])
            if len(scans) >= number:
                return scans
        raise AssertionError("the stream told of too few scans")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def start(folder: Path, **variables: str) -> subprocess.Popen[str]:
    """Start a city on a free port; `variables` add to its environment. Its files go into `folder`."""
    env = {name: value for name, value in os.environ.items() if name not in CREDENTIAL_VARIABLES}
    env |= {"PORT": "0", "YIMA_LOCAL_DIR": str(folder), "PYTHONUTF8": "1"} | variables
    return subprocess.Popen(
        [sys.executable, "-m", "infra.local"],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@contextmanager
def local_city(folder: Path, **variables: str) -> Iterator[LocalCity]:
    """A city that is ready; closed as Ctrl-C closes it, unless the test ended it already."""
    process = start(folder, **variables)
    words = Words(process)
    if not words.ready.wait(60) or process.poll() is not None:
        process.kill()
        raise AssertionError("the city did not open: " + words.to_the_end())
    city = LocalCity(process, words, folder / "city.json")
    try:
        yield city
    finally:
        city.http.close()
        process.terminate()
        city.closed()
