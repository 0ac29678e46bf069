"""The policies that come with Yima. A file here is never edited once released: a change is another file."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from chalicelib.status.policy.model import Policy
from chalicelib.status.policy.reading import read

FOLDER = Path(__file__).parent
CALM = "calm@1"
FILES = {CALM: "calm.yaml", "epidemic@1": "epidemic.yaml"}
"""By policy key. A city may be governed by any of them at any time, so none is ever taken away."""


def shipped_text(key: str) -> str | None:
    """The file of a shipped policy as it was written; None where there is no such policy."""
    return (FOLDER / FILES[key]).read_text(encoding="utf-8") if key in FILES else None


@lru_cache
def shipped(name: str) -> Policy:
    """A shipped policy by its name, `calm` or `epidemic` (the newest version), or by its key."""
    keys = [key for key in FILES if name in (key, key.partition("@")[0])]
    return read((FOLDER / FILES[max(keys, key=_version)]).read_text(encoding="utf-8"))


def _version(key: str) -> int:
    return int(key.partition("@")[2])
