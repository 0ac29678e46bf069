"""Refused scans that somebody should know of: written down for two days, which the rules read."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from chalicelib.partners.watching.rules import DAY_S
from chalicelib.partners.watching.seen import TEXTS, Seen, as_seen
from chalicelib.status.model import Scan

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT_S = 2 * DAY_S


class RefusedScans:
    """Notes refused scans (the Protocol of codes/verify_routes.py). On the hot path, so by the low-level client."""

    def __init__(
        self, client: DynamoDBClient, table: str, *, entropy: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        self._client = client
        self._table = table
        self._entropy = entropy

    def note(self, code_mark: str, scan: Scan, reason: str) -> None:
        """One write; raises what the store raises, and whoever calls goes on without it."""
        item: dict[str, Any] = {name: {"S": str(getattr(scan, name))} for name in TEXTS} | {
            "code_mark": {"S": code_mark},
            "refused_id": {"S": f"{scan.at:010d}-{self._entropy(12).hex()}"},
            "reason": {"S": reason},
            "at": {"N": str(scan.at)},
            "expires_at": {"N": str(scan.at + KEPT_S)},
        }
        self._client.put_item(TableName=self._table, Item=item)

    def of_code(self, code_mark: str, *, after: int) -> Iterator[Seen]:
        """What was refused of one code since an instant, a page of it: more is no other news."""
        page = self._client.query(
            TableName=self._table,
            KeyConditionExpression="code_mark = :mark AND refused_id > :after",
            ExpressionAttributeValues={":mark": {"S": code_mark}, ":after": {"S": f"{after:010d}"}},
            ConsistentRead=True,
        )
        return map(refusal_in, page["Items"])


def refusal_in(item: dict[str, Any]) -> Seen:
    """A low-level item, or an image in the stream, as the rules see it."""
    texts = (item[name]["S"] for name in TEXTS)
    return as_seen(item["code_mark"]["S"], texts, int(item["at"]["N"]), is_refused=True)
