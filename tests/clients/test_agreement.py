"""Offline, the JavaScript package says of any code what the Python package says, which says what the city says.

The city's own verifier judges the Python package in clients/python/tests/test_offline.py; here are the same kinds of
codes, lists and clocks, good and bad, papers among them, once more for JavaScript.
"""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yima

from chalicelib.codes import wire
from chalicelib.codes.paper.wire import PaperBody
from chalicelib.codes.wire import CodeBody, Flags
from chalicelib.platform.crypto import sm2
from chalicelib.platform.crypto.hashing import sm3
from chalicelib.status.model import Colour
from chalicelib.trust.model import KeyRecord, KeyState, KeyUse
from chalicelib.trust.status_list import ALGORITHM, LIFETIME_S, TYPE, uri
from chalicelib.trust.trust_list import signed_list
from infra.local.environment import ROOT
from tests.clients.node import node
from tests.requirements import require

NOW = 1_790_000_000
REGION = "310000"
CITY, CODE, CARRIER, STRANGER = (sm2.generate() for _ in range(4))
ROOT_KEY = f"04{CITY.public.hex()}"
REVOKED = 7
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
TAG = bytes(12)

Case = dict[str, Any]


def kid(pair: sm2.KeyPair) -> str:
    return sm3(pair.public)[:4].hex()


def record(pair: sm2.KeyPair, use: KeyUse) -> KeyRecord:
    return KeyRecord(kid(pair), use, KeyState.ACTIVE, pair.public, b"", NOW - 10_000, NOW + 10_000, NOW - 10_000)


RECORDS = [record(CODE, KeyUse.CODE), record(CARRIER, KeyUse.CARRIER)]
TRUST = signed_list(REGION, RECORDS, CITY, issued_at=NOW - 600, expires_at=NOW + 3 * 86_400)
SCREEN = CodeBody(REGION, kid(CODE), NOW, 60, Flags.NONE, Colour.GREEN, b"12345678", bytes(12))
GUARDIAN = CodeBody(REGION, kid(CODE), NOW, 60, Flags.SPECIMEN, Colour.RED, b"12345678", bytes(16))


def paper(index: int, number: int = 3) -> PaperBody:
    return PaperBody(REGION, kid(CARRIER), NOW - 500, 180, Flags.NONE, number, index, bytes(12))


def signed(body: CodeBody | PaperBody, pair: sm2.KeyPair) -> bytes:
    raw = body.signed_bytes()
    return raw + sm2.sign(pair, raw) + TAG


def encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def listed(pair: sm2.KeyPair = CARRIER, *, lst: str = "", header: Case | None = None, **claims: Any) -> Case:
    """A status list as it is downloaded, on which one paper is revoked, unless something else is said."""
    bits = lst or encoded(zlib.compress(bytes([1 << REVOKED, 0])))
    said = {"exp": NOW + LIFETIME_S, "iat": NOW, "status_list": {"bits": 1, "lst": bits}, "sub": uri(REGION, 3)}
    text = json.dumps(said | claims)
    protected = encoded(json.dumps({"alg": ALGORITHM, "kid": kid(pair), "typ": TYPE} | (header or {})).encode())
    signature = sm2.sign(pair, f"{protected}.{encoded(text.encode())}".encode())
    return {"number": 3, "protected": protected, "claims": text, "signature": encoded(signature)}


def case(raw: bytes | str, *lists: Case, now: float = NOW, root: str | None = None, trust: str = TRUST) -> Case:
    """What a gate has, and what the Python package says of it."""
    text = raw if isinstance(raw, str) else wire.to_text(raw)
    kept = [yima.StatusList(**each) for each in lists]
    seen = yima.verify_offline(text, yima.TrustList.read(trust), now=now, root=root or "", status_lists=kept)
    said = [seen.reason, seen.colour, seen.list_age, seen.list_authentic, seen.status_list_age]
    return {"text": text, "now": now, "root": root, "trust": json.loads(trust), "lists": list(lists), "said": said}


def changed(raw: bytes, place: int) -> bytes:
    return raw[:place] + bytes([raw[place] ^ 0x01]) + raw[place + 1 :]


def codes() -> Iterator[Case]:
    """Screens and papers: whole, with each byte of the head and some of the rest changed, by others, cut off."""
    for body, pair in ((SCREEN, CODE), (GUARDIAN, CODE), (paper(8), CARRIER)):
        raw = signed(body, pair)
        yield case(raw, listed())
        for place in [*range(0, 22, 3), *range(22, len(raw), 19)]:
            yield case(changed(raw, place), listed())
        yield case(signed(body, STRANGER), listed())
        yield case(raw[:-1], listed())
        yield case(raw + b"\0", listed())


def signatures() -> Iterator[Case]:
    """Numbers that no signature has."""
    raw, made = SCREEN.signed_bytes(), (sm2.sign(CODE, SCREEN.signed_bytes()) for _ in range(2))
    for r, s in ((0, 1), (1, 0), (N, 1), (1, N), (1, N - 1), (N - 1, N - 1), (2**256 - 1, 2**256 - 1)):
        yield case(raw + r.to_bytes(32) + s.to_bytes(32) + TAG)
    yield case(raw + next(made)[:32] + next(made)[32:] + TAG)


def clocks() -> Iterator[Case]:
    raw = signed(SCREEN, CODE)
    for late in (-21, -20.5, -20, -0.5, 60, 60.9, 61, -700.5, 3 * 86_400, 3 * 86_400 + 0.5):
        yield case(raw, now=NOW + late)


def texts() -> Iterator[Case]:
    good = wire.to_text(signed(SCREEN, CODE))
    yield from map(case, ["", "YM1:", "YM1:A", "YM1::::", "YM1:ZZ", "ym1:00", "HC1:00", "YM1:00é", f"YM1:{'0' * 400}"])
    yield from map(case, [good.lower(), f"{good}\r\n", f"\t{good}", f" {good}", f"{good} ", good.replace(":", "：", 1)])


def trust_lists() -> Iterator[Case]:
    raw, said = signed(SCREEN, CODE), json.loads(TRUST)
    for root in (ROOT_KEY, f"04{STRANGER.public.hex()}", "no key at all", ROOT_KEY[:-2]):
        yield case(raw, root=root)
    for more in ({"more": "than the city signed"}, {"issuer": "110000"}, {"signature": said["signature"][:-2]}):
        yield case(raw, trust=json.dumps(said | more))
        yield case(raw, trust=json.dumps(said | more), root=ROOT_KEY)
    yield case(raw, trust=json.dumps(dict(reversed(said.items())), indent=2), root=ROOT_KEY)


def papers() -> Iterator[Case]:
    """Papers on status lists of all sorts."""
    raw = signed(paper(8), CARRIER)
    yield from (case(signed(paper(index), CARRIER), listed()) for index in (REVOKED, 15, 16, 2**24 - 1))
    yield case(raw)
    yield case(signed(paper(8, number=4), CARRIER), listed())
    yield case(signed(paper(REVOKED), CARRIER), listed(), listed(iat=NOW - 300, lst=encoded(zlib.compress(bytes(2)))))
    for late in (-20, -20.5, -21, LIFETIME_S, LIFETIME_S + 0.5, LIFETIME_S + 1):
        yield case(signed(paper(8), CARRIER), listed(), now=NOW + late)
    for each in bad_lists():
        yield case(raw, each)


def bad_lists() -> Iterator[Case]:
    good = listed()
    yield from (listed(pair) for pair in (STRANGER, CODE))
    yield listed(header={"kid": kid(CODE)})
    yield from (listed(header=one) for one in ({"alg": "none"}, {"typ": "JWT"}))
    yield from (listed(**one) for one in ({"iat": NOW - 20_000}, {"sub": uri(REGION, 4)}))
    yield listed(status_list={"bits": 2, "lst": json.loads(good["claims"])["status_list"]["lst"]})
    whole, bomb = zlib.compress(bytes(1000)), zlib.compress(bytes(2**17 + 1))
    yield from (listed(lst=encoded(one)) for one in (whole[:-3], b"not zlib", bomb))
    yield from (good | {name: good[name] + more} for name in ("protected", "signature") for more in ("A", "=", "!"))
    yield good | {"signature": loosened(good["signature"])}
    yield good | {"claims": good["claims"].replace("exp", "exq")}


def loosened(text: str) -> str:
    """The same bytes as another text: the last character of 64 bytes has four bits that count for nothing."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return text[:-1] + alphabet[alphabet.index(text[-1]) + 1]


def test_of_any_code_both_packages_say_the_same(tmp_path: Path) -> None:
    cases = [*codes(), *signatures(), *clocks(), *texts(), *trust_lists(), *papers()]
    reasons = {one["said"][0] for one in cases}
    assert reasons >= {
        None, "malformed", "unknown_kind", "unknown_issuer", "unknown_key", "bad_signature", "expired", "not_yet_valid",
        "unavailable", "carrier_revoked",
    }  # fmt: skip
    (tmp_path / "cases.json").write_text(json.dumps(cases), encoding="utf-8")
    require((ROOT / "node_modules/sm-crypto-v2").exists(), "SM2 in JavaScript needs npm's sm-crypto-v2: run `npm ci`")
    told = node("tests/agreement.mjs", YIMA_CASES=str(tmp_path / "cases.json"))
    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stdout == f"{len(cases)} alike\n"
