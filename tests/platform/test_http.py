"""How the API speaks: who may ask, what a body must be, and problem documents for everything else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from app import build_app
from chalicelib.platform.http import refusals
from chalicelib.platform.http.bodies import BODY_LIMIT_BYTES
from chalicelib.platform.http.refusals import Refusal
from chalicelib.wiring import City
from tests.world import Caller, Reply


def every_refusal(family: type[Refusal] = Refusal) -> set[type[Refusal]]:
    """All refusals of every room; a family has no code of its own."""
    below = {refusal for child in family.__subclasses__() for refusal in every_refusal(child)}
    return below | ({family} if hasattr(family, "code") else set())


def test_every_refusal_has_a_code_of_its_own_and_says_what_to_do(api: Caller) -> None:
    found = every_refusal()
    assert refusals.StorageUnavailable in found
    assert len({refusal.code for refusal in found}) == len(found)
    for refusal in found:
        problem = refusal().problem()
        assert set(problem) >= {"type", "title", "status", "detail", "code"}
        assert problem["detail"].endswith("."), refusal
        assert 400 <= problem["status"] < 600


HEADERS = {
    "no header at all": (None, "missing_token"),
    "another scheme": ("Basic eDp5", "missing_token"),
    "a scheme and nothing else": ("Bearer", "missing_token"),
    "a scheme and blanks": ("Bearer    ", "missing_token"),
    "not a token": ("Bearer nonsense", "invalid_token"),
    "a token and more": ("Bearer a.b.c d.e.f", "invalid_token"),
}


@pytest.mark.parametrize("case", HEADERS)
def test_a_caller_without_a_good_token_is_refused_before_the_body_is_read(city: City, case: str) -> None:
    from chalice.local import LocalChalice
    from chalice.test import Client

    header, code = HEADERS[case]
    headers = {"Content-Type": "application/json"} | ({"Authorization": header} if header else {})
    answer = Client(build_app(city, LocalChalice)).http.post("/v1/codes", headers=headers, body=b"{broken")
    assert answer.status_code == 401
    assert json.loads(answer.body)["code"] == code
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


BODIES: dict[str, tuple[bytes, str, int, str]] = {
    "broken JSON": (b"{", "application/json", 400, "malformed_body"),
    "a list": (b"[]", "application/json", 400, "malformed_body"),
    "a wrong type": (b'{"ahead": "five"}', "application/json", 400, "malformed_body"),
    "none ahead": (b'{"ahead": 0}', "application/json", 400, "malformed_body"),
    "sixteen ahead": (b'{"ahead": 16}', "application/json", 400, "malformed_body"),
    "not UTF-8": (b'{"ahead": "\xff"}', "application/json", 400, "malformed_body"),
    "very deep": (b'{"x":' + b"[" * 60_000, "application/json", 400, "malformed_body"),
    "too large": (b" " * (BODY_LIMIT_BYTES + 1), "application/json", 413, "body_too_large"),
    "plain text": (b"{}", "text/plain", 415, "unsupported_media_type"),
    "a form": (b"ahead=1", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
}


@pytest.mark.parametrize("case", BODIES)
def test_a_body_that_cannot_be_read_is_refused_by_name(api: Caller, case: str) -> None:
    body, media, status, code = BODIES[case]
    reply = api.send("POST", "/v1/codes", body=body, token=api.log_in(), media=media)
    assert (reply.status, reply.code) == (status, code)


def test_media_types_may_carry_parameters(api: Caller) -> None:
    reply = api.send("POST", "/v1/codes", body=b"{}", token=api.log_in(), media="application/JSON; charset=utf-8")
    assert reply.status == 201


def test_an_empty_body_asks_for_one_code(api: Caller) -> None:
    assert api.send("POST", "/v1/codes", token=api.log_in()).status == 201


def test_a_refusal_quotes_nothing_that_was_sent(api: Caller) -> None:
    reply = api.post("/v1/sessions", {"document_type": "张三", "document_number": 310199, "name": "张三"})
    assert reply.code == "malformed_body"
    assert "张三" not in json.dumps(reply.body, ensure_ascii=False)


def test_a_holder_cannot_verify_and_a_verifier_cannot_issue(api: Caller, city: City) -> None:
    holder, verifier = api.log_in(), api.token_for(city.clients.register("地铁"))
    as_verifier: Reply = api.verify(api.code(holder), holder)
    as_holder = api.post("/v1/codes", {}, token=verifier)
    assert (as_verifier.status, as_verifier.body["needed"]) == (403, "code:verify")
    assert (as_holder.status, as_holder.body["needed"]) == (403, "code:issue")


def test_an_unknown_purpose_is_answered_with_the_registered_ones(api: Caller, city: City) -> None:
    verifier = api.token_for(city.clients.register("地铁"))
    reply = api.post("/v1/verifications", {"code": "YM1:", "purpose": "curiosity"}, token=verifier)
    assert (reply.status, reply.code) == (422, "unknown_purpose")
    assert "entry" in reply.body["registered"]


def test_a_mistake_of_ours_is_told_without_its_inside(
    api: Caller, city: City, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("林晚晴")

    monkeypatch.setattr(city.issuer, "issue", fail)
    reply = api.post("/v1/codes", {}, token=api.log_in())
    assert (reply.status, reply.code) == (500, "internal_fault")
    assert "林晚晴" not in json.dumps(reply.body, ensure_ascii=False)
    assert "RuntimeError" in caplog.text
    assert "林晚晴" not in caplog.text


def test_the_description_is_valid_openapi_and_leaves_no_operation_open_by_accident(api: Caller) -> None:
    description = api.get("/v1/openapi.json").body
    OpenAPIV31SpecValidator(description).validate()
    operations = {
        f"{method.upper()} {path}": operation
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    }
    open_to_all = {name for name, operation in operations.items() if not operation["security"]}
    assert open_to_all == {
        "GET /v1/health",
        "GET /v1/openapi.json",
        "GET /v1/trust-list",
        "POST /v1/oauth/token",
        "POST /v1/sessions",
        "POST /v1/sessions/refresh",
        "GET /v1/status-lists",
        "GET /v1/status-lists/{number}",
    }
    assert operations["POST /v1/verifications"]["security"] == [
        {scheme: [scope]}
        for scheme in ("bearer", "signature")
        for scope in ("code:verify", "card:verify", "document:verify")
    ]
    assert operations["POST /v1/codes"]["security"] == [{"bearer": ["code:issue"]}], "a person signs nothing"
    assert "unknown_purpose" in operations["POST /v1/verifications"]["responses"]["422"]["description"]
