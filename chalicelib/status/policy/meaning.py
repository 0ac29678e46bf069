"""What a well-shaped part of a policy must mean: evidence that can exist, and times that can be counted. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from chalicelib.status.evidence.kinds import KINDS, REPORTABLE, Attribute
from chalicelib.status.evidence.model import MANUAL
from chalicelib.status.policy.mistakes import suggestion
from chalicelib.status.policy.model import Clearing, Offset, Pattern, Rule

if TYPE_CHECKING:
    from chalicelib.status.policy.nodes import Reader

MOST_CLEARINGS = 10


def check_offset(offset: Offset, place: str, reader: Reader) -> None:
    """A span of time is counted in one way."""
    if (offset.days is None) == (offset.hours is None):
        problem = "Neither days nor hours are written." if offset.days is None else "Both days and hours are written."
        reader.add(place, problem, "Write one of {days: …} and {hours: …}.")


def check_pattern(pattern: Pattern, place: str, reader: Reader) -> None:
    """Evidence that is meant must be able to exist."""
    here = f"{place}.kind"
    if pattern.kind == MANUAL:
        problem = "Evidence of kind 'manual' stands above every policy."
        reader.add(here, problem, "Leave this to overrides; write another kind.")
    elif pattern.kind not in REPORTABLE:
        problem = f"There is no kind of evidence {pattern.kind!r}."
        reader.add(here, problem, suggestion(pattern.kind, REPORTABLE))
    else:
        _check_attributes(pattern, f"{place}.attributes", reader)


def _check_attributes(pattern: Pattern, place: str, reader: Reader) -> None:
    """The attributes of a kind, and their values."""
    known = KINDS[pattern.kind].attributes
    for name, wanted in pattern.attributes.items():
        here = f"{place}.{name}"
        if name in known:
            _check_values(known[name], [wanted] if isinstance(wanted, str) else wanted, here, reader)
        else:
            reader.add(here, f"Evidence of kind {pattern.kind!r} has no {name!r}.", suggestion(name, known))


def _check_values(attribute: Attribute, values: list[str], place: str, reader: Reader) -> None:
    """The values that are wanted of an attribute."""
    if not values:
        reader.add(place, "The list is empty, so nothing would ever fit.", f"Write {attribute.expected}.")
    for value in values:
        if not attribute.takes(value):
            reader.add(place, f"It is never {value[:40]!r}.", f"Write {attribute.expected}.")


def check_rule(rule: Rule, place: str, reader: Reader) -> None:
    """What ends a rule early can be read at a glance."""
    if len(rule.cleared_by) > MOST_CLEARINGS:
        problem = f"There are more than {MOST_CLEARINGS} clearings."
        reader.add(f"{place}.cleared_by", problem, "Join some: an attribute takes a list of values.")


CHECKS: dict[type, Callable[[Any, str, Reader], None]] = {
    Offset: check_offset,
    Pattern: check_pattern,
    Clearing: check_pattern,
    Rule: check_rule,
}
"""By the struct that was made."""
