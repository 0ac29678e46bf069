"""SM2 in pure Python, by gmssl 3.2.2: where there is no native wheel, and the second opinion of every test.

About twenty times slower than native, and its timing depends on the key: good for laptops and for checking, not for
a city's signing key under load. What the library gets wrong, and how each is kept out:

1. its nonces and keys come from `random`: here they come from `secrets`;
2. its constructor strips leading 0s and 4s from keys: points go straight to the arithmetic, never through it;
3. its verify raises where the sum is the point at infinity, and refuses a true signature where the two terms are
   equal (it forgets to leave Jacobian coordinates): here the sum is put together from its point operations;
4. it checks no ranges and accepts trailing bytes: the seam does both before anything comes here.
"""

import secrets
from typing import Any

from gmssl.sm2 import CryptSM2, default_ecc_table

from chalicelib.platform.crypto import curve

_BASE: str = default_ecc_table["g"]


def generate() -> tuple[bytes, bytes]:
    """A fresh private scalar in 1..n-2 (32 bytes) and its public point (64 bytes), from the kernel's CSPRNG."""
    private = curve.to_bytes(secrets.randbelow(curve.N - 2) + 1)
    return private, public_of(private)


def public_of(private: bytes) -> bytes:
    """The public point (64 bytes) of a private scalar in range."""
    return bytes.fromhex(_arithmetic()._kg(int.from_bytes(private, "big"), _BASE))


def sign_digest(private: bytes, digest: bytes) -> tuple[int, int]:
    """r and s over a 32-byte digest, under one fresh nonce per attempt (GB/T 32918.2, 6.1, steps A3 to A6)."""
    signer = _arithmetic(private)
    while True:
        signature = signer.sign(digest, f"{secrets.randbelow(curve.N - 1) + 1:064x}")
        if signature is not None:
            return curve.halves(bytes.fromhex(signature))


def verify_digest(public: bytes, digest: bytes, r: int, s: int) -> bool:
    """Whether r and s, in range, are the public point's signature (GB/T 32918.2, 7.1, steps B5 to B7)."""
    arithmetic = _arithmetic()
    point = _sum(arithmetic, arithmetic._kg(s, _BASE), arithmetic._kg((r + s) % curve.N, public.hex()))
    if point is None:
        return False
    return r == (int.from_bytes(digest, "big") + int(point[:64], 16)) % curve.N


def _sum(arithmetic: Any, left: str, right: str) -> str | None:
    """Two affine points added (128 hex digits); None for the point at infinity."""
    jacobian = left + "1"
    total = arithmetic._double_point(jacobian) if left == right else arithmetic._add_point(jacobian, right)
    affine: str | None = arithmetic._convert_jacb_to_nor(total)
    return affine


def _arithmetic(private: bytes = b"") -> Any:
    return CryptSM2(private_key=private.hex(), public_key="")
