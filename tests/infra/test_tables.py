"""The tables that infra/aws declares are the tables that the code uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pytest
from pynamodb.attributes import TTLAttribute

from chalicelib.platform.tables import TableModel, all_models
from infra.aws import template


def declared_tables() -> dict[str, dict[str, Any]]:
    """Every declared table, by its name under the default prefix."""
    resources = [
        each for each in template.declared()["Resources"].values() if each.get("Type") == "AWS::DynamoDB::Table"
    ]
    return {each["Properties"]["TableName"]["Fn::Sub"].replace("${TablePrefix}", "yima-"): each for each in resources}


TABLES = declared_tables()


class Index(NamedTuple):
    """What code and declaration of an index must agree on."""

    keys: dict[str, tuple[str, str]]
    projection: str
    beside_the_keys: frozenset[str]


class Shape(NamedTuple):
    """What code and declaration of a table must agree on."""

    keys: dict[str, tuple[str, str]]
    """HASH and RANGE, each with the attribute's name and type."""

    indexes: dict[str, Index]
    stream: str | None
    expires_by: str | None


def shape_in_cloud(table: dict[str, Any]) -> Shape:
    """A declared table's shape."""
    types = {each["AttributeName"]: each["AttributeType"] for each in table["AttributeDefinitions"]}
    return Shape(
        keys=_keys(table["KeySchema"], types),
        indexes={
            each["IndexName"]: _index(each["KeySchema"], types, each["Projection"])
            for each in table.get("GlobalSecondaryIndexes", [])
        },
        stream=table.get("StreamSpecification", {}).get("StreamViewType"),
        expires_by=table.get("TimeToLiveSpecification", {}).get("AttributeName"),
    )


def shape_in_code(model: type[TableModel]) -> Shape:
    """A model's shape, as PynamoDB would create it."""
    schema = model._get_schema()
    types = {each["AttributeName"]: each["AttributeType"] for each in schema["attribute_definitions"]}
    assert not schema["local_secondary_indexes"], "they would keep a holder's items together, and can never be added"
    expiring = [each.attr_name for each in model.get_attributes().values() if isinstance(each, TTLAttribute)]
    return Shape(
        keys=_keys(schema["key_schema"], types),
        indexes={
            each["index_name"]: _index(each["key_schema"], types, each["projection"])
            for each in schema["global_secondary_indexes"]
        },
        stream=getattr(model.Meta, "stream_view_type", None),
        expires_by=expiring[0] if expiring else None,
    )


def _keys(schema: Sequence[Mapping[str, Any]], types: dict[str, str]) -> dict[str, tuple[str, str]]:
    return {each["KeyType"]: (each["AttributeName"], types[each["AttributeName"]]) for each in schema}


def _index(schema: Sequence[Mapping[str, Any]], types: dict[str, str], projection: Mapping[str, Any]) -> Index:
    beside = frozenset(projection.get("NonKeyAttributes", ()))
    return Index(_keys(schema, types), projection["ProjectionType"], beside)


def test_every_table_of_the_code_is_declared_and_no_other() -> None:
    assert {model.Meta.table_name for model in all_models()} == TABLES.keys()


@pytest.mark.parametrize("model", all_models(), ids=lambda model: str(model.Meta.table_name))
def test_a_table_has_the_keys_indexes_stream_and_expiry_that_the_code_counts_on(model: type[TableModel]) -> None:
    assert shape_in_cloud(TABLES[model.Meta.table_name]["Properties"]) == shape_in_code(model)


@pytest.mark.parametrize("name", TABLES)
def test_what_indexes_hold_beside_their_keys_is_what_dynamodb_takes(name: str) -> None:
    """Twenty attributes an index and a hundred a table, those in two indexes counted twice."""
    indexes = TABLES[name]["Properties"].get("GlobalSecondaryIndexes", [])
    beside = [len(each["Projection"].get("NonKeyAttributes", ())) for each in indexes]
    assert all(each <= 20 for each in beside)
    assert sum(beside) <= 100


@pytest.mark.parametrize("name", TABLES)
def test_every_attribute_that_is_described_is_a_key_somewhere(name: str) -> None:
    """DynamoDB refuses a table that describes any other."""
    table = TABLES[name]["Properties"]
    schemas = [table["KeySchema"], *(each["KeySchema"] for each in table.get("GlobalSecondaryIndexes", []))]
    keys = {key["AttributeName"] for schema in schemas for key in schema}
    assert {each["AttributeName"] for each in table["AttributeDefinitions"]} == keys


@pytest.mark.parametrize("name", TABLES)
def test_a_table_scales_by_itself_is_encrypted_and_can_be_recovered(name: str) -> None:
    table = TABLES[name]["Properties"]
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["SSESpecification"]["KMSMasterKeyId"] == {"Fn::GetAtt": ["TableEncryptionKey", "Arn"]}
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True


@pytest.mark.parametrize("name", TABLES)
def test_no_update_or_deletion_of_the_stack_takes_a_table_with_it(name: str) -> None:
    resource = TABLES[name]
    assert resource["Properties"]["DeletionProtectionEnabled"] is True
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")
