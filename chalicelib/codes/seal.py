"""The issuer's seal: the holder's id hidden from everyone else, and a tag that makes every flipped bit show.

Opening it takes two symmetric operations, so the issuer's own verification needs no elliptic-curve arithmetic.
The nonce (64 bits) need only be unique per second of issue, because the issue time is part of the IV.
"""

from __future__ import annotations

from typing import Protocol

from chalicelib.codes.wire import TAG_LENGTH, Unverified
from chalicelib.platform.crypto.hashing import hmac_sm3, same
from chalicelib.platform.crypto.sealing import sm4_ctr
from chalicelib.trust.model import SealKeys

HOLDER_LENGTH = 12
OWN = ""
"""The delegation of a code that its holder shows."""


class Sealed(Protocol):
    """Whatever carries a sealed holder: a code of any kind."""

    @property
    def issued_at(self) -> int: ...

    @property
    def nonce(self) -> bytes: ...

    @property
    def sealed_holder(self) -> bytes: ...


def _iv(issued_at: int, nonce: bytes) -> bytes:
    """The 16-byte counter block: nonce (8) ‖ issue time (4) ‖ zeros (4)."""
    return nonce + issued_at.to_bytes(4, "big") + bytes(4)


def seal_holder(keys: SealKeys, holder: str, *, issued_at: int, nonce: bytes, delegation: str = OWN) -> bytes:
    """Hide a holder id (24 hex digits) in 12 bytes, or with the mark of a delegation (8 hex digits) in 16."""
    return sm4_ctr(keys.encryption, _iv(issued_at, nonce), bytes.fromhex(holder + delegation))


def open_holder(keys: SealKeys, body: Sealed) -> tuple[str, str]:
    """The holder id in a code whose tag was checked, and the mark of the delegation under which it is shown."""
    opened = sm4_ctr(keys.encryption, _iv(body.issued_at, body.nonce), body.sealed_holder).hex()
    return opened[: 2 * HOLDER_LENGTH], opened[2 * HOLDER_LENGTH :]


def tag(keys: SealKeys, tagged: bytes) -> bytes:
    """The 96-bit tag over every byte before it."""
    return hmac_sm3(keys.tag, tagged)[:TAG_LENGTH]


def is_intact(keys: SealKeys, code: Unverified) -> bool:
    """Whether the issuer itself made every byte of this code (constant time)."""
    return same(tag(keys, code.tagged), code.tag)
