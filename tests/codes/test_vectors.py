"""Worked examples that hold every stage of a code and their own clock, for whoever writes another reader.

The private key is the one of GB/T 32918.5, so a stranger can recompute all but the signature's random part.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.codes import seal, wire
from chalicelib.codes.model import window_reason
from chalicelib.codes.offline import verify_offline
from chalicelib.codes.wire import CodeBody, Flags
from chalicelib.platform.crypto import sm2
from chalicelib.platform.times import parse_rfc3339, rfc3339
from chalicelib.status.model import Colour
from chalicelib.trust.model import SealKeys
from chalicelib.trust.trust_list import TrustedKey, TrustList

VECTORS = sorted((Path(__file__).parent / "vectors").glob("*.json"))


@pytest.fixture(params=VECTORS, ids=lambda path: path.stem)
def vector(request: pytest.FixtureRequest) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(request.param.read_text())
    return loaded


def test_the_seal_keys_follow_from_the_secret(vector: dict[str, Any]) -> None:
    keys = SealKeys.derived(bytes.fromhex(vector["key"]["seal_secret"]))
    assert keys.encryption.hex() == vector["key"]["seal_encryption_key"]
    assert keys.tag.hex() == vector["key"]["seal_tag_key"]


def test_the_text_holds_the_stages(vector: dict[str, Any]) -> None:
    code = wire.read(vector["text"])
    assert code.signed.hex() == vector["signed"]
    assert code.signature.hex() == vector["signature"]
    assert code.tag.hex() == vector["tag"]


def test_the_issuer_comes_to_the_expected_answer(vector: dict[str, Any]) -> None:
    code = wire.read(vector["text"])
    keys = SealKeys.derived(bytes.fromhex(vector["key"]["seal_secret"]))
    if not seal.is_intact(keys, code):
        answer = "bad_seal"
    else:
        assert seal.open_holder(keys, code.body)[0] == vector["holder"]
        assert code.body == body_of(vector)
        answer = str(window_reason(code.body, now=parse_rfc3339(vector["clock"])) or "accepted")
    assert answer == vector["expected"]["online"]


@pytest.mark.parametrize("backend", sm2.BACKENDS)
def test_a_gate_without_network_comes_to_the_expected_answer(
    vector: dict[str, Any], backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sm2, "verify", sm2.backend(backend).verify)
    now = parse_rfc3339(vector["clock"])
    key = TrustedKey(vector["key"]["kid"], vector["key"]["public"], rfc3339(now - 3600), rfc3339(now + 3600), "active")
    trust = TrustList("310000", [key], rfc3339(now), rfc3339(now + 60), "")
    assert str(verify_offline(vector["text"], trust, now=now).reason or "accepted") == vector["expected"]["offline"]


def body_of(vector: dict[str, Any]) -> CodeBody:
    """The fields of a vector as a body."""
    fields = vector["fields"]
    return CodeBody(
        region=fields["region"],
        kid=vector["key"]["kid"],
        issued_at=parse_rfc3339(fields["issued_at"]),
        validity=fields["validity"],
        flags=Flags(fields["flags"]),
        colour=Colour(fields["colour"]),
        nonce=bytes.fromhex(fields["nonce"]),
        sealed_holder=bytes.fromhex(fields["sealed_holder"]),
    )
