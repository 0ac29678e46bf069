"""How lists and times look in an export, and how much of a list there is room for."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from chalicelib.accounts.exporting import Part
from chalicelib.platform.times import rfc3339

Json = dict[str, Any]
PAGE = 100
ROOM = 1_000_000
"""Bytes that a list may take of an answer: four long ones and all the rest stay below what a function may hand over."""

One = TypeVar("One")


def time_or_none(instant: int | None) -> str | None:
    """An instant, nothing for what has none."""
    return None if instant is None else rfc3339(instant)


def newest(
    page: Callable[[str | None], Sequence[One]], shown: Callable[[One], Json], cursor: Callable[[One], str]
) -> Part:
    """The newest of a list that comes in pages, as far as there is room."""
    entries: list[Json] = []
    before, room = None, ROOM
    while room > 0:
        found = page(before)
        told = [shown(one) for one in found]
        entries, room = entries + told, room - _size(told)
        if len(found) < PAGE:
            return Part(entries, None)
        before = cursor(found[-1])
    return Part(entries, before)


def _size(told: list[Json]) -> int:
    """What it takes at most: a function hands its answer over as a text within JSON, in ASCII."""
    return len(json.dumps(json.dumps(told)))
