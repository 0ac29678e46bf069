"""Why an alert is not shown, or not closed."""

from __future__ import annotations

from chalicelib.platform.http.refusals import Conflict, NotFound, Unprocessable


class AlertNotFound(NotFound):
    """There is no such alert."""

    code = "alert_not_found"
    title = "There is no such alert"
    detail = "Use an `alert_id` from GET /v1/alerts."


class AlertClosed(Conflict):
    """Somebody has said what became of it."""

    code = "alert_closed"
    title = "This alert is closed"
    detail = "Read it with GET /v1/alerts/{alert_id}: somebody has said what became of it, and that stands."


class UnknownAlertMonth(Unprocessable):
    """The month is no month."""

    code = "unknown_alert_month"
    title = "This is no month"
    detail = "Give a month of UTC as YYYY-MM, such as 2026-09, or leave it out for the present one."
