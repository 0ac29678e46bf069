"""What the built gateway says and keeps by itself: refusals in the city's form, limits, a log without anybody in it."""

from __future__ import annotations

import json
import re

import pytest

from tests.infra.conftest import Resources

pytestmark = pytest.mark.packaging


@pytest.mark.parametrize(
    ("response", "status", "code"),
    [
        ("MISSING_AUTHENTICATION_TOKEN", 404, "not_found"),
        ("RESOURCE_NOT_FOUND", 404, "not_found"),
        ("REQUEST_TOO_LARGE", 413, "body_too_large"),
        ("UNSUPPORTED_MEDIA_TYPE", 415, "unsupported_media_type"),
        ("THROTTLED", 429, "too_many_requests"),
        ("QUOTA_EXCEEDED", 429, "too_many_requests"),
        ("DEFAULT_5XX", 503, "unavailable"),
        ("DEFAULT_4XX", None, "bad_request"),
    ],
)
def test_the_gateway_refuses_in_the_same_form_as_the_city(
    resources: Resources, response: str, status: int | None, code: str
) -> None:
    definition = resources["RestAPI"]["Properties"]["DefinitionBody"]
    refusal = definition["x-amazon-apigateway-gateway-responses"][response]
    problem = json.loads(refusal["responseTemplates"]["application/json"])
    headers = refusal["responseParameters"]

    assert refusal.get("statusCode") == (str(status) if status else None)
    assert problem.get("status") == status
    assert (problem["code"], problem["type"]) == (code, f"urn:yima:problem:{code}")
    assert problem["title"]
    assert problem["detail"]
    assert headers["gatewayresponse.header.Content-Type"] == "'application/problem+json'"
    assert ("gatewayresponse.header.Retry-After" in headers) == (status in {429, 503})


def test_the_gateway_is_regional_and_throttled(resources: Resources) -> None:
    api = resources["RestAPI"]["Properties"]
    [everything] = api["MethodSettings"]
    assert api["EndpointConfiguration"] == {"Type": "REGIONAL"}
    assert everything["ThrottlingRateLimit"] == {"Ref": "RequestsPerSecond"}
    assert everything["DataTraceEnabled"] is False, "it would log bodies"


def test_only_status_lists_are_long_enough_to_be_compressed(resources: Resources) -> None:
    api = resources["RestAPI"]["Properties"]
    assert api["MinimumCompressionSize"] == 16_384
    assert not api["DefinitionBody"].get("x-amazon-apigateway-binary-media-types"), "every answer is text"


def test_pages_of_other_origins_may_send_what_the_operations_read(resources: Resources) -> None:
    paths = resources["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    for path, methods in paths.items():
        [answer] = methods["options"]["x-amazon-apigateway-integration"]["responses"].values()
        told = {name.rpartition("-")[2]: value for name, value in answer["responseParameters"].items()}
        headers, verbs = ({*told[name][1:-1].split(",")} for name in ("Headers", "Methods"))
        assert {"Authorization", "DPoP", "Idempotency-Key"} <= headers
        assert {method.upper() for method in methods} <= verbs, path


def test_the_access_log_tells_nothing_about_a_person(resources: Resources) -> None:
    line = resources["RestAPI"]["Properties"]["AccessLogSetting"]["Format"]
    told = set(re.findall(r"\$context\.([A-Za-z.]+)", line))
    assert told == {
        "error.responseType",
        "httpMethod",
        "integration.latency",
        "integration.status",
        "requestId",
        "requestTimeEpoch",
        "resourcePath",
        "responseLatency",
        "responseLength",
        "status",
    }
    assert json.loads(re.sub(r"\$context\.[A-Za-z.]+", "1", line))["status"] == 1
