"""The watch-counters table: how much each rule has counted, by window and subject.

A bucket is a rule, a window and a shard; it holds the counters of all subjects, so that who compares reads a few pages
and not a thousand items. The shards keep a rush hour from meeting in one partition.

A batch of stream records is counted by one write per counter. The event source sends a batch again when its function
failed, so a counter names the batch that it counted last, and does not count it twice. Where another batch came in
between, or the same records come in another batch, up to a hundred scans are counted twice: rules have thresholds far
from what is usual, and an alert is looked at by a person. What a person's own list is counted by is exact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute

from chalicelib.partners.watching.normal import DAYS
from chalicelib.partners.watching.rules import DAY_S, Rule
from chalicelib.partners.watching.seen import Key, Tally
from chalicelib.platform.crypto.hashing import sm3
from chalicelib.platform.tables import TableMeta, TableModel, table_name

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SHARDS = 16
MOST_DIFFERENT = 64
"""So many different ones are remembered; every threshold lies below."""

KNOWN = "known"
KNOWN_S = 60 * DAY_S
PURPOSE = "for_"
COUNTED = "ConditionalCheckFailedException"


class CounterItem(TableModel):
    """A counter: `seen` in all, `for_<purpose>` of these, `different` as a set. In the buckets `known#<shard>` stands
    since when a verifier is known. Written and read by the low-level client alone."""

    class Meta(TableMeta):
        table_name = table_name("watch-counters")

    bucket = UnicodeAttribute(hash_key=True)
    subject = UnicodeAttribute(range_key=True)
    seen = NumberAttribute(null=True)
    name = UnicodeAttribute(null=True)
    batch = UnicodeAttribute(null=True)
    since = NumberAttribute(null=True)
    expires_at = TTLAttribute()


class Counters:
    """Counts, and tells what was counted."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def add(self, key: Key, rule: Rule, tally: Tally, *, batch: str) -> Tally:
        """Count what a batch adds; answers all that was counted so far. The same batch again changes nothing."""
        expires_at = key.since + rule.window_s + (DAYS + 2 if rule.times_normal else 2) * DAY_S
        try:
            return _tally(self._added(key, tally, batch, expires_at, with_different=bool(tally.different)))
        except ClientError as error:
            if error.response["Error"]["Code"] != COUNTED:
                raise
            item: Any = error.response.get("Item", {})
        if item.get("batch", {}).get("S") == batch:
            return _tally(item)
        return _tally(self._added(key, tally, batch, expires_at, with_different=False))

    def of(self, rule: Rule, since: int, shard: int) -> dict[str, Tally]:
        """All counters of a window in one shard, by subject."""
        return {item["subject"]["S"]: _tally(item) for item in self._items(f"{rule.name}#{since}#{shard}")}

    def known(self, shard: int) -> dict[str, int]:
        """Since when the verifiers of a shard are known."""
        return {item["subject"]["S"]: int(item["since"]["N"]) for item in self._items(f"{KNOWN}#{shard}")}

    def remember(self, subject: str, since: int, *, now: int) -> None:
        """Know a verifier from an instant on, or go on knowing it: who is not seen for long is new again."""
        self._client.update_item(
            TableName=self._table,
            Key={"bucket": {"S": f"{KNOWN}#{shard_of(subject)}"}, "subject": {"S": subject}},
            UpdateExpression="SET since = if_not_exists(since, :since), expires_at = :end",
            ExpressionAttributeValues={":since": {"N": str(since)}, ":end": {"N": str(now + KNOWN_S)}},
        )

    def _added(self, key: Key, tally: Tally, batch: str, expires_at: int, *, with_different: bool) -> dict[str, Any]:
        """One conditional UpdateItem; the counter as it is then."""
        adds: dict[str, Any] = {PURPOSE + purpose: {"N": str(number)} for purpose, number in tally.purposes.items()}
        adds["seen"] = {"N": str(tally.number)}
        condition = "(attribute_not_exists(#batch) OR #batch <> :batch)"
        values: dict[str, Any] = {":batch": {"S": batch}, ":end": {"N": str(expires_at)}, ":name": {"S": tally.name}}
        if with_different:
            adds["different"] = {"SS": sorted(tally.different)[:MOST_DIFFERENT]}
            condition += " AND (attribute_not_exists(different) OR size(different) < :most)"
            values[":most"] = {"N": str(MOST_DIFFERENT)}
        names = {f"#a{number}": name for number, name in enumerate(adds)}
        values |= {f":a{number}": value for number, value in enumerate(adds.values())}
        added = ", ".join(f"#a{number} :a{number}" for number in range(len(adds)))
        answer: Any = self._client.update_item(
            TableName=self._table,
            Key={
                "bucket": {"S": f"{key.rule}#{key.since}#{shard_of(key.subject)}"},
                "subject": {"S": key.subject},
            },
            UpdateExpression=f"SET #batch = :batch, expires_at = :end, #name = :name ADD {added}",
            ConditionExpression=condition,
            ExpressionAttributeNames=names | {"#name": "name", "#batch": "batch"},
            ExpressionAttributeValues=values,
            ReturnValues="ALL_NEW",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
        item: dict[str, Any] = answer["Attributes"]
        return item

    def _items(self, bucket: str) -> Iterator[dict[str, Any]]:
        """All items of a bucket, page by page."""
        query: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "#bucket = :bucket",
            "ExpressionAttributeNames": {"#bucket": "bucket"},
            "ExpressionAttributeValues": {":bucket": {"S": bucket}},
        }
        while True:
            page = self._client.query(**query)
            yield from page["Items"]
            if not page.get("LastEvaluatedKey"):
                return
            query["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def shard_of(subject: str) -> int:
    """In which shard a subject is counted."""
    return sm3(subject.encode())[0] % SHARDS


def _tally(item: dict[str, Any]) -> Tally:
    """A counter as what was counted."""
    purposes = {name.removeprefix(PURPOSE): int(n["N"]) for name, n in item.items() if name.startswith(PURPOSE)}
    different = frozenset(item.get("different", {}).get("SS", ()))
    return Tally(int(item["seen"]["N"]), Counter(purposes), different, item["name"]["S"])
