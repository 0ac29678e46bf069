"""`python -m infra.local`, which is `make run`: open a demo city, say what to look at, and close it on Ctrl-C."""

from __future__ import annotations

import json
import os
import shlex
import signal
import sys
import threading
from time import perf_counter
from types import FrameType

from infra.local.environment import Refused
from infra.local.options import Options

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    """Run until told to stop. Answers 0 for a city that was closed in order, 2 for one that was refused."""
    started = perf_counter()
    for ending in ENDINGS:
        signal.signal(ending, _end)
    try:
        _run(Options.from_environment(os.environ), started)
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("closed")
    return 0


def _run(options: Options, started: float) -> None:
    from infra.local.city import running_city

    with running_city(options) as city:
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        print(_welcome(city.document, str(city.file), perf_counter() - started), flush=True)
        threading.Event().wait()


def _end(number: int, frame: FrameType | None) -> None:
    """Begin to close, once: an impatient second Ctrl-C does not interrupt the closing."""
    for ending in ENDINGS:
        signal.signal(ending, signal.SIG_IGN)
    raise KeyboardInterrupt


def _welcome(document: dict[str, object], file: str, seconds: float) -> str:
    """What to open, and one command to try."""
    url = document["base_url"]
    residents = document["residents"]
    assert isinstance(residents, list)
    login = shlex.quote(json.dumps(residents[0]["login"], ensure_ascii=False))
    return f"""
  一码 Yima is ready ({seconds:.1f} s, store: {document["store"]})

    my code    {url}/holder/
    scan       {url}/scan/
    console    {url}/console/
    API        {url}/v1/openapi.json
    residents, officers and verifiers to play: {file}

    curl -s {url}/v1/sessions -H 'Content-Type: application/json' -d {login}

  Ctrl-C closes the city.
"""


if __name__ == "__main__":
    sys.exit(main())
