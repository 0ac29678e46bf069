"""What a function may do, read from its policy and from the policies of keys; and what it does, seen at its clients."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from botocore.client import BaseClient

from chalicelib.platform.shortcut import Shortcut
from infra.aws import template

ROOT = Path(__file__).parents[2]
ROLES = {
    "api_handler": "ApiHandlerRole",
    "rotate_keys": "RotateKeysRole",
    "change_keys": "ChangeKeysRole",
    "log_scans": "LogScansRole",
}
"""Chalice's function names and the roles it makes for them."""

TABLES = {
    "yima-keys": "KeysTable",
    "yima-statuses": "StatusesTable",
    "yima-holders": "HoldersTable",
    "yima-identities": "IdentitiesTable",
    "yima-scans": "ScansTable",
    "yima-clients": "ClientsTable",
}
KEYS = {"alias/yima-issuer": "IssuerKeyEncryptionKey", "alias/yima-root": "RootKeyEncryptionKey"}

Statement = dict[str, Any]


class Permission(NamedTuple):
    """An action on a resource of the template."""

    action: str
    resource: str


class Deed(NamedTuple):
    """One call that a function made, and what the conditions of policies look at."""

    permission: Permission
    detail: str


def many(value: Any) -> list[Any]:
    """IAM writes one thing or a list of things."""
    return value if isinstance(value, list) else [value]


def statements(function: str) -> list[Statement]:
    """The statements of a function's own policy, those of optional features included."""
    config = json.loads((ROOT / ".chalice/config.json").read_text(encoding="utf-8"))
    path = ROOT / ".chalice" / config["lambda_functions"][function]["iam_policy_file"]
    policy = json.loads(path.read_text(encoding="utf-8"))
    return [statement["Fn::If"][1] if "Fn::If" in statement else statement for statement in policy["Statement"]]


def key_statements(function: str) -> Iterator[tuple[str, Statement]]:
    """The statements of key policies that name a function's role, with the key they belong to."""
    for name, resource in template.declared()["Resources"].items():
        if resource.get("Type") == "AWS::KMS::Key":
            for statement in resource["Properties"]["KeyPolicy"]["Statement"]:
                if ROLES[function] in template.references(statement["Principal"]):
                    yield name, statement


def permitted(function: str) -> set[Permission]:
    """What our code in a function may do with tables and key-encryption keys."""
    own = {
        Permission(action, name)
        for statement in statements(function)
        for action in many(statement["Action"])
        for name in template.references(statement["Resource"])
        if name in TABLES.values() and not action.endswith(("Stream", "Records", "ShardIterator"))
    }
    keys = {
        Permission(action, key) for key, statement in key_statements(function) for action in many(statement["Action"])
    }
    return own | keys


@contextmanager
def watched() -> Iterator[list[Deed]]:
    """Every call that any AWS client of this process makes meanwhile."""
    deeds: list[Deed] = []

    def watched_way(call: Callable[[Any, str, dict[str, Any]], Any]) -> Callable[[Any, str, dict[str, Any]], Any]:
        def watch(client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
            deeds.append(_deed(client.meta.service_model.service_name, operation, parameters))
            return call(client, operation, parameters)

        return watch

    with pytest.MonkeyPatch.context() as patch:
        for way in (BaseClient, Shortcut):
            patch.setattr(way, "_make_api_call", watched_way(way._make_api_call))  # type: ignore[union-attr]
        yield deeds


def _deed(service: str, operation: str, parameters: dict[str, Any]) -> Deed:
    """A call in terms of the template."""
    if service == "kms":
        return Deed(Permission(f"kms:{operation}", KEYS[parameters["KeyId"]]), parameters["EncryptionContext"]["yima"])
    key = parameters.get("Key") or parameters.get("Item") or parameters.get("ExpressionAttributeValues") or {}
    partition = next(iter(key.get("scope", key.get(":0", {})).values()), "")
    return Deed(Permission(f"{service}:{operation}", TABLES[parameters["TableName"]]), str(partition))
