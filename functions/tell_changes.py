"""On the stream of the statuses table: publish every change of colour, exactly once."""

from __future__ import annotations

from typing import Any

from chalice.app import Blueprint, DynamoDBEvent

from chalicelib.wiring import city

blueprint = Blueprint(__name__)


@blueprint.on_dynamodb_record(stream_arn="statuses-stream", batch_size=100, name="tell_changes")
def tell_changes(event: DynamoDBEvent) -> dict[str, Any]:
    """Answers which record to resume from, if one failed (ReportBatchItemFailures)."""
    failed = city().change_teller.record(event.to_dict()["Records"])
    return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in failed]}
