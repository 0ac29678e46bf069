"""Every minute: carry decisions about policies out, and walk all holders where a roll-out or a dry run asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalice.app import Blueprint, CloudWatchEvent, Rate

from chalicelib.wiring import city

blueprint = Blueprint(__name__)
ENOUGH_FOR_A_PAGE_MS = 2_000
"""With less time left no further page is begun. One that is cut off all the same is walked again by the next run."""


@blueprint.schedule(Rate(1, unit=Rate.MINUTES), name="run_sweeps")
def run_sweeps(event: CloudWatchEvent) -> dict[str, Any]:
    """Late, twice at once or killed half-way: others go on where it stopped (status/policy/sweep.py)."""
    here = city()
    here.taking_effect.run(now=int(here.clock()))
    visited = here.sweeper.run(clock=here.clock, has_time=_has_time(event.context))
    here.taking_effect.run(now=int(here.clock()))
    return {"visited": visited}


def _has_time(context: Any) -> Callable[[], bool]:
    """Asks Lambda how much of the function's time is left."""
    return lambda: context.get_remaining_time_in_millis() > ENOUGH_FOR_A_PAGE_MS
