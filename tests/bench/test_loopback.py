"""The store of the benchmarks decides as DynamoDB does, and refuses what it does not understand."""

from __future__ import annotations

from typing import Any

import pytest

from bench.expressions import Expressions, Item, NotSpoken
from bench.loopback import Fault, Tables
from chalicelib.status.register import SPEND, UNSPENT

HOLDER = {"holder": {"S": "one"}}
EARLY, LATE = {"B": "AAAA"}, {"B": "AAAB"}


@pytest.fixture
def tables() -> Tables:
    """One table with one holder in good standing, whose newest code is an early one."""
    tables = Tables()
    tables.answer("CreateTable", {"TableName": "t", "KeySchema": [{"AttributeName": "holder", "KeyType": "HASH"}]})
    tables.answer("PutItem", {"TableName": "t", "Item": {**HOLDER, "mark": EARLY, "standing": {"S": "active"}}})
    return tables


def spending(mark: dict[str, str], **values: Any) -> dict[str, Any]:
    """The arguments of the hot path."""
    return {
        "TableName": "t",
        "Key": HOLDER,
        "UpdateExpression": SPEND,
        "ConditionExpression": UNSPENT,
        "ExpressionAttributeValues": {":mark": mark, ":scan": {"M": {}}, ":active": {"S": "active"}} | values,
        "ReturnValues": "ALL_NEW",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def test_a_later_code_is_spent_once_and_the_item_comes_back(tables: Tables) -> None:
    assert tables.answer("UpdateItem", spending(LATE))["Attributes"]["mark"] == LATE
    with pytest.raises(Fault) as refused:
        tables.answer("UpdateItem", spending(LATE))
    assert refused.value.body["__type"].endswith("#ConditionalCheckFailedException")
    assert refused.value.body["Item"]["mark"] == LATE


def test_a_condition_on_another_type_does_not_hold(tables: Tables) -> None:
    with pytest.raises(Fault, match="ConditionalCheckFailed"):
        tables.answer("UpdateItem", spending({"S": "zzzz"}))


def test_calls_are_counted(tables: Tables) -> None:
    tables.answer("GetItem", {"TableName": "t", "Key": HOLDER})
    tables.answer("GetItem", {"TableName": "t", "Key": HOLDER})
    assert tables.answer("Calls", {})["GetItem"] == 2
    assert "Calls" not in tables.answer("Calls", {})


@pytest.mark.parametrize(
    ("condition", "item", "holds"),
    [
        (None, None, True),
        ("attribute_not_exists (#0)", None, True),
        ("attribute_not_exists (#0)", {"a": {"S": "x"}}, False),
        ("attribute_exists (#0)", {"a": {"S": "x"}}, True),
        ("#0 = :0", {"a": {"N": "1.0"}}, True),
        ("(#0 > :0) AND (attribute_exists (a))", {"a": {"N": "2"}}, True),
        ("#0 < :0", {}, False),
        ("#0 <= :0", {"a": {"N": "1"}}, True),
        ("#0 >= :0", {"a": {"N": "0"}}, False),
        ("(attribute_not_exists(a) OR a < :0)", {}, True),
        ("(attribute_not_exists(a) OR a < :0)", {"a": {"N": "1"}}, False),
    ],
)
def test_conditions(condition: str | None, item: Item | None, holds: bool) -> None:
    request = {"ExpressionAttributeNames": {"#0": "a"}, "ExpressionAttributeValues": {":0": {"N": "1"}}}
    assert Expressions(request).holds(condition, item) is holds


def test_an_update_sets_and_removes() -> None:
    speaks = Expressions({"ExpressionAttributeValues": {":a": {"N": "2"}}})
    assert speaks.assign("SET a = :a REMOVE b, c", {"a": {"N": "1"}, "b": {"N": "1"}}) == {"a": {"N": "2"}}
    assert speaks.assign("REMOVE b", {"a": {"N": "1"}, "b": {"N": "1"}}) == {"a": {"N": "1"}}


def test_an_update_counts() -> None:
    speaks = Expressions({"ExpressionAttributeValues": {":a": {"N": "2"}}})
    after = speaks.assign("SET b = :a ADD a :a, c :a", {"a": {"N": "1"}})
    assert after == {"b": {"N": "2"}, "a": {"N": "3"}, "c": {"N": "2"}}


@pytest.mark.parametrize("condition", ["a <> :0", "size(a) > :0", "contains(a, :0)"])
def test_what_it_does_not_speak_is_refused(condition: str) -> None:
    with pytest.raises(NotSpoken):
        Expressions({"ExpressionAttributeValues": {":0": {"N": "1"}}}).holds(condition, {"a": {"N": "1"}})
