"""The evidence table, and the references by which departments know what they reported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec
from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute

from chalicelib.platform.tables import TableMeta, TableModel, table_name
from chalicelib.status.evidence.model import Evidence

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_attributes = msgspec.json.Decoder(dict[str, str])


class EvidenceItem(TableModel):
    """One fact. `subject` is a holder id, or `index:` and the blind index of somebody who is not a holder yet.

    It is written once; only the marks of voiding are added later. `attributes` is JSON.
    """

    class Meta(TableMeta):
        table_name = table_name("evidence")
        stream_view_type = "NEW_AND_OLD_IMAGES"

    subject = UnicodeAttribute(hash_key=True)
    evidence_id = UnicodeAttribute(range_key=True)
    kind = UnicodeAttribute()
    happened_at = NumberAttribute()
    valid_until = NumberAttribute(null=True)
    reported_at = NumberAttribute()
    attributes = UnicodeAttribute()
    source = UnicodeAttribute()
    source_name = UnicodeAttribute()
    reference = UnicodeAttribute()
    voided_at = NumberAttribute(null=True)
    void_reason = UnicodeAttribute(null=True)
    expires_at = TTLAttribute(null=True)


class ReferenceItem(TableModel):
    """One reference of a source: about whom, and whether it was voided. Kept for ever: it is why a resend is no news.

    `digest` is of what was reported, absent where so far only a void came. Everything in it is keyed or random, so it
    tells nothing about anybody whose evidence is gone.
    """

    class Meta(TableMeta):
        table_name = table_name("references")

    evidence_id = UnicodeAttribute(hash_key=True)
    subject = UnicodeAttribute(null=True)
    digest = UnicodeAttribute(null=True)
    voided_at = NumberAttribute(null=True)
    void_reason = UnicodeAttribute(null=True)


class EvidenceReader:
    """Reads all that counts about a holder, with the low-level client: every recomputation does."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def of(self, subject: str) -> list[Evidence]:
        """What is known and not voided, strongly consistent: what was written before this call is in it."""
        return [_evidence(item) for item in self.items(subject) if "voided_at" not in item]

    def ever_known(self, subject: str) -> list[Evidence]:
        """What is or was known, also what was voided: for telling why a colour was what it was."""
        return [_evidence(item) for item in self.items(subject)]

    def items(self, subject: str) -> Iterator[dict[str, Any]]:
        """All low-level items of a subject, page by page."""
        query: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "subject = :subject",
            "ExpressionAttributeValues": {":subject": {"S": subject}},
            "ConsistentRead": True,
        }
        while True:
            page = self._client.query(**query)
            yield from page["Items"]
            if not page.get("LastEvaluatedKey"):
                return
            query["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _evidence(item: dict[str, Any]) -> Evidence:
    """A low-level item as evidence."""
    return Evidence(
        evidence_id=item["evidence_id"]["S"],
        kind=item["kind"]["S"],
        happened_at=int(item["happened_at"]["N"]),
        attributes=_attributes.decode(item["attributes"]["S"]),
        valid_until=int(item["valid_until"]["N"]) if "valid_until" in item else None,
        reported_at=int(item["reported_at"]["N"]),
        source=item["source"]["S"],
        source_name=item["source_name"]["S"],
        reference=item["reference"]["S"],
    )
