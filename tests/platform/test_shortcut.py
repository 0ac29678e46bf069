"""The shortcut of the hot path: sent and answered as by boto3, and by boto3 itself where the answer is not plain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError

from chalicelib.platform.aws import plain_dynamodb, tuned_dynamodb
from chalicelib.platform.passing import is_passing_fault
from chalicelib.platform.settings import Settings
from chalicelib.platform.shortcut import Shortcut, opened
from chalicelib.wiring import City
from tests.faults.weather import AFTER, BEFORE, Fault, Weather, answers, everywhere, weather
from tests.world import moved_in

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLE = "yima-statuses"
Call = Callable[["DynamoDBClient", str], Any]


@pytest.fixture
def short(city: City) -> DynamoDBClient:
    """The client of the hot path."""
    return city.dynamodb


@pytest.fixture
def plain(city: City) -> DynamoDBClient:
    """The same without the shortcut."""
    return plain_dynamodb(city.settings, attempts=2)


@pytest.fixture
def between() -> Iterator[Weather]:
    """What lies between the city and AWS."""
    with weather() as here:
        yield here


def read(client: DynamoDBClient, holder: str, **more: Any) -> Any:
    return client.get_item(TableName=TABLE, Key={"holder": {"S": holder}}, ConsistentRead=True, **more)


def marked(client: DynamoDBClient, holder: str, condition: str = "attribute_exists(holder)") -> Any:
    return client.update_item(
        TableName=TABLE,
        Key={"holder": {"S": holder}},
        UpdateExpression="SET mark = :mark, last_scan = :scan",
        ConditionExpression=condition,
        ExpressionAttributeValues={":mark": {"B": b"\x00\xff" * 6}, ":scan": {"M": {"B": {"S": "人民广场"}}}},
        ReturnValues="ALL_NEW",
        ReturnValuesOnConditionCheckFailure="ALL_OLD",
    )


def refused(client: DynamoDBClient, holder: str) -> Any:
    with pytest.raises(client.exceptions.ConditionalCheckFailedException) as refusal:
        marked(client, holder, "attribute_not_exists(holder)")
    return refusal.value.response


CALLS: dict[str, Call] = {
    "a holder is read": read,
    "a stranger is read": lambda client, holder: read(client, "nobody"),
    "some attributes are read": lambda client, holder: read(client, holder, ProjectionExpression="mark"),
    "an update answers the new item": marked,
    "a refused condition answers the old item": refused,
    "a refused condition on a stranger": lambda client, holder: stranger(client),
}


def stranger(client: DynamoDBClient) -> Any:
    with pytest.raises(ClientError) as refusal:
        marked(client, "nobody")
    return refusal.value.response


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_every_answer_is_the_one_boto3_gives(
    call: Call, city: City, short: DynamoDBClient, plain: DynamoDBClient
) -> None:
    holder = moved_in(city)
    expected = call(plain, holder)
    answer = call(short, holder)
    for of_transport in ("ResponseMetadata", "__type", "message", "Message"):
        expected.pop(of_transport, None)
        answer.pop(of_transport, None)
    assert answer == expected


def test_it_is_taken(short: DynamoDBClient, plain: DynamoDBClient) -> None:
    assert isinstance(short, Shortcut)
    assert not isinstance(plain, Shortcut)
    assert "ResponseMetadata" not in read(short, "nobody")


def test_a_traced_city_goes_the_long_way_where_the_tracer_watches(city: City) -> None:
    assert not isinstance(tuned_dynamodb(replace(city.settings, tracing="xray")), Shortcut)


@pytest.mark.parametrize("fault", [*BEFORE.values(), *AFTER.values()], ids=[*BEFORE, *AFTER])
def test_the_second_attempt_is_boto3s_and_the_last(
    short: DynamoDBClient, city: City, between: Weather, fault: Fault
) -> None:
    holder = moved_in(city)
    between.clears()
    between.brings(fault, times=1)
    assert read(short, holder)["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert between.count(everywhere) == 2
    between.clears()
    between.brings(fault)
    with pytest.raises(Exception) as seen:  # noqa: PT011 - boto3 has many kinds
        read(short, holder)
    assert is_passing_fault(seen.value)
    assert between.count(everywhere) == 2


@pytest.mark.parametrize("fault", [*BEFORE.values(), *AFTER.values()], ids=[*BEFORE, *AFTER])
def test_a_call_without_a_short_way_has_two_attempts_as_well(
    short: DynamoDBClient, between: Weather, fault: Fault
) -> None:
    item = {"holder": {"S": "somebody"}}
    between.brings(fault, times=1)
    assert short.put_item(TableName=TABLE, Item=item)["ResponseMetadata"]["HTTPStatusCode"] == 200
    between.clears()
    between.brings(fault)
    with pytest.raises(Exception) as seen:  # noqa: PT011 - boto3 has many kinds
        short.put_item(TableName=TABLE, Item=item)
    assert is_passing_fault(seen.value)
    assert between.count(everywhere) == 2


def test_what_was_refused_is_not_asked_again(short: DynamoDBClient, between: Weather) -> None:
    with pytest.raises(ClientError):
        short.put_item(TableName="yima-nothing", Item={"holder": {"S": "somebody"}})
    assert between.count(everywhere) == 1


@pytest.mark.parametrize("page", [b"", b"<html>", b"[]", b'"text"', b'{"Item":{"mark":{"B":"%"}}}', b"\xff", b"{} {}"])
def test_a_page_of_somebody_else_is_no_answer(short: DynamoDBClient, between: Weather, page: bytes) -> None:
    between.brings(answers(200, page), times=1)
    assert read(short, "nobody")["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert between.count(everywhere) == 2


def test_an_answer_damaged_on_its_way_is_no_answer(short: DynamoDBClient, between: Weather) -> None:
    stated = answers(200, b'{"Item":{}}')
    damaged = Fault(lambda send: _with_header(stated.act(send), "x-amz-crc32", "1"))
    between.brings(damaged, times=1)
    assert "Item" not in read(short, "nobody")
    assert between.count(everywhere) == 2


def _with_header(response: Any, name: str, value: str) -> Any:
    response.headers[name] = value
    return response


def test_an_error_is_said_in_boto3s_words(short: DynamoDBClient) -> None:
    with pytest.raises(short.exceptions.ResourceNotFoundException):
        short.get_item(TableName="yima-nothing", Key={"holder": {"S": "nobody"}})


def test_without_credentials_boto3_says_so(city: City) -> None:
    client = tuned_dynamodb(replace(city.settings, aws_region="eu-central-1"))
    client._request_signer._credentials = None  # type: ignore[attr-defined]
    with pytest.raises(NoCredentialsError):
        read(client, "nobody")


def test_binaries_are_opened_wherever_they_are() -> None:
    item = {
        "mark": {"B": "AP8="},
        "B": {"B": "AA=="},
        "list": {"L": [{"B": "AQ=="}, {"S": "AQ=="}]},
        "n": {"NULL": True},
    }
    assert opened(item) == {
        "mark": {"B": b"\x00\xff"},
        "B": {"B": b"\x00"},
        "list": {"L": [{"B": b"\x01"}, {"S": "AQ=="}]},
        "n": {"NULL": True},
    }


def test_settings_without_tracing_take_it() -> None:
    assert isinstance(tuned_dynamodb(Settings()), Shortcut)
