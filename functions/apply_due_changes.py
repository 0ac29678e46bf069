"""Every minute: tell the changes of colour that time has brought. The colours themselves are right without it."""

from __future__ import annotations

from typing import Any

from chalice.app import Blueprint, CloudWatchEvent, Rate

from chalicelib.wiring import city

blueprint = Blueprint(__name__)


@blueprint.schedule(Rate(1, unit=Rate.MINUTES), name="apply_due_changes")
def apply_due_changes(event: CloudWatchEvent) -> dict[str, Any]:
    """Late, twice or half-way: the next run tells the rest, and nothing twice (status/recompute.py)."""
    here = city()
    return {"told": here.due_changes.tell_all(now=int(here.clock()))}
