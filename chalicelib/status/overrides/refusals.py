"""Why an override is not proposed, not moved, or not shown."""

from __future__ import annotations

from chalicelib.platform.http.refusals import (
    BadRequest,
    Conflict,
    Forbidden,
    IdempotencyKeyReused,
    NotFound,
    Unavailable,
    Unprocessable,
)
from chalicelib.status.refusals import NotInOffice, OwnProposal


class OverrideNotFound(NotFound):
    """There is no override of this id."""

    code = "override_not_found"
    title = "There is no such override"
    detail = "Use an id from GET /v1/overrides."


class UnknownGround(Unprocessable):
    """The law is not one on which colours are set here."""

    code = "unknown_ground"
    title = "This is no ground for an override"
    detail = "Use one of the grounds in `registered`; GET /v1/override-grounds says what each allows."


class ColourNotOnGround(Unprocessable):
    """The ground does not carry this colour."""

    code = "colour_not_on_ground"
    title = "The ground does not allow this colour"
    detail = "Use one of the colours in `allowed`, or another ground."


class DurationTooLong(Unprocessable):
    """The ground does not carry a colour for so long."""

    code = "duration_too_long"
    title = "The ground does not allow so long a time"
    detail = "Propose at most `longest_hours` hours; where it has to last longer, propose it again in time."


class UnknownPeople(Unprocessable):
    """Some of the documents lead to nobody here. It is not said why."""

    code = "unknown_people"
    title = "Some of these people are not known to the city"
    detail = "Check the documents at the places in `indexes`, counted from 0, or leave these people out."


class AboutYourself(Forbidden):
    """The officer is one of the people concerned."""

    code = "override_about_yourself"
    title = "This override is about you"
    detail = "Leave it to other officers: nobody has a part in an override about themselves."


class AboutYourFamily(Forbidden):
    """The officer answers for one of the people concerned, or one of them answers for the officer."""

    code = "override_about_family"
    title = "This override is about somebody in your care, or whose care you are in"
    detail = "Leave it to other officers: nobody has a part in an override about their own family."


class ApprovedBefore(Forbidden):
    """Two approvals are needed, and this officer has given one."""

    code = "approved_before"
    title = "You have approved this override before"
    detail = "It concerns so many people that a third officer has to approve it, too."


class NotTheProposer(Forbidden):
    """Only whoever proposed it takes it back."""

    code = "not_the_proposer"
    title = "You did not propose this override"
    detail = "Reject it instead, where it should not be approved."


class PartyOutOfOffice(Conflict):
    """Whoever proposed or seconded it is in office no more, or has come to be concerned."""

    code = "party_not_entitled"
    title = "Somebody who proposed or approved this override may do so no longer"
    detail = "Reject it; another officer can propose it anew."


class OverrideOutOfTurn(Conflict):
    """What is asked for does not follow on where the override stands."""

    code = "override_out_of_turn"
    title = "The override is in a state in which this cannot be done"
    detail = "Read its `state`, and GET /v1/overrides/{override_id} for how it got there."


class OverrideContended(Unavailable):
    """Others were changing the override all the time."""

    code = "override_contended"
    title = "The override is being changed by others at this moment"
    detail = "Send the same request again after the seconds given in Retry-After; nothing was done."


class UnknownMonth(BadRequest):
    """The month cannot be read."""

    code = "unknown_month"
    title = "The month cannot be read"
    detail = "Send `month` as year and month, such as 2026-09."


CONCERNED = (AboutYourself, AboutYourFamily)
TERMS = (UnknownGround, ColourNotOnGround, DurationTooLong)
PROPOSING = (NotInOffice, *TERMS, UnknownPeople, *CONCERNED, IdempotencyKeyReused)
MOVING = (NotInOffice, OverrideNotFound, OverrideOutOfTurn, OverrideContended, IdempotencyKeyReused)
APPROVING = (*MOVING, OwnProposal, ApprovedBefore, *CONCERNED, PartyOutOfOffice, *TERMS)
REJECTING = (*MOVING, OwnProposal, *CONCERNED)
