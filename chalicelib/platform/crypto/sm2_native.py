"""SM2 in C, by gmssl-pyx (x86_64 wheels): 0.25 ms to sign, 0.6 ms to verify. Raw arithmetic; the seam guards it.

Only the digest calls are used: `sm2_sign` of the same library prepares 32 nonces for each signature and throws
31 away. A signature that does not hold makes the library print its own source lines, and nothing else, to stderr.
"""

import gmssl_pyx  # type: ignore[import-untyped, unused-ignore]
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature


def generate() -> tuple[bytes, bytes]:
    """A fresh private scalar (32 bytes) and its public point (64 bytes), from the kernel's CSPRNG."""
    public, private = gmssl_pyx.sm2_key_generate()
    return private, public


def sign_digest(private: bytes, digest: bytes) -> tuple[int, int]:
    """r and s over a 32-byte digest; the library speaks DER, the city fixed numbers."""
    return decode_dss_signature(gmssl_pyx.sm2_sign_sm3_digest(private, digest))


def verify_digest(public: bytes, digest: bytes, r: int, s: int) -> bool:
    """Whether r and s, in range, are the public point's signature over a 32-byte digest."""
    try:
        return bool(gmssl_pyx.sm2_verify_sm3_digest(public, digest, encode_dss_signature(r, s)))
    except gmssl_pyx.GmsslInnerError:
        return False
