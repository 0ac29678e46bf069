"""A piece of evidence: what happened to somebody, when, and who says so. A value; nothing here is ever edited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

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
