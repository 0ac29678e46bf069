"""How many people a verifier may look up by their numbers: so many a minute, so many a day, counted in one write each.

Minutes and days are those of UTC. A verifier who has used up a minute at its end may use the next at its beginning;
the day bounds what that is worth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import ClientError

from chalicelib.codes.refusals import TooManyLookUps

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MINUTE_S, DAY_S = 60, 86_400
COUNT = "SET expires_at = :end ADD #minute :one, used :one"
ALLOWED = "(attribute_not_exists(used) OR used < :a_day) AND (attribute_not_exists(#minute) OR #minute < :a_minute)"


class Limits(NamedTuple):
    """Look-ups that a verifier has, a minute and a day."""

    a_minute: int
    a_day: int


class Allowances:
    """Counts look-ups. One item holds a verifier's day: how many in all, and in each of its minutes."""

    def __init__(self, client: DynamoDBClient, table: str, limits: Limits) -> None:
        self._client = client
        self._table = table
        self._limits = limits

    def use(self, verifier: str, *, now: int) -> None:
        """Count one look-up; raises `TooManyLookUps`, which counts nothing."""
        day, second = divmod(now, DAY_S)
        minute = f"m{second // MINUTE_S}"
        try:
            self._client.update_item(
                TableName=self._table,
                Key={"allowance": {"S": f"{verifier}#{day}"}},
                UpdateExpression=COUNT,
                ConditionExpression=ALLOWED,
                ExpressionAttributeNames={"#minute": minute},
                ExpressionAttributeValues={
                    ":one": {"N": "1"},
                    ":end": {"N": str((day + 2) * DAY_S)},
                    ":a_day": {"N": str(self._limits.a_day)},
                    ":a_minute": {"N": str(self._limits.a_minute)},
                },
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            raise self._refusal(error.response, second) from error

    def _refusal(self, refused: Any, second: int) -> TooManyLookUps:
        """Which of the two was used up, and when there is more."""
        used = int(refused.get("Item", {}).get("used", {"N": "0"})["N"])
        if used >= self._limits.a_day:
            return TooManyLookUps(limit=self._limits.a_day, per="day", retry_after_s=DAY_S - second)
        return TooManyLookUps(limit=self._limits.a_minute, per="minute", retry_after_s=MINUTE_S - second % MINUTE_S)
