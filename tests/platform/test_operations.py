"""What an operation may have beside a body: ids in its path, a key that makes it safe to repeat, a limit of its own."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator

from chalicelib.platform.crypto.hashing import hmac_sm3, sm3
from chalicelib.platform.http import creation, paths
from chalicelib.platform.http.bodies import LARGEST_BODY_BYTES
from chalicelib.platform.http.operation import Api, Call
from chalicelib.platform.http.refusals import IdempotencyKeyMalformed
from infra.local.gateway import Gateway, Request
from tests.fuzz.stranger import Stranger
from tests.platform.workshop import LIMIT_BYTES, MASTER, NOVICE, Guild, Part, Seen, workshop
from tests.world import Reply, StoppedClock

PART = {"name": "bolt"}


@pytest.fixture(scope="module")
def shop() -> Stranger:
    """Somebody who calls the workshop through the local gateway."""
    return Stranger(workshop())


def make(shop: Stranger, *, name: str = "bolt", token: str = MASTER, key: str | None = "k-1") -> Reply:
    return shop.post("/v1/parts", {"name": name}, token=token, key=key)


IDS = {
    "digits": ("0a1b2c", "0a1b2c"),
    "every sign that an id may have": ("A-z_0.9@x:y", "A-z_0.9@x:y"),
    "percent-encoded, as careful programs send it": ("a%40b%3Ac", "a@b:c"),
    "the longest": ("x" * 64, "x" * 64),
}


@pytest.mark.parametrize("case", IDS)
def test_an_id_in_the_path_is_handed_on(shop: Stranger, case: str) -> None:
    sent, meant = IDS[case]
    assert shop.get(f"/v1/parts/{sent}", token=MASTER).body["path"] == {"part_id": meant}
    reply = shop.post(f"/v1/parts/{sent}/marks/7?of=day", PART, token=MASTER, key="k")
    assert reply.body["path"] == {"part_id": meant, "mark": "7"}


NO_IDS = [
    "%20",
    "a b",
    "a%2Fb",
    "..%2f..%2fetc",
    "x" * 65,
    "张三",
    "%E5%BC%A0",
    "a%00",
    "%",
    "%zz",
    "%2540",
    "a'--",
    "%ff",
]


@pytest.mark.parametrize("sent", NO_IDS)
def test_what_cannot_be_an_id_is_not_found(shop: Stranger, sent: str) -> None:
    reply = shop.get(f"/v1/parts/{sent}", token=MASTER)
    assert (reply.status, reply.code) == (404, "not_found")


def test_an_empty_id_is_not_found(shop: Stranger) -> None:
    assert shop.post("/v1/parts//marks/7", PART, token=MASTER, key="k").code == "not_found"


def test_a_stranger_is_not_told_which_ids_there_can_be(shop: Stranger) -> None:
    assert shop.get("/v1/parts/%20").code == "missing_token"


def test_the_same_wish_is_the_same_record(shop: Stranger) -> None:
    first, again = make(shop), make(shop)
    assert first.status == 201
    assert first.body == again.body
    assert first.body["record_id"] == sm3(b"master\x1fmake_part\x1fk-1").hex()[:24]
    assert first.body["digest"] == hmac_sm3(b"k-1", b'{"name": "bolt"}').hex()


def test_another_key_or_person_or_operation_is_another_record(shop: Stranger) -> None:
    marked = shop.post("/v1/parts/a/marks/b", PART, token=MASTER, key="k-1")
    replies = [make(shop), make(shop, key="k-2"), make(shop, token=NOVICE), marked]
    assert len({reply.body["record_id"] for reply in replies}) == len(replies)


def test_another_body_under_the_same_key_is_another_wish_for_the_same_record(shop: Stranger) -> None:
    bolt, nut = make(shop, name="bolt").body, make(shop, name="nut").body
    assert bolt["record_id"] == nut["record_id"]
    assert bolt["digest"] != nut["digest"]


def test_another_path_under_the_same_key_is_another_wish_too(shop: Stranger) -> None:
    sent = [shop.post(f"/v1/parts/{path}", PART, token=MASTER, key="k").body for path in ("a/marks/b", "a/marks/c")]
    assert sent[0]["record_id"] == sent[1]["record_id"]
    assert sent[0]["digest"] != sent[1]["digest"]


KEYS = {
    "a UUID": "8e03978e-40d5-43e8-bc93-6894a57f9324",
    "one sign": "!",
    "the longest": "k" * 255,
    "all that is visible": "".join(map(chr, range(0x23, 0x7F))),
}


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_a_key_is_the_same_with_and_without_quotes(shop: Stranger, key: str) -> None:
    assert make(shop, key=key).body == make(shop, key=f'"{key}"').body


NO_KEYS = ["", " ", '"', '""', '"a', 'a"', 'a"b', '"a"b"', "a b", "a\tb", "k" * 256, "钥", "\x7f", "a\x00", "a\r\nb"]


@pytest.mark.parametrize("key", NO_KEYS, ids=ascii)
def test_a_key_that_is_none_is_refused(shop: Stranger, key: str) -> None:
    reply = make(shop, key=key)
    assert (reply.status, reply.code) == (400, "idempotency_key_malformed")


def test_without_a_key_nothing_is_created(shop: Stranger) -> None:
    reply = make(shop, key=None)
    assert (reply.status, reply.code) == (400, "idempotency_key_missing")


@given(st.text(max_size=300))
def test_what_is_described_of_keys_and_ids_is_what_is_taken(text: str) -> None:
    if re.search(creation.PATTERN, text) and not text.endswith("\n"):
        assert creation.creation(text, subject="", operation="", path=(), body=b"").record_id
    else:
        with pytest.raises(IdempotencyKeyMalformed):
            creation.creation(text, subject="", operation="", path=(), body=b"")


def test_an_operation_has_a_limit_of_its_own(shop: Stranger) -> None:
    long = shop.post("/v1/parts/a/marks/b", {"name": "x" * LIMIT_BYTES}, token=MASTER, key="k")
    assert (long.status, long.code, long.body["limit_bytes"]) == (413, "body_too_large", LIMIT_BYTES)
    assert make(shop, name="x" * LIMIT_BYTES).status == 201


IMPOSSIBLE: dict[str, dict[str, Any]] = {
    "more than a gateway hands on": {"needs": "parts:write", "limit_bytes": LARGEST_BODY_BYTES + 1},
    "strangers who create": {"creates": True},
}


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_an_operation_that_cannot_be_does_not_start(case: str) -> None:
    api = Api("impossible", clock=StoppedClock(), authenticator=Guild())
    with pytest.raises(ValueError, match="make_part"):

        @api.operation("POST", "/v1/parts", summary="", body=Part, answer=Seen, **IMPOSSIBLE[case])
        def make_part(call: Call[Part]) -> Seen:
            raise NotImplementedError


def test_what_an_operation_takes_beside_a_body_is_described(shop: Stranger) -> None:
    document = shop.get("/v1/openapi.json").body
    OpenAPIV31SpecValidator(document).validate()
    marking = document["paths"]["/v1/parts/{part_id}/marks/{mark}"]["post"]
    told = [(each["in"], each["name"], each["required"], each["schema"]["pattern"]) for each in marking["parameters"]]
    assert told == [
        ("path", "part_id", True, paths.PATTERN),
        ("path", "mark", True, paths.PATTERN),
        ("header", "Idempotency-Key", True, creation.PATTERN),
    ]
    assert "`not_found`" in marking["responses"]["404"]["description"]
    assert "`idempotency_key_missing`" in marking["responses"]["400"]["description"]
    assert "`idempotency_key_reused`" in marking["responses"]["422"]["description"]
    assert "parameters" not in document["paths"]["/v1/health"]["get"]


def test_a_page_of_another_place_may_send_the_key() -> None:
    answer = Gateway(workshop()).answer(Request("OPTIONS", "/v1/parts", {}, b"", from_here=True))
    assert answer is not None
    assert "Idempotency-Key" in dict(answer.headers)["Access-Control-Allow-Headers"].split(",")
    assert "DPoP" in dict(answer.headers)["Access-Control-Allow-Headers"].split(",")


def test_only_the_headers_that_an_operation_reads_are_handed_on_and_they_are_described(shop: Stranger) -> None:
    sent = {"authorization": f"Bearer {MASTER}", "dpop": "proof", "cookie": "crumbs"}
    assert shop.ask("GET", "/v1/parts/p", sent).body["headers"] == {"DPoP": "proof"}
    assert shop.ask("GET", "/v1/parts/p", {"authorization": f"Bearer {MASTER}"}).body["headers"] == {}
    getting = shop.get("/v1/openapi.json").body["paths"]["/v1/parts/{part_id}"]["get"]
    assert getting["parameters"][1]["name"] == "DPoP"
    assert not getting["parameters"][1]["required"]
