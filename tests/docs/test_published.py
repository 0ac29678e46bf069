"""What docs/wire-formats.md shows of what leaves the house: codes, papers, status lists, signed requests."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chalicelib.codes import seal, wire
from chalicelib.codes.model import Reason
from chalicelib.codes.offline import OfflineVerdict, verify_offline
from chalicelib.people.documents import registry
from chalicelib.people.family.model import Delegation, Kind
from chalicelib.people.tags.model import visible
from chalicelib.platform.times import parse_rfc3339
from chalicelib.trust.model import SealKeys
from chalicelib.trust.signed_requests import Reply, Request, verify_reply, verify_request
from chalicelib.trust.status_list import Unpacked, UnverifiedToken, read_token
from chalicelib.trust.trust_list import TrustedKey, TrustList
from infra.docs import DOCS
from tests.crypto.vectors import OFFICIAL
from tests.docs.test_docs import commands

PAGE = (DOCS / "wire-formats.md").read_text()
TESTS = DOCS.parent / "tests/codes"
TEXTS = [block.replace("\n", "") for block in re.findall(r"```\n(YM1:.*?)\n```", PAGE, re.DOTALL)]
MESSAGE = re.compile(r"```http\n(.*?)\n(?:Authorization|Yima-Signature): (.*?)\n\n(.*?)\n```", re.DOTALL)


@pytest.mark.parametrize("text", TEXTS)
def test_every_code_it_shows_is_one_of_the_vectors(text: str) -> None:
    [vector] = [found for found in map(_vector, TESTS.rglob("vectors/*.json")) if found["text"] == text]
    raw = wire.raw_of(text)
    keys = SealKeys.derived(bytes.fromhex(vector["key"]["seal_secret"]))
    assert seal.tag(keys, raw[: -wire.TAG_LENGTH]).hex() == vector["tag"]
    assert vector["tag"] in PAGE
    assert vector["fields"]["sealed_holder"] in PAGE


def test_it_shows_a_code_of_each_kind_and_version() -> None:
    assert [wire.raw_of(text)[:2].hex() for text in TEXTS] == ["0101", "0102", "0301"]


def test_the_code_of_a_guardian_names_the_dependant_and_the_delegation() -> None:
    vector = _vector(TESTS / "vectors/guardian.json")
    keys = SealKeys.derived(bytes.fromhex(vector["key"]["seal_secret"]))
    assert seal.open_holder(keys, wire.read(vector["text"]).body) == (vector["holder"], vector["delegation"])


def test_the_status_list_it_shows_revokes_the_paper_it_shows() -> None:
    [shown] = re.findall(r"```json\n(.*?)\n```", PAGE, re.DOTALL)
    token = read_token(msgspec.json.decode(shown, type=Unpacked).token)
    bits = token.list()
    assert [index for index in range(len(bits)) if bits.is_revoked(index)] == [13107 * 8 + 1]
    assert _at_a_gate("carrier", [token]).reason is Reason.CARRIER_REVOKED
    assert _at_a_gate("carrier", []).reason is Reason.UNAVAILABLE
    assert _at_a_gate("code", [token]).reason is Reason.UNKNOWN_KEY


def test_the_request_and_the_reply_it_shows_are_signed_as_it_says() -> None:
    (first_line, authorization, body), (status_line, signature, answer) = MESSAGE.findall(PAGE)
    method, target, _ = first_line.split()
    asked = verify_request(
        Request(method, target, body.encode()), authorization, key_of=lambda *_: OFFICIAL.public, now=1_790_000_000
    )
    reply = Reply(int(status_line.split()[1]), answer.encode())
    verify_reply(reply, signature, expected_key=OFFICIAL.public, expected_nonce=asked.nonce, now=1_790_000_001)


def test_the_mark_it_shows_is_that_of_a_delegation() -> None:
    delegation = Delegation(
        "8e03b1f2a4c5d6e7f8091a2b",
        guardian="0a0b0c0d0e0f101112131415",
        dependant="0102030405060708090a0b0c",
        kind=Kind.CHILD,
        relation="parent",
        proposed_at=0,
        answer_by=0,
        until=0,
        since=1_789_920_000,
    )
    assert f"SM3(stdin)= {delegation.mark}…" in [output for _, output in commands()]


def test_tags_and_passports_are_written_as_it_says() -> None:
    [tags] = re.findall(r"Tags read `(.*?)`", PAGE)
    assert visible(tags, 1_789_999_999) == ["elderly", "student"]
    [passport] = re.findall(r"a passport as\s`(.*?)`", PAGE)
    assert registry.normalised("passport", passport.lower().replace("-", " ")) == passport


def _at_a_gate(use: str, lists: list[UnverifiedToken]) -> OfflineVerdict:
    """The paper of the page, where its key is trusted for one use."""
    vector = _vector(TESTS / "paper/vectors/good.json")
    begin, end = "2026-09-01T00:00:00Z", "2027-09-01T00:00:00Z"
    key = TrustedKey(vector["key"]["kid"], vector["key"]["public"], begin, end, "active", use)
    trust = TrustList("310000", [key], begin, end, "")
    return verify_offline(vector["text"], trust, now=parse_rfc3339(vector["clock"]), status_lists=lists)


def _vector(file: Path) -> dict[str, Any]:
    """An example with all its stages."""
    return dict(json.loads(file.read_text()))
