"""Every minute: the deliveries whose next attempt is due. Without a queue, this alone delivers."""

from __future__ import annotations

from typing import Any

from chalice.app import Blueprint, CloudWatchEvent, Rate

from chalicelib.wiring import city

blueprint = Blueprint(__name__)


@blueprint.schedule(Rate(1, unit=Rate.MINUTES), name="retry_webhooks")
def retry_webhooks(event: CloudWatchEvent) -> dict[str, Any]:
    """Late, twice or half-way: the next run finds the rest, and nothing is tried twice at once (delivering.py)."""
    here = city()
    return {"due": here.due_deliveries.run(now=here.clock())}
