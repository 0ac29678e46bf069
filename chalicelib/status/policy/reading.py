"""A policy file, read: `read(text) -> Policy`, or every mistake in it with its line and what to do.

1. YAML as its reader sees it: texts, whole numbers, lists, tables (nodes.py).
2. The shape: fields there, none strange, each of its type (shape.py).
3. The meaning of each part: evidence that can exist, times that can be counted (meaning.py).
4. The whole: each rule named once, days counted in a time zone that exists (below).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

from chalicelib.status.evidence.model import MANUAL
from chalicelib.status.policy.mistakes import MistakenPolicy, suggestion
from chalicelib.status.policy.model import Policy
from chalicelib.status.policy.nodes import Reader
from chalicelib.status.policy.shape import fitted

RESERVED = ("otherwise", MANUAL)
"""Rule ids that mean something of their own in a timeline."""

MOST_RULES = 200


def read(text: str) -> Policy:
    """The policy in a file; raises `MistakenPolicy` with all mistakes."""
    reader = Reader()
    value = reader.read(text)
    policy = fitted(Policy, value, "", reader)
    if isinstance(value, dict):
        _check_ids(value.get("rules"), reader)
        _check_zone(value.get("time_zone"), reader)
    if reader.mistakes:
        raise MistakenPolicy(reader.mistakes)
    return cast(Policy, policy)


def _check_ids(rules: Any, reader: Reader) -> None:
    """Each rule has a name of its own: timelines and people refer to it."""
    first: dict[str, str] = {}
    written = rules if isinstance(rules, list) else []
    for number, rule in enumerate(written, 1):
        place, name = f"rules[{number}]", rule.get("id") if isinstance(rule, dict) else None
        if not isinstance(name, str):
            continue
        if name in RESERVED:
            reader.add(f"{place}.id", f"{name!r} has a meaning of its own.", "Write another name.")
        elif name in first:
            reader.add(f"{place}.id", f"{first[name]} has this name, too.", "Write another name for one of them.")
        first.setdefault(name, place)
    if len(written) > MOST_RULES:
        reader.add("rules", f"There are more than {MOST_RULES} rules.", "Nobody can review them; join some.")


def _check_zone(zone: Any, reader: Reader) -> None:
    """The time zone in which days are counted."""
    if isinstance(zone, str) and "time_zone" not in reader.spoiled and zone not in _zones():
        reader.add("time_zone", f"There is no time zone {zone!r}.", suggestion(zone, sorted(_zones())))


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    """Every time zone there is."""
    from zoneinfo import available_timezones

    return frozenset(available_timezones())
