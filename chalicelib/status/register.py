"""The register of statuses on the hot path: one round trip to read, one to spend a code. No PynamoDB here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from chalicelib.status.model import Carrier, HolderStatus, Presentation, Scan, ShownBy, Standing

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SPEND = "SET mark = :mark, last_scan = :scan"
UNSPENT = "mark < :mark AND standing = :active"
DELEGATION_PREFIX = "delegation_"
"""Until when somebody may show the codes of a holder stands in the holder's item, one attribute per delegation."""


class StatusRegister:
    """Reads statuses and spends codes with the tuned low-level client."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def read(self, holder: str) -> HolderStatus | None:
        """One strongly consistent GetItem, so that every channel shows the same colour. None for a stranger."""
        answer = self._client.get_item(TableName=self._table, Key={"holder": {"S": holder}}, ConsistentRead=True)
        return _status(answer.get("Item"))

    def present(self, holder: str, *, mark: bytes, scan: Scan, delegation: str = "") -> Presentation | None:
        """Spend the code at position `mark` in one conditional UpdateItem; None for a stranger.

        The write happens only where no code as new as this one has been presented, the holder is in good standing,
        and the delegation under which the code was shown, if any, still runs. Otherwise nothing is written and the
        present status comes back, to tell why.
        """
        condition, more = UNSPENT, {}
        if delegation:
            condition, more = f"{UNSPENT} AND {DELEGATION_PREFIX}{delegation} > :now", {":now": {"N": str(scan.at)}}
        item, spent = self._update(
            holder,
            SPEND,
            condition,
            {":mark": {"B": mark}, ":scan": _scan_value(scan), ":active": {"S": "active"}, **more},
        )
        status = _status(item)
        if spent or item is None:
            return status and Presentation(status, spent)
        return status and Presentation(status, spent, not delegation or _runs(item, delegation, scan.at), _last(item))

    def look(self, holder: str, *, look_id: bytes, scan: Scan) -> HolderStatus | None:
        """Record that somebody was looked at by what is not spent (paper, card, number); None for a stranger.

        `look_id` (12 bytes) tells two looks of one second apart. Whoever looks is recorded, whatever they are told.
        """
        item, _ = self._update(
            holder,
            "SET last_look = :look, look_id = :id",
            "attribute_exists(standing)",
            {":look": _scan_value(scan), ":id": {"B": look_id}},
        )
        return _status(item)

    def _update(
        self, holder: str, update: str, condition: str, values: dict[str, Any]
    ) -> tuple[dict[str, Any] | None, bool]:
        """One conditional UpdateItem: the item as it is now, and whether it was written."""
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key={"holder": {"S": holder}},
                UpdateExpression=update,
                ConditionExpression=condition,
                ExpressionAttributeValues=values,
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return error.response.get("Item"), False  # type: ignore[return-value]
        return answer["Attributes"], True


def _runs(item: dict[str, Any] | None, delegation: str, now: int) -> bool:
    """Whether a delegation in a status item has not ended."""
    until = (item or {}).get(DELEGATION_PREFIX + delegation)
    return until is not None and int(until["N"]) > now


def _scan_value(scan: Scan) -> dict[str, Any]:
    """A scan as DynamoDB's map; what is usual is left out, for every scan writes one."""
    value = {
        "verifier": {"S": scan.verifier},
        "verifier_name": {"S": scan.verifier_name},
        "purpose": {"S": scan.purpose},
        "place": {"S": scan.place},
        "at": {"N": str(scan.at)},
    }
    if scan.carrier != Carrier.SCREEN:
        value["carrier"] = {"S": str(scan.carrier)}
    if scan.shown_by != ShownBy.HOLDER:
        value["shown_by"] = {"S": str(scan.shown_by)}
    if scan.terminal:
        value["terminal"] = {"S": scan.terminal}
    if scan.fields:
        value["fields"] = {"S": scan.fields}
    return {"M": value}


def _last(item: dict[str, Any]) -> Scan | None:
    """The scan that spent the newest code of a holder."""
    return scan_from(item["last_scan"]["M"]) if "last_scan" in item else None


def scan_from(stored: dict[str, Any]) -> Scan:
    """A scan as it was stored."""
    values = {name: next(iter(value.values())) for name, value in stored.items()}
    return Scan(**values | {"at": int(values["at"])})


def _status(item: dict[str, Any] | None) -> HolderStatus | None:
    """A low-level item as a status."""
    if not item:
        return None
    last_scan = item.get("last_scan")
    tags = item.get("tags")
    return HolderStatus(
        holder=item["holder"]["S"],
        course=item["course"]["S"],
        standing=Standing(item["standing"]["S"]),
        masked_name=item["masked_name"]["B"],
        mark=item["mark"]["B"],
        last_verifier=last_scan["M"]["verifier"]["S"] if last_scan else "",
        tags=tags["S"] if tags else "",
    )
