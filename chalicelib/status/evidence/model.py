"""A piece of evidence: what happened to somebody, when, and who says so. A value; nothing here is ever edited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from chalicelib.platform.crypto.hashing import sm3

MANUAL = "manual"
"""The kind that only an approved override makes: its colour is its attribute `colour`, above every policy."""


class Evidence(NamedTuple):
    """One fact about one holder. Instants are Unix seconds.

    `happened_at` is what colours are counted from; `reported_at` is when we heard of it, and colours nothing, so that
    the order of arrival does not matter. From `valid_until` on (None: never) the fact speaks no more. `source` is
    the client id of the department, `source_name` its name for people, `reference` the department's own key.
    """

    evidence_id: str
    kind: str
    happened_at: int
    attributes: Mapping[str, str]
    valid_until: int | None = None
    reported_at: int = 0
    source: str = ""
    source_name: str = ""
    reference: str = ""


class Void(NamedTuple):
    """That a fact was taken back: when (Unix seconds), and why, in one of our own words and never in free text."""

    at: int
    reason: str


WAITING = "index:"
ID_DIGITS = 24


def evidence_id(source: str, reference: str) -> str:
    """The id of what a source reported under a reference: the same again is the same fact (our format).

    The first 24 hex digits of SM3(source ‖ 0x1f ‖ reference); neither part can hold the separator.
    """
    return sm3(f"{source}\x1f{reference}".encode()).hex()[:ID_DIGITS]


def waiting(index: str) -> str:
    """The subject under which facts wait for somebody who is not a holder yet: their blind index."""
    return WAITING + index


def is_waiting(subject: str) -> bool:
    """Whether a subject is somebody who is not a holder yet."""
    return subject.startswith(WAITING)
