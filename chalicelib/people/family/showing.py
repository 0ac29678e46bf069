"""Whose codes a guardian may have: one consistent read before a code is made, and no PynamoDB."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from chalicelib.people.family.model import Delegation, Kind, State
from chalicelib.people.family.refusals import DelegationEnded, NotYourDependant

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SIDE = "guardian"
_id = re.compile(r"[0-9a-f]{24}")


class InCare(NamedTuple):
    """Whom a guardian shows: the dependant, the mark that goes into the seal, and until when (Unix seconds)."""

    dependant: str
    mark: str
    until: int


class Showing:
    """Tells who is in whose care."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def whose(self, delegation_id: str, *, guardian: str, now: float) -> InCare:
        """Whom a delegation lets its guardian show; raises `NotYourDependant` or `DelegationEnded`."""
        if not _id.fullmatch(delegation_id):
            raise NotYourDependant
        key = {"holder": {"S": guardian}, "delegation_id": {"S": delegation_id}}
        item = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        if item is None or item["side"]["S"] != SIDE or "since" not in item:
            raise NotYourDependant
        delegation = delegation_in_image(item)
        if not delegation.runs(now):
            raise DelegationEnded(because=delegation.because_at(now))
        return InCare(delegation.dependant, delegation.mark, delegation.until)


def delegation_in_image(item: dict[str, Any]) -> Delegation:
    """What a low-level item, or an image of the stream, says of when a delegation counts and between whom."""
    return Delegation(
        delegation_id=item["delegation_id"]["S"],
        guardian=item["holder"]["S"],
        dependant=item["other"]["S"],
        kind=Kind(item["kind"]["S"]),
        relation=item["relation"]["S"],
        proposed_at=int(item["proposed_at"]["N"]),
        answer_by=int(item["answer_by"]["N"]),
        until=int(item["until"]["N"]),
        state=State(item["state"]["S"]),
        since=int(item["since"]["N"]) if "since" in item else 0,
    )
