"""Every hour: delete what is kept no longer, a while at a time, until the day's walk is through."""

from __future__ import annotations

from typing import Any

from chalice.app import Blueprint, CloudWatchEvent, Rate

from chalicelib.wiring import city

blueprint = Blueprint(__name__)
ENOUGH_FOR_A_PAGE_MS = 5_000
BELIEVED = "clock_is_right"
"""In the detail of an event that a person sends: the sweep was off for a month, and the clock is right."""


@blueprint.schedule(Rate(1, unit=Rate.HOURS), name="sweep_retention")
def sweep_retention(event: CloudWatchEvent) -> dict[str, Any]:
    """Late, twice at once or killed half-way: the next call goes on where it stopped (accounts/retention.py)."""
    here = city()
    context: Any = event.context
    run = here.retention.run(
        now=int(here.clock()),
        has_time=lambda: context.get_remaining_time_in_millis() > ENOUGH_FOR_A_PAGE_MS,
        believed=bool((event.to_dict().get("detail") or {}).get(BELIEVED)),
    )
    return {"deleted": sum(one.deleted for one in run.tables) if run else 0}
