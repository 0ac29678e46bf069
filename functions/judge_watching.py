"""Every hour: compare what verifiers scanned with what is normal for them."""

from __future__ import annotations

from typing import Any

from chalice.app import Blueprint, CloudWatchEvent, Rate

from chalicelib.wiring import city

blueprint = Blueprint(__name__)


@blueprint.schedule(Rate(1, unit=Rate.HOURS), name="judge_watching")
def judge_watching(event: CloudWatchEvent) -> dict[str, Any]:
    """Late, twice or half-way: the next run judges the hour before once more, and no alert is raised twice."""
    here = city()
    return {"judged": here.judging.run(now=int(here.clock()))}
