"""The life of a roll-out: proposed by one officer, decided by another, begun, carried to every holder. Pure.

A rollback is a roll-out like any other: it names the one it undoes, and leads back to the policy before it.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class State(StrEnum):
    """Where a roll-out stands. From `rolling_out` on its policy is in the rulebook, for everyone."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    ROLLING_OUT = "rolling_out"
    COMPLETE = "complete"


class Event(StrEnum):
    """What happens to a roll-out. The last two are the city's own doing."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    BEGUN = "begun"
    COMPLETED = "completed"


LIFECYCLE: dict[State, dict[Event, State]] = {
    State.PROPOSED: {Event.APPROVED: State.APPROVED, Event.REJECTED: State.REJECTED},
    State.APPROVED: {Event.BEGUN: State.ROLLING_OUT},
    State.ROLLING_OUT: {Event.COMPLETED: State.COMPLETE},
    State.COMPLETE: {},
    State.REJECTED: {},
}
"""`{state: {event: next state}}`."""


class Step(msgspec.Struct, frozen=True):
    """One thing that happened: its number from 1, who did it (a holder id; "" for the city), when, and a remark."""

    n: int
    event: Event
    by: str
    by_name: str
    at: int
    note: str = ""


class RollOut(msgspec.Struct, frozen=True):
    """One decision about which policy holds.

    `effective_from` None: with the approval. `undoes` is the id of the roll-out that is rolled back, "" for none.
    `edition` and `since` are known once it has begun: the edition of the rulebook it made, and from when it holds.
    `journalled` counts the steps that stand in the journal; `digest` is that of the request which proposed it.
    """

    roll_out_id: str
    policy: str
    effective_from: int | None
    undoes: str
    digest: str
    state: State
    steps: tuple[Step, ...]
    edition: int = 0
    since: int = 0
    journalled: int = 0

    @property
    def proposed(self) -> Step:
        """Its first step."""
        return self.steps[0]

    @property
    def decided(self) -> Step | None:
        """The step that approved or rejected it."""
        return next((step for step in self.steps if step.event in (Event.APPROVED, Event.REJECTED)), None)

    @property
    def settled(self) -> bool:
        """Whether the city has nothing left to do about it: officers may still have to decide."""
        waiting = self.state in (State.APPROVED, State.ROLLING_OUT)
        return not waiting and self.journalled >= len(self.steps)

    def allows(self, event: Event) -> bool:
        """Whether this can happen now."""
        return event in LIFECYCLE[self.state]

    def after(self, event: Event, *, by: str, by_name: str, at: int, note: str = "") -> RollOut:
        """The roll-out one step on; KeyError where its life has no such step."""
        step = Step(len(self.steps) + 1, event, by, by_name, at, note)
        return msgspec.structs.replace(self, state=LIFECYCLE[self.state][event], steps=(*self.steps, step))


def takes_effect(roll_out: RollOut) -> int:
    """From when an approved roll-out holds: as proposed, but never before somebody had approved it."""
    decided = roll_out.decided
    approved_at = decided.at if decided else 0
    return max(roll_out.effective_from or 0, approved_at)
