"""On the stream of the consents table: holders, and the guardians of children, told of every step."""

from __future__ import annotations

from typing import Any

from chalice.app import Blueprint, DynamoDBEvent

from chalicelib.wiring import city

blueprint = Blueprint(__name__)


@blueprint.on_dynamodb_record(stream_arn="consents-stream", batch_size=100, name="follow_consents")
def follow_consents(event: DynamoDBEvent) -> dict[str, Any]:
    """Answers which record to resume from, if one failed (ReportBatchItemFailures)."""
    here = city()
    failed = here.consents.follower.record(event.to_dict()["Records"], now=here.clock())
    return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in failed]}
