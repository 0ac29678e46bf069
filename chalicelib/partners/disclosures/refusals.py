"""Why nothing is disclosed."""

from __future__ import annotations

from chalicelib.platform.http.refusals import Conflict, Forbidden, Unprocessable


class OneGroundNeeded(Unprocessable):
    """Neither a scan nor a consent is named, or both, which may be different people's."""

    code = "one_ground_needed"
    title = "Fields are disclosed for one scan or under one consent"
    detail = "Send exactly one of `exchange_token` and `consent_id`."


class ConsentNeeded(Forbidden):
    """The holder has not agreed to it, or no longer does."""

    code = "consent_needed"
    title = "These fields need the holder's consent"
    detail = "Ask for `fields` at POST /v1/consent-requests with the exchange token of a scan; it stays good meanwhile."


class ScanNeeded(Forbidden):
    """The consent was given for the moment at which the holder is there."""

    code = "scan_needed"
    title = "This consent is used at a scan"
    detail = "Scan the person's code, and send the `exchange_token` of the verification in place of `consent_id`."


class ExchangeTokenUsed(Conflict):
    """The scan was exchanged for other fields: it is exchanged once."""

    code = "exchange_token_used"
    title = "This scan was exchanged for other fields"
    detail = "Repeat the request with exactly `fields`, or scan again and ask for all that you need at once."


class PersonSuspended(Forbidden):
    """The person's codes are not honoured at the moment, or they have left the city."""

    code = "person_suspended"
    title = "Nothing is told of this person at the moment"
    detail = "Send the person to a service desk; asking again does not help before they have been there."
