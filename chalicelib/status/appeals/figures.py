"""Figures of a month: how many appeals there were, about what, what came of them, and how long people waited. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import ceil
from statistics import median
from typing import NamedTuple, Protocol

from chalicelib.status.appeals.model import UNDECIDED, About, State

HOUR_S = 3600


class Counted(Protocol):
    """What is counted of an appeal. Instants are Unix seconds, 0 where there is none yet."""

    @property
    def level(self) -> int: ...
    @property
    def about(self) -> About: ...
    @property
    def state(self) -> State: ...
    @property
    def filed_at(self) -> int: ...
    @property
    def due_at(self) -> int: ...
    @property
    def decided_at(self) -> int: ...


class Figures(NamedTuple):
    """What a city tells of its appeals. `late` counts answers that came late, `overdue` those that are still awaited.

    Hours are counted from filing to decision, None where nothing was decided.
    """

    filed: int
    states: dict[str, int]
    levels: dict[str, int]
    about: dict[str, int]
    overdue: int
    late: int
    median_hours: float | None
    hours_95: float | None


def figures(appeals: Iterable[Counted], *, now: float) -> Figures:
    """Count appeals as they stand now."""
    counted = list(appeals)
    hours = sorted((one.decided_at - one.filed_at) / HOUR_S for one in counted if one.decided_at)
    waiting = [one for one in counted if one.state in UNDECIDED]
    return Figures(
        filed=len(counted),
        states=dict(Counter(str(one.state) for one in counted)),
        levels=dict(Counter(str(one.level) for one in counted)),
        about=dict(Counter(str(one.about.kind) for one in counted)),
        overdue=sum(one.due_at < now for one in waiting),
        late=sum(one.due_at < one.decided_at for one in counted),
        median_hours=round(median(hours), 2) if hours else None,
        hours_95=round(hours[ceil(0.95 * len(hours)) - 1], 2) if hours else None,
    )
