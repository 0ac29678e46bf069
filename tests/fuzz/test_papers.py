"""Whatever is not exactly a paper that the city made is refused with a reason, and nobody is looked up for it."""

from __future__ import annotations

import pytest
from base45 import b45decode
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.codes.model import Accepted, Reason
from chalicelib.codes.wire import PREFIX
from chalicelib.platform.http.creation import Creation
from chalicelib.status.store import StatusItem
from chalicelib.wiring import City
from tests.fuzz.conftest import Badges
from tests.fuzz.test_codes import ALPHABET, DAMAGED, FORGED, text_of
from tests.world import moved_in, scan_by

BODY_LENGTH, SIGNED_LENGTH = 109, 33


class PaperDoor:
    """A gate that scans whatever it is shown, and one real paper."""

    def __init__(self, city: City) -> None:
        self.city, self.holder = city, moved_in(city)
        now = city.clock()
        paper = city.papers.issue(self.holder, Creation("fuzz", ""), now=now)
        self.code = city.papers.to_print(self.holder, paper.paper_id, now=now).text
        self.raw = b45decode(self.code[len(PREFIX) :])

    def scan(self, text: str) -> Reason | None:
        """What the city says of a text; None is acceptance."""
        now = self.city.clock()
        verdict = self.city.verifier.verify(text, scan=scan_by("metro", at=now), now=now)
        return None if isinstance(verdict, Accepted) else verdict.reason

    def looks(self) -> object:
        """Which look at the holder was the last."""
        return StatusItem.get(self.holder).look_id


@pytest.fixture(scope="module")
def door(city: City, badges: Badges) -> PaperDoor:
    return PaperDoor(city)


def test_the_real_paper_is_good(door: PaperDoor) -> None:
    assert door.scan(door.code) is None


def test_every_truncation_is_malformed(door: PaperDoor) -> None:
    before = door.looks()
    for length in range(BODY_LENGTH):
        assert door.scan(text_of(door.raw[:length])) in {"malformed", "unknown_kind"}, length
    for length in range(len(door.code)):
        assert door.scan(door.code[:length]) in {"malformed", "unknown_kind"}, length
    assert door.scan(text_of(door.raw + b"\0")) == "malformed"
    assert door.looks() == before


PARTS = {
    "kind and version": (range(2), {"unknown_kind", "malformed"}),
    "region": (range(2, 5), {"unknown_issuer"}),
    "key id": (range(5, 9), {"unknown_key"}),
    "issue time": (range(9, 13), {"bad_seal", "unknown_key"}),
    "validity and flags": (range(13, 16), {"bad_seal"}),
    "entry": (range(16, 21), {"bad_seal"}),
    "sealed holder": (range(21, SIGNED_LENGTH), {"bad_seal"}),
    "signature": (range(SIGNED_LENGTH, 97), {"bad_seal"}),
    "tag": (range(97, BODY_LENGTH), {"bad_seal"}),
}
"""Bytes of the paper, and what may be said when a bit of them is wrong."""


@pytest.mark.parametrize("part", PARTS)
def test_every_flipped_bit_is_refused(door: PaperDoor, part: str) -> None:
    places, reasons = PARTS[part]
    before = door.looks()
    for bit in range(8 * places.start, 8 * places.stop):
        raw = bytearray(door.raw)
        raw[bit // 8] ^= 0x80 >> bit % 8
        assert door.scan(text_of(bytes(raw))) in reasons, bit
    assert door.looks() == before


def test_all_bits_were_flipped() -> None:
    assert [place for places, _ in PARTS.values() for place in places] == list(range(BODY_LENGTH))


def test_every_changed_character_is_refused(door: PaperDoor) -> None:
    for place, was in enumerate(door.code):
        for other in ALPHABET + "ax，\0":
            if other != was:
                assert door.scan(door.code[:place] + other + door.code[place + 1 :]) in FORGED, (place, other)


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
def test_a_text_that_is_not_quite_the_paper_is_malformed(door: PaperDoor, damage: object) -> None:
    assert callable(damage)
    assert door.scan(damage(door.code)) == "malformed"


@given(tail=st.binary(max_size=150))
def test_random_bytes_behind_a_good_head_are_refused(door: PaperDoor, tail: bytes) -> None:
    assert door.scan(text_of(door.raw[:9] + tail)) in FORGED


@given(raw=st.binary(max_size=130))
def test_random_bytes_of_this_kind_are_refused(door: PaperDoor, raw: bytes) -> None:
    assert door.scan(text_of(b"\x03\x01" + raw)) in FORGED


def test_parts_of_a_paper_and_of_a_screen_code_make_nothing(door: PaperDoor) -> None:
    screen = b45decode(door.city.issuer.issue(door.holder, now=door.city.clock())[0].text[len(PREFIX) :])
    for seam in range(2, BODY_LENGTH):
        assert door.scan(text_of(door.raw[:seam] + screen[seam:])) is not None, seam
        assert door.scan(text_of(screen[:seam] + door.raw[seam:])) is not None, seam
