"""On the stream of the scans table: count who looks at whom, and raise an alert where it is unusual."""

from __future__ import annotations

from typing import Any

from chalice.app import Blueprint, DynamoDBEvent

from chalicelib.wiring import city

blueprint = Blueprint(__name__)


@blueprint.on_dynamodb_record(stream_arn="scans-stream", batch_size=100, name="watch_scans")
def watch_scans(event: DynamoDBEvent) -> dict[str, Any]:
    """Answers the first record where the batch has to come again (ReportBatchItemFailures)."""
    here = city()
    failed = here.watcher.scans(event.to_dict()["Records"], now=int(here.clock()))
    return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in failed]}
