"""An appeal: what is objected to, where it stands, and every step that led there. Values and rules only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

import msgspec

from chalicelib.platform.crypto.hashing import sm3
from chalicelib.platform.times import rfc3339

ID_DIGITS = 24
FIRST_LEVEL, HIGHER_LEVEL = 1, 2
ESCALATION_S = 30 * 24 * 3600
"""How long a rejected appeal can go one level up."""

MOST_ATTACHMENTS = 5
LARGEST_ATTACHMENT = 3 * 1024 * 1024


class State(StrEnum):
    """Where an appeal stands. A `drafted` one is not filed yet: filing it was not completed, and nobody sees it."""

    DRAFTED = "drafted"
    OPEN = "open"
    IN_REVIEW = "in_review"
    UPHELD = "upheld"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Event(StrEnum):
    """What can happen to an appeal."""

    FILED = "filed"
    TAKEN = "taken"
    RELEASED = "released"
    OVERDUE = "overdue"
    UPHELD = "upheld"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


LIFECYCLE: dict[State, dict[Event, State]] = {
    State.DRAFTED: {Event.FILED: State.OPEN},
    State.OPEN: {
        Event.TAKEN: State.IN_REVIEW,
        Event.WITHDRAWN: State.WITHDRAWN,
        Event.OVERDUE: State.OPEN,
    },
    State.IN_REVIEW: {
        Event.RELEASED: State.OPEN,
        Event.UPHELD: State.UPHELD,
        Event.REJECTED: State.REJECTED,
        Event.WITHDRAWN: State.WITHDRAWN,
        Event.OVERDUE: State.IN_REVIEW,
    },
    State.UPHELD: {},
    State.REJECTED: {},
    State.WITHDRAWN: {},
}

UNDECIDED = frozenset({State.OPEN, State.IN_REVIEW})
"""Somebody is waiting for an answer."""


class AboutKind(StrEnum):
    """What kind of thing an appeal is about: the colour as such, one fact, or what officers decided."""

    STATUS = "status"
    EVIDENCE = "evidence"
    OVERRIDE = "override"


class About(NamedTuple):
    """What an appeal is about; `id` is empty for the status. As text: `status`, `evidence:9f86d081884c7d65…`."""

    kind: AboutKind
    id: str = ""

    def __str__(self) -> str:
        """As `GET /v1/status` gives it out, and as we store it."""
        return f"{self.kind}:{self.id}" if self.id else str(self.kind)


STATUS = About(AboutKind.STATUS)


def about_in(text: str) -> About:
    """Read what `str` of an About wrote; raises ValueError."""
    kind, colon, record = text.partition(":")
    about = About(AboutKind(kind), record)
    if (about.kind is AboutKind.STATUS) == bool(colon) or bool(colon) != bool(record):
        raise ValueError("this names nothing that an appeal can be about")
    return about


class Step(msgspec.Struct, frozen=True):
    """One thing that happened: its number from 1, who did it (a holder id; "" for the city's clock), and when."""

    n: int
    event: Event
    by: str
    by_name: str
    at: int


class Attachment(msgspec.Struct, frozen=True):
    """A file sent along: its number from 1, what it is, its digest, its key among the files, the wish behind it."""

    n: int
    media_type: str
    size: int
    digest: str
    key: str
    creation: str


@dataclass(frozen=True, slots=True)
class Appeal:
    """One appeal. Instants are Unix seconds, 0 where there is none yet; `text` and `reason` are sealed.

    `holder` is whom it is about, `filed_by` who filed it: the holder or their guardian. `first` is the rejected appeal
    that this one takes a level up. `creation` and `digest` are the wish that made it (platform/http/creation.py).
    """

    appeal_id: str
    holder: str
    filed_by: str
    level: int
    about: About
    text: bytes
    creation: str
    digest: str
    first: str = ""
    state: State = State.DRAFTED
    steps: tuple[Step, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    filed_at: int = 0
    due_at: int = 0
    overdue_at: int = 0
    reviewer: str = ""
    decided_at: int = 0
    reason: bytes = b""
    voids: tuple[About, ...] = ()

    @property
    def undecided(self) -> bool:
        """Whether somebody is waiting for an answer."""
        return self.state in UNDECIDED

    @property
    def matter(self) -> str:
        """Whom and what it is about: of these only one appeal at a time is undecided."""
        return f"{self.holder}|{self.about}"

    @property
    def escalable_until(self) -> int:
        """Until when it can go one level up; 0 where it cannot."""
        can = self.state is State.REJECTED and self.level == FIRST_LEVEL
        return self.decided_at + ESCALATION_S if can else 0

    def is_reviewed_by(self, officer: str) -> bool:
        """Whether it lies on this officer's desk."""
        return self.state is State.IN_REVIEW and self.reviewer == officer

    def is_overdue(self, now: float) -> bool:
        """Whether the answer is, or was, late."""
        return is_late(self.state, self.due_at, self.decided_at, now)

    def last(self, events: Iterable[Event]) -> Step | None:
        """The newest step of some kinds."""
        wanted = frozenset(events)
        return next((step for step in reversed(self.steps) if step.event in wanted), None)


def is_late(state: State, due_at: int, decided_at: int, now: float) -> bool:
    """Whether the answer is, or was, late; who withdraws waits for none."""
    return state is not State.WITHDRAWN and due_at < (decided_at or now)


class IllegalMove(ValueError):
    """The lifecycle has no such event in this state."""


def moved(appeal: Appeal, event: Event, *, by: str, by_name: str, at: int) -> Appeal:
    """The appeal after an event; raises `IllegalMove`. Steps never go back in time, whatever the clocks say."""
    at = max([at, *(step.at for step in appeal.steps[-1:])])
    state = LIFECYCLE[appeal.state].get(event)
    if state is None:
        raise IllegalMove(f"{event} in {appeal.state}")
    step = Step(len(appeal.steps) + 1, event, by, by_name, at)
    return replace(
        appeal,
        state=state,
        steps=(*appeal.steps, step),
        reviewer=by if event is Event.TAKEN else "" if event is Event.RELEASED else appeal.reviewer,
        overdue_at=at if event is Event.OVERDUE else appeal.overdue_at,
    )


def filed(draft: Appeal, *, at: int, answer_s: int) -> Appeal:
    """The appeal as it is filed, to be answered within so many seconds."""
    opened = moved(draft, Event.FILED, by=draft.filed_by, by_name="", at=at)
    return replace(opened, filed_at=at, due_at=at + answer_s)


def higher_id(appeal_id: str) -> str:
    """The id that an appeal has one level up. It follows from the first, so that there is at most one."""
    return sm3(b"one level up\x1f" + appeal_id.encode()).hex()[:ID_DIGITS]


def month_of(at: int) -> str:
    """The month of an instant, UTC: `2026-09`."""
    return rfc3339(at)[:7]
