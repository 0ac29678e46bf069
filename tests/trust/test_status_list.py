"""The bits of a status list as the specification has them, and a token that only the city can have made."""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from random import Random
from typing import Any

import jwt
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.platform.crypto import sm2
from chalicelib.trust.model import DAY_S, KeyUse, UnwrappedKey
from chalicelib.trust.status_list import (
    ALGORITHM,
    LIFETIME_S,
    SIZE,
    TTL_S,
    MalformedStatusList,
    StatusList,
    UntrustedStatusList,
    VerifiedStatusList,
    read_token,
    signed_list,
    uri,
    verified,
)
from chalicelib.trust.trust_list import TrustList, read_list
from chalicelib.wiring import City
from tests.world import NOON

NAME = uri("310000", 1)
REVOKED = [0, 1993, 25460, 159495, 495669, 554353, 645645, 723232, 854545, 934534, 1000345]
"""Of the specification's test vector for one bit per entry; 2^20 entries."""

VECTOR = bytes.fromhex(
    "78daeddc010dc0200c0041a88249400ad2903e0f4bba00bd93f002beb7a2a2010000a91e09000000000000000000000000000000"
    "80729604000000000000000000000000000000000000000000000000000000000000000000000000000000005c6f480000000000"
    "0000fc2c240000000000000000000000be1b12000000000000000000ecaa4b000000000000000000000000000000009b0b090000"
    "0000000000000038de9400000000000000002a30cc010000000080642f0bd8011b"
)


def test_a_short_list_is_as_the_specification_shows_it() -> None:
    """Section 4.1 of the specification: statuses 1 0 0 1 1 1 0 1 1 1 0 0 0 1 0 1 are the bytes b9 a3."""
    statuses = StatusList.empty(16).revoking([0, 3, 4, 5, 7, 8, 9, 13, 15])
    assert statuses.bits == b"\xb9\xa3"
    assert StatusList.inflated(urlsafe_b64decode("eNrbuRgAAhcBXQ==")) == statuses
    assert zlib.decompress(statuses.compressed()) == b"\xb9\xa3"


def test_a_long_list_is_as_the_specification_shows_it() -> None:
    """Appendix of test vectors, one bit."""
    statuses = StatusList.empty().revoking(REVOKED)
    assert StatusList.inflated(VECTOR) == statuses
    assert zlib.decompress(statuses.compressed()) == zlib.decompress(VECTOR)
    assert [index for index in range(SIZE) if statuses.is_revoked(index)] == REVOKED


@given(st.sets(st.integers(0, SIZE - 1), max_size=50), st.sets(st.integers(0, SIZE - 1), max_size=50))
@settings(max_examples=25)
def test_what_is_revoked_stays_so_and_nothing_else_is(first: set[int], then: set[int]) -> None:
    statuses = StatusList.empty().revoking(first).revoking(then)
    assert StatusList.inflated(statuses.compressed()) == statuses
    assert all(statuses.is_revoked(index) for index in first | then)
    assert sum(byte.bit_count() for byte in statuses.bits) == len(first | then)


@pytest.mark.parametrize("index", [-1, -SIZE, SIZE, 2**63])
def test_of_an_entry_that_is_not_there_a_list_says_nothing(index: int) -> None:
    with pytest.raises(IndexError):
        StatusList.empty().is_revoked(index)
    with pytest.raises(IndexError):
        StatusList.empty().revoking([index])


BROKEN = {
    "nothing": b"",
    "no zlib": b"no zlib",
    "half": StatusList.empty().compressed()[:-10],
    "without its checksum": StatusList.empty().compressed()[:-4],
    "something after it": StatusList.empty().compressed() + b"x",
    "more entries than a list has": zlib.compress(bytes(SIZE // 8 + 1)),
    "what would fill the memory": zlib.compress(bytes(64 * SIZE)),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_no_list_is_not_read(case: str) -> None:
    with pytest.raises(MalformedStatusList):
        StatusList.inflated(BROKEN[case])


def test_the_worst_list_there_is_still_fits_into_an_item(key: UnwrappedKey) -> None:
    """Half of it revoked at random: nothing compresses that."""
    noise = StatusList(Random(1).randbytes(SIZE // 8))
    unpacked = signed_list(noise, sub=NAME, key=key, issued_at=NOON)
    assert 170_000 < len(msgspec.json.encode(unpacked)) < 176_000 < 400_000


def test_a_token_is_kept_and_served_without_encoding_twice(key: UnwrappedKey) -> None:
    unpacked = signed_list(StatusList.empty(), sub=NAME, key=key, issued_at=NOON)
    protected, claims, signature = unpacked.token.split(".")
    assert (protected, signature) == (unpacked.protected, unpacked.signature)
    assert urlsafe_b64decode(claims + "==").decode() == unpacked.claims


@pytest.fixture
def key(city: City) -> UnwrappedKey:
    return city.ring.signing(KeyUse.CARRIER, now=NOON)


@pytest.fixture
def trust(city: City) -> TrustList:
    document = city.key_store.published()
    assert document is not None
    return read_list(document)


@pytest.fixture
def token(key: UnwrappedKey) -> str:
    return signed_list(StatusList.empty().revoking([7]), sub=NAME, key=key, issued_at=NOON).token


def test_a_token_is_a_jwt_for_everybody_who_reads_those(token: str, key: UnwrappedKey) -> None:
    told = jwt.decode_complete(token, options={"verify_signature": False})
    assert told["header"] == {"alg": ALGORITHM, "kid": key.record.kid, "typ": "statuslist+jwt"}
    lst = told["payload"].pop("status_list")
    assert told["payload"] == {"sub": NAME, "iat": NOON, "exp": NOON + LIFETIME_S, "ttl": TTL_S}
    assert lst["bits"] == 1
    assert StatusList.inflated(urlsafe_b64decode(lst["lst"] + "==")).is_revoked(7)


def test_a_good_token_is_good_until_it_expires(token: str, trust: TrustList) -> None:
    for at in (NOON - 20, NOON, NOON + LIFETIME_S):
        good = verified(read_token(token), trust=trust, expected_sub=NAME, now=at)
        assert (good.list.is_revoked(7), good.list.is_revoked(8)) == (True, False)
    for at in (NOON - 21, NOON + LIFETIME_S + 1):
        with pytest.raises(UntrustedStatusList):
            verified(read_token(token), trust=trust, expected_sub=NAME, now=at)


def resigned(city: City, use: KeyUse, **changes: Any) -> str:
    """A token as another key of the city would sign it, or with other words in it."""
    key = city.ring.signing(use, now=NOON)
    token = signed_list(StatusList.empty(), sub=NAME, key=key, issued_at=NOON).token
    header, claims = (json.loads(urlsafe_b64decode(part + "==")) for part in parts(token)[:2])
    header |= {name: value for name, value in changes.items() if name in header}
    claims |= {name: value for name, value in changes.items() if name in claims}
    signed = ".".join(encoded(json.dumps(part).encode()) for part in (header, claims))
    return f"{signed}.{encoded(sm2.sign(key.pair, signed.encode()))}"


def parts(token: str) -> list[str]:
    return token.split(".")


def encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


FORGERIES: dict[str, Callable[[City], str]] = {
    "signed by a key for codes": lambda city: resigned(city, KeyUse.CODE),
    "signed by a key for requests": lambda city: resigned(city, KeyUse.REQUEST),
    "without an algorithm": lambda city: resigned(city, KeyUse.CARRIER, alg="none"),
    "another kind of token": lambda city: resigned(city, KeyUse.CARRIER, typ="JWT"),
    "of another list": lambda city: resigned(city, KeyUse.CARRIER, sub=uri("310000", 2)),
    "of another city": lambda city: resigned(city, KeyUse.CARRIER, sub=uri("210100", 1)),
    "of a key that nobody has": lambda city: resigned(city, KeyUse.CARRIER, kid="00000000"),
    "of two bits": lambda city: resigned(city, KeyUse.CARRIER, status_list={"bits": 2, "lst": "eNpjAAAAAQAB"}),
    "with bits that are none": lambda city: resigned(city, KeyUse.CARRIER, status_list={"bits": 1, "lst": "AAAA"}),
    "from before its key": lambda city: resigned(city, KeyUse.CARRIER, iat=NOON - DAY_S),
}


def _read(token: str, trust: TrustList) -> VerifiedStatusList:
    return verified(read_token(token), trust=trust, expected_sub=NAME, now=NOON)


@pytest.mark.parametrize("forgery", FORGERIES)
def test_another_token_is_not_trusted(city: City, trust: TrustList, forgery: str) -> None:
    assert _read(resigned(city, KeyUse.CARRIER), trust).issued_at == NOON
    with pytest.raises(UntrustedStatusList):
        _read(FORGERIES[forgery](city), trust)


def test_every_changed_letter_is_noticed(token: str, trust: TrustList) -> None:
    for place in range(len(token)):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises((MalformedStatusList, UntrustedStatusList)):
            verified(read_token(changed), trust=trust, expected_sub=NAME, now=NOON)


def test_a_list_whose_key_was_revoked_is_not_trusted(city: City, token: str) -> None:
    city.custodian.revoke(city.ring.signing(KeyUse.CARRIER, now=NOON).record.kid, now=NOON + 60)
    trust = read_list(city.key_store.published() or "")
    with pytest.raises(UntrustedStatusList):
        verified(read_token(token), trust=trust, expected_sub=NAME, now=NOON + 60)


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")) | st.from_regex(r"[\w-]*\.[\w-]*\.[\w-]*"))
@settings(max_examples=300)
def test_whatever_the_text_is_it_is_read_or_named_malformed(text: str) -> None:
    try:
        read_token(text)
    except MalformedStatusList:
        return
