"""`GET /v1/notices`: what a person was told of what others did in their name, or with what is theirs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from chalicelib.platform.http.operation import Api, Call, Front
from chalicelib.platform.http.refusals import StorageUnavailable, UnknownCursor
from chalicelib.platform.times import rfc3339

if TYPE_CHECKING:
    from chalicelib.people.notices import NoticeItem, Notices

PAGE_SIZE = 20
_cursor = re.compile(r"[0-9]{10}-[0-9a-f]{24}")
_facts = msgspec.json.Decoder(dict[str, str])


class NoticeTitle(msgspec.Struct):
    """What happened, in Chinese and in English."""

    zh: str
    en: str


class SeenNotice(msgspec.Struct):
    """One notice. `kind` is stable; `facts` are short texts by name: a masked name, a reason code, a place."""

    notice_id: str
    kind: str
    title: NoticeTitle
    facts: dict[str, str]
    at: str


class SeenNotices(msgspec.Struct):
    """A holder's notices, newest first. `next_cursor` is null on the last page."""

    notices: list[SeenNotice]
    next_cursor: str | None


def api(notices: Callable[[], Notices], front: Front) -> Api:
    """The operations of this room."""
    api = front("notices")

    @api.operation(
        "GET",
        "/v1/notices",
        summary="What was done in my name",
        answer=SeenNotices,
        needs="notice:read",
        query={"cursor": "Where the page before ended"},
        refusals=(UnknownCursor, StorageUnavailable),
    )
    def list_notices(call: Call[None]) -> SeenNotices:
        before = _read(call.query.get("cursor"))
        page = notices().page(call.principal.subject, before=before, size=PAGE_SIZE)
        more = page[-1].notice_id if len(page) == PAGE_SIZE else None
        return SeenNotices([_seen(item) for item in page], more)

    return api


def _read(cursor: str | None) -> str | None:
    """A cursor as it was given out (a notice id); raises `UnknownCursor`."""
    if cursor is not None and not _cursor.fullmatch(cursor):
        raise UnknownCursor
    return cursor


def _seen(item: NoticeItem) -> SeenNotice:
    """A notice for its holder."""
    from chalicelib.people.notices import KINDS

    title = KINDS[item.kind]
    return SeenNotice(item.notice_id, item.kind, NoticeTitle(*title), _facts.decode(item.facts), rfc3339(item.at))
