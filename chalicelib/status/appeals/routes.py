"""Appeals over HTTP, for the holder's side: file, attach, list, read, withdraw, go one level up."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from chalicelib.platform.http.bodies import LARGEST_BODY_BYTES
from chalicelib.platform.http.operation import Api, Call, Front
from chalicelib.platform.http.refusals import Refusal, StorageUnavailable, UnknownCursor
from chalicelib.platform.times import rfc3339
from chalicelib.status.appeals.refusals import (
    AlreadyGoneUp,
    AppealAlreadyOpen,
    AppealContended,
    AppealNotFound,
    AppealNotWaiting,
    AttachmentNotFound,
    AttachmentTooLarge,
    AttachmentTypeUnknown,
    NoGuardian,
    NotRejected,
    TooLateToGoUp,
    TooManyAttachments,
    UnknownMatter,
)
from chalicelib.status.appeals.shapes import (
    AppealList,
    AttachFile,
    EscalateAppeal,
    FileAppeal,
    SeenAppeal,
    SeenAttachment,
    SeenFile,
    listed,
    read_cursor,
    shown,
    shown_attachment,
)
from chalicelib.status.refusals import InvalidDocumentNumber, UnknownDocumentType
from chalicelib.status.residents import Document

if TYPE_CHECKING:
    from chalicelib.status.appeals.filing import Filing
    from chalicelib.status.appeals.items import Listed
    from chalicelib.status.appeals.service import Appeals

PAGE_SIZE = 20
CHANGING: tuple[type[Refusal], ...] = (AppealNotFound, AppealContended, StorageUnavailable)
FILING = (
    UnknownDocumentType,
    InvalidDocumentNumber,
    NoGuardian,
    UnknownMatter,
    AppealAlreadyOpen,
    AppealContended,
    StorageUnavailable,
)
GOING_UP = (NotRejected, TooLateToGoUp, AlreadyGoneUp, AppealAlreadyOpen)
ATTACHING = (AppealNotWaiting, TooManyAttachments, AttachmentTooLarge, AttachmentTypeUnknown)


def api(appeals: Callable[[], Appeals], front: Front) -> Api:
    """The operations of the holder's side."""
    api = front("appeals")

    @api.operation(
        "POST",
        "/v1/appeals",
        summary="File an appeal",
        body=FileAppeal,
        answer=SeenAppeal,
        status=201,
        needs="appeal:file",
        creates=True,
        refusals=FILING,
    )
    def file_appeal(call: Call[FileAppeal]) -> SeenAppeal:
        here, subject = appeals(), call.principal.subject
        appeal = here.filings.file(_filing(call.body), by=subject, creation=call.creation, now=call.now)
        return shown(here.holdings.opened(appeal, now=call.now), call.now)

    @api.operation(
        "GET",
        "/v1/appeals",
        summary="My appeals, and those I filed for who is in my care",
        answer=AppealList,
        needs="appeal:file",
        query={"cursor": "Where the page before ended"},
        refusals=(UnknownCursor, StorageUnavailable),
    )
    def list_appeals(call: Call[None]) -> AppealList:
        asking, before = call.principal.subject, read_cursor(call.query.get("cursor"))
        page = appeals().holdings.page(asking, before=before, size=PAGE_SIZE, now=call.now)
        shown_page = [listed(one, call.now, mine=one.holder == asking) for one in page]
        return AppealList(shown_page, _next(page), rfc3339(call.now))

    @api.operation(
        "GET",
        "/v1/appeals/{appeal_id}",
        summary="An appeal: where it stands, every step, and the answer",
        answer=SeenAppeal,
        needs="appeal:file",
        refusals=(AppealNotFound, StorageUnavailable),
    )
    def show_appeal(call: Call[None]) -> SeenAppeal:
        opened = appeals().holdings.read(call.path["appeal_id"], asking=call.principal.subject, now=call.now)
        return shown(opened, call.now)

    @api.operation(
        "POST",
        "/v1/appeals/{appeal_id}/withdrawal",
        summary="Take an appeal back",
        answer=SeenAppeal,
        needs="appeal:file",
        refusals=(AppealNotWaiting, *CHANGING),
    )
    def withdraw_appeal(call: Call[None]) -> SeenAppeal:
        here = appeals()
        appeal = here.holdings.withdraw(call.path["appeal_id"], by=call.principal.subject, now=call.now)
        return shown(here.holdings.opened(appeal, now=call.now), call.now)

    @api.operation(
        "POST",
        "/v1/appeals/{appeal_id}/escalation",
        summary="Take a rejected appeal one level up",
        body=EscalateAppeal,
        answer=SeenAppeal,
        status=201,
        needs="appeal:file",
        creates=True,
        refusals=(*GOING_UP, *CHANGING),
    )
    def escalate_appeal(call: Call[EscalateAppeal]) -> SeenAppeal:
        here, first, by = appeals(), call.path["appeal_id"], call.principal.subject
        appeal = here.filings.escalate(first, call.body.text, by=by, creation=call.creation, now=call.now)
        return shown(here.holdings.opened(appeal, now=call.now), call.now)

    @api.operation(
        "POST",
        "/v1/appeals/{appeal_id}/attachments",
        summary="Send a file along with an appeal",
        body=AttachFile,
        answer=SeenAttachment,
        status=201,
        needs="appeal:file",
        creates=True,
        limit_bytes=LARGEST_BODY_BYTES,
        refusals=(*ATTACHING, *CHANGING),
    )
    def attach_file(call: Call[AttachFile]) -> SeenAttachment:
        appeal_id, by = call.path["appeal_id"], call.principal.subject
        attachings = appeals().attachings
        made = attachings.attach(appeal_id, call.body.content, by=by, creation=call.creation, now=call.now)
        return shown_attachment(made)

    @api.operation(
        "GET",
        "/v1/appeals/{appeal_id}/attachments/{n}",
        summary="A file that was sent along with my appeal",
        answer=SeenFile,
        needs="appeal:file",
        refusals=(AppealNotFound, AttachmentNotFound, StorageUnavailable),
    )
    def show_attachment(call: Call[None]) -> SeenFile:
        appeal_id, number, asking = call.path["appeal_id"], call.path["n"], call.principal.subject
        file = appeals().attachings.read(appeal_id, number, asking=asking, reviewing=False, now=call.now)
        return SeenFile(file.media_type, file.data)

    return api


def _filing(body: FileAppeal) -> Filing:
    """What is to be filed."""
    from chalicelib.status.appeals.filing import Filing

    whom = body.dependant
    return Filing(body.text, body.about, Document(whom.document_type, whom.document_number) if whom else None)


def _next(page: list[Listed]) -> str | None:
    """Where a full page ended."""
    from chalicelib.status.appeals.holding import cursor

    return cursor(page[-1]) if len(page) == PAGE_SIZE else None
