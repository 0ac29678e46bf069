"""Digests, message tags and derived keys, all on SM3 (GB/T 32905).

A tag is how the city recognises a code it made itself without any elliptic-curve arithmetic, so `hmac_sm3` is on
the hot path: a key's two padded blocks are hashed once and kept, and each tag works on a copy of them. Copies
never touch the kept object, so threads may share it.
"""

import hmac as constant_time
from functools import lru_cache

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

DIGEST_SIZE = 32

_SM3 = hashes.SM3()


def sm3(data: bytes) -> bytes:
    """The 32-byte digest of `data` (GB/T 32905)."""
    digest = hashes.Hash(_SM3)
    digest.update(data)
    return digest.finalize()


def hmac_sm3(key: bytes, data: bytes) -> bytes:
    """The 32-byte tag only a holder of `key` can make over `data` (RFC 2104 with SM3)."""
    tag = _keyed(key).copy()
    tag.update(data)
    return tag.finalize()


def expand(secret: bytes, label: bytes, length: int) -> bytes:
    """One key of `length` bytes for the one use `label` names, from a uniform 32-byte `secret`.

    HKDF-Expand of RFC 5869, section 2.3, with SM3. Raises ValueError beyond 255 digests (8,160 bytes).
    """
    return HKDFExpand(_SM3, length, info=label).derive(secret)


def same(left: bytes, right: bytes) -> bool:
    """Whether two secrets or tags are equal, in a time that tells nothing about where they differ."""
    return constant_time.compare_digest(left, right)


@lru_cache(maxsize=128)
def _keyed(key: bytes) -> hmac.HMAC:
    return hmac.HMAC(key, _SM3)
