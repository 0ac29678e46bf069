"""Leaving the city: asked for, thought over, carried out. And what the law keeps of somebody who has left. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

DAY_S = 24 * 3600
COOLING_OFF_S = 7 * DAY_S
"""How long somebody may change their mind: a code that a family needs is not gone by a wrong tap."""


class State(StrEnum):
    """Where a departure stands."""

    ASKED = "asked"
    WITHDRAWN = "withdrawn"
    LEAVING = "leaving"
    LEFT = "left"


class Event(StrEnum):
    """What happens to it."""

    ASK = "ask"
    WITHDRAW = "withdraw"
    BEGIN = "begin"
    FINISH = "finish"


LIFECYCLE: dict[State, dict[Event, State]] = {
    State.ASKED: {Event.WITHDRAW: State.WITHDRAWN, Event.BEGIN: State.LEAVING},
    State.WITHDRAWN: {Event.ASK: State.ASKED},
    State.LEAVING: {Event.FINISH: State.LEFT},
    State.LEFT: {Event.ASK: State.ASKED},
}
"""From the moment it begins there is no way back: half of what somebody was is gone. Who comes back may leave again."""

OVER = frozenset({State.WITHDRAWN, State.LEFT})
"""Of these nothing is under way. Whoever asks after one that has left has come back since."""


class Kept(NamedTuple):
    """What remains of somebody who has left: what, for how many days, and why."""

    what: str
    days: int
    why: str


EVIDENCE_KEPT_DAYS = 3 * 365

KEPT = (
    Kept("scan log", 180, "network logs are kept for six months (Cybersecurity Law)"),
    Kept("notices", 180, "what others did in the person's name stays provable"),
    Kept("acts of officers and helpers", 3 * 365, "records of impact are kept for three years (PIPL, article 56)"),
    Kept("what was agreed to", 3 * 366, "a consent stays provable after it has ended (PIPL, articles 14 and 56)"),
    Kept("evidence and its journal", EVIDENCE_KEPT_DAYS, "who decided about a colour must answer for it"),
    Kept(
        "the way from a document's blind index to the random id",
        EVIDENCE_KEPT_DAYS,
        "who comes back meets the evidence that is kept: nobody changes their colour by leaving",
    ),
)
"""Under the holder's random id, with name and document gone, each deleted when its time is over."""


@dataclass(frozen=True, slots=True)
class Departure:
    """One departure. Instants are Unix seconds; `done` are the steps that are behind us."""

    holder: str
    asked_at: int
    state: State = State.ASKED
    done: tuple[str, ...] = ()

    @property
    def due_at(self) -> int:
        """When it is carried out."""
        return self.asked_at + COOLING_OFF_S


class OutOfTurn(ValueError):
    """The lifecycle has no such event in this state."""


def moved(departure: Departure, event: Event) -> Departure:
    """The departure after an event; raises `OutOfTurn`."""
    state = LIFECYCLE[departure.state].get(event)
    if state is None:
        raise OutOfTurn
    return replace(departure, state=state)
