"""Reports of what was deleted because its time was over, for auditors."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import msgspec

from chalicelib.accounts.retention_classes import class_of
from chalicelib.accounts.retention_model import Run
from chalicelib.platform.http.operation import Api, Call, Front
from chalicelib.platform.http.refusals import StorageUnavailable, UnknownCursor
from chalicelib.platform.times import rfc3339
from chalicelib.status.refusals import NotInOffice

if TYPE_CHECKING:
    from chalicelib.accounts.retention import RetentionSweep

READ = "audit:read"
CURSOR = re.compile(r"[0-9]{10}")


class Requires(Protocol):
    """Who may act for the city."""

    def require(self, subject: str, scope: str) -> object:
        """Raises `NotInOffice`."""


class ClassReport(msgspec.Struct):
    """One data class in a report: looked at, deleted (at least), let alone as something rests on it."""

    name: str
    looked_at: int
    deleted: int
    spared: int


class RetentionReport(msgspec.Struct):
    """One walk over everything that may be over. `finished_at` is null while it goes on."""

    started_at: str
    walked_at: str
    finished_at: str | None
    classes: list[ClassReport]


class RefusedSweep(msgspec.Struct):
    """A time at which nothing was deleted because the clock was not believed, and why."""

    at: str
    reason: str


class RetentionReports(msgspec.Struct):
    """Reports, newest first, and the newest refusals beside them. `next_cursor` is null on the last page."""

    reports: list[RetentionReport]
    refused: list[RefusedSweep]
    next_cursor: str | None


def api(sweep: Callable[[], RetentionSweep], officers: Callable[[], Requires], front: Front) -> Api:
    """The operation of this room."""
    api = front("retention")

    @api.operation(
        "GET",
        "/v1/retention-reports",
        summary="What was deleted because its time was over",
        answer=RetentionReports,
        needs=READ,
        query={"cursor": "Where the page before ended"},
        refusals=(NotInOffice, UnknownCursor, StorageUnavailable),
    )
    def list_retention_reports(call: Call[None]) -> RetentionReports:
        from chalicelib.accounts.retention import PAGE_SIZE

        officers().require(call.principal.subject, READ)
        page = sweep().reports(refused=False, before=_cursor(call))
        refused = [_refused(one) for one in sweep().reports(refused=True, before="")]
        more = page[-1].run_id if len(page) == PAGE_SIZE else None
        return RetentionReports([_report(run) for run in page], refused, more)

    return api


def _cursor(call: Call[None]) -> str:
    """A cursor as it was given out, "" for the first page; raises `UnknownCursor`."""
    cursor = call.query.get("cursor", "")
    if cursor and not CURSOR.fullmatch(cursor):
        raise UnknownCursor
    return cursor


def _refused(run: Run) -> RefusedSweep:
    """A run that did nothing."""
    return RefusedSweep(rfc3339(run.started_at), run.refused)


def _report(run: Run) -> RetentionReport:
    """A run by data class."""
    sums: dict[str, Counter[str]] = {}
    for one in run.tables:
        found = sums.setdefault(class_of(one.table), Counter())
        found.update({"looked_at": one.looked_at, "deleted": one.deleted, "spared": one.spared})
    return RetentionReport(
        started_at=rfc3339(run.started_at),
        walked_at=rfc3339(run.walked_at),
        finished_at=rfc3339(run.finished_at) if run.finished_at else None,
        classes=[ClassReport(name, one["looked_at"], one["deleted"], one["spared"]) for name, one in sums.items()],
    )
