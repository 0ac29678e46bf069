"""The wire format of a paper code: a round trip for every body, one text for every 109 bytes, no flipped bit unseen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.codes import seal
from chalicelib.codes.paper import wire
from chalicelib.codes.paper.wire import PaperBody, UnverifiedPaper
from chalicelib.codes.picture import symbol
from chalicelib.codes.wire import Flags, MalformedCode, UnknownKind, raw_of, to_text
from chalicelib.status.model import Carrier, ShownBy
from chalicelib.trust.model import SealKeys

KEYS = SealKeys.derived(bytes(range(32)))
bodies = st.builds(
    PaperBody,
    region=st.integers(0, 999_999).map(lambda number: f"{number:06d}"),
    kid=st.binary(min_size=4, max_size=4).map(bytes.hex),
    issued_at=st.integers(0, 2**32 - 1),
    days=st.integers(0, 2**16 - 1),
    flags=st.sampled_from([Flags.NONE, Flags.SPECIMEN]),
    list_number=st.integers(0, 2**16 - 1),
    index=st.integers(0, 2**24 - 1),
    sealed_holder=st.binary(min_size=12, max_size=12),
)
rests = st.binary(min_size=76, max_size=76)
holders = st.binary(min_size=12, max_size=12).map(bytes.hex)


def read(text: str) -> UnverifiedPaper:
    return wire.parse(raw_of(text))


@given(body=bodies, rest=rests)
def test_what_is_written_is_read(body: PaperBody, rest: bytes) -> None:
    raw = body.signed_bytes() + rest
    paper = read(to_text(raw))
    assert paper.body == body
    assert paper.signed + paper.signature + paper.tag == paper.raw == raw


@given(body=bodies, rest=rests)
def test_a_text_has_168_characters_and_fits_a_symbol_of_version_7(body: PaperBody, rest: bytes) -> None:
    text = to_text(body.signed_bytes() + rest)
    assert len(text) == 168
    assert set(text) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


def test_the_symbol_is_no_larger_than_version_7_at_level_m() -> None:
    drawn = symbol("YM1:" + "A" * 164)
    assert (drawn.version, drawn.error_correction) == (7, 0), "level M is 0 in the standard's numbering"


@given(bodies, holders)
def test_the_issuer_opens_what_it_sealed(body: PaperBody, holder: str) -> None:
    sealed = seal.seal_holder(KEYS, holder, issued_at=body.issued_at, nonce=body.nonce)
    written = PaperBody(
        body.region, body.kid, body.issued_at, body.days, body.flags, body.list_number, body.index, sealed
    )
    assert seal.open_holder(KEYS, read(to_text(written.signed_bytes() + bytes(76))).body) == (holder, seal.OWN)


@given(holders, st.integers(0, 2**16 - 1), st.sets(st.integers(0, 2**24 - 1), min_size=2, max_size=2))
def test_two_papers_of_one_person_look_unrelated(holder: str, number: int, indices: set[int]) -> None:
    nonces = [wire.nonce_of(number, index) for index in indices]
    assert len({seal.seal_holder(KEYS, holder, issued_at=0, nonce=nonce) for nonce in nonces}) == 2


@given(bodies, st.integers(0, 109 * 8 - 1))
def test_any_flipped_bit_is_refused(body: PaperBody, bit: int) -> None:
    tagged = body.signed_bytes() + bytes(64)
    raw = bytearray(tagged + seal.tag(KEYS, tagged))
    raw[bit // 8] ^= 1 << bit % 8
    try:
        paper = wire.parse(bytes(raw))
    except (MalformedCode, UnknownKind):
        return
    assert not seal.is_intact(KEYS, paper)


GOOD = bytes.fromhex("0301 04baf0 0a0b0c0d 6ab14700 00b4 02 0003 019999") + bytes(range(12)) + bytes(76)


@pytest.mark.parametrize(
    ("why", "raw", "refusal"),
    [
        ("a screen code", b"\x01" + GOOD[1:], UnknownKind),
        ("a later version", b"\x03\x02" + GOOD[2:], UnknownKind),
        ("a longer body of a later version", b"\x03\x02" + GOOD[2:] + b"more", UnknownKind),
        ("one byte short", GOOD[:-1], MalformedCode),
        ("one byte long", GOOD + b"\0", MalformedCode),
        ("the head alone", GOOD[:33], MalformedCode),
        ("two bytes", GOOD[:2], MalformedCode),
    ],
)
def test_bytes_that_are_no_code_of_this_kind(why: str, raw: bytes, refusal: type[ValueError]) -> None:
    with pytest.raises(refusal):
        read(to_text(raw))


def test_the_head_byte_by_byte() -> None:
    body = read(to_text(GOOD)).body
    assert body == PaperBody(
        region="310000",
        kid="0a0b0c0d",
        issued_at=0x6AB14700,
        days=180,
        flags=Flags.SPECIMEN,
        list_number=3,
        index=104857,
        sealed_holder=bytes(range(12)),
    )
    assert body.signed_bytes() == GOOD[:33]
    assert body.nonce == GOOD[16:21] + bytes(3)
    assert (body.carrier, body.shown_by, body.specimen) == (Carrier.PAPER, ShownBy.HOLDER, True)
    assert body.expires_at == 0x6AB14700 + 180 * 86_400
