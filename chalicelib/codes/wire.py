"""The one-minute code, byte by byte: kind 1, version 1. Append-only; docs/wire-formats.md has a worked example.

    offset  length  field
    0       1       kind = 1 (screen code)
    1       1       version = 1
    2       3       region of the issuer, GB/T 2260, unsigned big-endian
    5       4       key id
    9       4       issued at, Unix seconds UTC, unsigned big-endian
    13      1       validity in seconds
    14      1       flags: bit 0 prepared ahead, bit 1 specimen
    15      1       colour at issue: 1 green, 2 yellow, 3 red
    16      8       nonce
    24      12      holder id, sealed for the issuer
    36      64      SM2 signature r‖s over bytes 0-35, for everyone
    100     12      tag, HMAC-SM3 over bytes 0-99, for the issuer

Its text is `YM1:` and the base45 (RFC 9285) of the 112 bytes: 172 characters, a QR symbol of version 7 at level M.

Version 2 is the same code on a guardian's screen. Only its seal is longer, 16 bytes: the holder's id, and the mark (4)
of the delegation under which it is shown. 116 bytes, 178 characters: as much as the same symbol takes.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntFlag
from typing import ClassVar

from base45 import b45decode, b45encode

from chalicelib.status.model import Carrier, Colour, ShownBy

PREFIX = "YM1:"
KIND_SCREEN = 1
VERSION_OWN = 1
VERSION_SHOWN = 2
LONGEST_TEXT = 344
SIGNATURE_LENGTH = 64
TAG_LENGTH = 12
_TAIL = SIGNATURE_LENGTH + TAG_LENGTH
_HEADS = {
    VERSION_OWN: struct.Struct(">BB3s4sIBBB8s12s"),
    VERSION_SHOWN: struct.Struct(">BB3s4sIBBB8s16s"),
}
_VERSIONS = {12: VERSION_OWN, 16: VERSION_SHOWN}
"""By the length of the seal."""

COLOUR_BYTES = {Colour.GREEN: 1, Colour.YELLOW: 2, Colour.RED: 3}
_COLOURS = {byte: colour for colour, byte in COLOUR_BYTES.items()}


class Flags(IntFlag):
    """What else the head says."""

    NONE = 0
    AHEAD = 1
    SPECIMEN = 2


class MalformedCode(ValueError):
    """The text is not a code of this city system at all."""


class UnknownKind(ValueError):
    """The text is one of our codes, of a kind or version that this reader does not know."""


@dataclass(frozen=True, slots=True)
class CodeBody:
    """Everything the signature covers. `region` is six digits, `kid` 8 hex digits, `issued_at` Unix seconds,
    `validity` seconds, `nonce` 8 bytes, `sealed_holder` 12 bytes that only the issuer can open, 16 on the screen of
    a guardian."""

    carrier: ClassVar[Carrier] = Carrier.SCREEN

    region: str
    kid: str
    issued_at: int
    validity: int
    flags: Flags
    colour: Colour
    nonce: bytes
    sealed_holder: bytes

    @property
    def expires_at(self) -> int:
        """The last second in which the code is good."""
        return self.issued_at + self.validity

    @property
    def specimen(self) -> bool:
        """Whether it is not to be accepted as real."""
        return Flags.SPECIMEN in self.flags

    @property
    def shown_by(self) -> ShownBy:
        """Whose screen it is made for."""
        return ShownBy.HOLDER if len(self.sealed_holder) == 12 else ShownBy.GUARDIAN

    @property
    def position(self) -> bytes:
        """Where the code stands among its holder's codes: issue time ‖ nonce, 12 bytes that sort in order of issue."""
        return self.issued_at.to_bytes(4, "big") + self.nonce

    def signed_bytes(self) -> bytes:
        """Everything before the signature; raises KeyError for a seal of another length."""
        version = _VERSIONS[len(self.sealed_holder)]
        return _HEADS[version].pack(
            KIND_SCREEN,
            version,
            int(self.region).to_bytes(3, "big"),
            bytes.fromhex(self.kid),
            self.issued_at,
            self.validity,
            self.flags,
            COLOUR_BYTES[self.colour],
            self.nonce,
            self.sealed_holder,
        )


@dataclass(frozen=True, slots=True)
class Unverified:
    """Bytes that end in a signature and a tag, of whatever kind.

    A check of seal or signature is made on these, never on a re-encoding.
    """

    raw: bytes

    @property
    def signed(self) -> bytes:
        """What the SM2 signature covers."""
        return self.raw[:-_TAIL]

    @property
    def signature(self) -> bytes:
        """r‖s, 64 bytes."""
        return self.raw[-_TAIL:-TAG_LENGTH]

    @property
    def tagged(self) -> bytes:
        """What the tag covers: every byte before it."""
        return self.raw[:-TAG_LENGTH]

    @property
    def tag(self) -> bytes:
        """The issuer's tag, 12 bytes."""
        return self.raw[-TAG_LENGTH:]


@dataclass(frozen=True, slots=True)
class UnverifiedCode(Unverified):
    """A screen code as read from a symbol: well-formed, and nothing more is known of it."""

    body: CodeBody


def to_text(raw: bytes) -> str:
    """The text of a finished code, as the symbol carries it."""
    return PREFIX + str(b45encode(raw), "ascii")


def position_time(position: bytes) -> int:
    """The issue time in a position, Unix seconds."""
    return int.from_bytes(position[:4], "big")


def read(text: str) -> UnverifiedCode:
    """Read a screen code's text. Raises `MalformedCode` or `UnknownKind`."""
    return parse(raw_of(text))


def parse(raw: bytes) -> UnverifiedCode:
    """Read a screen code's bytes. Raises `MalformedCode` or `UnknownKind`."""
    head = _HEADS.get(raw[1]) if raw[0] == KIND_SCREEN else None
    if head is None:
        raise UnknownKind
    if len(raw) != head.size + _TAIL:
        raise MalformedCode
    _, _, region, kid, issued_at, validity, flags, colour, nonce, sealed = head.unpack_from(raw)
    if colour not in _COLOURS:
        raise MalformedCode
    body = CodeBody(
        region=f"{int.from_bytes(region, 'big'):06d}",
        kid=kid.hex(),
        issued_at=issued_at,
        validity=validity,
        flags=Flags(flags),
        colour=_COLOURS[colour],
        nonce=nonce,
        sealed_holder=sealed,
    )
    return UnverifiedCode(raw, body)


def raw_of(text: str) -> bytes:
    """The bytes behind a text, of whatever kind, two at least; raises `MalformedCode`.

    Line ends that a scanner gun adds are dropped. Of several texts for the same bytes only the canonical one is read.
    """
    text = text.strip("\r\n\t")
    if not text.startswith(PREFIX) or len(text) > LONGEST_TEXT:
        raise MalformedCode
    try:
        raw = b45decode(text[len(PREFIX) :].encode("ascii"))
    except ValueError as error:
        raise MalformedCode from error
    if len(raw) < 2:
        raise MalformedCode
    return bytes(raw)
