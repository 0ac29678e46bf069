"""Whatever is wrong with a key or a signature, the answer is a clean no: never an exception, never a yes."""

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.platform.crypto import curve
from chalicelib.platform.crypto.curve import GX, GY, N, P, to_bytes
from chalicelib.platform.crypto.sm2 import InvalidKey, KeyPair, Sm2, public_of
from tests.crypto.vectors import OFFICIAL_MESSAGE as MESSAGE
from tests.crypto.vectors import OFFICIAL_PRIVATE as PRIVATE
from tests.crypto.vectors import OFFICIAL_PUBLIC as PUBLIC
from tests.crypto.vectors import OFFICIAL_SIGNATURE as GOOD
from tests.crypto.vectors import pair_of

R, S = curve.halves(GOOD)
X, Y = curve.halves(PUBLIC)
BASE = to_bytes(GX, GY)
SHORT_Y = pair_of(107).public  # its Y begins with a zero byte

MALFORMED_SIGNATURES = {
    "empty": b"",
    "one byte": GOOD[:1],
    "r alone": GOOD[:32],
    "last byte missing": GOOD[:-1],
    "first byte missing": GOOD[1:],
    "a trailing zero": GOOD + b"\0",
    "given twice": GOOD + GOOD,
    "as DER": encode_dss_signature(R, S),
    "as hexadecimal": GOOD.hex().encode(),
    "all zero": bytes(64),
    "all ones": b"\xff" * 64,
    "r = 0": to_bytes(0, S),
    "s = 0": to_bytes(R, 0),
    "r = n": to_bytes(N, S),
    "s = n": to_bytes(R, N),
    "r = n + 1": to_bytes(N + 1, S),
    "s = n + 1": to_bytes(R, N + 1),
    "r = n and s = n": to_bytes(N, N),
    "r = 0 and s = n": to_bytes(0, N),
    "r + s = n": to_bytes(R, N - R),
    "r + s = n the other way": to_bytes(N - S, S),
    "r = 1 and s = n - 1": to_bytes(1, N - 1),
}

BAD_SIGNATURES = {
    **MALFORMED_SIGNATURES,
    "r negated": to_bytes(N - R, S),
    "s negated": to_bytes(R, N - S),
    "r and s swapped": to_bytes(S, R),
    "r = s = 1": to_bytes(1, 1),
}

BAD_PUBLIC_KEYS = {
    "empty": b"",
    "one byte": PUBLIC[:1],
    "X alone": PUBLIC[:32],
    "last byte missing": PUBLIC[:-1],
    "a trailing zero": PUBLIC + b"\0",
    "uncompressed with its 04": b"\x04" + PUBLIC,
    "compressed": b"\x03" + PUBLIC[:32],
    "as hexadecimal": PUBLIC.hex().encode(),
    "Y without its leading zero byte": SHORT_Y[:32] + SHORT_Y[33:],
    "all zero": bytes(64),
    "all ones": b"\xff" * 64,
    "off the curve": to_bytes(X, Y ^ 1),
    "X and Y swapped": to_bytes(Y, X),
    "X = p": to_bytes(P, Y),
    "Y = p": to_bytes(X, P),
}

BAD_PRIVATE_KEYS = {
    "empty": b"",
    "31 bytes": PRIVATE[1:],
    "33 bytes": b"\0" + PRIVATE,
    "zero": to_bytes(0),
    "n - 1": to_bytes(N - 1),
    "n": to_bytes(N),
    "n + 1": to_bytes(N + 1),
    "all ones": b"\xff" * 32,
}


@pytest.mark.parametrize("signature", BAD_SIGNATURES.values(), ids=BAD_SIGNATURES)
def test_a_bad_signature_is_refused(sm2: Sm2, signature: bytes) -> None:
    assert sm2.verify(PUBLIC, MESSAGE, signature) is False


@pytest.mark.parametrize("public", BAD_PUBLIC_KEYS.values(), ids=BAD_PUBLIC_KEYS)
def test_a_bad_public_key_is_refused(sm2: Sm2, public: bytes) -> None:
    assert sm2.verify(public, MESSAGE, GOOD) is False
    with pytest.raises(InvalidKey):
        KeyPair(PRIVATE, public)


class Credulous:
    """A back end that believes everything, as a library without checks of its own would."""

    def generate(self) -> tuple[bytes, bytes]:
        return PRIVATE, PUBLIC

    def sign_digest(self, private: bytes, digest: bytes) -> tuple[int, int]:
        return R, S

    def verify_digest(self, public: bytes, digest: bytes, r: int, s: int) -> bool:
        return True


@pytest.mark.parametrize("signature", MALFORMED_SIGNATURES.values(), ids=MALFORMED_SIGNATURES)
def test_a_malformed_signature_never_reaches_a_back_end(signature: bytes) -> None:
    assert Sm2("credulous", Credulous()).verify(PUBLIC, MESSAGE, signature) is False


@pytest.mark.parametrize("public", BAD_PUBLIC_KEYS.values(), ids=BAD_PUBLIC_KEYS)
def test_a_bad_public_key_never_reaches_a_back_end(public: bytes) -> None:
    assert Sm2("credulous", Credulous()).verify(public, MESSAGE, GOOD) is False


@pytest.mark.parametrize("private", BAD_PRIVATE_KEYS.values(), ids=BAD_PRIVATE_KEYS)
def test_a_bad_private_key_is_no_signer(private: bytes) -> None:
    with pytest.raises(InvalidKey):
        KeyPair(private, PUBLIC)
    with pytest.raises(InvalidKey):
        public_of(private)


def test_the_signers_mirror_image_is_another_key(sm2: Sm2) -> None:
    assert sm2.verify(to_bytes(X, P - Y), MESSAGE, GOOD) is False


def test_a_coordinate_has_one_spelling() -> None:
    """Both X and X + p fit into 32 bytes for the few smallest X; only the first is a key."""
    x = next(x for x in range(100) if pow(x**3 + curve.A * x + curve.B, (P - 1) // 2, P) == 1)
    y = pow(x**3 + curve.A * x + curve.B, (P + 1) // 4, P)
    assert curve.is_public(to_bytes(x, y))
    assert not curve.is_public(to_bytes(x + P, y))


def test_no_flipped_bit_of_a_signature_goes_unnoticed(sm2: Sm2) -> None:
    accepted = [bit for bit in range(512) if sm2.verify(PUBLIC, MESSAGE, flipped(GOOD, bit))]
    assert accepted == []


def test_no_flipped_bit_of_a_public_key_goes_unnoticed(sm2: Sm2) -> None:
    accepted = [bit for bit in range(512) if sm2.verify(flipped(PUBLIC, bit), MESSAGE, GOOD)]
    assert accepted == []


@settings(max_examples=30, deadline=None)
@given(public=st.binary(max_size=70), signature=st.binary(max_size=70))
def test_random_bytes_are_refused(sm2: Sm2, public: bytes, signature: bytes) -> None:
    assert sm2.verify(public, MESSAGE, signature) is False
    assert sm2.verify(PUBLIC, MESSAGE, signature) is False


def test_a_sum_at_infinity_is_refused(sm2: Sm2) -> None:
    """Anyone may publish the base point as a key; then s = 1 and r = n - 2 give 1·G + (n - 1)·G."""
    assert sm2.verify(BASE, MESSAGE, to_bytes(N - 2, 1)) is False


def test_a_sum_of_two_equal_points_is_judged_like_any_other(sm2: Sm2) -> None:
    """With d = 2, r = 1 and s = n - 2, both terms are -2·G, and the signature is true for the digest 1 - x(4·G)."""
    x, _ = curve.halves(pair_of(4).public)
    digest = to_bytes((1 - x) % N)
    assert sm2.engine.verify_digest(pair_of(2).public, digest, 1, N - 2)
    assert not sm2.engine.verify_digest(pair_of(2).public, to_bytes((2 - x) % N), 1, N - 2)


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)
