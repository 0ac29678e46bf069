"""What a curious verifier keeps of all that it receives, and how it tries to tell people again.

An *atom* is a piece of what was received, with where it stood: a value in an answer, a field of a code's head, any four
bytes in a row of the rest of a code or of an exchange token. Whose it was is known to the test alone.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from base45 import b45decode

from chalicelib.codes.wire import PREFIX

Atom = tuple[str, object]
WINDOW = 4
HEAD = {"kind": 2, "region": 3, "key id": 4, "issued at": 4, "validity": 1, "flags": 1, "colour": 1}
"""The fields of a code before its nonce, with their lengths."""

OF_THE_CITY, CITY = "key id", "everybody"
"""Which key was in use is on the trust list, the same for the whole city in that week: its crowd is everybody."""

TOKEN_TAG, KEY_ID_LENGTH = "x1.", 4


@dataclass(frozen=True, eq=False, slots=True)
class Visit:
    """One visit, as the test knows it: whose, where, in which crowd they stood; and what the verifier received."""

    person: str
    verifier: str
    crowd: str
    atoms: frozenset[Atom]


Found = dict[tuple[Visit, Visit], set[str]]
"""Pairs of visits that are linked, with the names of the atoms that link them."""


def atoms_of(answer: dict[str, Any], code: str = "") -> frozenset[Atom]:
    """Everything that one visit gave."""
    return frozenset((*_in_answer("", answer), *_in_code(code)))


def _in_answer(path: str, value: Any) -> Iterator[Atom]:
    """The values of an answer by their place; lists and objects as wholes, too."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _in_answer(f"{path}.{name}", inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _in_answer(f"{path}[]", inner)
    elif isinstance(value, str) and value.startswith(TOKEN_TAG):
        yield from _in_token(path, value.removeprefix(TOKEN_TAG))
    yield path, json.dumps(value)


def _in_token(path: str, text: str) -> Iterator[Atom]:
    """The length of a token, its key id, and every four bytes in a row of the rest."""
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    yield f"{path}: length", len(raw)
    yield f"{path}: key id", raw[:KEY_ID_LENGTH]
    yield from _windows(path, raw[KEY_ID_LENGTH:])


def _in_code(text: str) -> Iterator[Atom]:
    """The head of a code, field by field, and every four bytes in a row of the rest."""
    if not text:
        return
    raw = b45decode(text.removeprefix(PREFIX))
    yield "code: length", len(raw)
    place = 0
    for name, length in HEAD.items():
        yield f"code: {name}", raw[place : place + length]
        place += length
    yield from _windows("code", raw[place:])


def _windows(name: str, raw: bytes) -> Iterator[Atom]:
    for place in range(len(raw) - WINDOW + 1):
        yield f"{name}: at {place}", raw[place : place + WINDOW]


def links(visits: Iterable[Visit], *, leaving_out: str = "-") -> Found:
    """The attack: the visits of one person that share an atom which nobody else of their crowd ever gave.

    `leaving_out` are atoms that are not looked at, by how their names begin.
    """
    gave: dict[tuple[str, Atom], list[Visit]] = defaultdict(list)
    for visit in visits:
        for atom in visit.atoms:
            crowd = CITY if atom[0].endswith(OF_THE_CITY) else visit.crowd
            if not atom[0].startswith(leaving_out):
                gave[crowd, atom].append(visit)
    found: Found = defaultdict(set)
    for (_, (name, _value)), givers in gave.items():
        if len(givers) > 1 and len({visit.person for visit in givers}) == 1:
            for pair in combinations(givers, 2):
                found[pair].add(name)
    return beyond_chance(dict(found))


def across(found: Found) -> Found:
    """The links between visits at two verifiers."""
    return {pair: atoms for pair, atoms in found.items() if pair[0].verifier != pair[1].verifier}


def beyond_chance(found: Found) -> Found:
    """Without a lone window: four random bytes of all these fall alike once in hundreds of runs, and then alone.

    An id of four bytes or more would be in every pair of somebody's visits. So one pair that only a window links is let
    pass, and a second is not.
    """
    by_window = [pair for pair, atoms in found.items() if all(": at " in name for name in atoms)]
    if len(by_window) != 1:
        return found
    return {pair: atoms for pair, atoms in found.items() if pair != by_window[0]}
