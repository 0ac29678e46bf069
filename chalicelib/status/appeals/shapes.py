"""Appeals as JSON: what goes in and what comes out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from chalicelib.platform.http.refusals import UnknownCursor
from chalicelib.platform.times import rfc3339
from chalicelib.status.appeals.model import Appeal, Attachment, Event, Step, is_late
from chalicelib.status.routes import Words

if TYPE_CHECKING:
    from chalicelib.status.appeals.holding import Opened
    from chalicelib.status.appeals.items import Listed

Text = Annotated[str, msgspec.Meta(min_length=10, max_length=2000, pattern=r"\S")]
Answer = Annotated[str, msgspec.Meta(min_length=10, max_length=1000, pattern=r"\S")]
AboutText = Annotated[str, msgspec.Meta(max_length=64)]
DocumentText = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]

STEP_WORDS = {
    Event.FILED: Words(zh="已提交", en="filed"),
    Event.TAKEN: Words(zh="审核人员已受理", en="taken up by a reviewer"),
    Event.RELEASED: Words(zh="退回待受理队列", en="given back to the queue"),
    Event.OVERDUE: Words(zh="超过答复时限", en="the answer is late"),
    Event.UPHELD: Words(zh="申诉成立", en="upheld"),
    Event.REJECTED: Words(zh="申诉不成立", en="rejected"),
    Event.WITHDRAWN: Words(zh="已撤回", en="withdrawn"),
}

_cursor = re.compile(r"[0-9]{10}-[0-9a-f]{24}")


class Dependant(msgspec.Struct):
    """Somebody in the care of who files."""

    document_type: DocumentText
    document_number: DocumentText


class FileAppeal(msgspec.Struct):
    """An objection. `about` as GET /v1/status gives it out with a reason; left out, it is the status as such."""

    text: Text
    about: AboutText = "status"
    dependant: Dependant | None = msgspec.field(name="for", default=None)


class EscalateAppeal(msgspec.Struct):
    """Why the answer was not right."""

    text: Text


class AttachFile(msgspec.Struct):
    """A file: JPEG, PNG or PDF, by its first bytes; `content` is Base64, `media_type` what its sender takes it for."""

    media_type: Annotated[str, msgspec.Meta(max_length=64)]
    content: bytes


class DecideAppeal(msgspec.Struct):
    """An answer. `voids` names reasons that were wrong, beside what the appeal is about."""

    outcome: Literal["upheld", "rejected"]
    reason: Answer
    voids: Annotated[list[AboutText], msgspec.Meta(max_length=100)] | None = None


class SeenAttachment(msgspec.Struct):
    """A file that was sent along."""

    n: int
    media_type: str
    size: int


class SeenFile(msgspec.Struct):
    """A file; `content` is Base64."""

    media_type: str
    content: bytes


class SeenStep(msgspec.Struct):
    """One step: what, in words, when, and by which officer; null for the holder's side and the clock."""

    event: str
    words: Words
    at: str
    by: str | None


class SeenDecision(msgspec.Struct):
    """The answer in the reviewer's words, and what it voids."""

    outcome: str
    reason: str
    decided_at: str
    by: str
    voids: list[str]


class SeenAppeal(msgspec.Struct):
    """An appeal for its two sides. `first` is the appeal one level down, `higher` the one above, null without one."""

    appeal_id: str
    level: int
    state: str
    about: str
    name: str
    text: str
    filed_at: str
    due_at: str
    overdue: bool
    steps: list[SeenStep]
    attachments: list[SeenAttachment]
    decision: SeenDecision | None
    first: str | None
    higher: str | None
    can_go_up_until: str | None
    server_time: str


class ListedAppeal(msgspec.Struct):
    """An appeal in a list. `mine`: about the holder who asks, or on the desk of the reviewer who asks."""

    appeal_id: str
    level: int
    state: str
    about: str
    filed_at: str
    due_at: str
    overdue: bool
    mine: bool


class AppealList(msgspec.Struct):
    """Appeals; `next_cursor` is null on the last page."""

    appeals: list[ListedAppeal]
    next_cursor: str | None
    server_time: str


def shown(opened: Opened, now: float) -> SeenAppeal:
    """An appeal as JSON."""
    appeal = opened.appeal
    until = appeal.escalable_until if not opened.higher and appeal.escalable_until >= now else 0
    return SeenAppeal(
        appeal_id=appeal.appeal_id,
        level=appeal.level,
        state=appeal.state,
        about=str(appeal.about),
        name=opened.name,
        text=opened.text,
        filed_at=rfc3339(appeal.filed_at),
        due_at=rfc3339(appeal.due_at),
        overdue=appeal.is_overdue(now),
        steps=[_step(step) for step in appeal.steps],
        attachments=[shown_attachment(one) for one in appeal.attachments],
        decision=_decision(appeal, opened.reason),
        first=appeal.first or None,
        higher=opened.higher or None,
        can_go_up_until=rfc3339(until) if until else None,
        server_time=rfc3339(now),
    )


def shown_attachment(one: Attachment) -> SeenAttachment:
    """An attachment as JSON."""
    return SeenAttachment(one.n, one.media_type, one.size)


def listed(one: Listed | Appeal, now: float, *, mine: bool) -> ListedAppeal:
    """An appeal in a list as JSON."""
    overdue = is_late(one.state, one.due_at, one.decided_at, now)
    return ListedAppeal(
        one.appeal_id, one.level, one.state, str(one.about), rfc3339(one.filed_at), rfc3339(one.due_at), overdue, mine
    )


def read_cursor(text: str | None) -> str:
    """A cursor as it was given out, "" for none; raises `UnknownCursor`."""
    if text is not None and not _cursor.fullmatch(text):
        raise UnknownCursor
    return text or ""


def _step(step: Step) -> SeenStep:
    return SeenStep(step.event, STEP_WORDS[step.event], rfc3339(step.at), step.by_name or None)


def _decision(appeal: Appeal, reason: str) -> SeenDecision | None:
    """The answer, once there is one."""
    step = appeal.last({Event.UPHELD, Event.REJECTED})
    if step is None:
        return None
    return SeenDecision(step.event, reason, rfc3339(step.at), step.by_name, [str(about) for about in appeal.voids])
