"""An assistance: who helped whom, why, and everything that was done. Pure.

A helper opens one when a person stands at the desk and their document was seen. Every act is written down before it is
carried out, so that nothing can be done in a person's name that the person and the journal do not learn of.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import msgspec

LIFETIME_S = 30 * 60
"""How long a person stands at a desk. What takes longer is opened anew, with the document seen again."""

MOST_ACTS = 20


class Why(StrEnum):
    """Why somebody needs help. Words of ours: free text would fill with what is nobody's business."""

    NO_PHONE = "no_phone"
    PHONE_LOST = "phone_lost"
    PHONE_FLAT = "phone_flat"
    CANNOT_USE_PHONE = "cannot_use_phone"
    CARRIER_LOST = "carrier_lost"
    NO_MAINLAND_NUMBER = "no_mainland_number"


class State(StrEnum):
    """Where an assistance stands. `lapsed` comes with time alone."""

    OPEN = "open"
    CLOSED = "closed"
    LAPSED = "lapsed"


class Event(StrEnum):
    """What happens to one."""

    ACTED = "acted"
    CLOSED = "closed"


LIFECYCLE: dict[State, dict[Event, State]] = {
    State.OPEN: {Event.ACTED: State.OPEN, Event.CLOSED: State.CLOSED},
    State.CLOSED: {},
    State.LAPSED: {},
}


class Act(msgspec.Struct, frozen=True):
    """One thing that was done: its number from 1, what and when; `outcome` is empty until it is known.

    `wish` and `digest` are what the request wished for (platform/http/creation.py), so that a repeat is known.
    """

    n: int
    what: str
    at: int
    wish: str
    digest: str
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Assistance:
    """One person helped. `helper` and `holder` are holder ids; instants are Unix seconds."""

    assistance_id: str
    helper: str
    helper_name: str
    holder: str
    why: Why
    place: str
    opened_at: int
    digest: str
    state: State = State.OPEN
    acts: tuple[Act, ...] = ()

    @property
    def until(self) -> int:
        """When it lapses."""
        return self.opened_at + LIFETIME_S

    def standing(self, now: float) -> State:
        """Where it stands at an instant."""
        return State.LAPSED if self.state is State.OPEN and now >= self.until else self.state

    def act(self, wish: str) -> Act | None:
        """The act that a request wished for, None where it was not begun."""
        return next((act for act in self.acts if act.wish == wish), None)


class OutOfTurn(ValueError):
    """The lifecycle has no such event in this state."""


def begun(assistance: Assistance, what: str, *, wish: str, digest: str, now: int) -> Assistance:
    """The assistance with one more act begun; raises `OutOfTurn`."""
    _moved(assistance, Event.ACTED, now)
    if len(assistance.acts) >= MOST_ACTS:
        raise OutOfTurn
    act = Act(len(assistance.acts) + 1, what, now, wish, digest)
    return replace(assistance, acts=(*assistance.acts, act))


def done(assistance: Assistance, wish: str, outcome: str) -> Assistance:
    """The assistance with the outcome of an act, whether or not it has lapsed meanwhile."""
    acts = [msgspec.structs.replace(act, outcome=outcome) if act.wish == wish else act for act in assistance.acts]
    return replace(assistance, acts=tuple(acts))


def closed(assistance: Assistance, now: int) -> Assistance:
    """The assistance when the person has left; raises `OutOfTurn`."""
    return replace(assistance, state=_moved(assistance, Event.CLOSED, now))


def _moved(assistance: Assistance, event: Event, now: int) -> State:
    """Where an event leads; raises `OutOfTurn`."""
    state = LIFECYCLE[assistance.standing(now)].get(event)
    if state is None:
        raise OutOfTurn
    return state
