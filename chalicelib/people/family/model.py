"""Delegations: who may show whose code, how that begins and how it ends. Values and rules only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from chalicelib.platform.crypto.hashing import sm3
from chalicelib.status.calendar import Calendar

FULL_AGE = 18
AGE_OF_OWN_CONSENT = 14
"""Everything about somebody younger is sensitive by law: their guardian consents to it, in words of its own."""

MOST_DEPENDANTS = 6
MOST_GUARDIANS = 4
DAY_S = 86_400
LONGEST_S = 366 * DAY_S
"""How long one adult may show the code of another before both are asked again."""

RENEWABLE_S = 60 * DAY_S
"""How long before its end a delegation may be proposed anew."""

ANSWER_S = 7 * DAY_S
"""How long a proposal waits for an answer."""

ENDLESS = 4_102_444_800
"""2100-01-01: the end of what has none."""

PROPOSAL_KEPT_S = 180 * DAY_S
RECORD_KEPT_S = 3 * 366 * DAY_S
"""How long it can be looked up afterwards who acted for whom: as long as a claim can be made."""

EPOCH = date(1970, 1, 1)


class Kind(StrEnum):
    """Why one answers for another: as the parent of a child by the registers, or because that adult wants it."""

    CHILD = "child"
    ADULT = "adult"


class State(StrEnum):
    """Where a delegation stands. `lapsed` comes with time alone."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    ENDED = "ended"


class Event(StrEnum):
    """What happens to one."""

    AGREE = "agree"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    END = "end"


LIFECYCLE: dict[State, dict[Event, State]] = {
    State.PROPOSED: {
        Event.AGREE: State.ACTIVE,
        Event.REFUSE: State.REFUSED,
        Event.WITHDRAW: State.WITHDRAWN,
        Event.LAPSE: State.LAPSED,
    },
    State.ACTIVE: {Event.END: State.ENDED},
    State.REFUSED: {},
    State.WITHDRAWN: {},
    State.LAPSED: {},
    State.ENDED: {},
}


class Because(StrEnum):
    """Why a delegation counts no more. The last three are why one that two people wanted never came to be."""

    GUARDIAN = "guardian"
    DEPENDANT = "dependant"
    DATE = "date"
    FULL_AGE = "full_age"
    NO_ANSWER = "no_answer"
    TOO_MANY_DEPENDANTS = "too_many_dependants"
    TOO_MANY_GUARDIANS = "too_many_guardians"
    CIRCLE = "circular_delegation"


NEVER_CAME_TO_BE = frozenset({Because.TOO_MANY_DEPENDANTS, Because.TOO_MANY_GUARDIANS, Because.CIRCLE})


class OutOfTurn(ValueError):
    """The lifecycle has no such event in this state."""


@dataclass(frozen=True, slots=True)
class Delegation:
    """One delegation. Instants are Unix seconds, 0 for what has not happened.

    It counts from `since` on and before `until`. `agreed_by` and `closed_by` name the helper at whose desk it was done,
    and are empty where people did it themselves.
    """

    delegation_id: str
    guardian: str
    dependant: str
    kind: Kind
    relation: str
    proposed_at: int
    answer_by: int
    until: int
    digest: str = ""
    consent: str = ""
    state: State = State.PROPOSED
    since: int = 0
    closed_at: int = 0
    because: Because | None = None
    agreed_by: str = ""
    closed_by: str = ""

    @property
    def mark(self) -> str:
        """What a code on the guardian's screen carries in its seal: 8 hex digits that nobody can choose."""
        named = f"{self.guardian}\x1f{self.dependant}\x1f{self.delegation_id}\x1f{self.since}"
        return sm3(named.encode()).hex()[:8]

    def runs(self, now: float) -> bool:
        """Whether the guardian may act at an instant; also for instants before it was ended."""
        return self.since > 0 and self.since <= now < self.until

    def state_at(self, now: float) -> State:
        """Where it stands at an instant: what time brings, nobody writes down."""
        if self.state is State.PROPOSED and now >= self.answer_by:
            return LIFECYCLE[self.state][Event.LAPSE]
        if self.state is State.ACTIVE and now >= self.until:
            return LIFECYCLE[self.state][Event.END]
        return self.state

    def because_at(self, now: float) -> Because | None:
        """Why it counts no more, None while it is open."""
        state = self.state_at(now)
        if state is State.LAPSED:
            return Because.NO_ANSWER
        if state is State.ENDED and self.because is None:
            return Because.FULL_AGE if self.kind is Kind.CHILD else Because.DATE
        return self.because

    def is_open(self, now: float) -> bool:
        """Whether it counts among somebody's delegations: it runs, or waits for an answer."""
        return self.state_at(now) in {State.PROPOSED, State.ACTIVE}

    @property
    def forgotten_at(self) -> int:
        """When even the record of it goes."""
        if self.since:
            return self.until + RECORD_KEPT_S
        return (self.closed_at or self.answer_by) + PROPOSAL_KEPT_S


def moved(delegation: Delegation, event: Event, now: float, **more: Any) -> Delegation:
    """The delegation after an event; raises `OutOfTurn`."""
    state = LIFECYCLE[delegation.state_at(now)].get(event)
    if state is None:
        raise OutOfTurn
    return replace(delegation, state=state, **more)


def begun(delegation: Delegation, now: int, *, helper: str = "") -> Delegation:
    """The delegation once everybody concerned has agreed; raises `OutOfTurn`."""
    return moved(delegation, Event.AGREE, now, since=now, agreed_by=helper)


def closed(delegation: Delegation, event: Event, because: Because, now: int, *, helper: str = "") -> Delegation:
    """The delegation without effect from now on; raises `OutOfTurn`."""
    until = min(now, delegation.until) if event is Event.END else delegation.until
    return moved(delegation, event, now, until=until, closed_at=now, because=because, closed_by=helper)


def comes_of_age(born: str, age: int, calendar: Calendar) -> int:
    """The midnight that begins the birthday on which somebody is `age` years old; raises ValueError.

    Who was born on 29 February has their birthday on 1 March in a year without that day: on 28 February they have not
    yet lived those years, and nobody loses the protection of a child a day early.
    """
    day = date.fromisoformat(born)
    try:
        birthday = day.replace(year=day.year + age)
    except ValueError:
        birthday = date(day.year + age, 3, 1)
    return calendar.begins((birthday - EPOCH).days)
