"""The paper code, byte by byte: kind 3, version 1. Append-only; docs/wire-formats.md has a worked example.

    offset  length  field
    0       1       kind = 3 (paper code)
    1       1       version = 1
    2       3       region of the issuer, GB/T 2260, unsigned big-endian
    5       4       key id
    9       4       issued at, Unix seconds UTC, unsigned big-endian
    13      2       validity in days, unsigned big-endian
    15      1       flags: bit 1 specimen
    16      2       number of the status list, unsigned big-endian
    18      3       index in that list, unsigned big-endian
    21      12      holder id, sealed for the issuer
    33      64      SM2 signature r‖s over bytes 0-32, for everyone
    97      12      tag, HMAC-SM3 over bytes 0-96, for the issuer

The seal's nonce is the entry in the status list: it belongs to this paper alone. There is no colour in it: a colour of
half a year ago is none. The text is `YM1:` and the base45 of the 109 bytes, 168 characters, a QR symbol of version 7
at level M, like a screen code's.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import ClassVar

from chalicelib.codes.wire import SIGNATURE_LENGTH, TAG_LENGTH, Flags, MalformedCode, UnknownKind, Unverified
from chalicelib.status.model import Carrier, ShownBy

KIND_PAPER = 3
VERSION = 1
DAY_S = 24 * 3600
_HEAD = struct.Struct(">BB3s4sIHBH3s12s")
_LENGTH = _HEAD.size + SIGNATURE_LENGTH + TAG_LENGTH


@dataclass(frozen=True, slots=True)
class PaperBody:
    """Everything the signature covers. `region` is six digits, `kid` 8 hex digits, `issued_at` Unix seconds, `days`
    how long it is good, `list_number` and `index` its entry in a status list, `sealed_holder` 12 bytes that only the
    issuer can open."""

    carrier: ClassVar[Carrier] = Carrier.PAPER
    shown_by: ClassVar[ShownBy] = ShownBy.HOLDER

    region: str
    kid: str
    issued_at: int
    days: int
    flags: Flags
    list_number: int
    index: int
    sealed_holder: bytes

    @property
    def expires_at(self) -> int:
        """The last second in which the paper is good."""
        return self.issued_at + self.days * DAY_S

    @property
    def specimen(self) -> bool:
        """Whether it is not to be accepted as real."""
        return Flags.SPECIMEN in self.flags

    @property
    def nonce(self) -> bytes:
        """The nonce of the seal."""
        return nonce_of(self.list_number, self.index)

    def signed_bytes(self) -> bytes:
        """Everything before the signature."""
        return _HEAD.pack(
            KIND_PAPER,
            VERSION,
            int(self.region).to_bytes(3, "big"),
            bytes.fromhex(self.kid),
            self.issued_at,
            self.days,
            self.flags,
            self.list_number,
            self.index.to_bytes(3, "big"),
            self.sealed_holder,
        )


@dataclass(frozen=True, slots=True)
class UnverifiedPaper(Unverified):
    """A paper code as read from a symbol: well-formed, and nothing more is known of it."""

    body: PaperBody


def nonce_of(list_number: int, index: int) -> bytes:
    """What a seal is made with for an entry of a status list: list (2) ‖ index (3) ‖ zeros (3)."""
    return list_number.to_bytes(2, "big") + index.to_bytes(3, "big") + bytes(3)


def parse(raw: bytes) -> UnverifiedPaper:
    """Read a paper code's bytes, two at least. Raises `MalformedCode` or `UnknownKind`."""
    if (raw[0], raw[1]) != (KIND_PAPER, VERSION):
        raise UnknownKind
    if len(raw) != _LENGTH:
        raise MalformedCode
    _, _, region, kid, issued_at, days, flags, list_number, index, sealed = _HEAD.unpack_from(raw)
    body = PaperBody(
        region=f"{int.from_bytes(region, 'big'):06d}",
        kid=kid.hex(),
        issued_at=issued_at,
        days=days,
        flags=Flags(flags),
        list_number=list_number,
        index=int.from_bytes(index, "big"),
        sealed_holder=sealed,
    )
    return UnverifiedPaper(raw, body)
