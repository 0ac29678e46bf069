"""What a signature promises, whichever back end made or checks it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.platform.crypto import curve
from chalicelib.platform.crypto import sm2 as seam
from chalicelib.platform.crypto.sm2 import BACKENDS, DEFAULT_ID, LONGEST_ID, Sm2, backend, identity, public_of
from tests.crypto.conftest import load
from tests.crypto.vectors import (
    OFFICIAL,
    OFFICIAL_IDENTITY,
    OFFICIAL_MESSAGE,
    OFFICIAL_PRIVATE,
    OFFICIAL_PUBLIC,
    OFFICIAL_SIGNATURE,
    pair_of,
)

ROOT = Path(__file__).parents[2]

few = settings(max_examples=15, deadline=None)  # the portable back end takes 30 ms a round
messages = st.binary(max_size=300)

AWKWARD_KEYS = {
    "the smallest": (1, ""),
    "the largest": (curve.N - 2, ""),
    "a public key whose hexadecimal begins with 04": (11, "04"),
    "a public key whose hexadecimal begins with 044": (5249, "044"),
    "a public key whose hexadecimal begins with 4": (65, "4"),
    "a public key that begins with a zero byte": (327, "00"),
}


def test_the_standards_signature_is_good(sm2: Sm2) -> None:
    assert sm2.verify(OFFICIAL_PUBLIC, OFFICIAL_MESSAGE, OFFICIAL_SIGNATURE)


def test_the_standards_public_key_and_identity_are_found_again() -> None:
    assert public_of(OFFICIAL_PRIVATE) == OFFICIAL_PUBLIC
    assert identity(OFFICIAL_PUBLIC) == OFFICIAL_IDENTITY


@few
@given(message=messages)
def test_a_fresh_signers_signature_is_good(sm2: Sm2, message: bytes) -> None:
    pair = sm2.generate()
    signature = sm2.sign(pair, message)
    assert len(signature) == 64
    assert sm2.verify(pair.public, message, signature)


@few
@given(message=messages, other=messages)
def test_a_signature_is_good_for_its_message_only(sm2: Sm2, message: bytes, other: bytes) -> None:
    signature = sm2.sign(OFFICIAL, message)
    assert sm2.verify(OFFICIAL.public, other, signature) is (other == message)


@few
@given(signer=st.binary(max_size=40), other=st.binary(max_size=40))
def test_a_signature_is_good_for_its_signer_id_only(sm2: Sm2, signer: bytes, other: bytes) -> None:
    signature = sm2.sign(OFFICIAL, b"code", signer_id=signer)
    assert sm2.verify(OFFICIAL.public, b"code", signature, signer_id=signer)
    assert sm2.verify(OFFICIAL.public, b"code", signature, signer_id=other) is (other == signer)


def test_a_signature_is_good_for_its_signer_only(sm2: Sm2) -> None:
    signature = sm2.sign(OFFICIAL, b"code")
    assert not sm2.verify(sm2.generate().public, b"code", signature)


def test_who_names_no_id_means_the_default_one(sm2: Sm2) -> None:
    signature = sm2.sign(OFFICIAL, b"code")
    assert sm2.verify(OFFICIAL.public, b"code", signature, signer_id=DEFAULT_ID)
    assert not sm2.verify(OFFICIAL.public, b"code", signature, signer_id=b"")


def test_the_longest_id_is_good_and_one_byte_more_is_refused(sm2: Sm2) -> None:
    longest = bytes(LONGEST_ID)
    signature = sm2.sign(OFFICIAL, b"code", signer_id=longest)
    assert sm2.verify(OFFICIAL.public, b"code", signature, signer_id=longest)
    assert not sm2.verify(OFFICIAL.public, b"code", signature, signer_id=longest + b"x")
    with pytest.raises(ValueError, match="8191"):
        sm2.sign(OFFICIAL, b"code", signer_id=longest + b"x")


@pytest.mark.parametrize(("scalar", "begins"), AWKWARD_KEYS.values(), ids=AWKWARD_KEYS)
def test_awkward_keys_sign_and_verify_like_any_other(sm2: Sm2, scalar: int, begins: str) -> None:
    pair = pair_of(scalar)
    assert pair.public.hex().startswith(begins)
    assert sm2.verify(pair.public, b"code", sm2.sign(pair, b"code"))


def test_generated_public_keys_belong_to_their_private_keys(sm2: Sm2) -> None:
    pair = sm2.generate()
    assert public_of(pair.private) == pair.public


@few
@given(message=messages)
def test_each_back_end_accepts_what_the_other_signs(message: bytes) -> None:
    native, portable = (load(name) for name in ("native", "portable"))
    for signer, verifier in ((native, portable), (portable, native)):
        pair = signer.generate()
        assert verifier.verify(pair.public, message, signer.sign(pair, message))


def test_a_signer_never_shows_its_private_key_when_printed() -> None:
    assert str(OFFICIAL_PRIVATE) not in f"{OFFICIAL} {OFFICIAL!r}"


def test_the_module_signs_with_the_native_back_end_where_there_is_one() -> None:
    load("native")
    assert seam.preferred().name == "native"


@pytest.fixture
def _no_native_wheel(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine for which gmssl-pyx has no wheel."""

    def missing() -> seam.Engine:
        raise ImportError("No module named 'gmssl_pyx'")

    monkeypatch.setitem(BACKENDS, "native", missing)
    forget_back_ends()
    yield
    forget_back_ends()


@pytest.mark.usefixtures("_no_native_wheel")
def test_the_module_falls_back_to_the_portable_one_and_says_so() -> None:
    with pytest.warns(UserWarning, match="pure Python"):
        pair = seam.generate()
    assert seam.preferred().name == "portable"
    assert seam.verify(pair.public, b"code", seam.sign(pair, b"code"))


def test_no_back_end_is_loaded_before_its_first_use() -> None:
    """A function that verifies by tag alone never pays for a curve at its cold start."""
    program = "import sys, chalicelib.platform.crypto.sm2; print({'gmssl', 'gmssl_pyx'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, cwd=ROOT)
    assert done.stdout.decode().strip() == "set()"


def forget_back_ends() -> None:
    backend.cache_clear()
    seam.preferred.cache_clear()
