"""On the stream of the overrides table: journal every step, and make of what was decided the evidence that follows."""

from __future__ import annotations

from typing import Any

from chalice.app import Blueprint, DynamoDBEvent

from chalicelib.wiring import city

blueprint = Blueprint(__name__)


@blueprint.on_dynamodb_record(stream_arn="overrides-stream", batch_size=1, name="apply_overrides")
def apply_overrides(event: DynamoDBEvent) -> dict[str, Any]:
    """Answers which record to resume from, if one failed (ReportBatchItemFailures).

    One at a time: an override may concern five hundred people, and each of them is a write or two.
    """
    here = city()
    failed = here.override_follower.record(event.to_dict()["Records"], now=int(here.clock()))
    return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in failed]}
