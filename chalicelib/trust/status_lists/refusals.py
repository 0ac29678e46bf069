"""Why no status list is answered, or no entry handed out."""

from __future__ import annotations

from chalicelib.platform.http.refusals import NotFound, Unavailable


class NoSuchStatusList(NotFound):
    """The city has no list of this number, or nothing that stands on it is good any more."""

    code = "no_such_status_list"
    title = "There is no such status list"
    detail = "Take the number from `GET /v1/status-lists`; whatever stood on a list that is gone has expired."


class StatusListsInMotion(Unavailable):
    """Others wrote the same list again and again while we tried to."""

    code = "status_lists_in_motion"
    title = "Others are writing the status lists at this moment"
    detail = "Send the same request again after the seconds given in Retry-After; nothing is done twice."
