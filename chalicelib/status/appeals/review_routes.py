"""Appeals over HTTP, for reviewers: the queue, taking and giving back, the case, the answer; and the figures."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from chalicelib.platform.http.operation import Api, Call, Front
from chalicelib.platform.http.refusals import Refusal, StorageUnavailable, UnknownCursor
from chalicelib.platform.times import rfc3339
from chalicelib.status.appeals.model import Event, month_of
from chalicelib.status.appeals.refusals import (
    AppealContended,
    AppealNotFound,
    AppealNotWaiting,
    AppealTaken,
    AttachmentNotFound,
    DecidedBefore,
    MalformedMonth,
    NotYourReview,
    OwnOverride,
    RejectionVoidsNothing,
    ReviewerConcerned,
    UnknownLevel,
    UnknownMatter,
    VoidsMissing,
)
from chalicelib.status.appeals.shapes import (
    AppealList,
    DecideAppeal,
    ListedAppeal,
    SeenAppeal,
    SeenFile,
    listed,
    read_cursor,
    shown,
)
from chalicelib.status.refusals import NoStatus, NotInOffice, StatusContended
from chalicelib.status.routes import ShownStatus, Words, shown_status

if TYPE_CHECKING:
    from chalicelib.status.appeals.case import Case
    from chalicelib.status.appeals.items import Listed
    from chalicelib.status.appeals.service import Appeals
    from chalicelib.status.evidence.model import Evidence
    from chalicelib.status.explain import OverrideWords

PAGE_SIZE = 50
LEVELS = {"1": 1, "2": 2}
REVIEWING: tuple[type[Refusal], ...] = (NotInOffice, AppealNotFound, AppealNotWaiting, AppealContended)
JUDGING = (ReviewerConcerned, OwnOverride, DecidedBefore)
ANSWERING = (NotYourReview, UnknownMatter, VoidsMissing, RejectionVoidsNothing)

_month = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


class Source(msgspec.Struct):
    """A fact about the holder with its source in full: which department, its reference, and when we heard of it."""

    about: str
    kind: str
    words: Words
    attributes: dict[str, str]
    happened_at: str
    reported_at: str
    valid_until: str | None
    source: str
    reference: str


class SourceOverride(msgspec.Struct):
    """An override that concerns the holder: the ground, the officers' words, and which officers."""

    about: str
    ground: Words
    reason: str
    by: list[str]


class AppealCase(msgspec.Struct):
    """What a reviewer judges by. `status` is what the holder sees; `first` the appeal on the level below."""

    appeal: SeenAppeal
    status: ShownStatus
    sources: list[Source]
    overrides: list[SourceOverride]
    first: SeenAppeal | None


class AppealFigures(msgspec.Struct):
    """A month of appeals. `late`: answered late; `overdue`: late and not answered. Hours are from filing to answer."""

    month: str
    filed: int
    states: dict[str, int]
    levels: dict[str, int]
    about: dict[str, int]
    overdue: int
    late: int
    median_hours: float | None
    hours_95: float | None
    server_time: str


def api(appeals: Callable[[], Appeals], front: Front) -> Api:
    """The operations of reviewers."""
    api = front("reviews")

    @api.operation(
        "GET",
        "/v1/appeals/queue",
        summary="Appeals that await their answer, the soonest due first",
        answer=AppealList,
        needs="appeal:review",
        query={"level": "1 or 2; left out, 1", "cursor": "Where the page before ended"},
        refusals=(NotInOffice, UnknownLevel, UnknownCursor, StorageUnavailable),
    )
    def list_queue(call: Call[None]) -> AppealList:
        level, asking = _level(call.query.get("level")), call.principal.subject
        after = read_cursor(call.query.get("cursor"))
        page = appeals().reviews.queue(level, asking=asking, after=after, size=PAGE_SIZE)
        shown_page = [listed(one, call.now, mine=one.reviewer == asking) for one in page]
        return AppealList(shown_page, _next(page), rfc3339(call.now))

    @api.operation(
        "POST",
        "/v1/appeals/{appeal_id}/assignment",
        summary="Take an appeal to review it",
        answer=ListedAppeal,
        needs="appeal:review",
        refusals=(*REVIEWING, AppealTaken, *JUDGING, StorageUnavailable),
    )
    def take_appeal(call: Call[None]) -> ListedAppeal:
        appeal = appeals().reviews.take(call.path["appeal_id"], by=call.principal.subject, now=call.now)
        return listed(appeal, call.now, mine=True)

    @api.operation(
        "POST",
        "/v1/appeals/{appeal_id}/release",
        summary="Give an appeal back to the queue",
        answer=ListedAppeal,
        needs="appeal:review",
        refusals=(*REVIEWING, NotYourReview, StorageUnavailable),
    )
    def release_appeal(call: Call[None]) -> ListedAppeal:
        appeal = appeals().reviews.release(call.path["appeal_id"], by=call.principal.subject, now=call.now)
        return listed(appeal, call.now, mine=False)

    @api.operation(
        "GET",
        "/v1/appeals/{appeal_id}/case",
        summary="The case of an appeal that I have taken: what the holder sees, and the sources",
        answer=AppealCase,
        needs="appeal:review",
        refusals=(NotInOffice, AppealNotFound, NoStatus, StatusContended, StorageUnavailable),
    )
    def show_case(call: Call[None]) -> AppealCase:
        case = appeals().cases.on_desk(call.path["appeal_id"], asking=call.principal.subject, now=call.now)
        return _case(case, call.now)

    @api.operation(
        "GET",
        "/v1/appeals/{appeal_id}/case/attachments/{n}",
        summary="A file that was sent along with an appeal that I have taken, or with the one below it",
        answer=SeenFile,
        needs="appeal:review",
        refusals=(NotInOffice, AppealNotFound, AttachmentNotFound, StorageUnavailable),
    )
    def show_case_attachment(call: Call[None]) -> SeenFile:
        appeal_id, number, asking = call.path["appeal_id"], call.path["n"], call.principal.subject
        file = appeals().attachings.read(appeal_id, number, asking=asking, reviewing=True, now=call.now)
        return SeenFile(file.media_type, file.data)

    @api.operation(
        "POST",
        "/v1/appeals/{appeal_id}/decision",
        summary="Answer an appeal, in words that the holder reads",
        body=DecideAppeal,
        answer=ListedAppeal,
        needs="appeal:review",
        refusals=(*REVIEWING, *JUDGING, *ANSWERING, StorageUnavailable),
    )
    def decide_appeal(call: Call[DecideAppeal]) -> ListedAppeal:
        from chalicelib.status.appeals.reviewing import Decision

        decision = Decision(Event(call.body.outcome), call.body.reason, call.body.voids)
        appeal_id, by = call.path["appeal_id"], call.principal.subject
        return listed(appeals().reviews.decide(appeal_id, decision, by=by, now=call.now), call.now, mine=True)

    @api.operation(
        "GET",
        "/v1/appeal-statistics",
        summary="A month of appeals in figures",
        answer=AppealFigures,
        needs="appeal:read",
        query={"month": "The month of filing (UTC), such as 2026-09; left out, this month"},
        refusals=(NotInOffice, MalformedMonth, StorageUnavailable),
    )
    def show_statistics(call: Call[None]) -> AppealFigures:
        month = _read_month(call.query.get("month"), call.now)
        found = appeals().figures(month, asking=call.principal.subject, now=call.now)
        return AppealFigures(month, *found, rfc3339(call.now))

    return api


def _level(text: str | None) -> int:
    """A level as it is asked for; raises `UnknownLevel`."""
    level = LEVELS.get(text or "1")
    if level is None:
        raise UnknownLevel
    return level


def _read_month(text: str | None, now: float) -> str:
    """A month as it is asked for; raises `MalformedMonth`."""
    month = text or month_of(int(now))
    if not _month.fullmatch(month):
        raise MalformedMonth
    return month


def _next(page: list[Listed]) -> str | None:
    """Where a full page ended."""
    from chalicelib.status.appeals.items import place

    return place(page[-1].due_at, page[-1].appeal_id) if len(page) == PAGE_SIZE else None


def _case(case: Case, now: float) -> AppealCase:
    """A case as JSON."""
    return AppealCase(
        appeal=shown(case.appeal, now),
        status=shown_status(case.explanation, now),
        sources=[_source(fact) for fact in case.facts],
        overrides=[_override(words) for words in case.overrides],
        first=shown(case.first, now) if case.first else None,
    )


def _source(fact: Evidence) -> Source:
    """A fact as JSON, with nothing left out that its department said."""
    from chalicelib.status.evidence.kinds import KINDS

    kind = KINDS[fact.kind]
    return Source(
        about=f"evidence:{fact.evidence_id}",
        kind=fact.kind,
        words=Words(kind.zh, kind.en),
        attributes=dict(fact.attributes),
        happened_at=rfc3339(fact.happened_at),
        reported_at=rfc3339(fact.reported_at),
        valid_until=rfc3339(fact.valid_until) if fact.valid_until else None,
        source=fact.source_name,
        reference=fact.reference,
    )


def _override(words: OverrideWords) -> SourceOverride:
    """An override as JSON."""
    ground = Words(words.ground.zh, words.ground.en)
    return SourceOverride(f"override:{words.override_id}", ground, words.reason, list(words.by))
