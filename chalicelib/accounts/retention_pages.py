"""One page of a table: what of it is over, deleted.

Every deletion says once more what it rests on, so that an item that was renewed a moment ago stays.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
from botocore.exceptions import ClientError

from chalicelib.accounts.model import EVIDENCE_KEPT_DAYS
from chalicelib.accounts.retention_classes import EVIDENCE, Ends, Kept
from chalicelib.accounts.retention_model import DAY_S, GRACE_S, Walked

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = dict[str, Any]
PAGE = 200
OVER = "#at < :before"
ENDED = "(attribute_not_exists(valid_until) OR valid_until < :old)"
OLD = "#since < :old"
AGED = f"(attribute_not_exists(#at) AND {OLD} AND {ENDED})"


class StillCounts(Protocol):
    """Tells whether something rests on an item that is old enough to go."""

    def __call__(self, item: Item, now: int) -> bool: ...


class Pages:
    """Walks tables page by page. `keys` are the names of each table's key attributes, `deployed` makes a table's name,
    `still` asks whether a piece of evidence still speaks."""

    def __init__(
        self,
        client: DynamoDBClient,
        deployed: Callable[[str], str],
        keys: Callable[[], Mapping[str, tuple[str, ...]]],
        still: StillCounts,
    ) -> None:
        self._client = client
        self._deployed = deployed
        self._keys = keys
        self._still = still

    def walk(self, kept: Kept, here: Walked, *, now: int) -> Walked:
        """The table with its next page walked."""
        condition, names, values = _condition(kept, now)
        scan: dict[str, Any] = {"ExclusiveStartKey": json.loads(here.after)} if here.after else {}
        answer = self._client.scan(
            TableName=self._deployed(kept.table),
            Limit=PAGE,
            FilterExpression=condition,
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=values,
            **scan,
        )
        deleted = spared = 0
        for item in answer["Items"]:
            if kept.table == EVIDENCE and kept.at not in item and self._still(item, now):
                spared += 1
            else:
                deleted += self._deleted(kept, item, condition, names, values)
        last: Any = answer.get("LastEvaluatedKey")
        return msgspec.structs.replace(
            here,
            after=json.dumps(last) if last else "",
            looked_at=here.looked_at + answer["ScannedCount"],
            deleted=here.deleted + deleted,
            spared=here.spared + spared,
            done=not last,
        )

    def _deleted(self, kept: Kept, item: Item, condition: str, names: Any, values: Any) -> bool:
        """Whether this deleted it: not somebody else, and not if it was renewed."""
        try:
            self._client.delete_item(
                TableName=self._deployed(kept.table),
                Key={name: item[name] for name in self._keys()[kept.table]},
                ConditionExpression=condition,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return False
        return True


def _condition(kept: Kept, now: int) -> tuple[str, Any, Any]:
    """What is over, as DynamoDB takes it: two days after its time, or three years after it happened or was decided."""
    over: Any = {":before": {"N": str(now - GRACE_S)}}
    old: Any = {":old": {"N": str(now - EVIDENCE_KEPT_DAYS * DAY_S - GRACE_S)}}
    if kept.ends is not Ends.AGE:
        return OVER, {"#at": kept.at}, over
    if not kept.at:
        return OLD, {"#since": kept.since}, old
    return f"{OVER} OR {AGED}", {"#at": kept.at, "#since": kept.since}, over | old
