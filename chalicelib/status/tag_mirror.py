"""The tags in the status item: what a holder has agreed to have shown, where verifying reads it (people/tags)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NEWER = "attribute_exists(holder) AND (attribute_not_exists(tags_version) OR tags_version < :version)"


class TagMirror:
    """Writes the mirror, with the version of what it mirrors: an older one never replaces a newer one."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def write(self, holder: str, text: str, *, version: int) -> bool:
        """Mirror tags; False where nothing was written: it is there already, in this version or a newer one.

        Nor is anything written for somebody without a status, whom nobody can verify.
        """
        values: dict[str, Any] = {":version": {"N": str(version)}}
        update = "SET tags_version = :version REMOVE tags"
        if text:
            update = "SET tags_version = :version, tags = :tags"
            values[":tags"] = {"S": text}
        return self._written(holder, update, values)

    def _written(self, holder: str, update: str, values: dict[str, Any]) -> bool:
        """One conditional UpdateItem."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key={"holder": {"S": holder}},
                UpdateExpression=update,
                ConditionExpression=NEWER,
                ExpressionAttributeValues=values,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return False
        return True
