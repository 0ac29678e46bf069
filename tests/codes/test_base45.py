"""Base45 as RFC 9285 has it, and as a library by somebody else understands it."""

from __future__ import annotations

import base45 as library
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.codes import base45

EXAMPLES = {b"AB": "BB8", b"Hello!!": "%69 VD92EX0", b"base-45": "UJCLQE7W581", b"ietf!": "QED8WEX0", b"": ""}
"""RFC 9285, 4.3 and 4.4."""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


@pytest.mark.parametrize(("raw", "text"), EXAMPLES.items())
def test_the_examples_of_the_standard(raw: bytes, text: str) -> None:
    assert base45.encode(raw) == text
    assert base45.decode(text) == raw


@given(st.binary(max_size=200))
@example(b"\xff" * 113)
@example(bytes(112))
def test_what_is_written_is_read_and_the_library_agrees(raw: bytes) -> None:
    text = base45.encode(raw)
    assert text == library.b45encode(raw).decode()
    assert base45.decode(text) == raw


@given(st.text(alphabet=ALPHABET, max_size=12) | st.text(max_size=6))
@example("GGW")
@example(":::")
@example("FGW" * 56)
@example("FGX" * 56)
@example("U5")
@example("V5")
@example("A")
@example("ab")
@example("AB\n")
@example("ÄÖÜ")
def test_a_text_is_refused_exactly_where_the_library_refuses_it(text: str) -> None:
    try:
        expected = bytes(library.b45decode(text.encode("ascii")))
    except ValueError:
        with pytest.raises(ValueError):  # noqa: PT011 - any will do
            base45.decode(text)
        return
    assert base45.decode(text) == expected
    assert base45.encode(expected) == text
