"""Every hour: let go whose days to think it over have passed."""

from __future__ import annotations

from typing import Any

from chalice.app import Blueprint, CloudWatchEvent, Rate

from chalicelib.wiring import city

blueprint = Blueprint(__name__)


@blueprint.schedule(Rate(1, unit=Rate.HOURS), name="close_accounts")
def close_accounts(event: CloudWatchEvent) -> dict[str, Any]:
    """Answers how many have left."""
    here = city()
    return {"left": here.leaving.run(now=int(here.clock()))}
