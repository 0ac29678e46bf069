"""The issuer's seal: only the issuer learns who it is, and it notices every flipped bit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.codes import seal, wire
from chalicelib.codes.wire import CodeBody, Flags
from chalicelib.status.model import Colour
from chalicelib.trust.model import SealKeys

KEYS = SealKeys.derived(bytes(range(32)))
holders = st.binary(min_size=12, max_size=12).map(bytes.hex)
nonces = st.binary(min_size=8, max_size=8)
instants = st.integers(0, 2**32 - 1)


def sealed_code(holder: str, nonce: bytes, issued_at: int) -> bytes:
    """A code with a tag, and noise where the signature is."""
    sealed = seal.seal_holder(KEYS, holder, issued_at=issued_at, nonce=nonce)
    body = CodeBody("310000", "00000001", issued_at, 60, Flags.NONE, Colour.GREEN, nonce, sealed)
    tagged = body.signed_bytes() + bytes(64)
    return tagged + seal.tag(KEYS, tagged)


@given(holders, nonces, instants)
def test_the_issuer_opens_what_it_sealed(holder: str, nonce: bytes, issued_at: int) -> None:
    code = wire.read(wire.to_text(sealed_code(holder, nonce, issued_at)))
    assert seal.is_intact(KEYS, code)
    assert seal.open_holder(KEYS, code.body) == (holder, seal.OWN)


@given(holders, nonces, nonces, instants)
def test_two_codes_of_one_person_look_unrelated(holder: str, one: bytes, other: bytes, issued_at: int) -> None:
    seals = {seal.seal_holder(KEYS, holder, issued_at=issued_at, nonce=nonce) for nonce in (one, other)}
    assert len(seals) == len({one, other})


@given(holders, nonces, instants)
def test_the_same_nonce_in_another_second_hides_as_well(holder: str, nonce: bytes, issued_at: int) -> None:
    later = (issued_at + 1) % 2**32
    assert seal.seal_holder(KEYS, holder, issued_at=issued_at, nonce=nonce) != seal.seal_holder(
        KEYS, holder, issued_at=later, nonce=nonce
    )


@given(holders, nonces, instants, st.integers(0, 895))
def test_any_flipped_bit_shows(holder: str, nonce: bytes, issued_at: int, bit: int) -> None:
    raw = bytearray(sealed_code(holder, nonce, issued_at))
    raw[bit // 8] ^= 1 << bit % 8
    try:
        code = wire.read(wire.to_text(bytes(raw)))
    except (wire.MalformedCode, wire.UnknownKind):
        return
    assert not seal.is_intact(KEYS, code)


def test_a_seal_under_another_secret_is_not_ours() -> None:
    code = wire.read(wire.to_text(sealed_code("00" * 12, bytes(8), 0)))
    assert not seal.is_intact(SealKeys.derived(bytes(32)), code)
