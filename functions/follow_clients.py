"""On the stream of the clients table: what operators did about clients into the journal."""

from __future__ import annotations

from typing import Any

from chalice.app import Blueprint, DynamoDBEvent

from chalicelib.wiring import city

blueprint = Blueprint(__name__)


@blueprint.on_dynamodb_record(stream_arn="clients-stream", batch_size=10, name="follow_clients")
def follow_clients(event: DynamoDBEvent) -> dict[str, Any]:
    """Answers which record to resume from, if one failed (ReportBatchItemFailures)."""
    here = city()
    failed = here.client_follower.record(event.to_dict()["Records"], now=int(here.clock()))
    return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in failed]}
