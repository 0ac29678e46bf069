"""Writes evidence: each fact once, a void on it once, and the move of what waited for somebody. Low-level client."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec
from botocore.exceptions import ClientError

from chalicelib.status.evidence.model import Evidence, Void

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = dict[str, Any]
ABSENT = "attribute_not_exists(evidence_id)"
STANDING = "attribute_exists(evidence_id) AND attribute_not_exists(voided_at)"


class EvidenceWriter:
    """Writes to the evidence table. Nothing is edited; whoever repeats a write changes nothing."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def put(self, subject: str, fact: Evidence, *, void: Void | None = None, expires_at: int | None = None) -> bool:
        """Keep a fact, voided from the start where `void` says so; False where it is there already."""
        return self.put_item(_item(subject, fact, void, expires_at))

    def put_item(self, item: Item) -> bool:
        """Keep a low-level item as it is; False where it is there already."""
        return carried_out(lambda: self._client.put_item(TableName=self._table, Item=item, ConditionExpression=ABSENT))

    def void(self, subject: str, evidence_id: str, void: Void) -> bool:
        """Take a fact back; False where it is not there, or was taken back before."""
        return carried_out(
            lambda: self._client.update_item(
                TableName=self._table,
                Key=_key(subject, evidence_id),
                UpdateExpression="SET voided_at = :at, void_reason = :reason",
                ConditionExpression=STANDING,
                ExpressionAttributeValues={":at": {"N": str(void.at)}, ":reason": {"S": void.reason}},
            )
        )

    def remove(self, subject: str, evidence_id: str) -> None:
        """Forget what was moved elsewhere."""
        self._client.delete_item(TableName=self._table, Key=_key(subject, evidence_id))


def carried_out(write: Callable[[], object]) -> bool:
    """Whether a conditional write was carried out."""
    try:
        write()
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True


def moved(item: Item, subject: str) -> Item:
    """A low-level item under another subject, where it stays for good."""
    return {name: value for name, value in item.items() if name != "expires_at"} | {"subject": {"S": subject}}


def _key(subject: str, evidence_id: str) -> Item:
    return {"subject": {"S": subject}, "evidence_id": {"S": evidence_id}}


def _item(subject: str, fact: Evidence, void: Void | None, expires_at: int | None) -> Item:
    """A fact as a low-level item, as `store.py` reads it."""
    texts = {name: {"S": getattr(fact, name)} for name in ("kind", "source", "source_name", "reference")}
    numbers = {
        "happened_at": fact.happened_at,
        "valid_until": fact.valid_until,
        "reported_at": fact.reported_at,
        "voided_at": void and void.at,
        "expires_at": expires_at,
    }
    return {
        **_key(subject, fact.evidence_id),
        **texts,
        "attributes": {"S": msgspec.json.encode(fact.attributes).decode()},
        **{name: {"N": str(value)} for name, value in numbers.items() if value is not None},
        **({"void_reason": {"S": void.reason}} if void else {}),
    }
