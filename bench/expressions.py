"""The part of DynamoDB's expression language that a city and its naive rival speak; anything else is refused.

Items are in DynamoDB's own JSON: `{"mark": {"B": "AAAA"}}`.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from typing import Any

Value = dict[str, Any]
Item = dict[str, Value]

_FUNCTION = re.compile(r"^(attribute_exists|attribute_not_exists)\s*\((.+)\)$")
_COMPARISON = re.compile(r"^([#\w]+)\s*(=|<=|>=|<|>)\s*(:\w+)$")
_UPDATE = re.compile(r"^(?=SET |REMOVE )(?:SET (.+?))? ?(?:REMOVE (.+?))? ?(?:ADD (.+))?$")
_ASSIGNMENT = re.compile(r"^([#\w]+)\s*=\s*(:\w+)$")
_ADDITION = re.compile(r"^([#\w]+) (:\w+)$")
_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: bool(left == right),
    "<=": lambda left, right: bool(left <= right),
    ">=": lambda left, right: bool(left >= right),
    "<": lambda left, right: bool(left < right),
    ">": lambda left, right: bool(left > right),
}


class NotSpoken(Exception):
    """An expression beyond what we need. It is refused rather than guessed at."""


class Expressions:
    """The expressions of one request, with the names and values it brought along."""

    def __init__(self, request: Mapping[str, Any]) -> None:
        self._names: dict[str, str] = request.get("ExpressionAttributeNames", {})
        self._values: dict[str, Value] = request.get("ExpressionAttributeValues", {})

    def holds(self, condition: str | None, item: Item | None) -> bool:
        """Whether an item (None: there is none) meets a condition; no condition is always met."""
        return condition is None or all(self._term(part, item or {}) for part in _parts(condition, " AND "))

    def assign(self, update: str, item: Item) -> Item:
        """The item after `SET a = :a, b = :b REMOVE c, d ADD e :e`, or after any part of it."""
        found = _UPDATE.match(update)
        if not found:
            raise NotSpoken(update)
        settings, gone, added = (_parts(part, ",") if part else [] for part in found.groups())
        after = {**item, **dict(map(self._assignment, settings))}
        for name in gone:
            after.pop(self._name(name), None)
        return {**after, **dict(self._sum(text, after) for text in added)}

    def _assignment(self, text: str) -> tuple[str, Value]:
        found = _ASSIGNMENT.match(text)
        if not found:
            raise NotSpoken(text)
        return self._name(found[1]), self._values[found[2]]

    def _sum(self, text: str, item: Item) -> tuple[str, Value]:
        found = _ADDITION.match(text)
        if not found:
            raise NotSpoken(text)
        name = self._name(found[1])
        return name, {"N": str(int(item.get(name, {"N": "0"})["N"]) + int(self._values[found[2]]["N"]))}

    def _term(self, text: str, item: Item) -> bool:
        if " OR " in text:
            return any(self._term(part, item) for part in _parts(text, " OR "))
        if found := _FUNCTION.match(text):
            return (self._name(found[2]) in item) == (found[1] == "attribute_exists")
        found = _COMPARISON.match(text)
        if not found:
            raise NotSpoken(text)
        left, right = item.get(self._name(found[1])), self._values[found[3]]
        return left is not None and left.keys() == right.keys() and _COMPARED[found[2]](_plain(left), _plain(right))

    def _name(self, text: str) -> str:
        text = text.strip()
        return self._names[text] if text.startswith("#") else text


def _parts(text: str, separator: str) -> list[str]:
    """The parts of an expression; PynamoDB wraps each in brackets."""
    return [_bare(part.strip()) for part in text.split(separator)]


def _bare(text: str) -> str:
    while text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    return text


def _plain(value: Value) -> Any:
    """A value as Python compares it."""
    ((kind, content),) = value.items()
    if kind == "B":
        return base64.b64decode(content)
    return float(content) if kind == "N" else content
