"""Worked examples of paper codes that hold every stage and their own clock, for whoever writes another reader.

The private key is the one of GB/T 32918.5. `expected.online` is what the bytes alone tell the issuer;
`expected.signature` is whether a gate without network finds the signature right.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.codes import seal
from chalicelib.codes.model import window_reason
from chalicelib.codes.paper import wire
from chalicelib.codes.paper.wire import PaperBody, UnverifiedPaper
from chalicelib.codes.wire import Flags, raw_of
from chalicelib.platform.crypto import sm2
from chalicelib.platform.times import parse_rfc3339
from chalicelib.trust.model import SealKeys

VECTORS = sorted((Path(__file__).parent / "vectors").glob("*.json"))


@pytest.fixture(params=VECTORS, ids=lambda path: path.stem)
def vector(request: pytest.FixtureRequest) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(request.param.read_text())
    return loaded


@pytest.fixture
def paper(vector: dict[str, Any]) -> UnverifiedPaper:
    return wire.parse(raw_of(vector["text"]))


@pytest.fixture
def keys(vector: dict[str, Any]) -> SealKeys:
    return SealKeys.derived(bytes.fromhex(vector["key"]["seal_secret"]))


def test_the_text_holds_the_stages(vector: dict[str, Any], paper: UnverifiedPaper) -> None:
    assert paper.signed.hex() == vector["signed"]
    assert paper.signature.hex() == vector["signature"]
    assert paper.tag.hex() == vector["tag"]


def test_the_body_says_the_fields(vector: dict[str, Any], paper: UnverifiedPaper) -> None:
    fields = vector["fields"]
    assert paper.body == PaperBody(
        region=fields["region"],
        kid=vector["key"]["kid"],
        issued_at=parse_rfc3339(fields["issued_at"]),
        days=fields["days"],
        flags=Flags(fields["flags"]),
        list_number=fields["list"],
        index=fields["index"],
        sealed_holder=bytes.fromhex(fields["sealed_holder"]),
    )


def test_the_issuer_comes_to_the_expected_answer(
    vector: dict[str, Any], paper: UnverifiedPaper, keys: SealKeys
) -> None:
    answer = "bad_seal"
    if seal.is_intact(keys, paper):
        answer = str(window_reason(paper.body, now=parse_rfc3339(vector["clock"])) or "accepted")
    assert answer == vector["expected"]["online"]


def test_the_issuer_finds_the_holder_where_nobody_changed_the_seal(
    vector: dict[str, Any], paper: UnverifiedPaper, keys: SealKeys
) -> None:
    entry_is_its_own = paper.body.index == 104857
    assert (seal.open_holder(keys, paper.body)[0] == vector["holder"]) is entry_is_its_own


@pytest.mark.parametrize("backend", sm2.BACKENDS)
def test_a_gate_without_network_checks_the_signature(
    vector: dict[str, Any], paper: UnverifiedPaper, backend: str
) -> None:
    public = bytes.fromhex(vector["key"]["public"])[1:]
    verify = sm2.backend(backend).verify
    assert verify(public, paper.signed, paper.signature) is vector["expected"]["signature"]
