"""An override: a colour set by people, what it rests on, where it stands, and every step that led there. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import msgspec

from chalicelib.platform.times import rfc3339
from chalicelib.status.model import Colour

PROPOSAL_LIFETIME_S = 72 * 3600
"""How long a proposal can be approved; what nobody wanted for three days is proposed anew, with today's reasons."""

HOUR_S = 3600
ONE_APPROVAL, TWO_APPROVALS = 1, 2


class State(StrEnum):
    """Where an override stands. `lapsed` and `expired` come with time alone, whether or not anything runs."""

    PROPOSED = "proposed"
    SECONDED = "seconded"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"
    VOIDED = "voided"
    LAPSED = "lapsed"
    EXPIRED = "expired"


class Event(StrEnum):
    """What officers can do to it. `seconded` is an approval where two are needed; `exempted` frees one person."""

    PROPOSED = "proposed"
    SECONDED = "seconded"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"
    EXEMPTED = "exempted"
    VOIDED = "voided"


LIFECYCLE: dict[State, dict[Event, State]] = {
    State.PROPOSED: {
        Event.SECONDED: State.SECONDED,
        Event.APPROVED: State.APPROVED,
        Event.REJECTED: State.REJECTED,
        Event.WITHDRAWN: State.WITHDRAWN,
    },
    State.SECONDED: {
        Event.APPROVED: State.APPROVED,
        Event.REJECTED: State.REJECTED,
        Event.WITHDRAWN: State.WITHDRAWN,
    },
    State.APPROVED: {
        Event.ENDED: State.ENDED,
        Event.EXEMPTED: State.APPROVED,
        Event.VOIDED: State.VOIDED,
    },
    State.ENDED: {Event.EXEMPTED: State.ENDED, Event.VOIDED: State.VOIDED},
    State.EXPIRED: {Event.EXEMPTED: State.EXPIRED, Event.VOIDED: State.VOIDED},
    State.REJECTED: {},
    State.WITHDRAWN: {},
    State.LAPSED: {},
    State.VOIDED: {},
}

UNDECIDED = frozenset({State.PROPOSED, State.SECONDED})
APPROVALS = frozenset({Event.SECONDED, Event.APPROVED})
TAKEN_BACK = frozenset({Event.ENDED, Event.VOIDED})
"""What takes the colour back from everybody."""


class Step(msgspec.Struct, frozen=True):
    """One thing that happened: its number from 1, who did it (a holder id), under which name, and when.

    `note` is sealed. `wish` and `digest` are what the request wished for (platform/http/creation.py), so that the same
    request again is known. `about` is the holder whom an exemption frees.
    """

    n: int
    event: Event
    by: str
    by_name: str
    at: int
    note: bytes = b""
    wish: str = ""
    digest: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Override:
    """One override. Instants are Unix seconds; `until` is 0 before the approval, from which `hours` are counted.

    `words` are the sealed reason, group and names. Lists do without `targets` and `words`.
    """

    override_id: str
    colour: Colour
    ground: str
    hours: int
    people: int
    needed: int
    proposed_at: int
    targets: tuple[str, ...] = ()
    words: bytes = b""
    state: State = State.PROPOSED
    steps: tuple[Step, ...] = ()
    until: int = 0

    @property
    def proposer(self) -> Step:
        """Who proposed it."""
        return self.steps[0]

    @property
    def approvals(self) -> tuple[Step, ...]:
        """Who approved it so far."""
        return tuple(step for step in self.steps if step.event in APPROVALS)

    def standing(self, now: float) -> State:
        """Where it stands at an instant."""
        if self.state in UNDECIDED and now >= self.proposed_at + PROPOSAL_LIFETIME_S:
            return State.LAPSED
        if self.state is State.APPROVED and now >= self.until:
            return State.EXPIRED
        return self.state

    def first(self, *events: Event) -> Step | None:
        """The first step with one of these events."""
        return next((step for step in self.steps if step.event in events), None)


class IllegalMove(ValueError):
    """The lifecycle has no such event in this state."""


def approval(override: Override) -> Event:
    """What one more approval is: the last that is needed, or not yet."""
    return Event.APPROVED if len(override.approvals) + 1 >= override.needed else Event.SECONDED


def moved(override: Override, step: Step) -> Override:
    """The override after a step; raises `IllegalMove`. Steps never go back in time, whatever the clocks say."""
    at = max(step.at, override.steps[-1].at)
    state = LIFECYCLE[override.standing(at)].get(step.event)
    if state is None:
        raise IllegalMove(f"{step.event} in {override.standing(at)}")
    until = at + override.hours * HOUR_S if step.event is Event.APPROVED else override.until
    step = msgspec.structs.replace(step, n=len(override.steps) + 1, at=at)
    return replace(override, state=state, steps=(*override.steps, step), until=until)


def month_of(at: int) -> str:
    """The month of an instant, UTC: `2026-09`."""
    return rfc3339(at)[:7]
