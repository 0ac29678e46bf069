"""Every ten minutes: count the appeals whose answer is late, and mark those that have become so."""

from __future__ import annotations

from typing import Any

from chalice.app import Blueprint, CloudWatchEvent, Rate

from chalicelib.wiring import city

blueprint = Blueprint(__name__)


@blueprint.schedule(Rate(10, unit=Rate.MINUTES), name="watch_appeals")
def watch_appeals(event: CloudWatchEvent) -> dict[str, Any]:
    """Late, twice or half-way: the queue shows what is late without it, and nothing is marked twice."""
    here = city()
    overdue = here.appeals.watch.run(now=int(here.clock()))
    return {"overdue": {str(level): number for level, number in overdue.items()}}
