"""What the built template does in an account: who calls whom, what is kept, who is told."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from app import rooms
from chalicelib.partners.imports.model import STALLED_S, WAITING_S, file_key
from chalicelib.partners.imports.running import LEASE_S
from chalicelib.partners.webhooks import addresses, delivering_due, sending_wire
from chalicelib.people.sessions.model import Finding
from chalicelib.platform.outgoing import CONNECT_TIMEOUT_S, READ_TIMEOUT_S
from chalicelib.platform.queues import DELAYED_SUFFIX, ORDERED_SUFFIX
from chalicelib.platform.settings import Settings
from chalicelib.status.appeals.model import ESCALATION_S
from chalicelib.wiring import City
from infra.aws import template
from infra.docs import DOCS
from tests.infra.conftest import Resources

pytestmark = pytest.mark.packaging

ALARM, QUEUE = "AWS::CloudWatch::Alarm", "AWS::SQS::Queue"
CODE = Path(__file__).parents[2] / "chalicelib"
LIVE = {"Ref": "APIHandler.Alias"}
COUNTED_BY_BATCH = {"WatchScans", "WatchRefusals"}
"""What they count they count under the name of a batch: half of one would be another."""


def of_type(resources: Resources, kind: str) -> Resources:
    """The properties of all resources of a type."""
    return {name: each["Properties"] for name, each in resources.items() if each["Type"] == kind}


def test_the_api_waits_longer_than_those_whom_it_asks_and_less_than_the_gateway(resources: Resources) -> None:
    """A child's parents are asked for in two questions; each may take two attempts to connect, and an answer."""
    question = 2 * CONNECT_TIMEOUT_S + READ_TIMEOUT_S
    assert 2 * question < resources["APIHandler"]["Properties"]["Timeout"] < 29


def test_the_settings_of_the_api_fit_into_what_lambda_takes(resources: Resources) -> None:
    """4 KB in all; an RSA key of 2,048 bits has 1,219 bytes, and KMS adds less than 200 to what it encrypts."""
    variables = resources["APIHandler"]["Properties"]["Environment"]["Variables"]
    sealed = {"YIMA_WECHAT": 32, "YIMA_ALIPAY": 1_219}
    long = {name: 20 + len(":sealed:") + 4 * ((secret + 200) // 3 + 1) for name, secret in sealed.items()}
    long |= {
        "YIMA_ALIPAY_KEY": 392,
        "YIMA_IDENTITY_PROVIDER_KEY": 130,
        "YIMA_KEY_WRAP": 90,
        "YIMA_IDENTITY_PROVIDER": 100,
    }
    assert long.keys() <= variables.keys()
    assert sum(len(name) + long.get(name, 32) for name in variables) < 4_096


def test_every_route_calls_the_alias_where_functions_are_warm(resources: Resources) -> None:
    paths = resources["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    routes = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods.keys() - {"options"}}
    operations = {f"{each.method} {each.path}" for room in rooms(City(Settings())) for each in room.operations}
    assert routes == operations, "chalice read the app as Lambda starts it, not whole"
    integrations = list(template.integrations({"Resources": resources}))
    assert len(integrations) == len(operations)
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
        "RecomputeStatuses": "functions.recompute_statuses.recompute_statuses",
        "TellChanges": "functions.tell_changes.tell_changes",
        "ApplyDueChanges": "functions.apply_due_changes.apply_due_changes",
        "ApplyOverrides": "functions.apply_overrides.apply_overrides",
        "FollowAppeals": "functions.follow_appeals.follow_appeals",
        "WatchAppeals": "functions.watch_appeals.watch_appeals",
        "RunSweeps": "functions.run_sweeps.run_sweeps",
        "FollowDelegations": "functions.follow_delegations.follow_delegations",
        "FollowTags": "functions.follow_tags.follow_tags",
        "FollowAssistances": "functions.follow_assistances.follow_assistances",
        "CloseAccounts": "functions.close_accounts.close_accounts",
        "RevokeCarriers": "functions.revoke_carriers.revoke_carriers",
        "PublishStatusLists": "functions.publish_status_lists.publish_status_lists",
        "JudgeWatching": "functions.judge_watching.judge_watching",
        "SweepRetention": "functions.sweep_retention.sweep_retention",
        "FollowClients": "functions.follow_clients.follow_clients",
        "FollowConsents": "functions.follow_consents.follow_consents",
        "WatchScans": "functions.watch_scans.watch_scans",
        "WatchRefusals": "functions.watch_refusals.watch_refusals",
        "EmitScanEvents": "functions.emit_scan_events.emit_scan_events",
        "EmitStatusEvents": "functions.emit_status_events.emit_status_events",
        "EmitConsentEvents": "functions.emit_consent_events.emit_consent_events",
        "EmitAppealEvents": "functions.emit_appeal_events.emit_appeal_events",
        "EmitCarrierEvents": "functions.emit_carrier_events.emit_carrier_events",
        "EmitKeyEvents": "functions.emit_key_events.emit_key_events",
        "EmitAlertEvents": "functions.emit_alert_events.emit_alert_events",
        "EmitImportEvents": "functions.emit_import_events.emit_import_events",
        "DeliverWebhooks": "functions.deliver_webhooks.deliver_webhooks",
        "WakeWebhooks": "functions.wake_webhooks.wake_webhooks",
        "RetryWebhooks": "functions.retry_webhooks.retry_webhooks",
        "RunImports": "functions.run_imports.run_imports",
        "ContinueImports": "functions.continue_imports.continue_imports",
        "SweepImports": "functions.sweep_imports.sweep_imports",
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
    """Unless told otherwise nobody is let in; told to let invented people in, it does not start (settings.py)."""
    for function in template.functions({"Resources": resources}).values():
        variables = function["Environment"]["Variables"]
        assert variables["YIMA_STAGE"] == "prod"
        assert variables.get("YIMA_IDENTITY_PROVIDER") in (None, {"Ref": "IdentityProvider"})
    assert template.declared()["Parameters"]["IdentityProvider"]["Default"] == ""


def test_every_setting_of_the_api_can_be_chosen_where_the_city_is_deployed(resources: Resources) -> None:
    read = set(re.findall(r"YIMA_[A-Z_]+", (CODE / "platform/settings.py").read_text(encoding="utf-8")))
    told = resources["APIHandler"]["Properties"]["Environment"]["Variables"].keys()
    assert {name for name in told if name.startswith("YIMA_")} == read - {"YIMA_ROOT_KEY_WRAP", "YIMA_WEBHOOK_PRIVATE"}


def test_as_it_is_delivered_the_settings_are_those_of_the_code() -> None:
    defaults = {name: each.get("Default") for name, each in template.declared()["Parameters"].items()}
    written = Settings.from_environment(
        {
            "YIMA_REGION": defaults["RegionCode"],
            "YIMA_TABLE_PREFIX": defaults["TablePrefix"],
            "YIMA_APPEAL_HOURS": str(defaults["AppealHours"]),
            "YIMA_OVERRIDE_THRESHOLD": str(defaults["OverrideThreshold"]),
            "YIMA_CODE_ASSURANCE": defaults["CodeAssurance"],
            "YIMA_DOCUMENT_LIMITS": defaults["DocumentLimits"],
            "YIMA_IDENTITY_PROVIDER": defaults["IdentityProvider"],
            "YIMA_IDENTITY_PROVIDER_KEY": defaults["IdentityProviderKey"],
            "YIMA_WECHAT": defaults["WeChatApp"],
            "YIMA_ALIPAY": defaults["AlipayApp"],
            "YIMA_ALIPAY_KEY": defaults["AlipayKey"],
        }
    )
    assert written == Settings()


@pytest.mark.parametrize(
    ("function", "table", "given_up_after_hours"),
    [
        ("LogScans", "StatusesTable", 6),
        ("TellChanges", "StatusesTable", 6),
        ("RecomputeStatuses", "EvidenceTable", 1),
        ("ApplyOverrides", "OverridesTable", 6),
        ("FollowAppeals", "AppealsTable", 6),
        ("FollowDelegations", "DelegationsTable", 6),
        ("FollowTags", "TagsTable", 6),
        ("FollowAssistances", "AssistancesTable", 6),
        ("RevokeCarriers", "CarriersTable", 6),
        ("FollowClients", "ClientsTable", 6),
        ("FollowConsents", "ConsentsTable", 6),
        ("WatchScans", "ScansTable", 6),
        ("WatchRefusals", "RefusedScansTable", 6),
        ("ContinueImports", "ImportsTable", 1),
        ("EmitScanEvents", "ScansTable", 6),
        ("EmitStatusEvents", "ChangesTable", 6),
        ("EmitConsentEvents", "ConsentsTable", 6),
        ("EmitAppealEvents", "AppealsTable", 6),
        ("EmitCarrierEvents", "StatusListsTable", 6),
        ("EmitKeyEvents", "KeysTable", 6),
        ("EmitAlertEvents", "AlertsTable", 6),
        ("EmitImportEvents", "ImportsTable", 6),
    ],
)
def test_what_cannot_be_followed_holds_nobody_up_for_ever_and_is_not_lost(
    resources: Resources, function: str, table: str, given_up_after_hours: int
) -> None:
    [stream] = resources[function]["Properties"]["Events"].values()
    mapping = stream["Properties"]
    assert mapping["Stream"] == {"Fn::GetAtt": [table, "StreamArn"]}
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"] is (function not in COUNTED_BY_BATCH)
    assert mapping["MaximumRecordAgeInSeconds"] == given_up_after_hours * 3600, "the stream forgets after 24 hours"
    letters = f"{function}DeadLetters"
    assert mapping["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": [letters, "Arn"]}
    watched = {name for name, alarm in of_type(resources, ALARM).items() if letters in template.references(alarm)}
    assert watched, "somebody must hear of it"


def test_every_follower_of_a_stream_is_watched_for_falling_behind(resources: Resources) -> None:
    late = [metric for alarm in of_type(resources, ALARM).values() for metric in _metrics(alarm, "IteratorAge")]
    followers = {name for name, each in template.functions({"Resources": resources}).items() if _follows(each)}
    assert set().union(*(template.references(metric["Dimensions"]) for metric in late)) == followers


def test_no_stream_has_more_readers_than_dynamodb_serves_well(resources: Resources) -> None:
    streams = [_follows(each) for each in template.functions({"Resources": resources}).values()]
    read = [stream for stream in streams if stream]
    assert all(read.count(stream) <= 2 for stream in read)


def test_schedules_run_as_often_as_promised(resources: Resources) -> None:
    rates = {
        name: event["Properties"]["Schedule"]
        for name, each in template.functions({"Resources": resources}).items()
        for event in each.get("Events", {}).values()
        if event["Type"] == "Schedule"
    }
    assert rates == {
        "RotateKeys": "rate(10 minutes)",
        "ApplyDueChanges": "rate(1 minute)",
        "RunSweeps": "rate(1 minute)",
        "WatchAppeals": "rate(10 minutes)",
        "PublishStatusLists": "rate(10 minutes)",
        "CloseAccounts": "rate(1 hour)",
        "JudgeWatching": "rate(1 hour)",
        "SweepRetention": "rate(1 hour)",
        "RetryWebhooks": "rate(1 minute)",
        "SweepImports": "rate(5 minutes)",
    }


@pytest.mark.parametrize(
    ("metric", "alarm", "counter"),
    [
        ("ChangesUntold", "ChangesUntold", "ChangesUntold"),
        ("AppealsOverdue", "AppealsOverdue", "AppealsOverdue"),
        ("HoldersNotSwept", "HoldersNotSwept", "HoldersNotSwept"),
        ("RollOutsDelayed", "RollOutsDelayed", "RollOutsDelayed"),
        ("SweepsDelayed", "SweepsDelayed", "SweepsDelayed"),
        ("IdentityProviderFaults", "IdentityProviderFails", "IdentityProviderFaults"),
        ("IdentityProviderUntrusted", "IdentityProviderUntrusted", "IdentityProviderUntrusted"),
        ("ChannelFaults", "ChannelsFail", "ChannelFaults"),
        ("FailedProofs", "ProofsFail", "FailedProofs"),
        ("RefreshTokensReused", "RefreshTokensReused", "RefreshesRefused"),
        ("DeparturesFailed", "DeparturesFailed", "DeparturesFailed"),
        ("ImportsWaitingForTheStore", "ImportsWait", "ImportsWaitingForTheStore"),
        ("AlertsRaised", "AlertsRaised", "AlertsRaised"),
        ("RetentionRefused", "RetentionRefused", "RetentionRefused"),
        ("OfficeLogOutcomesLost", "OfficeLogOutcomesLost", "OfficeLogOutcomesLost"),
        ("RefusedScansNotNoted", "RefusedScansNotNoted", "RefusedScansNotNoted"),
        ("WebhookQueueFaults", "WebhookQueueFails", "WebhookQueueFaults"),
        ("WebhooksUsedUp", "WebhooksUsedUp", "WebhooksUsedUp"),
        ("WebhooksDisabled", "WebhooksDisabled", "WebhooksDisabled"),
        ("UnsafeWebhookAddresses", "UnsafeWebhookAddresses", "UnsafeWebhookAddresses"),
    ],
)
def test_what_functions_count_for_the_account_wakes_only_who_runs_this_stack(
    resources: Resources, metric: str, alarm: str, counter: str
) -> None:
    counting = resources[f"{metric}Count"]["Properties"]
    [counted] = counting["MetricTransformations"]
    wakes = resources[alarm]["Properties"]
    assert f"$.{counter} >= 0" in counting["FilterPattern"]
    assert (counted["MetricNamespace"], counted["MetricName"]) == (wakes["Namespace"], wakes["MetricName"])
    assert wakes["Namespace"] == {"Fn::Sub": "Yima/${AWS::StackName}"}
    assert any(f'"{counter}"' in path.read_text(encoding="utf-8") for path in CODE.rglob("*.py")), "nobody counts it"


def test_refreshes_by_a_token_that_two_have_are_told_from_the_others(resources: Resources) -> None:
    assert f'$.reason = "{Finding.REUSED}"' in resources["RefreshTokensReusedCount"]["Properties"]["FilterPattern"]


def test_files_that_people_send_in_are_private_encrypted_and_do_not_stay(resources: Resources) -> None:
    bucket = resources["AttachmentsBucket"]
    assert (bucket["DeletionPolicy"], bucket["UpdateReplacePolicy"]) == ("Retain", "Retain")
    properties = bucket["Properties"]
    [encryption] = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert all(properties["PublicAccessBlockConfiguration"].values())
    assert len(properties["PublicAccessBlockConfiguration"]) == 4
    [expiry] = properties["LifecycleConfiguration"]["Rules"]
    assert expiry["ExpirationInDays"] == {"Ref": "AttachmentRetentionDays"}
    assert "VersioningConfiguration" not in properties, "what has expired must be gone"
    assert not {"CorsConfiguration", "WebsiteConfiguration"} & properties.keys()
    [refusal] = resources["AttachmentsOverTlsOnly"]["Properties"]["PolicyDocument"]["Statement"]
    assert (refusal["Effect"], refusal["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_files_are_kept_for_as_long_as_both_levels_of_an_appeal_can_take(resources: Resources) -> None:
    kept = template.declared()["Parameters"]["AttachmentRetentionDays"]
    longest = template.declared()["Parameters"]["AppealHours"]["MaxValue"] / 24
    assert kept["MinValue"] > 2 * longest + ESCALATION_S / 86_400


def test_every_log_is_kept_as_long_as_the_law_asks_and_outlives_the_stack(resources: Resources) -> None:
    logs = of_type(resources, "AWS::Logs::LogGroup")
    assert len(logs) == len(template.functions({"Resources": resources})) + 1
    for name, log in logs.items():
        assert log["RetentionInDays"] == {"Ref": "LogRetentionDays"}
        assert resources[name]["DeletionPolicy"] == "Retain"


def test_every_alarm_wakes_somebody(resources: Resources) -> None:
    alarms = of_type(resources, ALARM)
    assert set(alarms) == {
        "ActsSetAside",
        "AlertsRaised",
        "ApiFails",
        "ApiIsSlow",
        "AppealsFallBehind",
        "AppealsOverdue",
        "AssistancesFallBehind",
        "ChangesFallBehind",
        "ChangesUntold",
        "ChannelsFail",
        "ClientsFallBehind",
        "ConsentsFallBehind",
        "DelegationsFallBehind",
        "DeparturesAreNotCarriedOut",
        "DeparturesFailed",
        "DueChangesAreMissing",
        "DueChangesFail",
        "EventsFallBehind",
        "EventsSetAside",
        "FunctionThrottles",
        "GatewayThrottles",
        "HoldersNotSwept",
        "IdentityProviderFails",
        "IdentityProviderUntrusted",
        "ImportsAreNotLookedAfter",
        "ImportsFallBehind",
        "ImportsWait",
        "KeysChangedByHand",
        "OfficeLogOutcomesLost",
        "OverridesFallBehind",
        "ProgramsSetAside",
        "ProofsFail",
        "RefreshTokensReused",
        "RefusedScansNotNoted",
        "RetentionIsNotSwept",
        "RetentionRefused",
        "RevocationsFallBehind",
        "RollOutsDelayed",
        "RotationFails",
        "RotationIsMissing",
        "ScanLogFallsBehind",
        "ScansSetAside",
        "StatusListsAreNotSigned",
        "StatusesFallBehind",
        "StepsSetAside",
        "SweepsDelayed",
        "SweepsFail",
        "TablesThrottle",
        "TagsFallBehind",
        "UnsafeWebhookAddresses",
        "VerifiersAreNotJudged",
        "WarmFunctionsRunOut",
        "WatchingFallsBehind",
        "WebhookQueueFails",
        "WebhooksAreNotRetried",
        "WebhooksDisabled",
        "WebhooksSetAside",
        "WebhooksUsedUp",
        "WebhooksWait",
    }
    assert all(alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "Alarms"}] for alarm in alarms.values())


@pytest.mark.parametrize(
    "alarm",
    [
        "RotationIsMissing",
        "DueChangesAreMissing",
        "AppealsOverdue",
        "StatusListsAreNotSigned",
        "DeparturesAreNotCarriedOut",
        "ImportsAreNotLookedAfter",
        "VerifiersAreNotJudged",
        "RetentionIsNotSwept",
        "WebhooksAreNotRetried",
    ],
)
def test_silence_of_a_scheduled_function_is_an_alarm_too(resources: Resources, alarm: str) -> None:
    missing = resources[alarm]["Properties"]
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


def _follows(function: dict[str, Any]) -> str:
    """The table whose stream a function follows, "" for none."""
    [stream] = [
        each["Properties"]["Stream"] for each in function.get("Events", {}).values() if "DynamoDB" in each["Type"]
    ] or [{}]
    return str(stream["Fn::GetAtt"][0]) if stream else ""


def _metrics(alarm: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The metrics of a name that an alarm looks at, alone or together."""
    several = [each["MetricStat"]["Metric"] for each in alarm.get("Metrics", []) if "MetricStat" in each]
    return [each for each in (alarm, *several) if each.get("MetricName") == name]


def test_a_changed_parameter_reaches_the_functions_with_the_next_deployment(resources: Resources) -> None:
    handler = resources["APIHandler"]["Properties"]
    parameters = template.declared()["Parameters"]
    parts = [handler[name] for name in ("Environment", "MemorySize", "Timeout", "Tracing")]
    reached = (template.references(parts) | {"Tracing"}) & parameters.keys()
    told = template.references(handler["VersionDescription"])
    assert reached - told == {each for each in reached if "OutsideEdition" in parameters[each]["Description"]}
    assert told - reached == {"OutsideEdition"}
    assert handler["AutoPublishAliasAllProperties"] is True
    assert "AutoPublishCodeSha256" not in handler, "SAM would look at nothing else"


def test_what_a_version_is_called_fits_into_what_lambda_takes(resources: Resources) -> None:
    """256 characters, whatever a city has chosen: 32 for a prefix of tables, 13 for any of the others."""
    text = resources["APIHandler"]["Properties"]["VersionDescription"]["Fn::Sub"]
    assert len(re.sub(r"\$\{\w+\}", "x" * 13, text)) + 32 - 13 <= 256


def test_every_alarm_tells_an_operator_what_to_do(resources: Resources) -> None:
    runbook = (DOCS / "operating.md").read_text(encoding="utf-8")
    told = {name for row in re.findall(r"^\| ([A-Z][\w, ]+) \|", runbook, re.M) for name in row.split(", ")}
    assert of_type(resources, ALARM).keys() <= told


def test_the_template_fits_into_what_cloudformation_takes(resources: Resources, deployment: Path) -> None:
    """A million bytes as `aws cloudformation package` writes it (which as JSON indents by four, too much), and 500
    resources, of which SAM makes up to two for each event and some for the alias and the stage."""
    whole = json.loads((deployment / "sam.json").read_text(encoding="utf-8"))
    events = sum(len(each.get("Events", {})) for each in template.functions({"Resources": resources}).values())
    assert "--use-json" not in (DOCS / "operating.md").read_text(encoding="utf-8")
    assert len(yaml.safe_dump(whole, allow_unicode=True).encode()) < 900_000
    assert len(resources) + 2 * events + 10 < 500


def test_policies_of_roles_fit_into_what_iam_takes(resources: Resources) -> None:
    """10,240 characters without white space in all, and 6,144 in each that stands alone; an address with the longest
    prefix of tables has 105."""
    for name, role in of_type(resources, "AWS::IAM::Role").items():
        policies = [each["PolicyDocument"] for each in role.get("Policies", [])]
        assert _length(policies) < 10_240, name
    for name, managed in of_type(resources, "AWS::IAM::ManagedPolicy").items():
        assert _length(managed["PolicyDocument"]) < 6_144, name


def _length(policy: Any) -> int:
    """How long a policy is as IAM counts."""
    return len(json.dumps(_addressed(policy), separators=(",", ":")))


def _addressed(part: Any) -> Any:
    """A part of a policy with an address in place of every name of a resource."""
    if isinstance(part, list):
        return [_addressed(each) for each in part]
    if not isinstance(part, dict):
        return part
    if "Fn::GetAtt" in part:
        return "x" * 105
    if "Fn::Sub" in part:
        return re.sub(r"\$\{\w+\.Arn\}", "x" * 105, part["Fn::Sub"])
    return {name: _addressed(each) for name, each in part.items()}


@pytest.mark.parametrize(("function", "queue"), [("DeliverWebhooks", "Webhooks"), ("WakeWebhooks", "WebhookDelays")])
def test_a_message_that_nobody_can_handle_is_laid_aside_and_no_other_waits_long_for_a_dead_worker(
    resources: Resources, function: str, queue: str
) -> None:
    [source] = resources[function]["Properties"]["Events"].values()
    properties, letters = resources[f"{queue}Queue"]["Properties"], f"{queue}DeadLetters"
    assert source["Properties"]["Queue"] == {"Fn::Sub": f"${{{queue}Queue.Arn}}"}
    assert source["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert properties["VisibilityTimeout"] >= 6 * resources[function]["Properties"]["Timeout"], "as AWS advises"
    assert properties["RedrivePolicy"] == {
        "deadLetterTargetArn": {"Fn::GetAtt": [letters, "Arn"]},
        "maxReceiveCount": 3,
    }
    assert properties.get("FifoQueue") == resources[letters]["Properties"].get("FifoQueue")
    assert [name for name, alarm in of_type(resources, ALARM).items() if letters in template.references(alarm)]


def test_queues_are_where_the_setting_says_and_one_message_comes_at_a_time(resources: Resources) -> None:
    names = {
        name: each["QueueName"]["Fn::Sub"] for name, each in of_type(resources, QUEUE).items() if "QueueName" in each
    }
    setting = resources["APIHandler"]["Properties"]["Environment"]["Variables"]["YIMA_WEBHOOK_QUEUE"]
    stem = setting["Fn::Sub"].removeprefix("sqs:")
    assert names["WebhooksQueue"] == stem + ORDERED_SUFFIX
    assert names["WebhookDelaysQueue"] == stem + DELAYED_SUFFIX
    [source] = resources["DeliverWebhooks"]["Properties"]["Events"].values()
    assert source["Properties"]["BatchSize"] == 1, "one silent receiver would hold back the others of its batch"


def test_every_queue_is_encrypted_and_outlives_the_stack(resources: Resources) -> None:
    for name, queue in of_type(resources, QUEUE).items():
        assert queue["SqsManagedSseEnabled"] is True
        assert resources[name]["DeletionPolicy"] == "Retain"


def test_a_receiver_is_waited_for_within_the_time_of_who_waits(resources: Resources) -> None:
    longest = addresses.RESOLVE_S + sending_wire.CONNECT_S + sending_wire.TOTAL_S
    assert longest + 5 <= resources["APIHandler"]["Properties"]["Timeout"]
    assert longest + 5 <= resources["DeliverWebhooks"]["Properties"]["Timeout"]
    assert delivering_due.NO_MORE_AFTER_S + longest + 5 <= resources["RetryWebhooks"]["Properties"]["Timeout"]


def test_a_turn_of_a_file_ends_before_another_may_take_it(resources: Resources) -> None:
    assert resources["ContinueImports"]["Properties"]["Timeout"] < LEASE_S


def test_files_of_departments_are_private_encrypted_told_of_and_do_not_stay(resources: Resources) -> None:
    properties = resources["UploadsBucket"]["Properties"]
    [encryption] = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert list(properties["PublicAccessBlockConfiguration"].values()) == [True] * 4
    assert properties["NotificationConfiguration"] == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    [expiry] = properties["LifecycleConfiguration"]["Rules"]
    assert file_key("").startswith(expiry["Prefix"])
    assert expiry["ExpirationInDays"] * 86_400 > WAITING_S + STALLED_S
    assert "VersioningConfiguration" not in properties, "what is read must be gone"
    [refusal] = resources["UploadsOverTlsOnly"]["Properties"]["PolicyDocument"]["Statement"]
    assert (refusal["Effect"], refusal["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_only_files_in_our_own_bucket_begin_an_import(resources: Resources) -> None:
    [event] = resources["RunImports"]["Properties"]["Events"].values()
    assert event["Properties"]["Pattern"] == {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [{"Ref": "UploadsBucket"}]}, "object": {"key": [{"prefix": "imports/"}]}},
    }
