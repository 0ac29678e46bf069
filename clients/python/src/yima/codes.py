"""What stands in a code, without asking anybody: screen codes (kind 1) and papers (kind 3), docs/wire-formats.md.

Reading says nothing about who made a code; `yima.offline` does.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from base45 import b45decode

PREFIX = "YM1:"
LONGEST_TEXT = 344
SIGNATURE, TAG = 64, 12
COLOURS = {1: "green", 2: "yellow", 3: "red"}
DAY_S = 24 * 3600
SPECIMEN = 2

_SCREEN = struct.Struct(">3s4sIBBB8s")
_PAPER = struct.Struct(">3s4sIHBH3s")
_SEALS = {(1, 1): 12, (1, 2): 16, (3, 1): 12}
"""How long the sealed holder is, by kind and version: every form that this client reads."""


class Malformed(ValueError):
    """The text is not a code of a city like ours."""


class UnknownKind(ValueError):
    """The text is a code of a kind or version that this client does not know: renew the client."""


@dataclass(frozen=True, slots=True)
class Code:
    """What a code says of itself. Times are Unix seconds; `colour` is that of its issue, None for paper.

    `key_use` is the use of the key that must have signed `signed`; `status_list` and `index` are a paper's alone.
    """

    carrier: str
    shown_by: str
    region: str
    key_id: str
    key_use: str
    issued_at: int
    expires_at: int
    specimen: bool
    colour: str | None
    status_list: int | None
    index: int | None
    signed: bytes
    signature: bytes


def read(text: str) -> Code:
    """Read the text of a symbol; raises `Malformed` or `UnknownKind`. Line ends of a scanner gun are dropped."""
    raw = _bytes(text)
    kind, version = raw[0], raw[1]
    if (kind, version) not in _SEALS:
        raise UnknownKind
    head = _SCREEN if kind == 1 else _PAPER
    if len(raw) != 2 + head.size + _SEALS[kind, version] + SIGNATURE + TAG:
        raise Malformed
    return _screen(raw) if kind == 1 else _paper(raw)


def _bytes(text: str) -> bytes:
    """The bytes behind a text, two at least; raises `Malformed`."""
    text = text.strip("\r\n\t")
    if not text.startswith(PREFIX) or len(text) > LONGEST_TEXT:
        raise Malformed
    try:
        raw = bytes(b45decode(text[len(PREFIX) :].encode("ascii")))
    except ValueError:
        raise Malformed from None
    if len(raw) < 2:
        raise Malformed
    return raw


def _screen(raw: bytes) -> Code:
    """A code on a screen: version 1 on its holder's, version 2 on a guardian's."""
    region, key_id, issued, validity, flags, colour, _nonce = _SCREEN.unpack_from(raw, 2)
    if colour not in COLOURS:
        raise Malformed
    return Code(
        carrier="screen",
        shown_by="holder" if raw[1] == 1 else "guardian",
        region=f"{int.from_bytes(region):06d}",
        key_id=key_id.hex(),
        key_use="code",
        issued_at=issued,
        expires_at=issued + validity,
        specimen=bool(flags & SPECIMEN),
        colour=COLOURS[colour],
        status_list=None,
        index=None,
        signed=raw[: -SIGNATURE - TAG],
        signature=raw[-SIGNATURE - TAG : -TAG],
    )


def _paper(raw: bytes) -> Code:
    """A code on paper, which has no colour."""
    region, key_id, issued, days, flags, status_list, index = _PAPER.unpack_from(raw, 2)
    return Code(
        carrier="paper",
        shown_by="holder",
        region=f"{int.from_bytes(region):06d}",
        key_id=key_id.hex(),
        key_use="carrier",
        issued_at=issued,
        expires_at=issued + days * DAY_S,
        specimen=bool(flags & SPECIMEN),
        colour=None,
        status_list=status_list,
        index=int.from_bytes(index),
        signed=raw[: -SIGNATURE - TAG],
        signature=raw[-SIGNATURE - TAG : -TAG],
    )
