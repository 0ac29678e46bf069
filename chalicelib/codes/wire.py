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
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntFlag

from base45 import b45decode, b45encode

from chalicelib.status.model import Colour

PREFIX = "YM1:"
KIND_SCREEN = 1
VERSION = 1
BODY_LENGTH = 112
TEXT_LENGTH = 172
SIGNED_LENGTH = 36
SEALED_LENGTH = 100
_HEAD = struct.Struct(">BB3s4sIBBB8s12s")

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
    `validity` seconds, `nonce` 8 bytes, `sealed_holder` 12 bytes that only the issuer can open."""

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
    def position(self) -> bytes:
        """Where the code stands among its holder's codes: issue time ‖ nonce, 12 bytes that sort in order of issue."""
        return self.issued_at.to_bytes(4, "big") + self.nonce

    def signed_bytes(self) -> bytes:
        """Bytes 0-35."""
        return _HEAD.pack(
            KIND_SCREEN,
            VERSION,
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
class UnverifiedCode:
    """A code as read from a symbol: well-formed, and nothing more is known of it.

    `raw` are the 112 bytes; a check of seal or signature is made on these, never on a re-encoding.
    """

    body: CodeBody
    raw: bytes

    @property
    def signed(self) -> bytes:
        """What the SM2 signature covers."""
        return self.raw[:SIGNED_LENGTH]

    @property
    def signature(self) -> bytes:
        """r‖s, 64 bytes."""
        return self.raw[SIGNED_LENGTH:SEALED_LENGTH]

    @property
    def tagged(self) -> bytes:
        """What the tag covers: every byte before it."""
        return self.raw[:SEALED_LENGTH]

    @property
    def tag(self) -> bytes:
        """The issuer's tag, 12 bytes."""
        return self.raw[SEALED_LENGTH:]


def to_text(raw: bytes) -> str:
    """The text of a finished code, as the symbol carries it."""
    return PREFIX + str(b45encode(raw), "ascii")


def position_time(position: bytes) -> int:
    """The issue time in a position, Unix seconds."""
    return int.from_bytes(position[:4], "big")


def read(text: str) -> UnverifiedCode:
    """Read a code's text; line ends that a scanner gun adds are dropped. Raises `MalformedCode` or `UnknownKind`."""
    raw = _raw(text.strip("\r\n\t"))
    if raw[:2] != bytes((KIND_SCREEN, VERSION)):
        raise UnknownKind
    if len(raw) != BODY_LENGTH:
        raise MalformedCode
    _, _, region, kid, issued_at, validity, flags, colour, nonce, sealed = _HEAD.unpack_from(raw)
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
    return UnverifiedCode(body, raw)


def _raw(text: str) -> bytes:
    """The bytes behind the text. Of several texts for the same bytes only the canonical one is read."""
    if not text.startswith(PREFIX) or len(text) > 2 * TEXT_LENGTH:
        raise MalformedCode
    try:
        raw = b45decode(text[len(PREFIX) :].encode("ascii"))
    except ValueError as error:
        raise MalformedCode from error
    if len(raw) < 2:
        raise MalformedCode
    return bytes(raw)
