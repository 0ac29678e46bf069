"""The register of statuses on the hot path: one round trip to read, one to spend a code. No PynamoDB here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from chalicelib.status.model import HolderStatus, Presentation, Scan, Standing

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SPEND = "SET mark = :mark, last_scan = :scan"
UNSPENT = "mark < :mark AND standing = :active"


class StatusRegister:
    """Reads statuses and spends codes with the tuned low-level client."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def read(self, holder: str) -> HolderStatus | None:
        """One strongly consistent GetItem, so that every channel shows the same colour. None for a stranger."""
        answer = self._client.get_item(TableName=self._table, Key={"holder": {"S": holder}}, ConsistentRead=True)
        return _status(answer.get("Item"))

    def present(self, holder: str, *, mark: bytes, scan: Scan) -> Presentation | None:
        """Spend the code at position `mark` in one conditional UpdateItem; None for a stranger.

        The write happens only where no code as new as this one has been presented and the holder is in good
        standing. Otherwise nothing is written and the present status comes back, to tell why.
        """
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key={"holder": {"S": holder}},
                UpdateExpression=SPEND,
                ConditionExpression=UNSPENT,
                ExpressionAttributeValues={
                    ":mark": {"B": mark},
                    ":scan": _scan_value(scan),
                    ":active": {"S": "active"},
                },
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            status = _status(error.response.get("Item"))  # type: ignore[arg-type]
            return status and Presentation(status, spent=False)
        status = _status(answer["Attributes"])
        return status and Presentation(status, spent=True)


def _scan_value(scan: Scan) -> dict[str, Any]:
    """A scan as DynamoDB's map."""
    return {
        "M": {
            "verifier": {"S": scan.verifier},
            "verifier_name": {"S": scan.verifier_name},
            "purpose": {"S": scan.purpose},
            "place": {"S": scan.place},
            "at": {"N": str(scan.at)},
        }
    }


def _status(item: dict[str, Any] | None) -> HolderStatus | None:
    """A low-level item as a status."""
    if not item:
        return None
    last_scan = item.get("last_scan")
    return HolderStatus(
        holder=item["holder"]["S"],
        course=item["course"]["S"],
        standing=Standing(item["standing"]["S"]),
        masked_name=item["masked_name"]["B"],
        mark=item["mark"]["B"],
        last_verifier=last_scan["M"]["verifier"]["S"] if last_scan else "",
    )
