"""The right to show somebody's code, where verifying a code meets it: one attribute of the dependant's status item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from chalicelib.status.register import DELEGATION_PREFIX

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Marks:
    """Writes the marks of delegations with the low-level client, one call each."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def put(self, dependant: str, mark: str, *, until: int) -> None:
        """Let a delegation count until an instant (Unix seconds)."""
        self._update(dependant, f"SET {DELEGATION_PREFIX}{mark} = :until", {":until": {"N": str(until)}})

    def take(self, dependant: str, mark: str) -> None:
        """Let a delegation count no more."""
        self._update(dependant, f"REMOVE {DELEGATION_PREFIX}{mark}", {})

    def _update(self, dependant: str, change: str, values: dict[str, Any]) -> None:
        """Change the status of a holder; who has none, as one half registered, has no codes to be shown either."""
        more: dict[str, Any] = {"ExpressionAttributeValues": values} if values else {}
        try:
            self._client.update_item(
                TableName=self._table,
                Key={"holder": {"S": dependant}},
                UpdateExpression=change,
                ConditionExpression="attribute_exists(holder)",
                **more,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
