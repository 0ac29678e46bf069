"""On the stream of the table of changes: tell those whom holders let watch that a colour changed."""

from __future__ import annotations

from typing import Any

from chalice.app import Blueprint, DynamoDBEvent

from chalicelib.wiring import city

blueprint = Blueprint(__name__)


@blueprint.on_dynamodb_record(stream_arn="changes-stream", batch_size=100, name="emit_status_events")
def emit_status_events(event: DynamoDBEvent) -> dict[str, Any]:
    """Answers which record to resume from, if one failed (ReportBatchItemFailures)."""
    here = city()
    failed = here.status_emitter.record(event.to_dict()["Records"], now=here.clock())
    return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in failed]}
