"""On the stream of the imports table: from one checkpoint to the next, and away with the file at the end."""

from __future__ import annotations

from typing import Any

from chalice.app import Blueprint, DynamoDBEvent

from chalicelib.wiring import city

blueprint = Blueprint(__name__)


@blueprint.on_dynamodb_record(stream_arn="imports-stream", batch_size=1, name="continue_imports")
def continue_imports(event: DynamoDBEvent) -> dict[str, Any]:
    """Answers which record to resume from, if one failed (ReportBatchItemFailures).

    One at a time: a record is a turn of some thousand rows.
    """
    here = city()
    failed = here.running_imports.continued(event.to_dict()["Records"], clock=here.clock)
    return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in failed]}
