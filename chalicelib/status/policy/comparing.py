"""Which evidence a pattern means, compared with which another does. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import NamedTuple

from chalicelib.status.evidence.kinds import KINDS, REPORTABLE, Attribute
from chalicelib.status.policy.model import Clearing, Offset, Pattern

Sample = dict[str, str]
"""Attributes as evidence might have them; one that is not there was not reported."""


class Sort(NamedTuple):
    """Evidence that is alike for every policy: its kind, and the values of the attributes that can be counted up."""

    kind: str
    attributes: tuple[tuple[str, str], ...]

    def zh(self) -> str:
        """In Chinese."""
        return f"“{KINDS[self.kind].zh}”{self._values('（{}）')}"

    def en(self) -> str:
        """In English."""
        return f"{self.kind}{self._values(' ({})')}"

    def _values(self, form: str) -> str:
        values = ", ".join(f"{name}: {value}" for name, value in self.attributes)
        return form.format(values) if values else ""


def wanted(pattern: Pattern) -> dict[str, frozenset[str]]:
    """The values a pattern takes, by attribute."""
    return {
        name: frozenset([values] if isinstance(values, str) else values) for name, values in pattern.attributes.items()
    }


def is_wider(one: Pattern, other: Pattern) -> bool:
    """Whether `one` means everything that `other` means."""
    if one.kind != other.kind:
        return False
    theirs = wanted(other)
    return all(
        (name in theirs and theirs[name] <= values) or _takes_all(one.kind, name, values)
        for name, values in wanted(one).items()
    )


def overlap(one: Pattern, other: Pattern) -> bool:
    """Whether a piece of evidence can be meant by both."""
    theirs = wanted(other)
    return one.kind == other.kind and all(values & theirs.get(name, values) for name, values in wanted(one).items())


def clears_no_later(one: Clearing, other: Clearing) -> bool:
    """Whether, when `other` is complete, `one` always is already."""
    return (
        is_wider(one, other)
        and one.count <= other.count
        and (one.count == 1 or _is_no_longer(one.apart, other.apart))
        and _is_no_longer(one.not_before, other.not_before)
    )


def unspoken(patterns: Iterable[Pattern]) -> Iterator[Sort]:
    """The evidence none of the patterns means whatever else it says: whole kinds where possible, else by values."""
    patterns = list(patterns)
    for kind in REPORTABLE:
        mine = [wanted(pattern) for pattern in patterns if pattern.kind == kind]
        missed = [sample for sample in _samples(KINDS[kind].attributes) if not any(_fits(sample, one) for one in mine)]
        yield from _told(kind, missed, list(_samples(KINDS[kind].attributes)))


def _told(kind: str, missed: list[Sample], samples: list[Sample]) -> Iterator[Sort]:
    """What was missed in the fewest words: all of it, then all with one value, then the rest one by one."""
    if len(missed) == len(samples):
        yield Sort(kind, ())
        return
    for name, value in dict.fromkeys(pair for sample in missed for pair in sample.items()):
        alike = [sample for sample in samples if sample.get(name) == value]
        if all(sample in missed for sample in alike):
            yield Sort(kind, ((name, value),))
            missed = [sample for sample in missed if sample not in alike]
    for sample in missed:
        yield Sort(kind, tuple(sample.items()))


def _samples(attributes: Mapping[str, Attribute]) -> Iterator[Sample]:
    """One of each sort of evidence."""
    counted = {name: attribute for name, attribute in attributes.items() if attribute.values}
    choices = [[*each.values, *([] if each.required else [None])] for each in counted.values()]
    for values in product(*choices):
        yield {name: value for name, value in zip(counted, values, strict=True) if value is not None}


def _fits(sample: Sample, values: dict[str, frozenset[str]]) -> bool:
    return all(sample.get(name) in taken for name, taken in values.items())


def _takes_all(kind: str, name: str, values: frozenset[str]) -> bool:
    """Whether an attribute is always there and every value of it is taken."""
    attribute = KINDS[kind].attributes[name]
    return attribute.required and bool(attribute.values) and values >= set(attribute.values)


def _is_no_longer(one: Offset, other: Offset) -> bool:
    """Whether a span is never longer than another; days are only compared with days."""
    if one.days is not None or other.days is not None:
        return one.days is not None and other.days is not None and one.days <= other.days
    return (one.hours or 0) <= (other.hours or 0)
