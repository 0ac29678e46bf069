"""From the stream of the overrides table: every step into the journal, and what follows from it into the evidence.

A record may come twice, late, or in a batch that failed half-way. So a record only says which override has moved; it is
read anew, and all that follows from it is made so: a step is kept in the journal under its number, a fact under an id
that follows from override and holder. The first record that fails is reported to the event source, which sends it and
all after it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from chalicelib.platform import telemetry
from chalicelib.platform.crypto.hashing import sm3
from chalicelib.platform.records import in_order
from chalicelib.status.evidence.model import MANUAL, Evidence, Void, evidence_id
from chalicelib.status.overrides.model import TAKEN_BACK, Event, Override, Step
from chalicelib.status.overrides.store import OverrideStore, steps_in

if TYPE_CHECKING:
    from chalicelib.status.evidence.writer import EvidenceWriter
    from chalicelib.trust.journal import Journal

CHAIN = "overrides"
SOURCE = "overrides"


class Fact(NamedTuple):
    """What an override says about one holder, and that it was taken back, where it was."""

    holder: str
    evidence: Evidence
    void: Void | None


class OverrideFollower:
    """Carries out what officers have decided."""

    def __init__(
        self, store: OverrideStore, journal: Callable[[], Journal], evidence: Callable[[], EvidenceWriter]
    ) -> None:
        self._store = store
        self._journal = journal
        self._evidence = evidence

    def record(self, records: Iterable[dict[str, Any]], *, now: int) -> list[str]:
        """Follow a batch, in order; answers the sequence number to resume from, if one failed."""
        return in_order(records, lambda change: self._follow(change, now), function="apply_overrides")

    def _follow(self, change: dict[str, Any], now: int) -> None:
        """The journal first: nothing takes effect of which there is no record.

        All steps, also those that earlier records brought: one of them may have been set aside as a dead letter.
        """
        override = self._store.get(change["Keys"]["override_id"]["S"])
        if override is None:
            return
        old = change.get("OldImage", {}).get("steps")
        known = len(steps_in(old["S"])) if old else 0
        for step in override.steps:
            step_id = f"{override.override_id}#{step.n}"
            self._journal().append(CHAIN, step_id=step_id, what=entry(override, step), now=now)
            if step.n > known:
                telemetry.count("OverrideSteps", event=step.event)
        for fact in facts(override):
            self._keep(fact)

    def _keep(self, fact: Fact) -> None:
        """Keep a fact, voided where it is; who finds it kept voids it."""
        writer = self._evidence()
        is_new = writer.put(fact.holder, fact.evidence, void=fact.void)
        if fact.void is not None and not is_new:
            writer.void(fact.holder, fact.evidence.evidence_id, fact.void)


def facts(override: Override) -> Iterator[Fact]:
    """What an override says about each of its people, from its approval on; nothing before that."""
    approved = override.first(Event.APPROVED)
    if approved is None:
        return
    everybody = override.first(*TAKEN_BACK)
    for holder in override.targets:
        own = next((step for step in override.steps if step.about == holder), None)
        freed = min((step for step in (own, everybody) if step), key=lambda step: step.n, default=None)
        void = Void(freed.at, f"override {freed.event}") if freed else None
        yield Fact(holder, _evidence(override, holder, approved.at), void)


def _evidence(override: Override, holder: str, approved_at: int) -> Evidence:
    """The colour of one holder as a fact."""
    return Evidence(
        evidence_id=evidence_id(f"override#{override.override_id}", holder),
        kind=MANUAL,
        happened_at=approved_at,
        attributes={"colour": str(override.colour), "ground": override.ground, "override": override.override_id},
        valid_until=override.until,
        reported_at=approved_at,
        source=SOURCE,
        source_name="",
        reference=override.override_id,
    )


def entry(override: Override, step: Step) -> dict[str, str]:
    """A step as the journal keeps it: of the people nothing, and a digest of all that the table knows of it.

    `by` is the officer's holder id. `content` is SM3 over the step, the people and the sealed words as stored, so that
    none of them can be changed later without showing.
    """
    content = msgspec.json.encode([step, override.targets, override.words])
    return {
        "override": override.override_id,
        "event": str(step.event),
        "at": str(step.at),
        "by": step.by,
        "colour": str(override.colour),
        "ground": override.ground,
        "hours": str(override.hours),
        "people": str(override.people),
        "content": sm3(content).hex(),
    }
