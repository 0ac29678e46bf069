"""Which paper of a holder lives, as verifying asks it: one round trip. No PynamoDB here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from chalicelib.codes.paper.model import SLOT, Paper, PaperState, Slot

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_papers = msgspec.json.Decoder(tuple[Paper, ...])


class LivingPapers:
    """Reads slots with the tuned low-level client."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def slot_of(self, holder: str) -> Slot | None:
        """A holder's slot, strongly consistent, so that a paper reported lost is dead at once."""
        key = {"holder": {"S": holder}, "slot": {"S": SLOT}}
        item = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        return _slot(item) if item else None


def _slot(item: dict[str, Any]) -> Slot:
    """A slot from a low-level item: of the present paper as much as a verdict needs."""
    present = Paper(
        list_number=int(item["list"]["N"]),
        index=int(item["index"]["N"]),
        kid=item["kid"]["S"],
        issued_at=int(item["issued_at"]["N"]),
        expires_at=int(item["expires_at"]["N"]),
        creation="",
        digest="",
        since=int(item["since"]["N"]),
        state=PaperState(item["state"]["S"]),
    )
    return Slot(present, _papers.decode(item["past"]["S"]))
