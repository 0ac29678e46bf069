"""Answers that are late: counted for the alarm, and marked once in the appeal, so that the journal shows them.

Nothing else hangs on it: the queue is in order of what is due, and shows what is late, whether or not this ever runs.
"""

from __future__ import annotations

from chalicelib.platform import telemetry
from chalicelib.status.appeals.changing import change
from chalicelib.status.appeals.items import Listed
from chalicelib.status.appeals.model import Appeal, Event, moved
from chalicelib.status.appeals.sides import SCOPES, Sides
from chalicelib.status.appeals.store import AppealStore


class AppealWatch:
    """Looks after the clock of appeals."""

    def __init__(self, store: AppealStore, *, sides: Sides) -> None:
        self._store = store
        self._sides = sides

    def run(self, *, now: int) -> dict[int, int]:
        """Mark what is newly overdue, and tell how many are; answers that by level. Safe at any time and twice."""
        late = {level: list(self._store.overdue(level, now=now)) for level in SCOPES}
        for one in (one for level in SCOPES for one in late[level] if not one.overdue_at):
            self._mark(one, now)
        for level in SCOPES:
            telemetry.gauge("AppealsOverdue", len(late[level]), level=str(level))
        return {level: len(late[level]) for level in SCOPES}

    def _mark(self, one: Listed, now: int) -> None:
        """Mark an appeal, unless it was marked or decided since the index was written."""

        def act(appeal: Appeal) -> Appeal:
            if appeal.overdue_at or not (appeal.undecided and appeal.is_overdue(now)):
                return appeal
            return moved(appeal, Event.OVERDUE, by="", by_name="", at=now)

        change(self._store, lambda: self._sides.filed(one.appeal_id), act)
