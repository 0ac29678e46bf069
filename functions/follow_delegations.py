"""On the stream of the delegations table: rights to show in step with delegations, and both sides told."""

from __future__ import annotations

from typing import Any

from chalice.app import Blueprint, DynamoDBEvent

from chalicelib.wiring import city

blueprint = Blueprint(__name__)


@blueprint.on_dynamodb_record(stream_arn="delegations-stream", batch_size=100, name="follow_delegations")
def follow_delegations(event: DynamoDBEvent) -> dict[str, Any]:
    """Answers which record to resume from, if one failed (ReportBatchItemFailures)."""
    here = city()
    failed = here.delegation_follower.record(event.to_dict()["Records"], now=here.clock())
    return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in failed]}
