"""What only the city may read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.platform.crypto.sealing import NONCE_SIZE, TAG_SIZE, SealBroken, seal, sm4_ctr, unseal
from tests.crypto.vectors import (
    GCM_CIPHERTEXT,
    GCM_CONTEXT,
    GCM_NONCE,
    GCM_PLAINTEXT,
    GCM_TAG,
    SM4_BLOCK,
    SM4_CIPHERTEXT,
    SM4_KEY,
)

keys = st.binary(min_size=16, max_size=16)
nonces = st.binary(min_size=NONCE_SIZE, max_size=NONCE_SIZE)
texts = st.binary(max_size=200)


def sealed_name() -> bytes:
    return seal(SM4_KEY, "张小三".encode(), context=b"holder 7, name", nonce=bytes(NONCE_SIZE))


def test_sm4_gives_the_published_block() -> None:
    # in counter mode the key stream is the encrypted counter itself
    assert sm4_ctr(SM4_KEY, SM4_BLOCK, bytes(16)) == SM4_CIPHERTEXT


def test_a_seal_is_the_published_sm4_gcm_example_behind_its_nonce() -> None:
    sealed = seal(SM4_KEY, GCM_PLAINTEXT, context=GCM_CONTEXT, nonce=GCM_NONCE)
    assert sealed == GCM_NONCE + GCM_CIPHERTEXT + GCM_TAG
    assert unseal(SM4_KEY, sealed, context=GCM_CONTEXT) == GCM_PLAINTEXT


@given(key=keys, nonce=nonces, context=texts, plaintext=texts)
def test_what_was_sealed_opens_again(key: bytes, nonce: bytes, context: bytes, plaintext: bytes) -> None:
    sealed = seal(key, plaintext, context=context, nonce=nonce)
    assert len(sealed) == NONCE_SIZE + len(plaintext) + TAG_SIZE
    assert unseal(key, sealed, context=context) == plaintext


@given(key=keys, nonce=nonces, context=texts, plaintext=texts, data=st.data())
def test_any_flipped_bit_breaks_the_seal(
    key: bytes, nonce: bytes, context: bytes, plaintext: bytes, data: st.DataObject
) -> None:
    sealed = bytearray(seal(key, plaintext, context=context, nonce=nonce))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(SealBroken):
        unseal(key, bytes(sealed), context=context)


@given(sealed=st.binary(max_size=80))
def test_random_bytes_are_no_seal(sealed: bytes) -> None:
    with pytest.raises(SealBroken):
        unseal(SM4_KEY, sealed, context=b"")


@pytest.mark.parametrize("length", range(len(sealed_name())))
def test_a_cut_seal_is_broken(length: int) -> None:
    with pytest.raises(SealBroken):
        unseal(SM4_KEY, sealed_name()[:length], context=b"holder 7, name")


@pytest.mark.parametrize(
    ("key", "context"),
    [
        pytest.param(SM4_KEY, b"holder 8, name", id="moved to another holder"),
        pytest.param(SM4_KEY, b"", id="without its context"),
        pytest.param(bytes(16), b"holder 7, name", id="under another key"),
    ],
)
def test_a_seal_opens_only_in_its_place(key: bytes, context: bytes) -> None:
    with pytest.raises(SealBroken):
        unseal(key, sealed_name(), context=context)


@given(key=keys, counter=st.binary(min_size=16, max_size=16), data=texts)
def test_counter_mode_keeps_the_length_and_turns_itself_back(key: bytes, counter: bytes, data: bytes) -> None:
    hidden = sm4_ctr(key, counter, data)
    assert len(hidden) == len(data)
    assert sm4_ctr(key, counter, hidden) == data


@pytest.mark.parametrize("nonce", [b"", bytes(11), bytes(13)])
def test_a_nonce_of_another_length_is_refused(nonce: bytes) -> None:
    with pytest.raises(ValueError, match="12 bytes"):
        seal(SM4_KEY, b"", context=b"", nonce=nonce)


@pytest.mark.parametrize("key", [b"", bytes(15), bytes(17), bytes(32)])
def test_a_key_of_another_length_is_refused(key: bytes) -> None:
    with pytest.raises(ValueError, match="key size"):
        seal(key, b"", context=b"", nonce=bytes(NONCE_SIZE))
    with pytest.raises(ValueError, match="key size"):
        unseal(key, sealed_name(), context=b"")
    with pytest.raises(ValueError, match="key size"):
        sm4_ctr(key, bytes(16), b"")
