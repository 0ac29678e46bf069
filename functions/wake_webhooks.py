"""On the queue of what waits a moment: carry messages over into the queue of webhooks, where they have an order."""

from __future__ import annotations

from typing import Any

from chalice.app import Blueprint, SQSEvent

from chalicelib.wiring import city

blueprint = Blueprint(__name__)


@blueprint.on_sqs_message(queue="webhooks-delays", batch_size=10, name="wake_webhooks")
def wake_webhooks(event: SQSEvent) -> dict[str, Any]:
    """Answers which messages must come again (ReportBatchItemFailures)."""
    failed = city().webhook_messages.carry_over(event.to_dict()["Records"])
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}
