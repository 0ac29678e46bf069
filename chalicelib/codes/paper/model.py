"""The life of a paper code, and of the one slot that each holder has for it. Values and rules only."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple

import msgspec

from chalicelib.codes.model import Reason
from chalicelib.codes.paper.wire import DAY_S

VALID_DAYS = 180
ISSUES_LIMIT = 5
ISSUES_PERIOD_S = 30 * DAY_S
"""So many papers a holder may have made in so long: a thief of a session uses up no status list."""

EXPIRED = "expired"
"""What the state of a living paper is called once its time is over."""

SLOT = "paper"
"""The name of the slot in the carriers table."""


class PaperState(StrEnum):
    """Where a paper is in its life."""

    ACTIVE = "active"
    LOST = "lost"
    REPLACED = "replaced"
    ENDED = "ended"


class PaperEvent(StrEnum):
    """What happens to a paper."""

    LOSE = "lose"
    REPLACE = "replace"
    END = "end"


LIFECYCLE: dict[PaperState, dict[PaperEvent, PaperState]] = {
    PaperState.ACTIVE: {
        PaperEvent.LOSE: PaperState.LOST,
        PaperEvent.REPLACE: PaperState.REPLACED,
        PaperEvent.END: PaperState.ENDED,
    },
    PaperState.LOST: {},
    PaperState.REPLACED: {},
    PaperState.ENDED: {},
}
"""`{state: {event: next state}}`. A paper that is dead stays so: whoever finds theirs again has another one made."""

REASONS = {
    PaperState.LOST: Reason.CARRIER_LOST,
    PaperState.REPLACED: Reason.CARRIER_REPLACED,
    PaperState.ENDED: Reason.CARRIER_ENDED,
}
"""Why a dead paper is not accepted."""


class Paper(msgspec.Struct, frozen=True, omit_defaults=True):
    """One paper as the city keeps it. `creation` and `digest` tell by which wish it came to be, `since` when it took
    its state; who did it is empty for the holder, else the masked name of who acted for them. Times: Unix seconds."""

    list_number: int
    index: int
    kid: str
    issued_at: int
    expires_at: int
    creation: str
    digest: str
    since: int
    state: PaperState = PaperState.ACTIVE
    issued_by: str = ""
    ended_by: str = ""

    @property
    def paper_id(self) -> str:
        """The number of the paper, printed on it: its entry in the status lists, which is nobody else's."""
        return f"{self.list_number}-{self.index}"

    def after(self, event: PaperEvent, *, now: int, by: str = "") -> Paper:
        """The paper after an event; the same paper where its life is over."""
        state = LIFECYCLE[self.state].get(event)
        if state is None:
            return self
        return msgspec.structs.replace(self, state=state, since=now, ended_by=by)

    def is_good(self, now: float) -> bool:
        """Whether it would be accepted at an instant."""
        return self.shown_state(now) == PaperState.ACTIVE

    def shown_state(self, now: float) -> str:
        """The state as its holder reads it: a paper that has run out says so, if nothing ended it before."""
        return EXPIRED if self.state is PaperState.ACTIVE and int(now) > self.expires_at else str(self.state)


class Slot(NamedTuple):
    """A holder's present paper, and those before it that have not run out."""

    present: Paper
    past: tuple[Paper, ...] = ()

    @property
    def papers(self) -> tuple[Paper, ...]:
        """All of them, newest first."""
        return self.present, *self.past

    def find(self, paper_id: str) -> Paper | None:
        """The paper of a number."""
        return next((paper for paper in self.papers if paper.paper_id == paper_id), None)

    def made_by(self, creation: str) -> Paper | None:
        """The paper that a wish led to."""
        return next((paper for paper in self.papers if paper.creation == creation), None)

    def before(self, paper: Paper) -> Paper | None:
        """The paper that died when this one was issued, None where none was living."""
        older = self.papers[self.papers.index(paper) + 1 :][:1]
        died = [one for one in older if one.state is PaperState.REPLACED and one.since == paper.issued_at]
        return died[0] if died else None


def replaced(slot: Slot | None, new: Paper) -> Slot:
    """The slot with a new paper in it: the one before is dead, and those that have run out are forgotten."""
    if slot is None:
        return Slot(new)
    before = slot.present.after(PaperEvent.REPLACE, now=new.issued_at, by=new.issued_by)
    return Slot(new, tuple(paper for paper in (before, *slot.past) if paper.expires_at >= new.issued_at))


def again_at(slot: Slot | None, *, now: int) -> int | None:
    """From when on another paper may be made; None where one may be made now."""
    recent = [paper.issued_at for paper in slot.papers if paper.issued_at > now - ISSUES_PERIOD_S] if slot else []
    return None if len(recent) < ISSUES_LIMIT else sorted(recent)[-ISSUES_LIMIT] + ISSUES_PERIOD_S


def refusal(slot: Slot | None, list_number: int, index: int) -> Reason | None:
    """Why a paper whose bytes are right is not accepted, None for the living one.

    One that its holder has not (any more) was replaced long ago, or never left the city: neither is to be honoured.
    """
    if slot is None:
        return Reason.CARRIER_ENDED
    paper = slot.find(f"{list_number}-{index}")
    if paper is None:
        return Reason.CARRIER_REPLACED
    return REASONS.get(paper.state)


def dead_entries(old: dict[str, Any] | None, new: dict[str, Any] | None) -> list[tuple[int, int]]:
    """The entries (list, index) that one change of the carriers table made invalid, from a stream record's images.

    A paper dies by its loss, by another in its place, or with its slot.
    """
    living = _living(old)
    return [living] if living is not None and living != _living(new) else []


def _living(image: dict[str, Any] | None) -> tuple[int, int] | None:
    """The entry of the living paper in an image, if it shows one."""
    if not image or image["state"]["S"] != PaperState.ACTIVE:
        return None
    return int(image["list"]["N"]), int(image["index"]["N"])
