"""Each function may do exactly what it does: nothing it needs is missing, nothing it does not need is granted."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

import pytest

from app import rooms
from chalicelib.accounts.retention_classes import Ends, kept
from chalicelib.people.proofing.app_secret import _label
from chalicelib.platform import tables
from chalicelib.trust.making import ROTATING
from chalicelib.trust.model import KeyUse
from chalicelib.wiring import City
from functions import change_keys
from infra.aws import template
from infra.local.dynamo import Store
from tests.infra.permissions import (
    BUCKETS,
    KEYS,
    ROLES,
    TABLES,
    Deed,
    Permission,
    confined,
    key_statements,
    many,
    permitted,
    statements,
    watched,
    whole,
)
from tests.infra.tour import Tour, pattern_of
from tests.world import StoppedClock, another_process, caller, found_city

ABSENCE_IS_TOLD = {Permission("s3:ListBucket", bucket) for bucket in BUCKETS.values()}
"""Nobody lists: but to whoever may not, S3 says of a file that is gone that it is forbidden."""

LISTING = "s3:ListBucket"

NEEDS_STAR = {
    "dynamodb:ListStreams": "has no resource to name",
    "xray:PutTraceSegments": "has no resource to name",
    "xray:PutTelemetryRecords": "has no resource to name",
}


@pytest.fixture(scope="module")
def tour(embedded_store: Store) -> Tour:
    """Everything that a city does, by every one of its functions but those that change keys."""
    city = found_city(StoppedClock())
    taken = Tour(city, caller(city)).whole()
    taken.queues.close()
    embedded_store.clear()
    return taken


@pytest.fixture
def api_deeds(tour: Tour) -> list[Deed]:
    """What a fresh API function does while every operation is used, by strangers and by old friends."""
    return tour.deeds["api_handler"]


@pytest.fixture
def rotation_deeds(clock: StoppedClock, city: City, embedded_store: Store) -> list[Deed]:
    """What the rotation function does from the founding of a city until its keys have changed once."""
    embedded_store.clear()
    tables.create_all()
    with watched() as deeds:
        for _ in range(2):
            city.custodian.run(now=int(clock()))
            clock.advance(city.plan.lifetime)
    return deeds


@pytest.fixture
def change_deeds(clock: StoppedClock, city: City, monkeypatch: pytest.MonkeyPatch) -> list[Deed]:
    """What a fresh function does while keys are changed by hand, whatever the change and whether it can be made."""
    by_hand = another_process(clock)
    monkeypatch.setattr(change_keys, "city", lambda: by_hand)
    signing = {key.use: key.kid for key in city.key_store.records()}
    changes = [{"revoke": "00000000"}, *({"rotate": use} for use in KeyUse)]
    changes += [{"revoke": signing[use]} for use in KeyUse if use in signing]
    with watched() as deeds:
        for change in changes:
            change_keys.change_keys(change, None)
    return deeds


def test_every_operation_is_used_on_the_tour(tour: Tour) -> None:
    operations = {f"{each.method} {each.path}" for room in rooms(tour.city) for each in room.operations}
    unused = {each for each in operations if not any(pattern_of(each).fullmatch(used) for used in tour.api.used)}
    assert not unused


def test_each_function_may_do_exactly_what_it_does(
    tour: Tour, rotation_deeds: list[Deed], change_deeds: list[Deed]
) -> None:
    deeds = tour.deeds | {"rotate_keys": rotation_deeds, "change_keys": change_deeds}
    done = {function: {deed.permission for deed in deeds[function]} for function in ROLES}
    granted = {function: permitted(function) - ABSENCE_IS_TOLD for function in ROLES}
    missing = {function: more for function in ROLES if (more := done[function] - granted[function])}
    needless = {function: more for function in ROLES if (more := granted[function] - done[function])}
    assert (missing, needless) == ({}, {})


def test_a_function_that_is_confined_to_partitions_uses_all_of_those_and_no_other(tour: Tour) -> None:
    for function in sorted(tour.deeds.keys() - {"rotate_keys", "change_keys"}):
        for permissions, patterns in confined(function):
            touched = {deed.detail for deed in tour.deeds[function] if deed.permission in permissions}
            assert all(any(fnmatchcase(each, pattern) for pattern in patterns) for each in touched), function
            assert all(any(fnmatchcase(each, pattern) for each in touched) for pattern in patterns), function


def test_each_chain_of_the_journal_is_written_by_one_function_and_nothing_in_it_is_changed() -> None:
    writers: dict[str, str] = {}
    for function in ROLES:
        on_the_journal = {each.action for each in permitted(function) if each.resource == "JournalTable"}
        assert on_the_journal <= {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"}
        for permissions, patterns in confined(function):
            if Permission("dynamodb:PutItem", "JournalTable") in permissions:
                writers |= dict.fromkeys(patterns, function)
    assert writers == {
        each: function
        for function, chain in (
            ("apply_overrides", "overrides"),
            ("follow_appeals", "appeals"),
            ("follow_assistances", "assistances"),
            ("follow_clients", "clients"),
            ("run_sweeps", "policies"),
        )
        for each in (chain, f"steps:{chain}")
    }


@pytest.mark.parametrize("function", sorted(ROLES.keys() - {"close_accounts"}))
def test_no_function_puts_anybody_in_office_or_takes_anybody_out_but_who_leaves(function: str) -> None:
    assert {each.action for each in permitted(function) if each.resource == "OfficersTable"} <= {"dynamodb:GetItem"}


def test_consents_of_guardians_are_recorded_and_by_nobody_changed_and_removed_when_their_time_is_over() -> None:
    may = {(function, each.action) for function in ROLES for each in permitted(function) if _is_consent(each)}
    sweep = {("sweep_retention", action) for action in ("dynamodb:DeleteItem", "dynamodb:Scan")}
    assert may == {("api_handler", "dynamodb:PutItem")} | sweep


def test_nobody_deletes_what_proves_something_for_good() -> None:
    lasting = {TABLES[f"yima-{one.table}"] for one in kept().values() if one.ends is Ends.NEVER}
    assert lasting >= {"JournalTable", "OfficersTable", "KeysTable", "ClientsTable"}
    deleting = {each for function in ROLES for each in permitted(function) if each.action == "dynamodb:DeleteItem"}
    assert {each.resource for each in deleting} & lasting == {"WebhooksTable"}, "which clients take away themselves"


@pytest.mark.parametrize("bucket", BUCKETS.values())
def test_who_reads_files_is_told_of_one_that_is_gone_and_nobody_else_is(bucket: str) -> None:
    may = {each: {f for f in ROLES if Permission(each, bucket) in permitted(f)} for each in ("s3:GetObject", LISTING)}
    assert may["s3:GetObject"] == may[LISTING]


def test_files_of_departments_are_opened_by_who_reads_them_alone() -> None:
    opening = {f: _actions_on_key(f, "UploadsEncryptionKey") for f in ROLES}
    assert {f: actions for f, actions in opening.items() if actions} == {
        "api_handler": {"kms:GenerateDataKey"},
        "continue_imports": {"kms:Decrypt"},
    }


def _actions_on_key(function: str, key: str) -> set[str]:
    """What a function may do with a key, which is nothing but through S3."""
    own = [each for each in statements(function) if key in template.references(each["Resource"])]
    assert all("s3." in str(each["Condition"]["StringLike"]["kms:ViaService"]) for each in own)
    return {action for each in own for action in many(each["Action"])}


def test_nobody_but_the_api_lets_somebody_act_for_another() -> None:
    makers = {f for f in ROLES if Permission("dynamodb:PutItem", "DelegationsTable") in permitted(f)}
    assert makers == {"api_handler"}


def test_only_the_api_reaches_the_files_that_people_send_in() -> None:
    reach = {function for function in ROLES for each in permitted(function) if each.resource == "AttachmentsBucket"}
    assert reach == {"api_handler"}
    [use] = [each for each in statements("api_handler") if "AttachmentsEncryptionKey" in template.references(each)]
    assert use["Condition"] == {"StringLike": {"kms:ViaService": {"Fn::Sub": "s3.${AWS::Region}.amazonaws.com*"}}}


def test_the_api_reads_its_keys_and_never_the_root(api_deeds: list[Deed]) -> None:
    scopes = {deed.detail for deed in api_deeds if deed.permission.resource == "KeysTable"}
    [reading] = [statement for statement in statements("api_handler") if "KeysTable" in template.references(statement)]
    [allowed] = reading["Condition"]["ForAllValues:StringEquals"].values()

    assert allowed == [{"Ref": "RegionCode"}, {"Fn::Sub": "${RegionCode}#public"}]
    assert scopes == {"310000", "310000#public"}


@pytest.mark.parametrize(("action", "scope"), [("dynamodb:Query", "root"), ("dynamodb:PutItem", "public")])
def test_a_change_by_hand_reads_the_root_and_never_writes_it(change_deeds: list[Deed], action: str, scope: str) -> None:
    [statement] = [statement for statement in statements("change_keys") if action in many(statement["Action"])]
    [allowed] = statement["Condition"]["ForAllValues:StringEquals"].values()

    assert allowed == [{"Ref": "RegionCode"}, {"Fn::Sub": f"${{RegionCode}}#{scope}"}]
    assert {deed.detail for deed in change_deeds if deed.permission.action == action} == {"310000", f"310000#{scope}"}


@pytest.mark.parametrize(
    ("function", "seen"),
    [
        ("api_handler", "api_deeds"),
        ("rotate_keys", "rotation_deeds"),
        ("change_keys", "change_deeds"),
    ],
)
def test_a_key_encryption_key_opens_only_what_was_wrapped_for_its_use(
    function: str, seen: str, request: pytest.FixtureRequest
) -> None:
    _assert_only_labelled(function, request.getfixturevalue(seen))


@pytest.mark.parametrize(
    "function",
    [
        "follow_appeals",
        "follow_delegations",
        "follow_consents",
        "close_accounts",
        "continue_imports",
        "watch_scans",
        "emit_scan_events",
        "emit_status_events",
        "deliver_webhooks",
        "revoke_carriers",
        "publish_status_lists",
    ],
)
def test_who_opens_a_few_kinds_of_keys_opens_all_of_those_and_no_other(tour: Tour, function: str) -> None:
    _assert_only_labelled(function, tour.deeds[function])
    opened = {each.detail.partition("#")[0] for each in tour.deeds[function] if each.permission.action == "kms:Decrypt"}
    [(_, statement)] = key_statements(function)
    assert sorted(_labels(statement)) == sorted(f"{use}#*" for use in opened)


def _assert_only_labelled(function: str, deeds: list[Deed]) -> None:
    """What a function had wrapped or opened is labelled as the policy of the key says."""
    patterns = {key: _labels(statement) for key, statement in key_statements(function)}
    wrapped = [deed for deed in deeds if deed.permission.action.startswith("kms:")]

    assert wrapped
    for deed in wrapped:
        assert any(fnmatchcase(deed.detail, pattern) for pattern in patterns[deed.permission.resource]), deed


def test_the_api_opens_every_use_of_keys_but_the_root_and_the_secrets_of_apps() -> None:
    [(_, statement)] = key_statements("api_handler")
    assert sorted(_labels(statement)) == sorted(
        [*(f"{use}#*" for use in KeyUse if use is not KeyUse.ROOT), "channel#*"]
    )


def test_secrets_of_apps_are_sealed_under_the_label_by_which_the_api_opens_them() -> None:
    assert _label("wechat").startswith("channel#")


def test_every_use_of_a_key_is_told_apart_from_the_root() -> None:
    labels = {key: _labels(statement) for key, statement in key_statements("rotate_keys")}
    assert labels == {
        "IssuerKeyEncryptionKey": [f"{use}#*" for use in KeyUse if use is not KeyUse.ROOT],
        "RootKeyEncryptionKey": [f"{KeyUse.ROOT}#*"],
    }


def test_a_change_by_hand_makes_no_key_that_others_rest_under_and_no_root() -> None:
    uses = {(key, each["Action"]): _labels(each) for key, each in key_statements("change_keys")}
    assert uses == {
        ("IssuerKeyEncryptionKey", "kms:Encrypt"): [f"{use}#*" for use in ROTATING],
        ("RootKeyEncryptionKey", "kms:Decrypt"): [f"{KeyUse.ROOT}#*"],
    }


@pytest.mark.parametrize("function", sorted(ROLES.keys() - {"rotate_keys", "change_keys"}))
def test_nobody_but_who_changes_keys_reaches_the_root_key(function: str) -> None:
    assert "RootKeyEncryptionKey" not in {key for key, _ in key_statements(function)}
    assert "RootKeyEncryptionKey" not in set().union(*map(template.references, statements(function)))


@pytest.mark.parametrize("key", ["IssuerKeyEncryptionKey", "RootKeyEncryptionKey"])
def test_administrators_manage_a_key_encryption_key_and_cannot_use_it(key: str) -> None:
    policy = template.declared()["Resources"][key]["Properties"]["KeyPolicy"]
    [administration] = [each for each in whole(policy) if each["Sid"] == "AdministerWithoutUse"]

    use = ("kms:*", "kms:Decrypt", "kms:Encrypt", "kms:ReEncrypt", "kms:GenerateDataKey", "kms:CreateGrant")
    assert not [action for action in administration["Action"] if action.startswith(use)]
    assert all("*" not in action for action in administration["Action"])


def test_nobody_but_functions_and_the_registrar_uses_a_key_encryption_key() -> None:
    policies = [template.declared()["Resources"][key]["Properties"]["KeyPolicy"] for key in KEYS.values()]
    others = [each for policy in policies for each in whole(policy) if not _roles(each) and "Condition" in each]
    assert [template.references(each["Principal"]) for each in others] == [{"RegistrarRoleArn"}] * 2
    assert [(each["Action"], _labels(each)) for each in others] == [
        ("kms:Decrypt", ["field#*", "index#*"]),
        ("kms:Encrypt", ["channel#*"]),
    ]


@pytest.mark.parametrize("function", ROLES)
def test_policies_name_what_they_allow(function: str) -> None:
    for statement in statements(function):
        actions = many(statement["Action"])
        assert statement["Effect"] == "Allow"
        assert not [action for action in actions if "*" in action], statement
        if "*" in many(statement["Resource"]):
            assert set(actions) <= NEEDS_STAR.keys(), statement
        else:
            assert template.references(statement["Resource"]), statement


@pytest.mark.parametrize("function", sorted(ROLES.keys() - {"wake_webhooks"}))
def test_the_table_key_is_used_through_dynamodb_only(function: str) -> None:
    [use] = [statement for statement in statements(function) if "TableEncryptionKey" in template.references(statement)]
    assert use["Action"] == "kms:Decrypt"
    assert use["Condition"] == {"StringLike": {"kms:ViaService": {"Fn::Sub": "dynamodb.${AWS::Region}.amazonaws.com*"}}}


def _is_consent(permission: Permission) -> bool:
    """Whether it is about what guardians agreed to for children."""
    return permission.resource == "GuardianConsentsTable"


def _labels(statement: dict[str, Any]) -> list[str]:
    """Which labels a key's statement lets pass."""
    return many(statement["Condition"]["StringLike"]["kms:EncryptionContext:yima"])


def _roles(statement: dict[str, Any]) -> set[str]:
    """The roles of our functions that a statement is about."""
    return template.references(statement["Principal"]) & set(ROLES.values())
