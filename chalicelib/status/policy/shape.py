"""Plain values as the structs of a policy, all mistakes of shape found at once. Pure.

msgspec decides what fits; it stops at the first misfit, so each field is given to it alone. What it says is for
programmers, so each type has its words here.
"""

from __future__ import annotations

from types import UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

import msgspec
from msgspec import Struct

from chalicelib.status.model import Colour
from chalicelib.status.policy import model
from chalicelib.status.policy.meaning import CHECKS
from chalicelib.status.policy.mistakes import choice, suggestion

if TYPE_CHECKING:
    from chalicelib.status.policy.nodes import Reader

MISFIT: Any = object()
"""Stands where a value does not fit; whatever is made of it is none either."""

EXPECTED: list[tuple[Any, str]] = [
    (model.Name, "Write a name of lower-case letters, digits and hyphens that begins with a letter, up to 40 long."),
    (model.KindName, "Write a name from the table of kinds in docs/policies.md."),
    (model.Words, "Write a text of 1 to 200 characters."),
    (model.Days, "Write a whole number of days from 0 to 3660."),
    (model.Hours, "Write a whole number of hours from 0 to 87840."),
    (model.Precedence, "Write a whole number from 0 to 999; the highest one wins."),
    (model.Count, "Write a whole number from 1 to 10."),
    (model.Version, "Write a whole number from 1 to 1000000, higher than that of the version before."),
    (model.Zone, 'Write the name of a time zone, such as "Asia/Shanghai".'),
    (Colour, f"Write {choice(Colour)}."),
    (str | list[str], 'Write a text, or a list of texts in brackets; numbers in quotes, such as "2".'),
]
"""What to write for each type of the model."""


def fitted(kind: Any, value: Any, place: str, reader: Reader) -> Any:
    """The value as its type, or `MISFIT` with every mistake noted."""
    if place in reader.spoiled:
        return MISFIT
    kind = _without_none(kind)
    if isinstance(kind, type) and issubclass(kind, Struct):
        return _struct(kind, value, place, reader)
    if get_origin(kind) is list and kind != list[str]:
        return _list(get_args(kind)[0], value, place, reader)
    if get_origin(kind) is dict:
        return _attributes(get_args(kind), value, place, reader)
    return _leaf(kind, value, place, reader)


def _struct(kind: type[Struct], value: Any, place: str, reader: Reader) -> Any:
    """A table with named fields."""
    if not isinstance(value, dict):
        return _wrong(place, "Several named fields are expected here.", _fields_advice(kind), reader)
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for name in (name for name in value if name not in fields):
        reader.add(_under(place, name), f"There is no field {name!r} here.", suggestion(name, fields))
    missing = [name for name, field in fields.items() if field.required and name not in value]
    for name in missing:
        reader.add(place, f"The field {name!r} is missing.", "Add it.")
    made = {
        fields[name].name: fitted(fields[name].type, each, _under(place, name), reader)
        for name, each in value.items()
        if name in fields
    }
    if missing or any(each is MISFIT for each in made.values()):
        return MISFIT
    whole = kind(**made)
    if kind in CHECKS:
        CHECKS[kind](whole, place, reader)
    return whole


def _list(kind: Any, value: Any, place: str, reader: Reader) -> Any:
    """A list of tables."""
    if not isinstance(value, list):
        return _wrong(place, "A list is expected here.", 'Begin each entry on a line of its own with "- ".', reader)
    made = [fitted(kind, each, f"{place}[{index}]", reader) for index, each in enumerate(value, 1)]
    return MISFIT if any(each is MISFIT for each in made) else made


def _attributes(kinds: tuple[Any, ...], value: Any, place: str, reader: Reader) -> Any:
    """A table with free names."""
    if not isinstance(value, dict):
        return _wrong(place, "Attributes with their values are expected here.", "Write `attribute: value`.", reader)
    made = {name: fitted(kinds[1], each, _under(place, name), reader) for name, each in value.items()}
    return MISFIT if any(each is MISFIT for each in made.values()) else made


def _leaf(kind: Any, value: Any, place: str, reader: Reader) -> Any:
    """A single value."""
    if isinstance(value, list) and any(f"{place}[{index}]" in reader.spoiled for index in range(1, len(value) + 1)):
        return MISFIT
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        advice = next((words for known, words in EXPECTED if known == kind), "Write what docs/policies.md shows here.")
        return _wrong(place, f"{_shown(value)} does not fit here.", advice, reader)


def _wrong(place: str, problem: str, advice: str, reader: Reader) -> Any:
    reader.add(place, problem, advice)
    return MISFIT


def _shown(value: Any) -> str:
    """What was written, shortened."""
    if isinstance(value, dict):
        return "A group of fields"
    if isinstance(value, list):
        return "A list"
    text = repr(value)
    return text if len(text) <= 42 else f"{text[:40]}…"


def _fields_advice(kind: type[Struct]) -> str:
    return f"Write {', '.join(field.encode_name for field in msgspec.structs.fields(kind))} below it, indented."


def _under(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _without_none(kind: Any) -> Any:
    """What an optional field takes where it is written."""
    if get_origin(kind) not in (Union, UnionType):
        return kind
    some = [each for each in get_args(kind) if each is not type(None)]
    return some[0] if len(some) == 1 else kind
