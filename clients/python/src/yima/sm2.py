"""SM2 signatures (GB/T 32918.2) by gmssl-pyx, or by gmssl where it has no wheel. The extra `sm2` brings them.

Keys and signatures are bytes: a private key 32, a public key X‖Y 64, a signature r‖s 64. The signer ID is always
`1234567812345678` (GM/T 0009). Ranges and the curve are checked here, once for both back ends: gmssl checks neither.
"""

from __future__ import annotations

import hashlib
import secrets
from functools import lru_cache
from types import ModuleType
from typing import Any

from yima.problems import NeedsSm2

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
BASE = (
    "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7"
    "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0"
)
SIGNER_ID = b"1234567812345678"


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the holder of `public` signed `message`; False for anything malformed."""
    if len(signature) != 64 or not is_public(public):
        return False
    r, s = _numbers(signature)
    if not (0 < r < N and 0 < s < N) or r + s == N:
        return False
    digest = _digest(public, message)
    native = _native()
    return _verify_native(native, public, digest, r, s) if native else _verify_portable(public, digest, r, s)


def sign(private: bytes, message: bytes) -> bytes:
    """r‖s over a message, different each time. Raises ValueError where the key is none."""
    digest = _digest(public_of(private), message)
    if native := _native():
        return _bytes(*_from_der(native.sm2_sign_sm3_digest(private, digest)))
    return _sign_portable(private, digest)


def installed() -> bool:
    """Whether there is SM2 on this machine."""
    try:
        return _native() is not None or bool(_portable())
    except NeedsSm2:
        return False


def generate() -> bytes:
    """A fresh private key."""
    return _bytes(secrets.randbelow(N - 2) + 1)


@lru_cache(maxsize=64)
def public_of(private: bytes) -> bytes:
    """The public key of a private one. Raises ValueError where it is none; takes some 10 ms the first time."""
    if len(private) != 32 or not 1 <= int.from_bytes(private) <= N - 2:
        raise ValueError("an SM2 private key has 32 bytes and lies in 1..n-2")
    return bytes.fromhex(_portable()._kg(int.from_bytes(private), BASE))


def key_id(public: bytes) -> str:
    """What the city calls a key: the first four bytes of its SM3, as hex."""
    return sm3(public)[:4].hex()


def sm3(data: bytes) -> bytes:
    """The digest of GB/T 32905, by whichever library has it."""
    if native := _native():
        return bytes(native.sm3_hash(data))
    try:
        return hashlib.new("sm3", data).digest()
    except ValueError:
        from gmssl import sm3 as portable

        return bytes.fromhex(portable.sm3_hash(list(data)))


@lru_cache(maxsize=1024)
def is_public(key: bytes) -> bool:
    """Whether X‖Y is a point of the curve."""
    if len(key) != 64:
        return False
    x, y = _numbers(key)
    return x < P and y < P and (y * y - (x * x * x + A * x + B)) % P == 0


def _digest(public: bytes, message: bytes) -> bytes:
    """SM3(Z_A ‖ message), where Z_A ties a signature to the signer."""
    bits = (8 * len(SIGNER_ID)).to_bytes(2)
    z = sm3(bits + SIGNER_ID + _bytes(A, B) + bytes.fromhex(BASE) + public)
    return sm3(z + message)


def _verify_native(native: ModuleType, public: bytes, digest: bytes, r: int, s: int) -> bool:
    try:
        return bool(native.sm2_verify_sm3_digest(public, digest, _der(r, s)))
    except native.GmsslInnerError:
        return False


def _verify_portable(public: bytes, digest: bytes, r: int, s: int) -> bool:
    """gmssl's own verify fails where the two terms are equal or cancel out, so its point operations are used."""
    curve = _portable()
    left, right = curve._kg(s, BASE), curve._kg((r + s) % N, public.hex())
    total = curve._double_point(left + "1") if left == right else curve._add_point(left + "1", right)
    point = curve._convert_jacb_to_nor(total)
    return point is not None and r == (int.from_bytes(digest) + int(point[:64], 16)) % N


def _sign_portable(private: bytes, digest: bytes) -> bytes:
    """With a nonce of the kernel's: gmssl takes its own from a generator that can be guessed."""
    signer = _portable(private.hex())
    while True:
        signature = signer.sign(digest, f"{secrets.randbelow(N - 1) + 1:064x}")
        if signature is not None:
            return bytes.fromhex(signature)


@lru_cache(maxsize=1)
def _native() -> ModuleType | None:
    try:
        import gmssl_pyx  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        return None
    module: ModuleType = gmssl_pyx
    return module


def _portable(private: str = "") -> Any:
    """Never given a public key: its constructor cuts leading 0s and 4s off."""
    try:
        from gmssl.sm2 import CryptSM2
    except ImportError:
        raise NeedsSm2 from None
    return CryptSM2(private_key=private, public_key="")


def _der(r: int, s: int) -> bytes:
    """The ASN.1 form that gmssl-pyx speaks: two numbers of at most 33 bytes, so every length is one byte."""
    parts = b"".join(b"\x02" + bytes([len(raw)]) + raw for raw in map(_der_number, (r, s)))
    return b"\x30" + bytes([len(parts)]) + parts


def _der_number(number: int) -> bytes:
    return number.to_bytes(number.bit_length() // 8 + 1)


def _from_der(signature: bytes) -> tuple[int, int]:
    """r and s of a signature that gmssl-pyx has just made."""
    end = 4 + signature[3]
    return int.from_bytes(signature[4:end]), int.from_bytes(signature[end + 2 :])


def _numbers(pair: bytes) -> tuple[int, int]:
    return int.from_bytes(pair[:32]), int.from_bytes(pair[32:])


def _bytes(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(32) for number in numbers)
