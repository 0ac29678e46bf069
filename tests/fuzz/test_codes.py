"""Whatever is not exactly what the city made is refused with a reason, and leaves the real code unspent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from base45 import b45decode, b45encode
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.codes.model import Accepted, Reason
from chalicelib.codes.wire import PREFIX
from chalicelib.status.store import StatusItem
from chalicelib.wiring import City
from tests.fuzz.conftest import Badges
from tests.fuzz.stranger import Stranger
from tests.world import StoppedClock, moved_in, scan_by

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
REASONS = {str(reason) for reason in Reason}
BODY_LENGTH, SIGNED_LENGTH = 112, 36
FORGED = {"malformed", "unknown_kind", "unknown_issuer", "unknown_key", "bad_seal"}
"""What may be said of a text that the city did not make; `expired` would say that it did."""


class Door:
    """A gate that scans whatever it is shown, and one real code that must survive it."""

    def __init__(self, city: City, stranger: Stranger, badges: Badges) -> None:
        self.city, self.badges, self._stranger = city, badges, stranger
        self.code: str = stranger.code(badges.holder)
        self.raw = b45decode(self.code[len(PREFIX) :])
        self._mark = self._spent()

    def _spent(self) -> bytes:
        return bytes(StatusItem.get(moved_in(self.city)).mark)

    def scan(self, text: str) -> str | None:
        """What the API says of a text; None is acceptance."""
        reply = self._stranger.verify(text, self.badges.verifier)
        assert reply.status == 200, reply
        body = reply.body
        assert (body["verdict"] == "accepted") is (body["reason"] is None) is (body["colour"] is not None)
        assert body["reason"] in REASONS | {None}
        return None if body["reason"] is None else str(body["reason"])

    def scan_inside(self, text: str) -> Reason | None:
        """The same without the API around it, for what is done by the thousand."""
        verdict = self.city.verifier.verify(text, scan=scan_by("metro"), now=self.city.clock())
        return None if isinstance(verdict, Accepted) else verdict.reason

    def assert_unspent(self) -> None:
        """Nothing was written, and the real code is still good."""
        assert self._spent() == self._mark
        assert self.scan(self.code) is None


@pytest.fixture
def open_door(city: City, stranger: Stranger, badges: Badges, clock: StoppedClock) -> Door:
    clock.advance(60)
    return Door(city, stranger, badges)


@pytest.fixture
def door(open_door: Door) -> Iterator[Door]:
    """Whatever is scanned here, the real code is good afterwards."""
    yield open_door
    open_door.assert_unspent()


def text_of(raw: bytes) -> str:
    return PREFIX + str(b45encode(raw), "ascii")


def test_every_truncation_of_the_text_is_malformed(door: Door) -> None:
    for length in range(len(door.code)):
        assert door.scan(door.code[:length]) in {"malformed", "unknown_kind"}, length
        assert door.scan(door.code[-length:] if length else "") == "malformed", length


def test_every_truncation_of_the_bytes_is_malformed(door: Door) -> None:
    for length in range(BODY_LENGTH):
        assert door.scan(text_of(door.raw[:length])) == "malformed", length
    assert door.scan(text_of(door.raw + b"\0")) == "malformed"


PARTS = {
    "kind and version": (range(2), {"malformed", "unknown_kind"}),
    "region": (range(2, 5), {"unknown_issuer"}),
    "key id": (range(5, 9), {"unknown_key"}),
    "issue time": (range(9, 13), {"bad_seal", "unknown_key"}),
    "validity and flags": (range(13, 15), {"bad_seal"}),
    "colour": (range(15, 16), {"bad_seal", "malformed"}),
    "nonce": (range(16, 24), {"bad_seal"}),
    "sealed holder": (range(24, SIGNED_LENGTH), {"bad_seal"}),
    "signature": (range(SIGNED_LENGTH, 100), {"bad_seal"}),
    "tag": (range(100, BODY_LENGTH), {"bad_seal"}),
}
"""Bytes of the code, and what may be said when a bit of them is wrong."""


@pytest.mark.parametrize("part", PARTS)
def test_every_flipped_bit_is_refused(door: Door, part: str) -> None:
    places, reasons = PARTS[part]
    for bit in range(8 * places.start, 8 * places.stop):
        raw = bytearray(door.raw)
        raw[bit // 8] ^= 0x80 >> bit % 8
        assert door.scan(text_of(bytes(raw))) in reasons, bit


def test_all_bits_were_flipped() -> None:
    assert [place for places, _ in PARTS.values() for place in places] == list(range(BODY_LENGTH))


def test_every_changed_character_is_refused(door: Door) -> None:
    for place, was in enumerate(door.code):
        others = [other for other in ALPHABET + "ax，\0" if other != was]
        for other in others:
            reason = door.scan_inside(door.code[:place] + other + door.code[place + 1 :])
            assert reason in FORGED, (place, other)
        assert door.scan(door.code[:place] + others[place % len(others)] + door.code[place + 1 :]) in FORGED


def test_every_dropped_doubled_or_swapped_character_is_refused(door: Door) -> None:
    code = door.code
    for place in range(len(code)):
        assert door.scan_inside(code[:place] + code[place + 1 :]) in FORGED, place
        assert door.scan_inside(code[: place + 1] + code[place:]) in FORGED, place
        swapped = code[:place] + code[place : place + 2][::-1] + code[place + 2 :]
        assert swapped == code or door.scan_inside(swapped) in FORGED, place


GUNS = {
    "a carriage return": "{}\r",
    "a line feed": "{}\n",
    "both": "{}\r\n",
    "a tab": "{}\t",
    "a line before it too": "\r\n{}\r\n",
    "several": "{}\n\n\n",
}


@pytest.mark.parametrize("ends", GUNS.values(), ids=GUNS)
def test_what_a_scanner_gun_adds_is_dropped(open_door: Door, ends: str) -> None:
    assert open_door.scan(ends.format(open_door.code)) is None


DAMAGED = {
    "nothing": lambda code: "",
    "the prefix alone": lambda code: PREFIX,
    "no prefix": lambda code: code[len(PREFIX) :],
    "lower case": str.lower,
    "a lower-case prefix": lambda code: code.replace("YM1", "ym1"),
    "lower case behind the prefix": lambda code: PREFIX + code[len(PREFIX) :].lower(),
    "a prefix of another version": lambda code: code.replace("YM1", "YM2"),
    "full-width characters": lambda code: "".join(chr(ord(character) + 0xFEE0) for character in code),
    "a blank in front": lambda code: " " + code,
    "a blank behind": lambda code: code + " ",
    "a line end inside": lambda code: code[:90] + "\r\n" + code[90:],
    "a NUL behind": lambda code: code + "\0",
    "a byte-order mark in front": lambda code: "\ufeff" + code,
    "a zero-width blank inside": lambda code: code[:50] + "\u200b" + code[50:],
    "the code twice": lambda code: code + code,
    "in quotes": lambda code: f'"{code}"',
    "a link to it": lambda code: f"https://yima.example/{code}",
    "backwards": lambda code: code[::-1],
    "four thousand letters": lambda code: PREFIX + "A" * 4000,
    "an emoji": lambda code: "👪",
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
def test_a_text_that_is_not_quite_the_code_is_malformed(door: Door, damage: object) -> None:
    assert callable(damage)
    assert door.scan(damage(door.code)) == "malformed"


@given(tail=st.binary(max_size=150))
def test_random_bytes_behind_a_good_head_are_refused(door: Door, tail: bytes) -> None:
    assert door.scan_inside(text_of(door.raw[:9] + tail)) in FORGED


@given(text=st.text(max_size=400) | st.text(ALPHABET, max_size=400).map(PREFIX.__add__))
def test_random_text_is_refused(door: Door, text: str) -> None:
    assert door.scan(text) in FORGED


def test_parts_of_two_real_codes_make_none(door: Door, stranger: Stranger) -> None:
    other = b45decode(stranger.code(door.badges.holder)[len(PREFIX) :])
    for seam in range(9, BODY_LENGTH):
        chimera = door.raw[:seam] + other[seam:]
        if chimera not in {door.raw, other}:
            assert door.scan(text_of(chimera)) == "bad_seal", seam
