"""Verifying without network: the trust list and a clock are enough, and no AWS package is needed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from chalicelib.codes import wire
from chalicelib.codes.__main__ import main
from chalicelib.codes.model import Reason
from chalicelib.codes.offline import verify_offline
from chalicelib.platform.crypto import sm2
from chalicelib.status.model import Colour
from chalicelib.trust.trust_list import TrustList, read_list
from chalicelib.wiring import City
from tests.world import NOON, moved_in


@pytest.fixture
def code(city: City) -> str:
    return city.issuer.issue(moved_in(city), now=NOON)[0].text


@pytest.fixture
def trust(city: City) -> TrustList:
    document = city.key_store.published()
    assert document is not None
    return read_list(document)


@pytest.fixture
def root(city: City) -> str:
    return city.custodian.root_public_key()


def test_a_good_code_is_good_without_network(code: str, trust: TrustList, root: str) -> None:
    verdict = verify_offline(code, trust, now=NOON + 30, expected_root=root)
    assert verdict.reason is None
    assert verdict.colour is Colour.GREEN
    assert verdict.list_age == 30
    assert verdict.list_authentic is True


@pytest.mark.parametrize(("at", "reason"), [(-21, Reason.NOT_YET_VALID), (-20, None), (60, None), (61, Reason.EXPIRED)])
def test_the_window_is_the_same_as_online(code: str, trust: TrustList, at: int, reason: Reason | None) -> None:
    assert verify_offline(code, trust, now=NOON + at).reason is reason


def test_every_flipped_bit_of_what_is_signed_is_refused(code: str, trust: TrustList) -> None:
    raw = wire.read(code).raw
    for bit in range(8 * 100):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        assert verify_offline(wire.to_text(bytes(flipped)), trust, now=NOON).reason is not None, bit


def test_the_tag_is_for_the_issuer_alone(code: str, trust: TrustList) -> None:
    raw = wire.read(code).raw
    assert verify_offline(wire.to_text(raw[:100] + bytes(12)), trust, now=NOON).reason is None


def test_a_forged_signature_is_named(code: str, trust: TrustList) -> None:
    forged = wire.read(code).raw[:36] + sm2.sign(sm2.generate(), wire.read(code).signed) + bytes(12)
    assert verify_offline(wire.to_text(forged), trust, now=NOON).reason is Reason.BAD_SIGNATURE


def test_a_list_past_its_end_cannot_tell(code: str, trust: TrustList) -> None:
    assert verify_offline(code, trust, now=NOON + 86_401).reason is Reason.UNAVAILABLE


def test_a_list_signed_by_somebody_else_cannot_tell(code: str, trust: TrustList) -> None:
    other = "04" + sm2.generate().public.hex()
    verdict = verify_offline(code, trust, now=NOON, expected_root=other)
    assert (verdict.reason, verdict.list_authentic, verdict.colour) == (Reason.UNAVAILABLE, False, None)


def test_a_list_with_one_changed_key_is_not_authentic(trust: TrustList, root: str) -> None:
    altered = msgspec.structs.replace(
        trust, keys=[msgspec.structs.replace(trust.keys[0], not_after="2099-01-01T00:00:00Z")]
    )
    assert trust.is_signed_by(root)
    assert not altered.is_signed_by(root)


def test_a_code_of_another_city_or_key_is_named(code: str, trust: TrustList) -> None:
    elsewhere = msgspec.structs.replace(trust, issuer="210100")
    assert verify_offline(code, elsewhere, now=NOON).reason is Reason.UNKNOWN_ISSUER
    assert verify_offline(code, msgspec.structs.replace(trust, keys=[]), now=NOON).reason is Reason.UNKNOWN_KEY


def test_the_command_prints_the_verdict(
    code: str, trust: TrustList, root: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "trust-list.json"
    file.write_bytes(msgspec.json.encode(trust))
    command = ["verify-offline", code, "--trust-list", str(file), "--root-key", root]

    assert main([*command, "--at", "2026-09-21T14:13:50Z"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["verdict"], told["colour"], told["trust_list_authentic"]) == ("accepted", "green", True)

    assert main([*command, "--at", "2026-09-21T14:14:21Z"]) == 1
    assert json.loads(capsys.readouterr().out)["reason"] == "expired"

    assert main([*command, "--at", "2026-09-23T00:00:00Z"]) == 2
    assert json.loads(capsys.readouterr().out)["reason"] == "unavailable"


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"issuer": "310000"}', b"\xff"])
def test_a_file_that_is_no_trust_list_is_said_to_be_none(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "trust-list.json"
    file.write_bytes(content)
    assert main(["verify-offline", "YM1:", "--trust-list", str(file)]) == 2


def test_neither_module_nor_command_loads_an_aws_package() -> None:
    script = (
        "import sys, chalicelib.codes.offline, chalicelib.codes.__main__;"
        "print([name for name in ('boto3', 'botocore', 'pynamodb', 'chalice', 'aws_xray_sdk') if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
