"""Overrides over HTTP, for officers and auditors: one, a month of them, the report, and the grounds there are."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from chalicelib.platform.http.operation import Api, Call
from chalicelib.platform.http.refusals import StorageUnavailable, UnknownCursor
from chalicelib.platform.times import rfc3339
from chalicelib.status.overrides import shown
from chalicelib.status.overrides.model import Override, month_of
from chalicelib.status.overrides.refusals import OverrideNotFound, UnknownMonth
from chalicelib.status.overrides.shown import GroundList, OverrideList, OverrideRecord, OverrideReport
from chalicelib.status.refusals import NotInOffice

if TYPE_CHECKING:
    from chalicelib.status.overrides.reading import OverrideReader
    from chalicelib.status.residents import Officers

READ = "override:read"
CURSOR = re.compile(r"[0-9]{10}-[0-9a-f]{24}")
MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
MONTH_ASKED = {"month": "Year and month of the proposal (UTC), such as 2026-09; the present one if left out"}


def read_operations(
    api: Api,
    reader: Callable[[], OverrideReader],
    officers: Callable[[], Officers],
    record: Callable[[Override, float], OverrideRecord],
) -> None:
    """What can be read; whoever asks must be in office at this very moment."""

    @api.operation(
        "GET",
        "/v1/overrides/{override_id}",
        summary="An override with all its steps",
        answer=OverrideRecord,
        needs=READ,
        refusals=(NotInOffice, OverrideNotFound, StorageUnavailable),
    )
    def show_override(call: Call[None]) -> OverrideRecord:
        officers().require(call.principal.subject, READ)
        return record(reader().one(call.path["override_id"]), call.now)

    @api.operation(
        "GET",
        "/v1/overrides",
        summary="The overrides of a month",
        answer=OverrideList,
        needs=READ,
        query=MONTH_ASKED | {"cursor": "Where the page before ended"},
        refusals=(NotInOffice, UnknownMonth, UnknownCursor, StorageUnavailable),
    )
    def list_overrides(call: Call[None]) -> OverrideList:
        officers().require(call.principal.subject, READ)
        return shown.entries(reader().page(_month(call), before=_cursor(call)), call.now)

    @api.operation(
        "GET",
        "/v1/override-report",
        summary="The overrides of a month by officer and ground",
        answer=OverrideReport,
        needs=READ,
        query=MONTH_ASKED,
        refusals=(NotInOffice, UnknownMonth, StorageUnavailable),
    )
    def report_overrides(call: Call[None]) -> OverrideReport:
        officers().require(call.principal.subject, READ)
        month = _month(call)
        rows = shown.rows(reader().report(month, now=call.now))
        return OverrideReport(month, rows, rfc3339(call.now))

    @api.operation(
        "GET",
        "/v1/override-grounds",
        summary="The grounds on which a colour can be set",
        answer=GroundList,
        needs=READ,
        refusals=(NotInOffice, StorageUnavailable),
    )
    def list_grounds(call: Call[None]) -> GroundList:
        officers().require(call.principal.subject, READ)
        return shown.grounds()


def _month(call: Call[None]) -> str:
    """The month that is asked for; raises `UnknownMonth`."""
    month = call.query.get("month") or month_of(int(call.now))
    if not MONTH.fullmatch(month):
        raise UnknownMonth
    return month


def _cursor(call: Call[None]) -> str:
    """A cursor as it was given out, "" for the first page; raises `UnknownCursor`."""
    cursor = call.query.get("cursor", "")
    if cursor and not CURSOR.fullmatch(cursor):
        raise UnknownCursor
    return cursor
