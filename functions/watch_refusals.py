"""On the stream of the refused-scans table: raise an alert where used codes are shown again and again."""

from __future__ import annotations

from typing import Any

from chalice.app import Blueprint, DynamoDBEvent

from chalicelib.wiring import city

blueprint = Blueprint(__name__)


@blueprint.on_dynamodb_record(stream_arn="refused-scans-stream", batch_size=100, name="watch_refusals")
def watch_refusals(event: DynamoDBEvent) -> dict[str, Any]:
    """Answers the first record where the batch has to come again (ReportBatchItemFailures)."""
    here = city()
    failed = here.watcher.refusals(event.to_dict()["Records"], now=int(here.clock()))
    return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in failed]}
