"""A mini-program with npm sm-crypto-v2 agrees with us, in both directions. Each test is one `node` process."""

import json
import secrets
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from chalicelib.platform.crypto.hashing import sm3
from chalicelib.platform.crypto.sealing import seal
from chalicelib.platform.crypto.sm2 import DEFAULT_ID, KeyPair, Sm2
from tests.crypto.test_sm2_malformed import BAD_SIGNATURES
from tests.crypto.vectors import OFFICIAL, OFFICIAL_MESSAGE, OFFICIAL_SIGNATURE, pair_of
from tests.requirements import require

SCRIPT = Path(__file__).with_name("sm_crypto.js")
MODULES = Path(__file__).parents[2] / "node_modules" / "sm-crypto-v2"

IDS = [DEFAULT_ID, b"ALICE123@YAHOO.COM"]
TEXTS = [b"", b"message digest", "一码通城".encode(), bytes(range(256))]
SIGNERS = [OFFICIAL, pair_of(11), pair_of(327)]  # the last two: a public key beginning with 04, and with 00


@pytest.fixture(scope="module", autouse=True)
def _node_with_sm_crypto() -> None:
    require(shutil.which("node") is not None, "no node command")
    require(MODULES.is_dir(), "sm-crypto-v2 is not installed: run npm ci")


def node(cases: list[dict[str, Any]]) -> list[Any]:
    """The library's answers, in order; bytes travel as hexadecimal."""
    text = json.dumps(cases, default=bytes.hex)
    done = subprocess.run(["node", SCRIPT], input=text.encode(), capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    answers: list[Any] = json.loads(done.stdout)
    return answers


def combinations() -> list[tuple[KeyPair, bytes, bytes]]:
    return [(pair, message, signer_id) for pair in SIGNERS for message in TEXTS for signer_id in IDS]


def test_javascript_accepts_our_signatures(sm2: Sm2) -> None:
    cases = [
        {
            "public": pair.public,
            "message": message,
            "id": signer,
            "signature": sm2.sign(pair, message, signer_id=signer),
        }
        for pair, message, signer in combinations()
    ]
    assert node([{"verb": "verify", **case} for case in cases]) == [True] * len(cases)
    assert node([{"verb": "verify", **case, "id": b"someone else"} for case in cases]) == [False] * len(cases)


def test_we_accept_the_signatures_of_javascript(sm2: Sm2) -> None:
    cases = combinations()
    answers = node([{"verb": "sign", "private": p.private, "message": m, "id": i} for p, m, i in cases])
    for (pair, message, signer_id), answer in zip(cases, answers, strict=True):
        signature = bytes.fromhex(answer)
        assert sm2.verify(pair.public, message, signature, signer_id=signer_id)
        assert not sm2.verify(pair.public, message + b"!", signature, signer_id=signer_id)


def test_javascript_refuses_what_we_refuse_of_the_right_length() -> None:
    signatures = [OFFICIAL_SIGNATURE, *(s for s in BAD_SIGNATURES.values() if len(s) == 64)]
    case = {"verb": "verify", "public": OFFICIAL.public, "message": OFFICIAL_MESSAGE, "id": DEFAULT_ID}
    assert node([{**case, "signature": s} for s in signatures]) == [True] + [False] * (len(signatures) - 1)


def test_javascript_finds_the_same_digests_and_seals() -> None:
    key, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    digests = node([{"verb": "digest", "message": text} for text in TEXTS])
    sealing = {"verb": "seal", "key": key, "nonce": nonce, "context": b"holder 7, name"}
    sealed = node([{**sealing, "plaintext": text} for text in TEXTS])
    assert digests == [sm3(text).hex() for text in TEXTS]
    assert sealed == [seal(key, text, context=b"holder 7, name", nonce=nonce).hex() for text in TEXTS]
