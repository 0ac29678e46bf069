"""The colours in the status item: read, stored and walked with the low-level client, one call each.

Every store rests on the version that was read before the evidence was: where anybody else stored meanwhile, nothing is
written and the caller begins again. So no reader ever sees an older status after a newer one, and a rulebook of an
older edition never overwrites the work of a newer one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import ClientError

from chalicelib.status.changes import Change, Told, changes_text, told_in, told_text
from chalicelib.status.course import next_turn
from chalicelib.status.model import UNMARKED, Standing

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SHARDS = "0123456789abcdef"
"""Holders whose change is due are found by the first hex digit of their id, which is random."""

DUE_INDEX = "due"
OPTIONAL = ("changes", "due_shard", "due_at")
UNTOUCHED = "version = :read AND edition <= :edition"
Item = dict[str, Any]


class Kept(NamedTuple):
    """The colours of a holder as they are stored: the timeline, its version and edition, and what has been told."""

    holder: str
    course: str
    version: int
    edition: int
    told: Told


class StatusLedger:
    """Keeps the colours of holders."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def read(self, holder: str) -> Kept | None:
        """One strongly consistent GetItem; None where there is no status."""
        answer = self._client.get_item(TableName=self._table, Key={"holder": {"S": holder}}, ConsistentRead=True)
        return kept(answer["Item"]) if answer.get("Item") else None

    def open(self, first: Kept, *, masked_name: bytes) -> None:
        """Give a new holder a status; one that is there already is left as it is."""
        item = {
            "holder": {"S": first.holder},
            "standing": {"S": str(Standing.ACTIVE)},
            "masked_name": {"B": masked_name},
            "mark": {"B": UNMARKED},
            **_colours(first, []),
            **_due(first),
        }
        condition = "attribute_not_exists(holder)"
        _unless_refused(lambda: self._client.put_item(TableName=self._table, Item=item, ConditionExpression=condition))

    def store(self, new: Kept, changes: Sequence[Change], *, read: int) -> bool:
        """Store colours and the changes to be told, as one write; False where version `read` is no longer the last."""
        values = _colours(new, changes) | _due(new)
        settings = ", ".join(f"{name} = :{name}" for name in values)
        gone = ", ".join(name for name in OPTIONAL if name not in values)
        return _unless_refused(
            lambda: self._client.update_item(
                TableName=self._table,
                Key={"holder": {"S": new.holder}},
                UpdateExpression=f"SET {settings} REMOVE {gone}" if gone else f"SET {settings}",
                ConditionExpression=UNTOUCHED,
                ExpressionAttributeValues={
                    ":read": {"N": str(read)},
                    **{f":{name}": value for name, value in values.items()},
                },
            )
        )

    def due(self, shard: str, *, now: int) -> Iterator[Kept]:
        """Holders of a shard whose next change has come, the longest due first; read from the index alone."""
        query: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": DUE_INDEX,
            "KeyConditionExpression": "due_shard = :shard AND due_at <= :now",
            "ExpressionAttributeValues": {":shard": {"S": shard}, ":now": {"N": str(now)}},
        }
        while True:
            page = self._client.query(**query)
            yield from map(kept, page["Items"])
            if not page.get("LastEvaluatedKey"):
                return
            query["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def kept(item: Item) -> Kept:
    """The colours in a low-level item, of the table or of the index."""
    version, edition = int(item["version"]["N"]), int(item["edition"]["N"])
    return Kept(item["holder"]["S"], item["course"]["S"], version, edition, told_in(item["told"]["S"]))


def _colours(new: Kept, changes: Sequence[Change]) -> Item:
    """What is stored of colours; changes only where there are some, for every scan reads the item."""
    values: Item = {
        "course": {"S": new.course},
        "version": {"N": str(new.version)},
        "edition": {"N": str(new.edition)},
        "told": {"S": told_text(new.told)},
    }
    return values | {"changes": {"S": changes_text(changes)}} if changes else values


def _due(new: Kept) -> Item:
    """Where the next change is found when it is due; nothing where the colour stays."""
    turn = next_turn(new.course, new.told.at)
    return {"due_shard": {"S": new.holder[0]}, "due_at": {"N": str(turn.at)}} if turn else {}


def _unless_refused(write: Callable[[], object]) -> bool:
    """Whether a conditional write was carried out."""
    try:
        write()
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True
