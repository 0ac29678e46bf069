"""What the built template does in an account: who calls whom, what is kept, who is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from infra.aws import template
from tests.infra.conftest import Resources

pytestmark = pytest.mark.packaging

LIVE = {"Ref": "APIHandler.Alias"}


def of_type(resources: Resources, kind: str) -> Resources:
    """The properties of all resources of a type."""
    return {name: each["Properties"] for name, each in resources.items() if each["Type"] == kind}


def test_every_route_calls_the_alias_where_functions_are_warm(resources: Resources) -> None:
    integrations = list(template.integrations({"Resources": resources}))
    assert len(integrations) >= 7
    for integration in integrations:
        text, values = integration["uri"]["Fn::Sub"]
        assert text.endswith("/functions/${Live}/invocations")
        assert values == {"Live": LIVE}


def test_the_gateway_may_call_the_alias_and_nothing_else(resources: Resources) -> None:
    [permission] = of_type(resources, "AWS::Lambda::Permission").values()
    assert permission["FunctionName"] == LIVE


def test_warm_functions_belong_to_the_alias_and_follow_use_and_the_morning(resources: Resources) -> None:
    assert resources["APIHandler"]["Properties"]["AutoPublishAlias"] == "live"
    target = resources["ApiConcurrency"]["Properties"]
    assert {"APIHandler"} == template.references(target["ResourceId"])
    assert [action["ScheduledActionName"] for action in target["ScheduledActions"]] == [
        "morning-starts",
        "morning-ends",
    ]
    assert template.references(resources["ApiConcurrencyFollowsUse"]["Properties"]) == {"ApiConcurrency"}


def test_every_function_of_the_code_is_deployed_with_its_own_role(resources: Resources) -> None:
    functions = template.functions({"Resources": resources})
    assert {name: each["Handler"] for name, each in functions.items()} == {
        "APIHandler": "app.app",
        "RotateKeys": "functions.rotate_keys.rotate_keys",
        "ChangeKeys": "functions.change_keys.change_keys",
        "LogScans": "functions.log_scans.log_scans",
    }
    assert len({each["Role"]["Fn::GetAtt"][0] for each in functions.values()}) == len(functions)
    assert {each["Architectures"][0] for each in functions.values()} == {"x86_64"}


def test_only_who_changes_keys_is_told_where_the_root_key_is(resources: Resources) -> None:
    told = [
        name
        for name, function in template.functions({"Resources": resources}).items()
        if "RootKeyEncryptionKey" in template.references(function["Environment"])
    ]
    assert sorted(told) == ["ChangeKeys", "RotateKeys"]


def test_nothing_but_a_person_whom_iam_lets_changes_keys_by_hand(resources: Resources) -> None:
    """No schedule, no route, no queue, and no permission on the function itself that would let anyone past IAM."""
    assert "Events" not in resources["ChangeKeys"]["Properties"]
    users = {name for name, each in resources.items() if "ChangeKeys" in template.references(each)}
    assert users == {"KeysChangedByHand"}
    assert resources["KeysChangedByHand"]["Properties"]["MetricName"] == "Invocations"


def test_no_function_lets_invented_people_in_or_is_a_specimen_in_production(resources: Resources) -> None:
    for function in template.functions({"Resources": resources}).values():
        variables = function["Environment"]["Variables"]
        assert variables["YIMA_STAGE"] == "prod"
        assert "YIMA_IDENTITY_PROVIDER" not in variables


def test_a_scan_that_cannot_be_logged_holds_nobody_up_for_ever_and_is_not_lost(resources: Resources) -> None:
    [stream] = resources["LogScans"]["Properties"]["Events"].values()
    mapping = stream["Properties"]
    assert mapping["Stream"] == {"Fn::GetAtt": ["StatusesTable", "StreamArn"]}
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["MaximumRecordAgeInSeconds"] <= 12 * 3600, "the stream forgets after 24 hours"
    assert mapping["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["LogScansDeadLetters", "Arn"]}


def test_every_log_is_kept_as_long_as_the_law_asks_and_outlives_the_stack(resources: Resources) -> None:
    logs = of_type(resources, "AWS::Logs::LogGroup")
    assert len(logs) == len(template.functions({"Resources": resources})) + 1
    for name, log in logs.items():
        assert log["RetentionInDays"] == {"Ref": "LogRetentionDays"}
        assert resources[name]["DeletionPolicy"] == "Retain"


def test_every_alarm_wakes_somebody(resources: Resources) -> None:
    alarms = of_type(resources, "AWS::CloudWatch::Alarm")
    assert set(alarms) == {
        "ApiFails",
        "ApiIsSlow",
        "FunctionThrottles",
        "GatewayThrottles",
        "KeysChangedByHand",
        "RotationFails",
        "RotationIsMissing",
        "ScanLogFallsBehind",
        "ScansSetAside",
        "TablesThrottle",
        "WarmFunctionsRunOut",
    }
    assert all(alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "Alarms"}] for alarm in alarms.values())


def test_silence_of_the_rotation_function_is_an_alarm_too(resources: Resources) -> None:
    missing = resources["RotationIsMissing"]["Properties"]
    assert missing["TreatMissingData"] == "breaching"


def test_alarms_watch_the_stage_that_is_deployed(resources: Resources) -> None:
    api = resources["RestAPI"]["Properties"]
    for name in ("ApiFails", "ApiIsSlow"):
        watched = {each["Name"]: each["Value"] for each in resources[name]["Properties"]["Dimensions"]}
        assert watched == {"ApiName": api["Name"], "Stage": api["StageName"]}


def test_the_template_works_in_every_partition(deployment: Path) -> None:
    text = (deployment / "sam.json").read_text(encoding="utf-8")
    assert "arn:aws:" not in text
    assert "arn:aws-cn:" not in text
    assert not re.findall(r"[a-z]{2}-[a-z]+-[0-9]", text)


def test_a_changed_parameter_reaches_the_functions_with_the_next_deployment(resources: Resources) -> None:
    handler = resources["APIHandler"]["Properties"]
    parts = [handler[name] for name in ("Environment", "MemorySize", "Timeout", "Tracing")]
    reached = template.references(parts) | {"Tracing"}
    assert template.references(handler["VersionDescription"]) == reached & template.declared()["Parameters"].keys()
    assert handler["AutoPublishAliasAllProperties"] is True
    assert "AutoPublishCodeSha256" not in handler, "SAM would look at nothing else"
