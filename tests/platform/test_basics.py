"""Settings, times, faults that pass, and what telemetry writes."""

from __future__ import annotations

import json
import logging
import sys

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    IncompleteReadError,
    ReadTimeoutError,
)
from hypothesis import given
from hypothesis import strategies as st
from pynamodb.exceptions import GetError

from chalicelib.platform import telemetry
from chalicelib.platform.passing import is_passing_fault
from chalicelib.platform.settings import Settings, SettingsError
from chalicelib.platform.times import parse_rfc3339, rfc3339
from tests.crypto.vectors import OFFICIAL_PUBLIC


@given(st.integers(0, 2**32 - 1))
def test_an_instant_survives_being_written(seconds: int) -> None:
    assert parse_rfc3339(rfc3339(seconds)) == seconds


@pytest.mark.parametrize("text", ["", "yesterday", "2026-09-21T14:13:20", "2026-13-01T00:00:00Z"])
def test_a_text_that_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - datetime has no better name for it
        parse_rfc3339(text)


PROVIDER_KEY = "04" + OFFICIAL_PUBLIC.hex()
WRONG = [
    {"YIMA_STAGE": "moon"},
    *({"YIMA_REGION": region} for region in ("31", "31000x", "３１００００")),
    *(
        {"YIMA_DOCUMENT_LIMITS": limits}
        for limits in ("", "30", "30/", "/9", "30/2000/1", "0/5", "5/0", "a/b", "-1/5", "１/２")
    ),
    {"YIMA_IDENTITY_PROVIDER": "https://registers.example"},
    {"YIMA_IDENTITY_PROVIDER": "https://registers.example", "YIMA_IDENTITY_PROVIDER_KEY": "04" + "11" * 64},
    {"YIMA_IDENTITY_PROVIDER": "http://registers.example", "YIMA_IDENTITY_PROVIDER_KEY": PROVIDER_KEY},
    {"YIMA_IDENTITY_PROVIDER": "anybody"},
    {"YIMA_WECHAT": "wx4f28:the secret itself"},
    {"YIMA_ALIPAY": "2021:file:/run/alipay"},
    {"YIMA_ALIPAY": "2021:file:/run/alipay", "YIMA_ALIPAY_KEY": "no Base64"},
    *({"YIMA_OVERRIDE_THRESHOLD": people} for people in ("", "ten", "-1", "1.5", "１０", "9999999")),
]


@pytest.mark.parametrize("env", [*WRONG, {"YIMA_STAGE": "prod", "YIMA_IDENTITY_PROVIDER": "sandbox"}])
def test_a_wrong_deployment_does_not_start(env: dict[str, str]) -> None:
    with pytest.raises(SettingsError):
        Settings.from_environment(env)


def test_whoever_is_asked_outside_is_named_with_the_key_they_answer_under() -> None:
    registers = {"YIMA_IDENTITY_PROVIDER": "https://registers.example", "YIMA_IDENTITY_PROVIDER_KEY": PROVIDER_KEY}
    apps = {"YIMA_WECHAT": "wx4f28:sealed:AAEC", "YIMA_ALIPAY": "2021:file:/run/alipay", "YIMA_ALIPAY_KEY": "AAEC"}
    settings = Settings.from_environment({"YIMA_STAGE": "prod"} | registers | apps)
    assert settings.identity_provider == "https://registers.example"


def test_a_setting_that_holds_a_secret_by_mistake_is_not_repeated() -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment({"YIMA_WECHAT": "wx4f28:3e2fa5ce15909936"})
    assert "3e2fa5ce15909936" not in str(refused.value)


def test_from_how_many_people_on_an_override_needs_a_third_officer_is_settled_by_the_deployment() -> None:
    assert Settings.from_environment({}).override_threshold == 10
    assert Settings.from_environment({"YIMA_OVERRIDE_THRESHOLD": "0"}).override_threshold == 0


def test_an_operator_says_how_many_may_be_looked_up_by_number_a_minute_and_a_day() -> None:
    assert Settings.from_environment({}).document_limits == (30, 2000)
    assert Settings.from_environment({"YIMA_DOCUMENT_LIMITS": "5/100"}).document_limits == (5, 100)


def test_only_production_issues_codes_that_are_no_specimens() -> None:
    assert {stage: Settings(stage=stage).specimen for stage in ("local", "dev", "prod")} == {
        "local": True,
        "dev": True,
        "prod": False,
    }


def aws_says(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": ""}}, "UpdateItem")


FAULTS = {
    "throttled": (aws_says("ProvisionedThroughputExceededException"), True),
    "throttled by the service": (aws_says("ThrottlingException"), True),
    "broken for a moment": (aws_says("InternalServerError"), True),
    "connection too slow": (ConnectTimeoutError(endpoint_url="x"), True),
    "answer too late": (ReadTimeoutError(endpoint_url="x"), True),
    "nobody there": (EndpointConnectionError(endpoint_url="x"), True),
    "throttled, as PynamoDB wraps it": (GetError("x", aws_says("ThrottlingException")), True),
    "forbidden": (aws_says("AccessDeniedException"), False),
    "half a file": (IncompleteReadError(actual_bytes=1, expected_bytes=2), True),
    "a file sent too slowly": (aws_says("RequestTimeout"), True),
    "a wrong request": (aws_says("ValidationException"), False),
    "a wrong request, as PynamoDB wraps it": (GetError("x", aws_says("ValidationException")), False),
    "a mistake of ours": (KeyError("x"), False),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_which_faults_are_worth_another_try(fault: str) -> None:
    error, passing = FAULTS[fault]
    assert is_passing_fault(error) is passing


def test_a_metric_is_one_emf_line(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telemetry.metrics, "propagate", True)
    with caplog.at_level(logging.INFO, "yima.metrics"):
        telemetry.count("Verifications", reason="accepted")
    line = json.loads(caplog.messages[0])
    assert line["Verifications"] == 1
    assert line["reason"] == "accepted"
    assert line["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["reason"]]


def test_tracing_is_loaded_only_when_it_is_switched_on() -> None:
    telemetry.start_tracing(Settings())
    assert "aws_xray_sdk" not in sys.modules
