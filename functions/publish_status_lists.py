"""Every ten minutes: sign those status lists anew that nobody touched for an hour, or whose key is gone."""

from __future__ import annotations

from typing import Any

from chalice.app import Blueprint, CloudWatchEvent, Rate

from chalicelib.wiring import city

blueprint = Blueprint(__name__)


@blueprint.schedule(Rate(10, unit=Rate.MINUTES), name="publish_status_lists")
def publish_status_lists(event: CloudWatchEvent) -> dict[str, Any]:
    """Late, twice or half-way: a token is good for two days, and the next run signs what this one did not."""
    here = city()
    return {"signed": here.status_lists.publish(now=int(here.clock()))}
