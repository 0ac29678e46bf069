"""Every five minutes: wake imports that stand still, and end those that wait in vain."""

from __future__ import annotations

from typing import Any

from chalice.app import Blueprint, CloudWatchEvent, Rate

from chalicelib.wiring import city

blueprint = Blueprint(__name__)


@blueprint.schedule(Rate(5, unit=Rate.MINUTES), name="sweep_imports")
def sweep_imports(event: CloudWatchEvent) -> dict[str, Any]:
    """Answers how many imports are open."""
    here = city()
    return {"open": here.running_imports.sweep(now=int(here.clock()))}
