"""How the emulation says that something failed: by kind and place, never by content, which may be personal."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from pathlib import Path

Report = Callable[[str], None]
"""Takes one sentence for the person at the terminal."""


def to_terminal(sentence: str) -> None:
    """Say it on standard error."""
    print(sentence, file=sys.stderr, flush=True)


def described(error: BaseException) -> str:
    """An error by its type and the last place it passed through: `KeyError at scan_log.py:52`."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
