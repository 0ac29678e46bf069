"""From the stream of the appeals table: what an upheld appeal voids, then every step into the journal.

Deciding is one write, and this follows from it, so a function that dies after a decision loses nothing. A record may
come twice, late, or in a batch that failed half-way: voiding what is void and writing a step that is written change
nothing. The first record that fails is reported to the event source, which sends it and all after it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from chalicelib.platform import telemetry
from chalicelib.status.appeals.items import steps_in, voids_in
from chalicelib.status.appeals.model import About, AboutKind, Event, Step
from chalicelib.status.appeals.neighbours import EvidenceReports, Overrides, StepJournal

CHAIN = "appeals"
HOLDERS_SIDE = "holder"
THE_CLOCK = "clock"
OFFICERS_DO = frozenset({Event.TAKEN, Event.RELEASED, Event.UPHELD, Event.REJECTED})


class AppealFollower:
    """Does what follows from the steps of appeals."""

    def __init__(
        self,
        *,
        reports: Callable[[], EvidenceReports],
        overrides: Callable[[], Overrides],
        journal: Callable[[], StepJournal],
    ) -> None:
        self._reports = reports
        self._overrides = overrides
        self._journal = journal

    def record(self, records: Iterable[dict[str, Any]], *, now: float) -> list[str]:
        """Follow the steps in a batch, in order; answers the sequence number to resume from, if one failed."""
        for record in records:
            try:
                self._follow(record["dynamodb"], now)
            except Exception as error:
                telemetry.fault("follow_appeals", error)
                return [record["dynamodb"]["SequenceNumber"]]
        return []

    def _follow(self, change: dict[str, Any], now: float) -> None:
        """Follow what one write of an appeal brought."""
        new = change.get("NewImage", {})
        for step in new_steps(change):
            appeal_id = new["appeal_id"]["S"]
            if step.event is Event.UPHELD:
                self._void(appeal_id, new["holder"]["S"], voids_in(new.get("voids", {}).get("S", "")), step, now)
            self._journal().append(CHAIN, step_id=f"{appeal_id}#{step.n}", what=_told(appeal_id, step, new), now=now)
            telemetry.count("Appeals", event=step.event, level=new["level"]["N"])

    def _void(self, appeal_id: str, holder: str, voids: Sequence[About], step: Step, now: float) -> None:
        """Take back what was wrong; the streams of evidence and overrides recompute whom it concerns."""
        for about in voids:
            if about.kind is AboutKind.EVIDENCE:
                self._reports().void_by_appeal(holder, about.id, appeal_id, now=now)
            elif about.kind is AboutKind.OVERRIDE:
                self._overrides().void(about.id, by=step.by, note=appeal_id, now=now)


def new_steps(change: dict[str, Any]) -> tuple[Step, ...]:
    """The steps that a write of an appeal brought; a draft and an attachment bring none."""
    new, old = change.get("NewImage", {}), change.get("OldImage", {})
    if "steps" not in new:
        return ()
    known = len(steps_in(old["steps"]["S"])) if "steps" in old else 0
    return steps_in(new["steps"]["S"])[known:]


def _told(appeal_id: str, step: Step, image: dict[str, Any]) -> dict[str, str]:
    """A step as the journal keeps it for ever: of officers who they are, of the holder's side nothing."""
    who = step.by if step.event in OFFICERS_DO else THE_CLOCK if step.event is Event.OVERDUE else HOLDERS_SIDE
    told = {
        "appeal": appeal_id,
        "event": str(step.event),
        "by": who,
        "by_name": step.by_name,
        "at": str(step.at),
        "about": image["about"]["S"],
        "level": image["level"]["N"],
    }
    return told | ({"voids": image["voids"]["S"]} if step.event is Event.UPHELD and "voids" in image else {})
