"""Each function may do exactly what it does: nothing it needs is missing, nothing it does not need is granted."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

import pytest

from chalicelib.people.sandbox import RESIDENTS
from chalicelib.platform import tables
from chalicelib.trust.making import ROTATING
from chalicelib.trust.model import KeyUse
from chalicelib.wiring import City
from functions import change_keys
from infra.aws import template
from infra.local.dynamo import Store
from tests.infra.permissions import (
    ROLES,
    Deed,
    key_statements,
    many,
    permitted,
    statements,
    watched,
)
from tests.world import StoppedClock, another_process, caller, scan_by

NEEDS_STAR = {
    "dynamodb:ListStreams": "has no resource to name",
    "xray:PutTraceSegments": "has no resource to name",
    "xray:PutTelemetryRecords": "has no resource to name",
}


@pytest.fixture
def api_deeds(city: City, clock: StoppedClock) -> list[Deed]:
    """What a fresh API function does while every operation is used, by strangers and by old friends."""
    verifier = city.clients.register("地铁")
    city.scans.save("somebody", b"mark", scan_by("metro"))
    with watched() as deeds:
        api = caller(another_process(clock))
        for resident in (RESIDENTS[0], RESIDENTS[0], RESIDENTS[1]):
            holder = api.log_in(resident)
        metro = api.token_for(verifier)
        assert api.verify(api.code(holder), metro).body["verdict"] == "accepted"
        for path in ("/v1/scans", "/v1/trust-list", "/v1/openapi.json", "/v1/health"):
            assert api.get(path, token=holder).status == 200
    return deeds


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
    changes = [{"rotate": "code"}, {"rotate": "token"}, {"rotate": "field"}, {"revoke": "00000000"}]
    changes += [{"revoke": signing[use]} for use in KeyUse if use in signing]
    with watched() as deeds:
        for change in changes:
            change_keys.change_keys(change, None)
    return deeds


@pytest.fixture
def log_deeds(city: City) -> list[Deed]:
    """What the log function does with a scan from the stream."""
    scan = {name: {"S": "x"} for name in ("verifier", "verifier_name", "purpose", "place")} | {
        "at": {"N": "1790000000"}
    }
    image = {"holder": {"S": "somebody"}, "mark": {"B": "bWFyaw=="}, "last_scan": {"M": scan}}
    with watched() as deeds:
        assert city.scan_log.record([{"dynamodb": {"SequenceNumber": "1", "NewImage": image}}]) == []
    return deeds


@pytest.mark.parametrize(
    ("function", "seen"),
    [
        ("api_handler", "api_deeds"),
        ("rotate_keys", "rotation_deeds"),
        ("change_keys", "change_deeds"),
        ("log_scans", "log_deeds"),
    ],
)
def test_a_function_may_do_exactly_what_it_does(function: str, seen: str, request: pytest.FixtureRequest) -> None:
    deeds: list[Deed] = request.getfixturevalue(seen)
    assert {deed.permission for deed in deeds} == permitted(function)


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
    [("api_handler", "api_deeds"), ("rotate_keys", "rotation_deeds"), ("change_keys", "change_deeds")],
)
def test_a_key_encryption_key_opens_only_what_was_wrapped_for_its_use(
    function: str, seen: str, request: pytest.FixtureRequest
) -> None:
    deeds: list[Deed] = request.getfixturevalue(seen)
    patterns = {key: _labels(statement) for key, statement in key_statements(function)}
    wrapped = [deed for deed in deeds if deed.permission.action.startswith("kms:")]

    assert wrapped
    for deed in wrapped:
        assert any(fnmatchcase(deed.detail, pattern) for pattern in patterns[deed.permission.resource]), deed


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


@pytest.mark.parametrize("function", ["api_handler", "log_scans"])
def test_nobody_but_who_changes_keys_reaches_the_root_key(function: str) -> None:
    assert "RootKeyEncryptionKey" not in {key for key, _ in key_statements(function)}
    assert "RootKeyEncryptionKey" not in set().union(*map(template.references, statements(function)))


@pytest.mark.parametrize("key", ["IssuerKeyEncryptionKey", "RootKeyEncryptionKey"])
def test_administrators_manage_a_key_encryption_key_and_cannot_use_it(key: str) -> None:
    policy = template.declared()["Resources"][key]["Properties"]["KeyPolicy"]
    [administration] = [statement for statement in policy["Statement"] if not _roles(statement)]

    use = ("kms:*", "kms:Decrypt", "kms:Encrypt", "kms:ReEncrypt", "kms:GenerateDataKey", "kms:CreateGrant")
    assert not [action for action in administration["Action"] if action.startswith(use)]
    assert all("*" not in action for action in administration["Action"])


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


@pytest.mark.parametrize("function", ROLES)
def test_the_table_key_is_used_through_dynamodb_only(function: str) -> None:
    [use] = [statement for statement in statements(function) if "TableEncryptionKey" in template.references(statement)]
    assert use["Action"] == "kms:Decrypt"
    assert use["Condition"] == {"StringLike": {"kms:ViaService": {"Fn::Sub": "dynamodb.${AWS::Region}.amazonaws.com*"}}}


def _labels(statement: dict[str, Any]) -> list[str]:
    """Which labels a key's statement lets pass."""
    return many(statement["Condition"]["StringLike"]["kms:EncryptionContext:yima"])


def _roles(statement: dict[str, Any]) -> set[str]:
    """The roles of our functions that a statement is about."""
    return template.references(statement["Principal"]) & set(ROLES.values())
