"""Alerts over HTTP: a month of them, one, and what became of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import msgspec

from chalicelib.partners.watching.alert import Alert, Closing, Verdict, month_of
from chalicelib.partners.watching.refusals import AlertClosed, AlertNotFound, UnknownAlertMonth
from chalicelib.partners.watching.rules import BY_NAME
from chalicelib.platform.http.operation import Api, Call, Front
from chalicelib.platform.http.refusals import StorageUnavailable, UnknownCursor
from chalicelib.platform.times import rfc3339
from chalicelib.status.refusals import NotInOffice

if TYPE_CHECKING:
    from chalicelib.partners.watching.alerts import Alerts
    from chalicelib.status.residents import Officers

READ, CLOSE = "alert:read", "alert:close"
CURSOR = re.compile(r"[0-9]{10}-[0-9a-f]{24}")
MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")


class CloseAlert(msgspec.Struct):
    """What became of an alert."""

    verdict: Literal["legitimate", "misuse", "unclear"]


class AlertMeaning(msgspec.Struct):
    """What a rule is about, in both languages."""

    zh: str
    en: str


class UsualTraffic(msgspec.Struct):
    """What a count was compared with: the mean of the same hour on so many days before, and the usual distance."""

    mean: float
    spread: float
    days: int


class AlertRecord(msgspec.Struct):
    """An alert with its evidence: how many, by what threshold, in which window, and what was scanned for.

    `subject` is a client (and its terminal), the mark of a code, or a mark of a holder that names nobody; `by` says
    which. `verifiers` are the names, by client id, of who refused a code, and empty for all else. `usual` is null where
    nothing was compared. `verdict`, `closed_by` and `closed_at` are null while it is open.
    """

    alert_id: str
    rule: str
    means: AlertMeaning
    by: str
    subject: str
    name: str | None
    raised_at: str
    window_from: str
    window_until: str
    counted: str
    number: int
    threshold: int
    purposes: dict[str, int]
    verifiers: dict[str, str]
    usual: UsualTraffic | None
    state: str
    verdict: str | None
    closed_by: str | None
    closed_at: str | None


class AlertList(msgspec.Struct):
    """The alerts of a month (UTC), newest first. `next_cursor` is null on the last page."""

    month: str
    alerts: list[AlertRecord]
    next_cursor: str | None


def api(alerts: Callable[[], Alerts], officers: Callable[[], Officers], front: Front) -> Api:
    """The operations of this room. Officers must be in office at this very moment; a program's token is enough."""
    api = front("watching")

    def reader(call: Call[None]) -> None:
        if call.principal.session:
            officers().require(call.principal.subject, READ)

    @api.operation(
        "GET",
        "/v1/alerts",
        summary="Alerts about unusual looking in a month",
        answer=AlertList,
        needs=READ,
        query={
            "month": "Year and month in which they were raised (UTC), such as 2026-09; the present one if left out",
            "cursor": "Where the page before ended",
        },
        refusals=(NotInOffice, UnknownAlertMonth, UnknownCursor, StorageUnavailable),
    )
    def list_alerts(call: Call[None]) -> AlertList:
        from chalicelib.partners.watching.alerts import PAGE_SIZE

        reader(call)
        month = _month(call)
        page = alerts().of_month(month, before=_cursor(call))
        more = page[-1].raised if len(page) == PAGE_SIZE else None
        return AlertList(month, [_record(one) for one in page], more)

    @api.operation(
        "GET",
        "/v1/alerts/{alert_id}",
        summary="An alert with its evidence",
        answer=AlertRecord,
        needs=READ,
        refusals=(NotInOffice, AlertNotFound, StorageUnavailable),
    )
    def show_alert(call: Call[None]) -> AlertRecord:
        reader(call)
        return _record(alerts().one(call.path["alert_id"]))

    @api.operation(
        "POST",
        "/v1/alerts/{alert_id}/closing",
        summary="Say what became of an alert",
        body=CloseAlert,
        answer=AlertRecord,
        needs=CLOSE,
        refusals=(NotInOffice, AlertNotFound, AlertClosed, StorageUnavailable),
    )
    def close_alert(call: Call[CloseAlert]) -> AlertRecord:
        officer = officers().require(call.principal.subject, CLOSE)
        closing = Closing(Verdict(call.body.verdict), officer.holder, officer.name, int(call.now))
        return _record(alerts().close(call.path["alert_id"], closing))

    return api


def _month(call: Call[None]) -> str:
    """The month that is asked for; raises `UnknownAlertMonth`."""
    month = call.query.get("month") or month_of(int(call.now))
    if not MONTH.fullmatch(month):
        raise UnknownAlertMonth
    return month


def _cursor(call: Call[None]) -> str:
    """A cursor as it was given out, "" for the first page; raises `UnknownCursor`."""
    cursor = call.query.get("cursor", "")
    if cursor and not CURSOR.fullmatch(cursor):
        raise UnknownCursor
    return cursor


def _record(alert: Alert) -> AlertRecord:
    """An alert for whoever looks into it."""
    rule, closing = BY_NAME[alert.rule], alert.closing
    return AlertRecord(
        alert_id=alert.alert_id,
        rule=alert.rule,
        means=AlertMeaning(*rule.means),
        by=str(rule.by),
        subject=alert.subject,
        name=alert.name or None,
        raised_at=rfc3339(alert.at),
        window_from=rfc3339(alert.since),
        window_until=rfc3339(alert.until),
        counted=str(rule.distinct or rule.counts),
        number=alert.number,
        threshold=rule.threshold,
        purposes=dict(alert.purposes),
        verifiers=dict(alert.verifiers),
        usual=UsualTraffic(*alert.usual) if alert.usual else None,
        state=str(alert.state),
        verdict=closing and str(closing.verdict),
        closed_by=closing and closing.by_name,
        closed_at=closing and rfc3339(closing.at),
    )
