"""All holders, page by page: sixteen segments of one Scan, which nobody has to read in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.platform import telemetry
from chalicelib.status.ledger import Kept, kept

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

COLOURS = "holder, course, version, edition, told"


class AllHolders:
    """Every holder with a status."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def page(self, segment: int, *, of: int, after: str, size: int) -> tuple[list[Kept], str]:
        """Some holders of a segment, and the one to go on after, "" at the end. Strongly consistent: whoever
        registered before the rulebook's edition was made is among them, and whoever did later has it."""
        scan: dict[str, Any] = {
            "TableName": self._table,
            "Segment": segment,
            "TotalSegments": of,
            "Limit": size,
            "ConsistentRead": True,
            "ProjectionExpression": COLOURS,
        }
        if after:
            scan["ExclusiveStartKey"] = {"holder": {"S": after}}
        answer = self._client.scan(**scan)
        last = answer.get("LastEvaluatedKey")
        return [kept(item) for item in answer["Items"]], last["holder"]["S"] if last else ""

    def about(self) -> int:
        """How many there are, as DynamoDB counted some hours ago; 0 where it does not say. Nothing rests on it."""
        try:
            return int(self._client.describe_table(TableName=self._table)["Table"].get("ItemCount", 0))
        except (BotoCoreError, ClientError):
            telemetry.count("PopulationUnknown")
            return 0
