"""Offline, the client says of any text what the city's own gate says of it."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
import yima
from hypothesis import given, settings
from hypothesis import strategies as st
from yima.trust import StatusList as SeenStatusList

from chalicelib.codes import offline as of_the_city
from chalicelib.codes import wire
from chalicelib.codes.paper.wire import PaperBody
from chalicelib.codes.wire import CodeBody, Flags
from chalicelib.platform.crypto import sm2
from chalicelib.platform.crypto.hashing import sm3
from chalicelib.platform.times import parse_rfc3339
from chalicelib.status.model import Colour
from chalicelib.trust.model import KeyRecord, KeyState, KeyUse, UnwrappedKey
from chalicelib.trust.status_list import StatusList, Unpacked, read_token, signed_list, uri
from chalicelib.trust.trust_list import read_list
from chalicelib.trust.trust_list import signed_list as signed_trust_list

NOW = 1_790_000_000
REGION = "310000"
VECTORS = Path(__file__).parents[3] / "tests/codes/vectors"
ROOT, CODE, CARRIER, STRANGER = (sm2.generate() for _ in range(4))
REVOKED = 7


def kid(pair: sm2.KeyPair) -> str:
    return sm3(pair.public)[:4].hex()


def record(pair: sm2.KeyPair, use: KeyUse) -> KeyRecord:
    return KeyRecord(kid(pair), use, KeyState.ACTIVE, pair.public, b"", NOW - 10_000, NOW + 10_000, NOW - 10_000)


KEYS = {KeyUse.CODE: CODE, KeyUse.CARRIER: CARRIER}
TRUST = signed_trust_list(
    REGION, [record(pair, use) for use, pair in KEYS.items()], ROOT, issued_at=NOW - 600, expires_at=NOW + 85_800
)
ROOT_KEY = "04" + ROOT.public.hex()


@lru_cache
def status_list() -> Unpacked:
    key = UnwrappedKey(record(CARRIER, KeyUse.CARRIER), CARRIER.private)
    return signed_list(StatusList.empty().revoking([REVOKED]), sub=uri(REGION, 3), key=key, issued_at=NOW - 100)


def both(text: str, *, now: float = NOW, root: str | None = ROOT_KEY, lists: bool = True, trust: str = TRUST) -> str:
    """The reason that both sides give, `accepted` for none; they agree on colour and ages, too."""
    kept = status_list()
    theirs = of_the_city.verify_offline(
        text,
        read_list(trust),
        now=now,
        expected_root=root,
        status_lists=[read_token(kept.token)] if lists else [],
    )
    ours = yima.verify_offline(
        text,
        yima.TrustList.read(trust),
        now=now,
        root=root or "",
        status_lists=[SeenStatusList(3, kept.protected, kept.claims, kept.signature)] if lists else [],
    )
    assert (ours.reason, ours.colour) == (theirs.reason, theirs.colour)
    assert (ours.list_age, ours.list_authentic, ours.status_list_age) == (
        theirs.list_age,
        theirs.list_authentic,
        theirs.status_list_age,
    )
    if ours.code is not None and theirs.body is not None:
        said, body = ours.code, theirs.body
        assert (said.issued_at, said.expires_at, said.specimen) == (body.issued_at, body.expires_at, body.specimen)
        assert (said.carrier, said.shown_by, said.region) == (body.carrier, body.shown_by, body.region)
    return ours.reason or "accepted"


def signed(body: CodeBody | PaperBody, pair: sm2.KeyPair) -> bytes:
    raw = body.signed_bytes()
    return raw + sm2.sign(pair, raw) + bytes(12)


def screen(*, issued_at: int = NOW, colour: Colour = Colour.GREEN, seal: int = 12) -> CodeBody:
    return CodeBody(REGION, kid(CODE), issued_at, 60, Flags.NONE, colour, b"12345678", bytes(seal))


def paper(index: int) -> PaperBody:
    return PaperBody(REGION, kid(CARRIER), NOW - 500, 180, Flags.NONE, 3, index, bytes(12))


instants = st.one_of(st.integers(NOW - 200, NOW + 200), st.integers(0, 2**32 - 1))
screens = st.builds(
    CodeBody,
    region=st.one_of(st.just(REGION), st.integers(0, 999_999).map("{:06d}".format)),
    kid=st.one_of(st.just(kid(CODE)), st.just(kid(CARRIER)), st.binary(min_size=4, max_size=4).map(bytes.hex)),
    issued_at=instants,
    validity=st.integers(0, 255),
    flags=st.integers(0, 3).map(Flags),
    colour=st.sampled_from(Colour),
    nonce=st.binary(min_size=8, max_size=8),
    sealed_holder=st.one_of(st.binary(min_size=12, max_size=12), st.binary(min_size=16, max_size=16)),
)
papers = st.builds(
    PaperBody,
    region=st.just(REGION),
    kid=st.sampled_from([kid(CODE), kid(CARRIER)]),
    issued_at=instants,
    days=st.integers(0, 2**16 - 1),
    flags=st.integers(0, 3).map(Flags),
    list_number=st.sampled_from([3, 4]),
    index=st.one_of(st.just(REVOKED), st.integers(0, 2**24 - 1)),
    sealed_holder=st.binary(min_size=12, max_size=12),
)


@settings(max_examples=150)
@given(st.one_of(screens, papers), st.sampled_from([CODE, CARRIER, STRANGER]), st.booleans())
def test_of_any_code_client_and_city_say_the_same(body: CodeBody | PaperBody, pair: sm2.KeyPair, lists: bool) -> None:
    both(wire.to_text(signed(body, pair)), lists=lists)


@pytest.mark.parametrize(
    ("body", "pair"),
    [(screen(), CODE), (screen(seal=16, colour=Colour.RED), CODE), (paper(8), CARRIER)],
    ids=["screen", "guardian's screen", "paper"],
)
def test_of_every_flipped_byte_client_and_city_say_the_same(body: CodeBody | PaperBody, pair: sm2.KeyPair) -> None:
    raw = signed(body, pair)
    assert both(wire.to_text(raw)) == "accepted"
    for place in range(len(raw)):
        flipped = raw[:place] + bytes([raw[place] ^ 0x01]) + raw[place + 1 :]
        reason = both(wire.to_text(flipped))
        assert (reason == "accepted") == (place >= len(raw) - 12), place  # the tag is for the issuer alone


@given(
    st.one_of(
        st.text(max_size=400), st.text(max_size=350).map("YM1:{}".format), st.binary(max_size=130).map(wire.to_text)
    )
)
def test_of_any_text_client_and_city_say_the_same(text: str) -> None:
    assert both(text) != "accepted"


@pytest.mark.parametrize(
    ("late", "reason"),
    [(-21, "not_yet_valid"), (-20, "accepted"), (60, "accepted"), (60.9, "accepted"), (61, "expired")],
)
def test_the_window_is_that_of_the_city(late: float, reason: str) -> None:
    assert both(wire.to_text(signed(screen(), CODE)), now=NOW + late) == reason


def test_a_revoked_paper_is_refused_and_without_a_list_nobody_can_tell() -> None:
    text = wire.to_text(signed(paper(REVOKED), CARRIER))
    assert both(text) == "carrier_revoked"
    assert both(text, lists=False) == "unavailable"
    assert both(text, now=NOW + 48 * 3600) == "unavailable"


def test_a_key_of_another_use_signs_no_codes() -> None:
    assert both(wire.to_text(signed(replace(screen(), kid=kid(CARRIER)), CARRIER))) == "unknown_key"


def test_a_trust_list_that_is_over_or_another_roots_tells_nothing() -> None:
    text = wire.to_text(signed(screen(), CODE))
    assert both(text, now=NOW + 85_801) == "unavailable"
    assert both(text, root="04" + STRANGER.public.hex()) == "unavailable"
    assert both(text, root="no key at all") == "unavailable"
    assert both(text, root=None) == "accepted"


def test_what_is_changed_in_a_trust_list_breaks_its_signature() -> None:
    said = json.loads(TRUST)
    said["keys"][0]["public_key"] = "04" + STRANGER.public.hex()
    assert both(wire.to_text(signed(screen(), CODE)), trust=json.dumps(said)) == "unavailable"


def test_what_is_added_to_a_trust_list_breaks_its_signature() -> None:
    said = json.loads(TRUST) | {"more": "than the city signed"}
    assert not yima.TrustList.read(json.dumps(said)).is_signed_by(ROOT_KEY)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"issuer":1}', TRUST[:-2]])
def test_what_is_no_trust_list_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="trust list"):
        yima.TrustList.read(text)


@pytest.mark.parametrize("file", sorted(VECTORS.glob("*.json")), ids=lambda file: file.stem)
def test_the_published_vectors_come_out_as_they_say(file: Path) -> None:
    vector = json.loads(file.read_text())
    public, moment = bytes.fromhex(vector["key"]["public"])[1:], parse_rfc3339(vector["clock"])
    key = KeyRecord(vector["key"]["kid"], KeyUse.CODE, KeyState.ACTIVE, public, b"", 0, 2**32 - 1, 0)
    trust = signed_trust_list(REGION, [key], ROOT, issued_at=moment, expires_at=moment + 86_400)
    seen = yima.verify_offline(vector["text"], yima.TrustList.read(trust), now=moment)
    assert (seen.reason or "accepted") == vector["expected"]["offline"]
