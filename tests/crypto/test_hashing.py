"""Digests, tags and derived keys."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.platform.crypto.hashing import DIGEST_SIZE, expand, hmac_sm3, same, sm3

BLOCK_SIZE = 64


def hmac_by_hand(key: bytes, data: bytes) -> bytes:
    """RFC 2104 from the digest alone."""
    padded = (sm3(key) if len(key) > BLOCK_SIZE else key).ljust(BLOCK_SIZE, b"\0")
    inner = sm3(bytes(byte ^ 0x36 for byte in padded) + data)
    return sm3(bytes(byte ^ 0x5C for byte in padded) + inner)


def expand_by_hand(secret: bytes, label: bytes, length: int) -> bytes:
    """RFC 5869, section 2.3: T(i) = HMAC(secret, T(i-1) ‖ label ‖ i)."""
    output = block = b""
    for counter in range(1, -(-length // DIGEST_SIZE) + 1):
        block = hmac_by_hand(secret, block + label + bytes([counter]))
        output += block
    return output[:length]


def test_sm3_gives_the_published_digest_of_abc() -> None:
    assert sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_sm3_gives_the_published_digest_of_two_blocks() -> None:
    assert sm3(b"abcd" * 16).hex() == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"


@given(key=st.binary(max_size=130), data=st.binary(max_size=300))
def test_a_tag_is_the_hmac_of_rfc_2104_for_keys_of_any_length(key: bytes, data: bytes) -> None:
    assert hmac_sm3(key, data) == hmac_by_hand(key, data)


def test_one_key_makes_the_same_tags_in_many_threads_at_once() -> None:
    messages = [number.to_bytes(100, "big") for number in range(2000)]
    with ThreadPoolExecutor(8) as pool:
        tags = list(pool.map(lambda message: hmac_sm3(b"one key", message), messages))
    assert tags == [hmac_by_hand(b"one key", message) for message in messages]


@given(secret=st.binary(min_size=1, max_size=64), label=st.binary(max_size=40), length=st.integers(1, 200))
def test_a_derived_key_is_the_expansion_of_rfc_5869(secret: bytes, label: bytes, length: int) -> None:
    assert expand(secret, label, length) == expand_by_hand(secret, label, length)


def test_another_label_derives_another_key() -> None:
    assert expand(bytes(32), b"yima seal encryption", 16) != expand(bytes(32), b"yima seal tag", 32)[:16]


def test_a_derived_key_has_at_most_255_digests() -> None:
    assert len(expand(bytes(32), b"longest", 255 * DIGEST_SIZE)) == 8160
    with pytest.raises(ValueError, match="larger than"):
        expand(bytes(32), b"longer", 255 * DIGEST_SIZE + 1)


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [(b"tag", b"tag", True), (b"tag", b"tab", False), (b"tag", b"ta", False), (b"", b"", True)],
)
def test_tags_compare_by_value(left: bytes, right: bytes, equal: bool) -> None:
    assert same(left, right) is equal
