"""Why a command about codes is refused. (A failed scan is no refusal but an answer: model.Rejected.)"""

from __future__ import annotations

from chalicelib.platform.http.refusals import Forbidden, Unprocessable


class HolderSuspended(Forbidden):
    """The holder's codes are not honoured at the moment."""

    code = "holder_suspended"
    title = "Codes are suspended for this holder"
    detail = "Ask at a service desk; the suspension can be appealed."


class UnknownPurpose(Unprocessable):
    """The stated purpose is not a registered one."""

    code = "unknown_purpose"
    title = "This purpose is not registered"
    detail = "State one of the purposes in `registered`."
