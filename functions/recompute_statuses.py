"""On the stream of the evidence table: recompute every holder of whom something new is known."""

from __future__ import annotations

from typing import Any

from chalice.app import Blueprint, DynamoDBEvent

from chalicelib.wiring import city

blueprint = Blueprint(__name__)


@blueprint.on_dynamodb_record(stream_arn="evidence-stream", batch_size=100, name="recompute_statuses")
def recompute_statuses(event: DynamoDBEvent) -> dict[str, Any]:
    """Answers which records have to come again, if any (ReportBatchItemFailures)."""
    here = city()
    failed = here.evidence_follower.record(event.to_dict()["Records"], now=int(here.clock()))
    return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in failed]}
