"""The wire format of a one-minute code: a round trip for every body, and one text for every 112 bytes."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.codes import wire
from chalicelib.codes.wire import CodeBody, Flags, MalformedCode, UnknownKind
from chalicelib.status.model import Colour

bodies = st.builds(
    CodeBody,
    region=st.integers(0, 999_999).map(lambda number: f"{number:06d}"),
    kid=st.binary(min_size=4, max_size=4).map(bytes.hex),
    issued_at=st.integers(0, 2**32 - 1),
    validity=st.integers(0, 255),
    flags=st.sampled_from([Flags.NONE, Flags.AHEAD, Flags.SPECIMEN, Flags.AHEAD | Flags.SPECIMEN]),
    colour=st.sampled_from(Colour),
    nonce=st.binary(min_size=8, max_size=8),
    sealed_holder=st.binary(min_size=12, max_size=12),
)
rests = st.binary(min_size=76, max_size=76)


@given(body=bodies, rest=rests)
def test_what_is_written_is_read(body: CodeBody, rest: bytes) -> None:
    raw = body.signed_bytes() + rest
    code = wire.read(wire.to_text(raw))
    assert code.body == body
    assert code.raw == raw
    assert code.signed + code.signature + code.tag == raw
    assert code.tagged + code.tag == raw


@given(body=bodies, rest=rests)
def test_a_text_has_172_characters_that_a_symbol_carries_in_alphanumeric_mode(body: CodeBody, rest: bytes) -> None:
    text = wire.to_text(body.signed_bytes() + rest)
    assert len(text) == 172
    assert set(text) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


@given(
    body=bodies, rest=rests, ends=st.tuples(st.sampled_from(["", "\t", "\r\n"]), st.sampled_from(["", "\r", "\r\n"]))
)
def test_line_ends_of_scanner_guns_are_dropped(body: CodeBody, rest: bytes, ends: tuple[str, str]) -> None:
    raw = body.signed_bytes() + rest
    assert wire.read(ends[0] + wire.to_text(raw) + ends[1]).raw == raw


@given(bodies, bodies)
def test_positions_sort_by_time_of_issue(one: CodeBody, other: CodeBody) -> None:
    assert (one.position < other.position) == ((one.issued_at, one.nonce) < (other.issued_at, other.nonce))
    assert wire.position_time(one.position) == one.issued_at


@given(st.text(max_size=400) | st.binary(max_size=130).map(wire.to_text))
@example("")
@example("YM1:")
@example("YM1:" + "é" * 168)
@example("YM1:" + "\ud800" * 168)
@example("ym1:" + "0" * 168)
@example("YM1:" + ":" * 168)
@example("YM1:" + "0" * 1_000_000)
def test_any_other_text_is_refused_by_name(text: str) -> None:
    try:
        code = wire.read(text)
    except (MalformedCode, UnknownKind):
        return
    assert wire.to_text(code.raw) == text.strip("\r\n\t")


GOOD = bytes.fromhex("0101 04baf0 0a0b0c0d 6ab14700 3c 02 01") + bytes(range(8)) + bytes(88)


@pytest.mark.parametrize(
    ("why", "raw", "refusal"),
    [
        ("a paper code, which this reader does not know yet", b"\x03" + GOOD[1:], UnknownKind),
        ("a later version of a screen code", b"\x01\x03" + GOOD[2:], UnknownKind),
        ("a longer body of a later version", b"\x01\x03" + GOOD[2:] + b"more", UnknownKind),
        ("one byte short", GOOD[:-1], MalformedCode),
        ("one byte long", GOOD + b"\0", MalformedCode),
        ("colour 0", GOOD[:15] + b"\0" + GOOD[16:], MalformedCode),
        ("colour 4", GOOD[:15] + b"\4" + GOOD[16:], MalformedCode),
        ("a single byte", b"\1", MalformedCode),
    ],
)
def test_bytes_that_are_no_code_of_this_kind(why: str, raw: bytes, refusal: type[ValueError]) -> None:
    with pytest.raises(refusal):
        wire.read(wire.to_text(raw))


def test_the_head_byte_by_byte() -> None:
    code = wire.read(wire.to_text(GOOD))
    assert code.body == CodeBody(
        region="310000",
        kid="0a0b0c0d",
        issued_at=0x6AB14700,
        validity=60,
        flags=Flags.SPECIMEN,
        colour=Colour.GREEN,
        nonce=bytes(range(8)),
        sealed_holder=bytes(12),
    )
    assert code.body.signed_bytes() == GOOD[:36]
