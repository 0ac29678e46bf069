"""A nonce used twice, or guessed, gives the city's private key away: where nonces come from, and that none returns."""

import os
import random
from collections.abc import Iterator

import pytest

from chalicelib.platform.crypto import curve, sm2_portable
from chalicelib.platform.crypto.sm2 import Sm2
from tests.crypto.conftest import load
from tests.crypto.vectors import (
    OFFICIAL,
    OFFICIAL_MESSAGE,
    OFFICIAL_NONCE,
    OFFICIAL_PRIVATE,
    OFFICIAL_SIGNATURE,
    pair_of,
)


def dealt(monkeypatch: pytest.MonkeyPatch, *nonces: int) -> Iterator[int]:
    """The portable back end gets these nonces, in order, instead of secret ones; answers those not yet used."""
    hand = iter(nonces)
    monkeypatch.setattr("secrets.randbelow", lambda bound: next(hand) - 1)
    return hand


def test_two_signatures_of_one_message_differ(sm2: Sm2) -> None:
    signatures = {sm2.sign(OFFICIAL, b"code") for _ in range(20)}
    assert len({signature[:32] for signature in signatures}) == 20


def test_a_seeded_random_module_makes_nothing_repeat(sm2: Sm2) -> None:
    made = set()
    for _ in range(2):
        random.seed(310000)
        made |= {sm2.generate().private, sm2.sign(OFFICIAL, b"code")}
    assert len(made) == 4


def test_the_random_module_is_never_touched(sm2: Sm2, monkeypatch: pytest.MonkeyPatch) -> None:
    def touched(*_: object) -> None:
        raise AssertionError("keys and nonces come from the random module")

    for name in ("gmssl.sm2.choice", "gmssl.func.choice"):
        monkeypatch.setattr(name, touched)
    before = random.getstate()
    sm2.sign(sm2.generate(), b"code")
    assert random.getstate() == before


def test_portable_nonces_and_keys_are_drawn_by_secrets_from_the_whole_range(monkeypatch: pytest.MonkeyPatch) -> None:
    bounds: list[int] = []

    def drawn(bound: int) -> int:
        bounds.append(bound)
        return bound - 1

    monkeypatch.setattr("secrets.randbelow", drawn)
    pair = load("portable").generate()
    assert pair == pair_of(curve.N - 2)
    load("portable").sign(OFFICIAL, b"code")
    assert bounds == [curve.N - 2, curve.N - 1]


def test_the_standards_nonce_gives_the_standards_signature(monkeypatch: pytest.MonkeyPatch) -> None:
    dealt(monkeypatch, OFFICIAL_NONCE)
    assert load("portable").sign(OFFICIAL, OFFICIAL_MESSAGE) == OFFICIAL_SIGNATURE


def test_a_nonce_that_makes_r_zero_is_thrown_away(monkeypatch: pytest.MonkeyPatch) -> None:
    x, _ = curve.halves(pair_of(7).public)
    digest = curve.to_bytes((0 - x) % curve.N)
    left = dealt(monkeypatch, 7, 8, 9)
    assert curve.is_signature(*sm2_portable.sign_digest(OFFICIAL_PRIVATE, digest))
    assert list(left) == [9]


def test_a_nonce_that_makes_r_plus_k_the_order_is_thrown_away(monkeypatch: pytest.MonkeyPatch) -> None:
    x, _ = curve.halves(pair_of(7).public)
    digest = curve.to_bytes((-7 - x) % curve.N)
    left = dealt(monkeypatch, 7, 8, 9)
    assert curve.is_signature(*sm2_portable.sign_digest(OFFICIAL_PRIVATE, digest))
    assert list(left) == [9]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that start from one memory")
def test_copies_of_one_process_never_share_a_nonce(sm2: Sm2) -> None:
    """A cloud starts many functions from one snapshot of memory, so nothing prepared before it may be used after.

    One nonce, one message and one key give one r, so a repeat would show.
    """
    sm2.sign(OFFICIAL, b"warm")
    firsts = [first_signature_of_a_copy(sm2) for _ in range(4)]
    assert all(len(signature) == 64 for signature in firsts)
    assert len({signature[:32] for signature in firsts}) == 4


def first_signature_of_a_copy(sm2: Sm2) -> bytes:
    reader, writer = os.pipe()
    copy = os.fork()
    if copy == 0:
        try:
            os.write(writer, sm2.sign(OFFICIAL, b"code"))
        finally:
            os._exit(0)
    os.close(writer)
    os.waitpid(copy, 0)
    with os.fdopen(reader, "rb") as answer:
        return answer.read()
