"""`appeal.filed` and `appeal.decided`: to the city's own systems. How it was decided stays with those it concerns."""

from __future__ import annotations

from typing import Any

from chalicelib.partners.webhooks.audience import EVERYONE, Addressed
from chalicelib.partners.webhooks.model import Event, EventType, event_id
from chalicelib.platform.times import rfc3339
from chalicelib.status.appeals.following import new_steps
from chalicelib.status.appeals.model import Event as Happened
from chalicelib.status.appeals.model import Step

BY_STEP = {
    Happened.FILED: EventType.APPEAL_FILED,
    Happened.UPHELD: EventType.APPEAL_DECIDED,
    Happened.REJECTED: EventType.APPEAL_DECIDED,
}


def appeal_events(change: dict[str, Any]) -> list[Addressed]:
    """What the steps that a write of an appeal brought tell; drafts, and who took it up, tell nothing."""
    return [
        Addressed(_event(change["NewImage"], BY_STEP[step.event], step), EVERYONE)
        for step in new_steps(change)
        if step.event in BY_STEP
    ]


def _event(new: dict[str, Any], type: EventType, step: Step) -> Event:
    appeal_id = new["appeal_id"]["S"]
    data: dict[str, str | int] = {"appeal_id": appeal_id, "level": int(new["level"]["N"]), "at": rfc3339(step.at)}
    return Event(event_id(type, appeal_id, str(step.n)), type, step.at, f"appeal/{appeal_id}", data)
