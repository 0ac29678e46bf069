"""The holder's own view of their status: what it is, why, what comes next, how to object; and what it was before."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from chalicelib.platform.http.operation import Api, Call, Front
from chalicelib.platform.http.refusals import StorageUnavailable, UnknownCursor
from chalicelib.platform.times import rfc3339
from chalicelib.status.refusals import NoStatus, StatusContended

if TYPE_CHECKING:
    from chalicelib.status.explain import ExplainedChange, ExplainedReason, Explanation, Explanations

PAGE_SIZE = 20
SHOWN_OF_A_REFERENCE = 4


class Words(msgspec.Struct):
    """What people read, in both languages."""

    zh: str
    en: str


class ShownEvidence(msgspec.Struct):
    """A fact that speaks for the colour: what, when, and which department says so. The reference shows its end only."""

    kind: str
    words: Words
    happened_at: str
    source: str
    reference: str


class ShownOverride(msgspec.Struct):
    """A colour set by people: the legal ground, and the offices that proposed and approved it."""

    override_id: str
    ground: Words
    by: list[str]


class ShownReason(msgspec.Struct):
    """One reason. `about` is what an appeal against it names; null where no fact about this person is behind it."""

    rule: str
    words: Words
    evidence: ShownEvidence | None
    override: ShownOverride | None
    about: str | None


class NextChange(msgspec.Struct):
    """What happens by itself if nothing else does."""

    at: str
    colour: str


class Objection(msgspec.Struct):
    """How to object."""

    words: Words
    href: str


class ShownStatus(msgspec.Struct):
    """A holder's status explained. `since` and `next` are null where there is no such instant."""

    colour: str
    since: str | None
    next: NextChange | None
    reasons: list[ShownReason]
    policy: str
    version: int
    objection: Objection
    server_time: str


class ShownChange(msgspec.Struct):
    """One change of colour. `cause` is `time` (foreseen by the timeline), `evidence` or `policy`."""

    at: str
    old: str
    new: str
    cause: str
    reason: ShownReason


class ShownHistory(msgspec.Struct):
    """A holder's changes of colour, newest first. `next_cursor` is null on the last page."""

    changes: list[ShownChange]
    next_cursor: str | None


OBJECTION = Objection(
    Words(
        zh="如认为不符合实际，可以提出申诉，由工作人员复核并书面答复。",
        en="If this is not right, file an appeal: a person will review it and answer in writing.",
    ),
    "/v1/appeals",
)


def api(explanations: Callable[[], Explanations], front: Front) -> Api:
    """The operations of this room."""
    api = front("status")

    @api.operation(
        "GET",
        "/v1/status",
        summary="My colour, why, until when, and how to object",
        answer=ShownStatus,
        needs="status:read",
        refusals=(NoStatus, StatusContended, StorageUnavailable),
    )
    def show_status(call: Call[None]) -> ShownStatus:
        return shown_status(explanations().status(call.principal.subject, now=int(call.now)), call.now)

    @api.operation(
        "GET",
        "/v1/status/history",
        summary="How my colour changed, and why",
        answer=ShownHistory,
        needs="status:read",
        query={"cursor": "Where the page before ended"},
        refusals=(UnknownCursor, StorageUnavailable),
    )
    def show_history(call: Call[None]) -> ShownHistory:
        before = _cursor(call.query.get("cursor"))
        changes = explanations().history(call.principal.subject, before=before, size=PAGE_SIZE, now=int(call.now))
        more = str(changes[-1].change.sequence) if len(changes) == PAGE_SIZE else None
        return ShownHistory([_shown_change(change) for change in changes], more)

    return api


def _cursor(text: str | None) -> int | None:
    """A cursor as it was given out (the number of a change); raises `UnknownCursor`."""
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise UnknownCursor
    return int(text)


def shown_status(explained: Explanation, now: float) -> ShownStatus:
    """An explanation as JSON."""
    until, following = explained.until, explained.next_colour
    return ShownStatus(
        colour=explained.colour,
        since=None if explained.since is None else rfc3339(explained.since),
        next=None if until is None or following is None else NextChange(rfc3339(until), following),
        reasons=[_shown_reason(reason) for reason in explained.reasons],
        policy=explained.policy,
        version=explained.version,
        objection=OBJECTION,
        server_time=rfc3339(now),
    )


def _shown_change(explained: ExplainedChange) -> ShownChange:
    """A change as JSON."""
    change = explained.change
    return ShownChange(rfc3339(change.at), change.old, change.new, change.cause, _shown_reason(explained.reason))


def _shown_reason(reason: ExplainedReason) -> ShownReason:
    """A reason as JSON; an override stands for the evidence it made."""
    words = Words(reason.words.zh, reason.words.en)
    if reason.override is not None:
        told = reason.override
        shown = ShownOverride(told.override_id, Words(told.ground.zh, told.ground.en), list(told.by))
        return ShownReason(reason.rule, words, None, shown, f"override:{told.override_id}")
    if reason.evidence is None:
        return ShownReason(reason.rule, words, None, None, None)
    return ShownReason(reason.rule, words, _shown_evidence(reason), None, f"evidence:{reason.evidence.evidence_id}")


def _shown_evidence(reason: ExplainedReason) -> ShownEvidence | None:
    """A fact as JSON."""
    from chalicelib.status.evidence.kinds import KINDS

    fact = reason.evidence
    if fact is None:
        return None
    kind = KINDS[fact.kind]
    reference = "*" + fact.reference[-SHOWN_OF_A_REFERENCE:]
    return ShownEvidence(fact.kind, Words(kind.zh, kind.en), rfc3339(fact.happened_at), fact.source_name, reference)
