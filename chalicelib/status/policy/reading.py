"""A policy file, read: `read(text) -> Policy`, or every mistake in it with its line and what to do.

1. YAML as its reader sees it: texts, whole numbers, lists, tables (nodes.py).
2. The shape: fields there, none strange, each of its type (shape.py).
3. The meaning: kinds and attributes that exist, times that can be counted, each rule named once (below).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, cast

from chalicelib.status.evidence.kinds import KINDS, REPORTABLE
from chalicelib.status.evidence.model import MANUAL
from chalicelib.status.policy.mistakes import MistakenPolicy, suggestion
from chalicelib.status.policy.model import Offset, Pattern, Policy, Rule
from chalicelib.status.policy.nodes import Reader
from chalicelib.status.policy.shape import MISFIT, fitted

RESERVED = ("otherwise", MANUAL)
"""Rule ids that mean something of their own in a timeline."""

MOST_RULES = 500


def read(text: str) -> Policy:
    """The policy in a file; raises `MistakenPolicy` with all mistakes."""
    reader = Reader()
    value = reader.read(text)
    policy = fitted(Policy, value, "", reader)
    rules = _rules(value, policy, reader)
    for place, rule in rules:
        _check_rule(rule, place, reader)
    if isinstance(policy, Policy):
        for index, pattern in enumerate(policy.disregards, 1):
            _check_pattern(pattern, f"disregards[{index}]", reader)
    _check_ids(rules, reader)
    _check_zone(value, reader)
    if reader.mistakes:
        raise MistakenPolicy(reader.mistakes)
    return cast(Policy, policy)


def _rules(value: Any, policy: Any, reader: Reader) -> list[tuple[str, Rule]]:
    """The rules that have their shape, so that their meaning is checked also where others are misshapen."""
    if policy is not MISFIT:
        return [(f"rules[{index}]", rule) for index, rule in enumerate(policy.rules, 1)]
    written = value.get("rules") if isinstance(value, dict) else None
    silent = reader.silent()
    found = enumerate(written if isinstance(written, list) else [], 1)
    made = [(f"rules[{index}]", fitted(Rule, each, f"rules[{index}]", silent)) for index, each in found]
    return [(place, rule) for place, rule in made if rule is not MISFIT]


def _check_rule(rule: Rule, place: str, reader: Reader) -> None:
    """One rule: what it speaks of, and when."""
    _check_pattern(rule.when, f"{place}.when", reader)
    for name, offset in _offsets(rule):
        if (offset.days is None) == (offset.hours is None):
            problem = "Both days and hours are written." if offset.days is not None else "Neither days nor hours here."
            reader.add(f"{place}.{name}", problem, "Write one of {days: …} and {hours: …}.")
    for index, clearing in enumerate(rule.cleared_by, 1):
        _check_pattern(clearing, f"{place}.cleared_by[{index}]", reader)


def _offsets(rule: Rule) -> Iterator[tuple[str, Offset]]:
    """Every span of time in a rule, with its place."""
    yield "from", rule.starts
    if rule.until is not None:
        yield "until", rule.until
    for index, clearing in enumerate(rule.cleared_by, 1):
        yield f"cleared_by[{index}].apart", clearing.apart
        yield f"cleared_by[{index}].not_before", clearing.not_before


def _check_pattern(pattern: Pattern, place: str, reader: Reader) -> None:
    """Which evidence is meant: it must be able to exist."""
    if pattern.kind == MANUAL:
        problem = "Evidence of kind 'manual' stands above every policy."
        reader.add(f"{place}.kind", problem, "Leave this to overrides; write another kind.")
        return
    if pattern.kind not in REPORTABLE:
        reader.add(
            f"{place}.kind", f"There is no kind of evidence {pattern.kind!r}.", suggestion(pattern.kind, REPORTABLE)
        )
        return
    known = KINDS[pattern.kind].attributes
    for name, wanted in pattern.attributes.items():
        here = f"{place}.attributes.{name}"
        if name not in known:
            reader.add(here, f"Evidence of kind {pattern.kind!r} has no {name!r}.", suggestion(name, known))
            continue
        _check_values(known[name], wanted, here, reader)


def _check_values(attribute: Any, wanted: str | list[str], place: str, reader: Reader) -> None:
    """The values a pattern wants of an attribute."""
    values = [wanted] if isinstance(wanted, str) else wanted
    if not values:
        reader.add(place, "The list is empty, so nothing would ever fit.", f"Write {attribute.expected}.")
    for value in values:
        if not attribute.takes(value):
            reader.add(place, f"It is never {value[:40]!r}.", f"Write {attribute.expected}.")


def _check_ids(rules: list[tuple[str, Rule]], reader: Reader) -> None:
    """Each rule has a name of its own: timelines and people refer to it."""
    first: dict[str, str] = {}
    for place, rule in rules:
        if rule.id in RESERVED:
            reader.add(f"{place}.id", f"{rule.id!r} has a meaning of its own.", "Write another name.")
        elif rule.id in first:
            reader.add(f"{place}.id", f"{first[rule.id]} has this name, too.", "Write another name for one of them.")
        first.setdefault(rule.id, place)
    if len(rules) > MOST_RULES:
        reader.add("rules", f"There are more than {MOST_RULES} rules.", "Nobody can review them; join some.")


def _check_zone(value: Any, reader: Reader) -> None:
    """The time zone in which days are counted."""
    zone = value.get("time_zone") if isinstance(value, dict) else None
    if not isinstance(zone, str) or "time_zone" in reader.spoiled or zone in _zones():
        return
    reader.add("time_zone", f"There is no time zone {zone[:64]!r}.", suggestion(zone[:64], sorted(_zones())))


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    """Every time zone there is."""
    from zoneinfo import available_timezones

    return frozenset(available_timezones())
