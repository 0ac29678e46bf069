"""From the stream of the appeals table: every step into the journal, then what an upheld appeal voids.

Deciding is one write, and this follows from it, so a function that dies after a decision loses nothing. A record may
come twice, late, or in a batch that failed half-way: voiding what is void and writing a step that is written change
nothing. The first record that fails is reported to the event source, which sends it and all after it again.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from chalicelib.platform import telemetry
from chalicelib.platform.crypto.hashing import sm3
from chalicelib.platform.records import in_order
from chalicelib.status.appeals.items import steps_in, voids_in
from chalicelib.status.appeals.model import AboutKind, Event, Step
from chalicelib.status.appeals.neighbours import EvidenceReports, Overrides, StepJournal
from chalicelib.status.residents import Officer

CHAIN = "appeals"
HOLDERS_SIDE = "holder"
THE_CLOCK = "clock"


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
        return in_order(records, lambda change: self._follow(change, now), function="follow_appeals")

    def _follow(self, change: dict[str, Any], now: float) -> None:
        """Follow what one write of an appeal brought; nothing takes effect of which there is no record.

        All steps so far are written down: a record that brought one of them may have been set aside as a dead letter.
        """
        new, brought = change.get("NewImage", {}), new_steps(change)
        for step in steps_in(new["steps"]["S"]) if brought else ():
            step_id = f"{new['appeal_id']['S']}#{step.n}"
            self._journal().append(CHAIN, step_id=step_id, what=entry(new, step), now=now)
        for step in brought:
            if step.event is Event.UPHELD:
                self._void(new, step, now)
            telemetry.count("AppealSteps", event=step.event, level=new["level"]["N"])

    def _void(self, image: dict[str, Any], step: Step, now: float) -> None:
        """Take back what was wrong; the streams of evidence and overrides recompute whom it concerns.

        An override goes on for the others whom it concerns: one appeal frees one person.
        """
        appeal_id, holder = image["appeal_id"]["S"], image["holder"]["S"]
        officer = Officer(step.by, step.by_name)
        for about in voids_in(_voided(image)):
            if about.kind is AboutKind.EVIDENCE:
                self._reports().void_by_appeal(holder, about.id, appeal_id, now=now)
            elif about.kind is AboutKind.OVERRIDE:
                note = f"appeal {appeal_id}"
                self._overrides().void(about.id, by=officer, note=note, now=int(now), holder=holder)


def new_steps(change: dict[str, Any]) -> tuple[Step, ...]:
    """The steps that a write of an appeal brought; a draft and an attachment bring none."""
    new, old = change.get("NewImage", {}), change.get("OldImage", {})
    if "steps" not in new:
        return ()
    known = len(steps_in(old["steps"]["S"])) if "steps" in old else 0
    return steps_in(new["steps"]["S"])[known:]


def entry(image: dict[str, Any], step: Step) -> dict[str, str]:
    """A step as the journal keeps it for ever: nothing personal, and a digest of what the table knows of it.

    `content` is SM3 over the step and the sealed words as stored - the holder's, and with an answer the reviewer's -
    so that they cannot be changed later unseen.
    """
    answered = step.event in {Event.UPHELD, Event.REJECTED}
    words = [_bytes(image.get(name)) for name in (("text", "reason") if answered else ("text",))]
    return {
        "appeal": image["appeal_id"]["S"],
        "event": str(step.event),
        "at": str(step.at),
        "by": step.by_name or (THE_CLOCK if step.event is Event.OVERDUE else HOLDERS_SIDE),
        "about": image["about"]["S"],
        "level": image["level"]["N"],
        "voids": _voided(image) if answered else "",
        "content": sm3(msgspec.json.encode([step, *words])).hex(),
    }


def _voided(image: dict[str, Any]) -> str:
    """What the decision voids, as stored."""
    text: str = image.get("voids", {}).get("S", "")
    return text


def _bytes(value: dict[str, Any] | None) -> bytes:
    """Bytes of an image: as they are, or as Lambda hands them over (Base64)."""
    found = value["B"] if value else b""
    return found if isinstance(found, bytes) else base64.b64decode(found)
