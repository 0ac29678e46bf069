"""The references by which sources know what they reported: one reference is one fact about one person.

A reference is claimed before its fact is written, and a void is noted here before it is noted on the fact. So a repeat
is known as one, and a void holds even where it came before its fact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import ClientError

from chalicelib.status.evidence.model import Void
from chalicelib.status.evidence.writer import carried_out

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CLAIM = "SET digest = :digest, subject = if_not_exists(subject, :subject)"
UNCLAIMED_OR_OURS = "attribute_not_exists(digest) OR digest = :digest"
VOID = "SET voided_at = if_not_exists(voided_at, :at), void_reason = if_not_exists(void_reason, :reason)"


class Claim(NamedTuple):
    """What a reference stands for: where its fact is, if it was reported, and the void on it, if there is one."""

    subject: str | None
    reported: bool
    void: Void | None


class References:
    """Keeps references with one conditional UpdateItem each."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def claim(self, evidence_id: str, *, digest: str, subject: str) -> Claim | None:
        """Claim a reference for what is reported now; answers what it stood for before.

        None where it stands for something else, and nothing was written.
        """
        try:
            answer = self._update(
                evidence_id,
                UpdateExpression=CLAIM,
                ConditionExpression=UNCLAIMED_OR_OURS,
                ExpressionAttributeValues={":digest": {"S": digest}, ":subject": {"S": subject}},
                ReturnValues="ALL_OLD",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return None
        return _claim(answer)

    def read(self, evidence_id: str) -> Claim | None:
        """What a reference stands for, strongly consistent; None for a fact that nobody reported."""
        answer = self._client.get_item(TableName=self._table, Key=_key(evidence_id), ConsistentRead=True)
        return _claim(answer["Item"]) if answer.get("Item") else None

    def point(self, evidence_id: str, subject: str) -> Claim:
        """Say that the fact is with a holder from now on; answers what the reference stands for then."""
        return _claim(
            self._update(
                evidence_id,
                UpdateExpression="SET subject = :subject",
                ExpressionAttributeValues={":subject": {"S": subject}},
                ReturnValues="ALL_NEW",
            )
        )

    def void(self, evidence_id: str, void: Void) -> Claim:
        """Void whatever the reference stands for, now or later; the first void stays."""
        values: dict[str, Any] = {":at": {"N": str(void.at)}, ":reason": {"S": void.reason}}
        return _claim(
            self._update(evidence_id, UpdateExpression=VOID, ExpressionAttributeValues=values, ReturnValues="ALL_NEW")
        )

    def void_if_reported(self, evidence_id: str, void: Void) -> bool:
        """Void what somebody reported; False where nobody did, as with what the city's officers decide."""
        return carried_out(
            lambda: self._update(
                evidence_id,
                UpdateExpression=VOID,
                ConditionExpression="attribute_exists(evidence_id)",
                ExpressionAttributeValues={":at": {"N": str(void.at)}, ":reason": {"S": void.reason}},
            )
        )

    def _update(self, evidence_id: str, **arguments: Any) -> dict[str, Any]:
        """One UpdateItem; answers the attributes that were asked for."""
        answer = self._client.update_item(TableName=self._table, Key=_key(evidence_id), **arguments)
        return dict(answer.get("Attributes", {}))


def _key(evidence_id: str) -> dict[str, Any]:
    return {"evidence_id": {"S": evidence_id}}


def _claim(item: dict[str, Any]) -> Claim:
    """A low-level item as a claim; an empty one where there was none."""
    void = Void(int(item["voided_at"]["N"]), item["void_reason"]["S"]) if "voided_at" in item else None
    return Claim(item["subject"]["S"] if "subject" in item else None, "digest" in item, void)
