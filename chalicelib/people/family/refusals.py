"""Why nobody is shown for anybody else."""

from __future__ import annotations

from chalicelib.platform.http.refusals import Conflict, Forbidden, NotFound, Unprocessable


class DelegationNotFound(NotFound):
    """There is no such delegation, or it is between other people."""

    code = "delegation_not_found"
    title = "There is no such delegation of yours"
    detail = "Look up `delegation_id` in GET /v1/delegations."


class NotYourDependant(Forbidden):
    """Whose code is asked for is nobody in the care of who asks."""

    code = "not_your_dependant"
    title = "Nobody is in your care under this delegation"
    detail = "Use a `delegation_id` of GET /v1/delegations; a proposal counts once it has been agreed to."


class DelegationEnded(Forbidden):
    """It was so, and is so no more."""

    code = "delegation_ended"
    title = "This delegation has ended"
    detail = "Propose a new one at POST /v1/delegations; at `full_age` people show their own codes."


class DelegationClosed(Conflict):
    """Somebody has answered before, or nobody has in time."""

    code = "delegation_closed"
    title = "This delegation is not open to that any more"
    detail = "`state` says where it stands; propose a new one at POST /v1/delegations."


class AlreadyDelegated(Conflict):
    """There is one between the same two people."""

    code = "already_delegated"
    title = "You have a delegation for this person, or have proposed one"
    detail = "Use the one named by `delegation_id`; it can be proposed anew in its last 60 days."


class TooManyDependants(Conflict):
    """A family has so many members; more is a business."""

    code = "too_many_dependants"
    title = "There are too many people in your care"
    detail = "End one of your delegations first, or let a proposal lapse; at most `limit` are open at a time."


class TooManyGuardians(Conflict):
    """Nobody can keep track of more people who act for them."""

    code = "too_many_guardians"
    title = "Too many people act for this person"
    detail = "Somebody who acts for them has to end it first; at most `limit` do at a time."


class CircularDelegation(Conflict):
    """Who cannot act for themselves cannot act for others through somebody."""

    code = "circular_delegation"
    title = "This person acts for you already, directly or through others"
    detail = "End the delegation in the other direction first."


class OwnGuardian(Unprocessable):
    """The dependant is who proposes it."""

    code = "own_guardian"
    title = "Nobody is their own guardian"
    detail = "Name another person; your own codes need no delegation."


class GuardianTooYoung(Forbidden):
    """Who proposes it is a child."""

    code = "guardian_too_young"
    title = "A guardian is 18 or older"
    detail = "Let an adult of the family propose it."


class BirthDateUnknown(Unprocessable):
    """Neither the document nor the registers say when somebody was born, and it depends on that."""

    code = "birth_date_unknown"
    title = "It is not known when this person was born"
    detail = "Let the person named by `whose` have their date of birth recorded at a service desk, then try again."


class NotAChild(Unprocessable):
    """Who is 18 decides themselves."""

    code = "not_a_child"
    title = "This person is of full age"
    detail = "Propose a delegation of the kind `adult`; the person has to agree to it."


class StillAChild(Unprocessable):
    """A child cannot agree to this alone."""

    code = "still_a_child"
    title = "This person is not of full age"
    detail = "A parent can propose a delegation of the kind `child`."


class DependantNotProven(Unprocessable):
    """Name and number do not belong together, nobody has them, or it is nobody's child. It is not said which."""

    code = "dependant_not_proven"
    title = "Name, document and relation could not be confirmed"
    detail = (
        "Check that name and number are written as on the document; a relation is added to the registers at a desk."
    )


class GuardianConsentNeeded(Unprocessable):
    """The law asks for a consent of its own before anything about somebody under 14 is processed."""

    code = "guardian_consent_needed"
    title = "Your consent as guardian is needed for a child under 14"
    detail = "Read the text in `zh` or `en`; send `guardian_consent` with its `version` if you agree to it."


class UntilOutOfBounds(Unprocessable):
    """It would end before it begins, or far too late."""

    code = "until_out_of_bounds"
    title = "A delegation cannot end at that time"
    detail = "Let it end in the future, and at `latest` at the latest; it can be renewed."


PROPOSING = (
    AlreadyDelegated,
    TooManyDependants,
    TooManyGuardians,
    CircularDelegation,
    OwnGuardian,
    GuardianTooYoung,
    BirthDateUnknown,
    NotAChild,
    StillAChild,
    DependantNotProven,
    GuardianConsentNeeded,
    UntilOutOfBounds,
)
