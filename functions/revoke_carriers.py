"""On the stream of the carriers table: put what was lost, replaced or ended on the status lists."""

from __future__ import annotations

from typing import Any

from chalice.app import Blueprint, DynamoDBEvent

from chalicelib.wiring import city

blueprint = Blueprint(__name__)


@blueprint.on_dynamodb_record(stream_arn="carriers-stream", batch_size=100, name="revoke_carriers")
def revoke_carriers(event: DynamoDBEvent) -> dict[str, Any]:
    """Answers which record to resume from, if one failed (ReportBatchItemFailures)."""
    here = city()
    failed = here.carrier_follower.record(event.to_dict()["Records"], now=int(here.clock()))
    return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in failed]}
