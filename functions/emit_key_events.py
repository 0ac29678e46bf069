"""On the stream of the keys table: tell everybody what is new on the trust list, and what has gone."""

from __future__ import annotations

from typing import Any

from chalice.app import Blueprint, DynamoDBEvent

from chalicelib.wiring import city

blueprint = Blueprint(__name__)


@blueprint.on_dynamodb_record(stream_arn="keys-stream", batch_size=100, name="emit_key_events")
def emit_key_events(event: DynamoDBEvent) -> dict[str, Any]:
    """Answers which record to resume from, if one failed (ReportBatchItemFailures)."""
    here = city()
    failed = here.key_emitter.record(event.to_dict()["Records"], now=here.clock())
    return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in failed]}
