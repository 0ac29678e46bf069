"""One line of the log of officers, and what of a request may stand in it. Values and rules only."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import NamedTuple

SHARDS = 4
"""A day stands in so many partitions: an office at work in a crisis must not wait for its own log."""

STRANGE = "?"
"""Stands for what was sent in place of an id and is none of ours: somebody may have typed a number of a person."""

_ours = re.compile(
    r"(client-)?([0-9a-f]{16}|[0-9a-f]{24})|[0-9a-f]{8}|[0-9a-f]{32}|[a-z][a-z0-9-]{0,40}@[0-9]{1,4}|[0-9]{1,3}"
)
_day = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_entry = re.compile(r"[0-9]{10}-[0-9a-f]{24}")
_digits = re.compile(r"[0-9]{4,}")


class Entry(NamedTuple):
    """One deed of an officer. `officer` is the holder id and never shown, `name` the office and the masked name, empty
    where whoever acted was in no office any more. `ids` are the path parameters, as far as they are ids of ours.

    `status` is 0 and `code` empty until it is known what came of it; they stay so where the function was killed.
    """

    entry_id: str
    officer: str
    name: str
    scope: str
    operation: str
    ids: dict[str, str]
    at: int
    status: int = 0
    code: str = ""


def ids_of_ours(path: Mapping[str, str]) -> dict[str, str]:
    """Path parameters as they may be kept: nothing personal has the shape of our ids, and what has another is not."""
    return {name: value if is_of_ours(value) else STRANGE for name, value in path.items()}


def is_of_ours(value: str) -> bool:
    """Whether a text has the shape of an id of ours: random hex, a policy's key, or a place in a short list.

    Shorter ones that are all digits may be a bank card or a document, and are taken for none of ours.
    """
    return bool(_ours.fullmatch(value)) and not (len(value) < 24 and _digits.fullmatch(value))


def day_of(at: int) -> str:
    """The day (UTC) under which a deed stands."""
    return time.strftime("%Y-%m-%d", time.gmtime(at))


def is_day(text: str) -> bool:
    """Whether a text is a day as `day_of` writes them."""
    return bool(_day.fullmatch(text))


def is_cursor(text: str) -> bool:
    """Whether a text can be the id of an entry."""
    return bool(_entry.fullmatch(text))


def partition(day: str, entry_id: str) -> str:
    """Where an entry stands, `2026-09-21#3`."""
    return f"{day}#{int(entry_id[-1], 16) % SHARDS}"


def partitions(day: str) -> list[str]:
    """Everywhere that entries of a day stand."""
    return [f"{day}#{shard}" for shard in range(SHARDS)]
