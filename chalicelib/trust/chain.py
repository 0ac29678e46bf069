"""The chain of the journal: each entry carries the hash of the one before, so none can be changed unnoticed.

Our format YJ1. An entry's hash is SM3 over its canonical JSON (RFC 8785), everything in it but the hash itself:

    {"at":1790000000,"chain":"overrides","format":"YJ1","previous":"<hash of entry seq - 1>","seq":2,"step_id":"8e03-1",
     "what":{"by":"0a1b2c","event":"approve"}}

without the line break and the blanks. `at` is Unix seconds; `previous` of the first entry is 64 zeros; hashes are 64
lower-case hex digits. `what` is flat: names of a-z, 0-9 and _, and texts; nothing personal, because an entry stays for
good. A chain that was cut off at its end, or written anew from some entry on, is sound in itself: whoever is to notice
keeps a head of it (`SEQ:HASH`) elsewhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from chalicelib.platform.crypto.hashing import sm3

FORMAT = "YJ1"
_chain = re.compile(r"[a-z0-9-]{1,64}")
_step_id = re.compile(r"[!-~]{1,128}")
_name = re.compile(r"[a-z][a-z0-9_]{0,63}")
_head = re.compile(r"([0-9]{1,12}):([0-9a-f]{64})")


class Head(NamedTuple):
    """How far a chain goes: the number of its last entry, which is also how many there are, and that one's hash."""

    seq: int
    hash: str

    def __str__(self) -> str:
        """`SEQ:HASH`, as it is kept elsewhere."""
        return f"{self.seq}:{self.hash}"


START = Head(0, "0" * 64)
"""The head of a chain without entries."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One step of an officer, as it stands in a chain for good. `at` is when it was written, in whole Unix seconds."""

    chain: str
    seq: int
    step_id: str
    at: float
    what: Mapping[str, str]
    previous: str
    hash: str = ""

    @property
    def head(self) -> Head:
        """The chain's head, were this its last entry."""
        return Head(self.seq, self.hash)


def following(head: Head, chain: str, *, step_id: str, at: int, what: Mapping[str, str]) -> Entry:
    """The entry that comes after a head; raises ValueError for names and texts that the format has no room for."""
    names = [_chain.fullmatch(chain), _step_id.fullmatch(step_id), *map(_name.fullmatch, what)]
    if not all(names) or not all(isinstance(text, str) for text in what.values()):
        raise ValueError("this is no entry of a journal")
    entry = Entry(chain, head.seq + 1, step_id, at, dict(what), previous=head.hash)
    return replace(entry, hash=digest(entry))


def digest(entry: Entry) -> str:
    """The hash that an entry must have."""
    hashed = {
        "format": FORMAT,
        "chain": entry.chain,
        "seq": entry.seq,
        "step_id": entry.step_id,
        "at": entry.at,
        "what": dict(entry.what),
        "previous": entry.previous,
    }
    canonical = json.dumps(hashed, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_nothing)
    return sm3(canonical.encode()).hex()


def _nothing(_: object) -> None:
    """What somebody put in place of a text: no text has the same JSON."""


def parse_head(text: str) -> Head:
    """Read `SEQ:HASH`; raises ValueError."""
    found = _head.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no head of a journal")
    return Head(int(found[1]), found[2])


class Flaw(StrEnum):
    """What is wrong with a chain at its first wrong place."""

    MISSING = "missing"
    """No entry stands there, and later ones do."""

    MISPLACED = "misplaced"
    """What stands there belongs elsewhere, or is no entry."""

    CHANGED = "changed"
    """The entry is not as it was written."""

    UNLINKED = "unlinked"
    """The entry was written after another one than stands before it now: that one was replaced."""

    REPLACED = "replaced"
    """The entry is another one than was expected here."""

    CUT_OFF = "cut_off"
    """The chain ends before the entry that was expected."""


class Sound(NamedTuple):
    """Every entry is as it was written, and stands where it was."""

    head: Head


class Broken(NamedTuple):
    """The first place of a chain where something is wrong."""

    seq: int
    flaw: Flaw


def check(entries: Iterable[Entry], *, expected: Head | None = None) -> Sound | Broken:
    """Walk a chain from its start: every number once and in order, every hash right, each linked to the one before.

    `expected` is a head that the chain had at some time: it must still have it, at its end or on its way.
    """
    head = START
    for entry in entries:
        flaw = _flaw(entry, after=head, expected=expected)
        if flaw is not None:
            return Broken(head.seq + 1, flaw)
        head = entry.head
    if expected is not None and expected.seq > head.seq:
        return Broken(head.seq + 1, Flaw.CUT_OFF)
    return Sound(head)


def _flaw(entry: Entry, *, after: Head, expected: Head | None) -> Flaw | None:
    """What is wrong with an entry that was found after a head, if anything."""
    if entry.seq != after.seq + 1:
        return Flaw.MISSING if entry.seq > after.seq else Flaw.MISPLACED
    if entry.hash != digest(entry):
        return Flaw.CHANGED
    if entry.previous != after.hash:
        return Flaw.UNLINKED
    if expected is not None and expected.seq == entry.seq and expected != entry.head:
        return Flaw.REPLACED
    return None
