"""On the stream of the scan log: tell clients of the scans of their own that were accepted."""

from __future__ import annotations

from typing import Any

from chalice.app import Blueprint, DynamoDBEvent

from chalicelib.wiring import city

blueprint = Blueprint(__name__)


@blueprint.on_dynamodb_record(stream_arn="scans-stream", batch_size=100, name="emit_scan_events")
def emit_scan_events(event: DynamoDBEvent) -> dict[str, Any]:
    """Answers which record to resume from, if one failed (ReportBatchItemFailures)."""
    here = city()
    failed = here.scan_emitter.record(event.to_dict()["Records"], now=here.clock())
    return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in failed]}
