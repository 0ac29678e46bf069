"""SM2 in the client: the standard's example, both back ends, and the city's own implementation agree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yima import sm2

from chalicelib.platform.crypto import sm2 as of_the_city
from chalicelib.platform.crypto.hashing import sm3

D = bytes.fromhex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8")
SIGNED = bytes.fromhex(
    "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
    "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
)
BACK_ENDS = ["native", "portable"]


@pytest.fixture(params=BACK_ENDS)
def back_end(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "portable":
        monkeypatch.setattr(sm2, "_native", lambda: None)
    return str(request.param)


def test_the_example_of_the_standard_verifies(back_end: str) -> None:
    assert sm2.verify(sm2.public_of(D), b"message digest", SIGNED)


def test_what_we_sign_the_city_verifies_and_the_other_way_round(back_end: str) -> None:
    public = sm2.public_of(D)
    pair = of_the_city.KeyPair(D, public)
    assert of_the_city.verify(public, b"a request", sm2.sign(D, b"a request"))
    assert sm2.verify(public, b"a reply", of_the_city.sign(pair, b"a reply"))


def test_another_message_key_or_signature_does_not_verify(back_end: str) -> None:
    public, other = sm2.public_of(D), sm2.public_of(sm2.generate())
    assert not sm2.verify(public, b"message digesT", SIGNED)
    assert not sm2.verify(other, b"message digest", SIGNED)
    assert not sm2.verify(public, b"message digest", SIGNED[:-1] + bytes([SIGNED[-1] ^ 1]))


@pytest.mark.parametrize(
    "signature", [b"", SIGNED[:63], SIGNED + b"\0", bytes(64), b"\xff" * 64, SIGNED[:32] + bytes(32)]
)
def test_what_is_no_signature_is_refused_and_breaks_nothing(back_end: str, signature: bytes) -> None:
    assert not sm2.verify(sm2.public_of(D), b"message digest", signature)


@pytest.mark.parametrize("key", [b"", bytes(64), b"\xff" * 64, b"\x01" * 64])
def test_what_is_no_key_verifies_nothing(back_end: str, key: bytes) -> None:
    assert not sm2.verify(key, b"message digest", SIGNED)


@pytest.mark.parametrize("private", [b"", bytes(32), b"\xff" * 32, D[:31]])
def test_what_is_no_private_key_signs_nothing(private: bytes) -> None:
    with pytest.raises(ValueError, match="private key"):
        sm2.sign(private, b"anything")


@given(st.binary(max_size=300))
def test_digests_are_those_of_the_city(data: bytes) -> None:
    assert sm2.sm3(data) == sm3(data)


def test_numbers_with_leading_zeros_survive_the_form_that_the_library_speaks() -> None:
    for r, s in [(1, 1), (127, 128), (2**255, sm2.N - 1), (2**247, 2**248 - 1)]:
        assert sm2._from_der(sm2._der(r, s)) == (r, s)
