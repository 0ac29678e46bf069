"""Why nobody is asked for consent, why one is not given, and why one is of no use."""

from __future__ import annotations

from chalicelib.platform.http.refusals import Conflict, Forbidden, NotFound, TooManyRequests, Unprocessable


class ConsentNotNeeded(Unprocessable):
    """A law gives the client these fields: asking for consent would pretend that there is a choice."""

    code = "consent_not_needed"
    title = "A law allows these fields without consent"
    detail = "Leave out the fields in `fields`; get them at POST /v1/disclosures."


class ConsentUntilOutOfBounds(Unprocessable):
    """It would end before it begins, or far too late, or a period has no end at all."""

    code = "consent_until_out_of_bounds"
    title = "A consent cannot end at that time"
    detail = "Say in `until` when it ends: in the future, and at `latest` at the latest; a period needs one."


class UnattendedNeedsPeriod(Unprocessable):
    """What is used once is used at a scan."""

    code = "unattended_needs_period"
    title = "Only a consent for a period can be used without a scan"
    detail = "Send `use` as `period` with `until`, or leave `unattended` out."


class UnattendedForPartners(Forbidden):
    """A verifier learns things at its gate and nowhere else."""

    code = "unattended_for_partners"
    title = "Only a partner may use a consent without a scan"
    detail = "Leave `unattended` out; or ask the operator to be registered as a partner."


class TooManyConsentRequests(TooManyRequests):
    """The holder has not answered yet."""

    code = "too_many_consent_requests"
    title = "Requests of yours are waiting for this person's answer"
    detail = "Wait for the answer, or until the oldest lapses after a day; at most `limit` are open at a time."


class ConsentRefusedLately(Forbidden):
    """The holder has said no, and is left alone."""

    code = "consent_refused_lately"
    title = "This person has lately refused this"
    detail = "Leave out the fields in `fields`, or do without; you may ask for them again after `not_before`."


class ConsentRequestNotFound(NotFound):
    """There is no such request, or another client's."""

    code = "consent_request_not_found"
    title = "There is no such consent request of yours"
    detail = "Use a `consent_id` of GET /v1/consent-requests; a new one can be looked up after a moment."


class ConsentNotFound(NotFound):
    """There is no such consent, or another holder's."""

    code = "consent_not_found"
    title = "There is no such consent of yours"
    detail = "Look up `consent_id` in GET /v1/consents."


class ConsentClosed(Conflict):
    """Somebody has answered before, nobody has in time, or it is over."""

    code = "consent_closed"
    title = "This consent is not open to that any more"
    detail = "`state` says where it stands; what is over needs no withdrawal, and a lapsed request has to be made anew."


class ConsentTextChanged(Conflict):
    """What was shown is not what is agreed to today."""

    code = "consent_text_changed"
    title = "The text of the consent is another one"
    detail = "Show the text in `zh` or `en`; send `text_version` with its `version` if the holder agrees to it."


class GuardianNeeded(Forbidden):
    """A child under fourteen cannot agree alone."""

    code = "guardian_needed"
    title = "A guardian has to agree for a child under 14"
    detail = "Let a parent answer with `for`, the id of their delegation; refusing and withdrawing needs nobody else."


class OwnConsentNeeded(Forbidden):
    """Who is fourteen or older decides about their consents themselves."""

    code = "own_consent_needed"
    title = "This person decides themselves"
    detail = "Let them answer in a session of their own; guardians answer for children under 14."


class ConsentEnded(Forbidden):
    """It was withdrawn, is used up, or its time is over: nothing is told under it any more. Or it never began."""

    code = "consent_ended"
    title = "This consent does not hold"
    detail = "`state` says why. `asked`: wait for the answer. Else scan again, and ask anew with that exchange token."


OF_A_CHILD = (GuardianNeeded, OwnConsentNeeded)
