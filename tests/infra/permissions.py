"""What a function may do, read from its policy and from the policies of keys; and what it does, seen at its clients."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from botocore.client import BaseClient
from botocore.signers import RequestSigner

from chalicelib.platform.shortcut import Shortcut
from infra.aws import template

ROOT = Path(__file__).parents[2]
CONFIG = json.loads((ROOT / ".chalice/config.json").read_text(encoding="utf-8"))
DECLARED = template.declared()["Resources"]

ROLES = {name: "".join(map(str.capitalize, name.split("_"))) + "Role" for name in CONFIG["lambda_functions"]}
"""Chalice's function names and the roles it makes for them."""

TABLES = {
    each["Properties"]["TableName"]["Fn::Sub"].replace("${TablePrefix}", "yima-"): name
    for name, each in DECLARED.items()
    if each.get("Type") == "AWS::DynamoDB::Table"
}
BUCKETS = {"yima-attachments": "AttachmentsBucket", "yima-uploads": "UploadsBucket"}
QUEUES = {"yima-webhooks.fifo": "WebhooksQueue", "yima-webhooks-delays": "WebhookDelaysQueue"}
KEYS = {"alias/yima-issuer": "IssuerKeyEncryptionKey", "alias/yima-root": "RootKeyEncryptionKey"}
STORES = {*TABLES.values(), *BUCKETS.values(), *QUEUES.values()}
POLLING = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
"""What Lambda does with a queue in a function's name."""

NAMED_OTHERWISE = {"s3:HeadObject": "s3:GetObject", "sqs:SendMessageBatch": "sqs:SendMessage"}
"""Operations that policies have another name for."""

INDEX = re.compile(r"\$\{(\w+)\.Arn\}(/index/\w+)")

Statement = dict[str, Any]


class Permission(NamedTuple):
    """An action on a resource of the template; an index is `AppealsTable/index/queue`."""

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
    """The statements of a function's own policies, those of optional features included."""
    path = ROOT / ".chalice" / CONFIG["lambda_functions"][function]["iam_policy_file"]
    beside = DECLARED.get(ROLES[function], {}).get("Properties", {}).get("ManagedPolicyArns", [])
    managed = [each for name in beside for each in whole(DECLARED[name["Ref"]]["Properties"]["PolicyDocument"])]
    return whole(json.loads(path.read_text(encoding="utf-8"))) + managed


def whole(policy: dict[str, Any]) -> list[Statement]:
    """The statements of a policy, those of optional features included."""
    return [statement["Fn::If"][1] if "Fn::If" in statement else statement for statement in policy["Statement"]]


def key_statements(function: str) -> Iterator[tuple[str, Statement]]:
    """The statements of key policies that name a function's role, with the key they belong to."""
    for name, resource in DECLARED.items():
        if resource.get("Type") == "AWS::KMS::Key":
            for statement in whole(resource["Properties"]["KeyPolicy"]):
                if ROLES[function] in template.references(statement["Principal"]):
                    yield name, statement


def permitted(function: str) -> set[Permission]:
    """What our code in a function may do with tables, indexes, files and key-encryption keys."""
    own = {
        Permission(action, name)
        for statement in statements(function)
        for action in many(statement["Action"])
        for name in _named(statement["Resource"])
        if not action.endswith(("Stream", "Records", "ShardIterator")) and action not in POLLING
    }
    keys = {
        Permission(action, key) for key, statement in key_statements(function) for action in many(statement["Action"])
    }
    return own | keys


def _named(resources: Any) -> set[str]:
    """The tables, indexes and buckets that a statement is about."""
    found = {name for one in many(resources) for name in template.references(one)} & STORES
    parts = [one["Fn::Sub"] for one in many(resources) if isinstance(one, dict) and "Fn::Sub" in one]
    indexes = {name + index for text in parts for name, index in INDEX.findall(text)}
    return found - {each.partition("/")[0] for each in indexes} | indexes


def confined(function: str) -> Iterator[tuple[set[Permission], list[str]]]:
    """What a function may do in some partitions of a table only, and patterns of those (in region 310000)."""
    for statement in statements(function):
        for operator in ("StringEquals", "StringLike"):
            keys = statement.get("Condition", {}).get(f"ForAllValues:{operator}", {}).get("dynamodb:LeadingKeys", [])
            if keys:
                actions, tables = many(statement["Action"]), _named(statement["Resource"])
                yield {Permission(action, table) for action in actions for table in tables}, [*map(_pattern, keys)]


def _pattern(key: Any) -> str:
    """A partition as a policy names it."""
    text = key if isinstance(key, str) else key.get("Fn::Sub", "${RegionCode}")
    return str(text).replace("${RegionCode}", "310000")


@contextmanager
def watched() -> Iterator[list[Deed]]:
    """Every call that any AWS client of this process makes meanwhile."""
    deeds: list[Deed] = []

    def watched_way(call: Callable[[Any, str, dict[str, Any]], Any]) -> Callable[[Any, str, dict[str, Any]], Any]:
        def watch(client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
            deeds.extend(_deeds(client.meta.service_model.service_name, operation, parameters))
            return call(client, operation, parameters)

        return watch

    def watched_signing(sign: Callable[..., str]) -> Callable[..., str]:
        """What is signed here is done later by whoever holds the link, by the right of who signed."""

        def watch(signer: RequestSigner, *, request_dict: dict[str, Any], operation_name: str, **more: Any) -> str:
            place = urlsplit(request_dict["url"])
            bucket = next(name for name in BUCKETS if name in (place.hostname or "") + place.path)
            key = place.path.removeprefix(f"/{bucket}").lstrip("/")
            deeds.extend(_deeds("s3", operation_name, {"Bucket": bucket, "Key": key}))
            return sign(signer, request_dict=request_dict, operation_name=operation_name, **more)

        return watch

    with pytest.MonkeyPatch.context() as patch:
        for way in (BaseClient, Shortcut):
            patch.setattr(way, "_make_api_call", watched_way(way._make_api_call))  # type: ignore[union-attr]
        patch.setattr(RequestSigner, "generate_presigned_url", watched_signing(RequestSigner.generate_presigned_url))
        yield deeds


def _deeds(service: str, operation: str, parameters: dict[str, Any]) -> Iterator[Deed]:
    """A call in terms of the template; one that is about several tables is several deeds."""
    action = NAMED_OTHERWISE.get(f"{service}:{operation}", f"{service}:{operation}")
    if service == "kms":
        yield Deed(Permission(action, KEYS[parameters["KeyId"]]), parameters["EncryptionContext"]["yima"])
    elif service == "s3":
        yield Deed(Permission(action, BUCKETS[parameters["Bucket"]]), parameters["Key"])
    elif service == "sqs":
        name = parameters.get("QueueName") or parameters["QueueUrl"].rpartition("/")[2]
        yield Deed(Permission(action, QUEUES[name]), "")
    else:
        index = f"/index/{parameters['IndexName']}" if "IndexName" in parameters else ""
        for name in parameters.get("RequestItems") or [parameters["TableName"]]:
            yield Deed(Permission(action, TABLES[name] + index), _partition(TABLES[name], parameters))


def _partition(table: str, parameters: dict[str, Any]) -> str:
    """The partition that a call is about."""
    [name] = [key["AttributeName"] for key in DECLARED[table]["Properties"]["KeySchema"] if key["KeyType"] == "HASH"]
    key = parameters.get("Key") or parameters.get("Item") or {}
    value = key.get(name) or parameters.get("ExpressionAttributeValues", {}).get(":0") or {}
    return str(next(iter(value.values()), ""))
