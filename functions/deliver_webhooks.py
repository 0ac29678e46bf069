"""On the queue of webhooks: try the delivery that a message names.

One message at a time: messages of one batch would wait for one another, and so one receiver for another's silence.
"""

from __future__ import annotations

from typing import Any

from chalice.app import Blueprint, SQSEvent

from chalicelib.wiring import city

blueprint = Blueprint(__name__)


@blueprint.on_sqs_message(queue="webhooks.fifo", batch_size=1, name="deliver_webhooks")
def deliver_webhooks(event: SQSEvent) -> dict[str, Any]:
    """Answers which messages must come again (ReportBatchItemFailures)."""
    failed = city().webhook_messages.deliver(event.to_dict()["Records"])
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}
