"""What each cryptographic operation costs, native and portable side by side."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from base45 import b45decode, b45encode

from bench.report import Section, microseconds
from bench.timing import Case, Effort, side_by_side
from chalicelib.platform.crypto import sm2
from chalicelib.platform.crypto.hashing import hmac_sm3, sm3
from chalicelib.platform.crypto.sealing import seal, sm4_ctr, unseal

HEADER = ("operation", "CPU, µs", "used by")


def measure(effort: Effort) -> Section:
    """Every operation in turn."""
    operations = _operations()
    cases = [Case(name, run, batch=batch) for name, (run, batch, _) in operations.items()]
    timed = side_by_side(cases, effort)
    rows = [(name, microseconds(one.median), operations[name][2]) for name, one in timed.items()]
    return Section("Cryptography", HEADER, rows)


def _operations() -> dict[str, tuple[Callable[[Any], Any], int, str]]:
    """`{name: (one operation, runs a batch, who uses it)}`, over inputs of the sizes that occur."""
    native, portable = sm2.backend("native"), sm2.backend("portable")
    pair, signed, tagged = native.generate(), secrets.token_bytes(36), secrets.token_bytes(100)
    signature = native.sign(pair, signed)
    key, mac_key, iv = secrets.token_bytes(16), secrets.token_bytes(32), secrets.token_bytes(16)
    name = seal(key, "张*三".encode(), context=b"status#", nonce=iv[:12])
    raw = secrets.token_bytes(112)
    text = b45encode(raw)
    return {
        "SM2 sign, native": (lambda _: native.sign(pair, signed), 30, "issue"),
        "SM2 verify, native": (lambda _: native.verify(pair.public, signed, signature), 30, "offline verifiers"),
        "SM2 sign, portable": (lambda _: portable.sign(pair, signed), 2, "where there is no native wheel"),
        "SM2 verify, portable": (lambda _: portable.verify(pair.public, signed, signature), 2, "the same, and tests"),
        "HMAC-SM3 over 100 bytes": (lambda _: hmac_sm3(mac_key, tagged), 500, "issue, verify"),
        "SM3 over 100 bytes": (lambda _: sm3(tagged), 500, "signatures"),
        "SM4-CTR, 12 bytes": (lambda _: sm4_ctr(key, iv, iv[:12]), 500, "issue, verify"),
        "SM4-GCM opens a name": (lambda _: unseal(key, name, context=b"status#"), 500, "verify"),
        "base45, 112 bytes to text": (lambda _: b45encode(raw), 500, "issue"),
        "base45, text to 112 bytes": (lambda _: b45decode(text), 500, "verify"),
    }
