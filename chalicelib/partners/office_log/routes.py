"""The log of officers over HTTP, for auditors: a day of it, newest first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from chalicelib.partners.office_log.model import Entry, day_of, is_cursor, is_day
from chalicelib.partners.office_log.refusals import UnknownDay
from chalicelib.platform.http.operation import Api, Call, Front
from chalicelib.platform.http.refusals import StorageUnavailable, UnknownCursor
from chalicelib.platform.times import rfc3339
from chalicelib.status.refusals import NotInOffice

if TYPE_CHECKING:
    from chalicelib.partners.office_log.log import OfficeLog
    from chalicelib.status.residents import Officers

READ = "audit:read"


class OfficeDeed(msgspec.Struct):
    """What an officer did. `ids` are those in the path of the request; `?` stands for what was no id of ours.

    `officer` is the office and the masked name, null for somebody who was in no office any more. `outcome` is the HTTP
    status, and `code` that of the problem if there was one; both are null where it is not known what came of it.
    """

    entry_id: str
    at: str
    officer: str | None
    scope: str
    operation: str
    ids: dict[str, str]
    outcome: int | None
    code: str | None


class OfficeDay(msgspec.Struct):
    """The deeds of a day (UTC), newest first. `next_cursor` is null on the last page."""

    day: str
    entries: list[OfficeDeed]
    next_cursor: str | None


def api(log: Callable[[], OfficeLog], officers: Callable[[], Officers], front: Front) -> Api:
    """The operation of this room; reading the log is written down in it."""
    api = front("office_log")

    @api.operation(
        "GET",
        "/v1/office-log",
        summary="What officers did on a day",
        answer=OfficeDay,
        needs=READ,
        query={"day": "A day of UTC, such as 2026-09-21; today if left out", "cursor": "Where the page before ended"},
        refusals=(NotInOffice, UnknownDay, UnknownCursor, StorageUnavailable),
    )
    def read_office_log(call: Call[None]) -> OfficeDay:
        from chalicelib.partners.office_log.log import PAGE_SIZE

        officers().require(call.principal.subject, READ)
        day = _day(call)
        page = log().of_day(day, before=_cursor(call))
        more = page[-1].entry_id if len(page) == PAGE_SIZE else None
        return OfficeDay(day, [_deed(entry) for entry in page], more)

    return api


def _day(call: Call[None]) -> str:
    """The day that is asked for; raises `UnknownDay`."""
    day = call.query.get("day") or day_of(int(call.now))
    if not is_day(day):
        raise UnknownDay
    return day


def _cursor(call: Call[None]) -> str:
    """A cursor as it was given out, "" for the first page; raises `UnknownCursor`."""
    cursor = call.query.get("cursor", "")
    if cursor and not is_cursor(cursor):
        raise UnknownCursor
    return cursor


def _deed(entry: Entry) -> OfficeDeed:
    """An entry for the auditor."""
    return OfficeDeed(
        entry_id=entry.entry_id,
        at=rfc3339(entry.at),
        officer=entry.name or None,
        scope=entry.scope,
        operation=entry.operation,
        ids=entry.ids,
        outcome=entry.status or None,
        code=entry.code or None,
    )
