"""Why the log of officers is not shown."""

from __future__ import annotations

from chalicelib.platform.http.refusals import Unprocessable


class UnknownDay(Unprocessable):
    """The day is no day."""

    code = "unknown_day"
    title = "This is no day"
    detail = "Give a day of UTC as YYYY-MM-DD, such as 2026-09-21, or leave it out for the present one."
