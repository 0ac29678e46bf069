"""How each kind of field is told: from what is known of a person, under a mask. Pure."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from chalicelib.codes.purposes import Field, Mask
from chalicelib.partners.disclosures.model import Value
from chalicelib.people.documents import registry
from chalicelib.people.model import mask_name


class Adult(StrEnum):
    """Whether somebody is of age; nobody guesses."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Person(NamedTuple):
    """What is known of a person at an instant; empty is what is not. `born` is YYYY-MM-DD."""

    name: str
    document_type: str
    document_number: str
    born: str
    adult: Adult
    colour: str
    groups: list[str]


def _name(person: Person, mask: Mask) -> Value:
    return mask_name(person.name) if mask is Mask.MASKED else person.name


def _document_number(person: Person, mask: Mask) -> Value:
    if mask is Mask.MASKED and person.document_number:
        return registry.mask(person.document_type, person.document_number)
    return person.document_number


def _born(person: Person, mask: Mask) -> Value:
    """The year alone, where it is masked."""
    return person.born[:4] if mask is Mask.MASKED else person.born


WAYS: dict[Field, Callable[[Person, Mask], Value]] = {
    Field.NAME: _name,
    Field.DOCUMENT_TYPE: lambda person, mask: person.document_type,
    Field.DOCUMENT_NUMBER: _document_number,
    Field.BIRTH_DATE: _born,
    Field.ADULT: lambda person, mask: str(person.adult),
    Field.TAGS: lambda person, mask: person.groups,
    Field.COLOUR: lambda person, mask: person.colour,
}
"""Every field that a token may be exchanged for. A pairwise id goes with the verdict alone."""


def value_of(field: Field, person: Person, mask: Mask) -> Value:
    """A field as it is told; None for what is not known. That somebody shows no groups is known."""
    value = WAYS[field](person, mask)
    return None if value == "" else value
