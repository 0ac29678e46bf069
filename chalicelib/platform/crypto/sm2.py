"""SM2 signatures (GB/T 32918.2): how a city signs its codes and its trust list, and how anyone checks them.

A signature is r‖s, 64 bytes, over SM3(Z_A ‖ message), where Z_A ties it to the signer's ID and public key. Many
different signatures of one message are all valid, so never use one as a replay key.

Two back ends do the arithmetic. What an honest caller may rely on (lengths, ranges, points on the curve) is checked
here, once for both.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

from chalicelib.platform.crypto import curve
from chalicelib.platform.crypto.hashing import sm3

DEFAULT_ID = b"1234567812345678"
"""The signer ID every party assumes unless agreed otherwise (GM/T 0009)."""

SIGNATURE_SIZE = 64
LONGEST_ID = 0xFFFF // 8
"""Z_A states the ID's length as two bytes of bits."""

_CURVE_AND_BASE = curve.to_bytes(curve.A, curve.B, curve.GX, curve.GY)


class InvalidKey(ValueError):
    """The bytes are no SM2 key: another length, a scalar out of range, or a point off the curve."""


@dataclass(frozen=True)
class KeyPair:
    """A signer: `private` is d (32 bytes, never printed), `public` is X‖Y (64 bytes).

    Raises InvalidKey for bytes that cannot be keys. That the two belong together is the caller's promise.
    """

    private: bytes = field(repr=False)
    public: bytes

    def __post_init__(self) -> None:
        if not curve.is_private(self.private):
            raise InvalidKey("private key")
        if not curve.is_public(self.public):
            raise InvalidKey("public key")


class Engine(Protocol):
    """The arithmetic a back end brings: digests are 32 bytes, and every argument is already in range."""

    def generate(self) -> tuple[bytes, bytes]: ...

    def sign_digest(self, private: bytes, digest: bytes) -> tuple[int, int]: ...

    def verify_digest(self, public: bytes, digest: bytes, r: int, s: int) -> bool: ...


@dataclass(frozen=True)
class Sm2:
    """SM2 by one back end; `name` is its entry in BACKENDS."""

    name: str
    engine: Engine

    def generate(self) -> KeyPair:
        """A fresh signer."""
        return KeyPair(*self.engine.generate())

    def sign(self, pair: KeyPair, message: bytes, *, signer_id: bytes = DEFAULT_ID) -> bytes:
        """r‖s (64 bytes), different each time. Raises ValueError for an ID longer than Z_A can state."""
        digest = sm3(identity(pair.public, signer_id) + message)
        return curve.to_bytes(*self.engine.sign_digest(pair.private, digest))

    def verify(self, public: bytes, message: bytes, signature: bytes, *, signer_id: bytes = DEFAULT_ID) -> bool:
        """Whether `signature` is by the holder of `public` over `message`; False for anything malformed.

        1. The signature has 64 bytes, r and s are in range, and so is the ID.
        2. The key is a point of the curve.
        3. The equation of GB/T 32918.2, 7.1 holds.
        """
        if len(signature) != SIGNATURE_SIZE or len(signer_id) > LONGEST_ID:
            return False
        r, s = curve.halves(signature)
        if not curve.is_signature(r, s) or not curve.is_public(public):
            return False
        return self.engine.verify_digest(public, sm3(identity(public, signer_id) + message), r, s)


@lru_cache(maxsize=1024)
def identity(public: bytes, signer_id: bytes = DEFAULT_ID) -> bytes:
    """Z_A, 32 bytes: the signer's ID and public key on this curve (GB/T 32918.2, 5.5)."""
    if len(signer_id) > LONGEST_ID:
        raise ValueError(f"a signer ID has at most {LONGEST_ID} bytes, not {len(signer_id)}")
    bits = (len(signer_id) * 8).to_bytes(2, "big")
    return sm3(bits + signer_id + _CURVE_AND_BASE + public)


def _native() -> Engine:
    from chalicelib.platform.crypto import sm2_native

    return sm2_native


def _portable() -> Engine:
    from chalicelib.platform.crypto import sm2_portable

    return sm2_portable


BACKENDS: dict[str, Callable[[], Engine]] = {"native": _native, "portable": _portable}
"""Every back end by name, best first; each is imported on first use."""


@lru_cache
def backend(name: str) -> Sm2:
    """SM2 by the named back end. Raises KeyError for an unknown name, ImportError where it is not installed."""
    return Sm2(name, BACKENDS[name]())


@lru_cache
def preferred() -> Sm2:
    """Native where it can be imported; otherwise portable, with a warning that it is slow."""
    try:
        return backend("native")
    except ImportError:
        warnings.warn("SM2 runs in pure Python, about twenty times slower: gmssl-pyx is missing", stacklevel=2)
        return backend("portable")


def generate() -> KeyPair:
    """A fresh signer."""
    return preferred().generate()


def public_of(private: bytes) -> bytes:
    """The public key (64 bytes) of a private one. Raises InvalidKey. Takes 6 to 10 ms: store it with the other."""
    if not curve.is_private(private):
        raise InvalidKey("private key")
    from chalicelib.platform.crypto import sm2_portable

    return sm2_portable.public_of(private)


def sign(pair: KeyPair, message: bytes, *, signer_id: bytes = DEFAULT_ID) -> bytes:
    """r‖s (64 bytes), different each time: see Sm2.sign."""
    return preferred().sign(pair, message, signer_id=signer_id)


def verify(public: bytes, message: bytes, signature: bytes, *, signer_id: bytes = DEFAULT_ID) -> bool:
    """Whether `signature` is by the holder of `public` over `message`; False for anything malformed."""
    return preferred().verify(public, message, signature, signer_id=signer_id)
