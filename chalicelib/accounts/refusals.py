"""Why an account stays as it is."""

from __future__ import annotations

from chalicelib.platform.http.refusals import Conflict, NotFound, Unavailable


class NotLeaving(NotFound):
    """There is nothing to take back."""

    code = "not_leaving"
    title = "You have not asked to leave"
    detail = "There is nothing to take back; your code works as before."


class LeavingNow(Conflict):
    """The days to think it over have passed."""

    code = "leaving_now"
    title = "The account is being closed"
    detail = "It can no longer be kept. You may log in again afterwards and begin anew."


class DependantsFirst(Conflict):
    """Somebody depends on the person who wants to leave."""

    code = "dependants_first"
    title = "Others are shown through your account"
    detail = "End the delegations of your dependants first, or let another guardian take them over."


class CorrectionNotProven(Conflict):
    """The registers do not confirm what the person says."""

    code = "correction_not_proven"
    title = "The registers do not confirm this"
    detail = "Have it corrected where the document was issued, then send this again; a service desk can help."


class DocumentOfAnother(Conflict):
    """The document belongs to another account."""

    code = "document_of_another"
    title = "This document belongs to another account"
    detail = "Log in with it instead, or ask at a service desk to have two accounts of one person joined."


class AccountContended(Unavailable):
    """The same account was being changed all the time."""

    code = "account_contended"
    title = "The account is being changed at this moment"
    detail = "Send the same request again after the seconds given in Retry-After; nothing was lost."
