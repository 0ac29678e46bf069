"""Why an appeal is not taken, not moved, or not shown."""

from __future__ import annotations

from chalicelib.platform.http.refusals import BadRequest, Conflict, Forbidden, NotFound, Unavailable, Unprocessable


class AppealNotFound(NotFound):
    """There is no such appeal, or it is nobody's business who asks. It is not said which."""

    code = "appeal_not_found"
    title = "There is no such appeal"
    detail = "Use an id from GET /v1/appeals, or as a reviewer take the appeal from the queue first."


class NoGuardian(Forbidden):
    """Nobody of this document is known to be in the care of who asks. It is not said whether the city knows them."""

    code = "not_their_guardian"
    title = "You cannot file for this person"
    detail = "Check the document; only a guardian whose delegation runs can file for somebody else."


class UnknownMatter(Unprocessable):
    """What is named is no present reason of this holder's status."""

    code = "unknown_subject_matter"
    title = "This is no reason of the holder's status"
    detail = "Send a value of `about` as GET /v1/status gives it out with its reasons, or leave it out."


class AppealAlreadyOpen(Conflict):
    """The same holder's appeal about the same thing awaits its answer."""

    code = "appeal_already_open"
    title = "An appeal about this is waiting for its answer"
    detail = "Add to the appeal named in `appeal_id`, or withdraw it first."


class AppealNotWaiting(Conflict):
    """The appeal has come to its end, or has been filed by nobody yet."""

    code = "appeal_closed"
    title = "The appeal is closed"
    detail = "Read its `state`; a closed appeal is not changed, but a rejected one can go one level up."


class AppealTaken(Conflict):
    """Another reviewer has it on their desk."""

    code = "appeal_taken"
    title = "Another reviewer has taken this appeal"
    detail = "Take another one from GET /v1/appeals/queue."


class NotYourReview(Conflict):
    """The appeal does not lie on this officer's desk."""

    code = "not_your_review"
    title = "You have not taken this appeal"
    detail = "Take it with POST /v1/appeals/{appeal_id}/assignment first, unless another reviewer has it."


class AppealContended(Unavailable):
    """Others were changing the appeal all the time."""

    code = "appeal_contended"
    title = "The appeal is being changed by others at this moment"
    detail = "Send the same request again after the seconds given in Retry-After; nothing was lost."


class ReviewerConcerned(Forbidden):
    """The appeal is about the officer, somebody in their care, or who cares for them; or they filed it."""

    code = "reviewer_concerned"
    title = "You are too close to this appeal to review it"
    detail = "Leave it to another reviewer."


class OwnOverride(Forbidden):
    """The officer had a part in the override that the appeal is about."""

    code = "own_override"
    title = "You had a part in what this appeal is about"
    detail = "Leave it to another reviewer: nobody judges an override that they proposed, approved or ended."


class DecidedBefore(Forbidden):
    """The officer decided the appeal on the level below."""

    code = "decided_before"
    title = "You decided this appeal on the level below"
    detail = "Leave it to another reviewer: nobody reviews their own decision."


class VoidsMissing(Unprocessable):
    """An appeal about the status as such is upheld, and it is not said what was wrong."""

    code = "voids_missing"
    title = "Say what is to be voided"
    detail = "Send in `voids` the `about` values of the reasons that were wrong, or an empty list where none was."


class RejectionVoidsNothing(Unprocessable):
    """A rejection that takes something back."""

    code = "rejection_voids_nothing"
    title = "A rejected appeal voids nothing"
    detail = "Uphold the appeal, or leave `voids` out."


class NotRejected(Conflict):
    """Only what was rejected goes one level up, and there is no level above the second."""

    code = "cannot_go_up"
    title = "This appeal cannot go one level up"
    detail = "Only an appeal that was rejected on the first level can."


class TooLateToGoUp(Conflict):
    """The time to go one level up has passed."""

    code = "too_late_to_go_up"
    title = "The time to go one level up has passed"
    detail = "It ended at `until`; where something new is known, file a new appeal."


class AlreadyGoneUp(Conflict):
    """It went one level up before."""

    code = "already_escalated"
    title = "This appeal has gone one level up before"
    detail = "Read the appeal named in `appeal_id`."


class TooManyAttachments(Conflict):
    """The appeal has as many attachments as one may have."""

    code = "too_many_attachments"
    title = "The appeal has as many attachments as it may have"
    detail = "An appeal has at most `most` attachments; describe the rest in words."


class AttachmentTooLarge(Unprocessable):
    """The file is larger than we keep."""

    code = "attachment_too_large"
    title = "The attachment is too large"
    detail = "Send a file of at most `limit_bytes` bytes, for example a smaller photograph."


class AttachmentTypeUnknown(Unprocessable):
    """The first bytes are those of no type that we take, whatever its name says."""

    code = "attachment_type_unknown"
    title = "The attachment is of no type that is taken"
    detail = "Send a file of one of the types in `accepted`; what it is named does not matter."


class AttachmentNotFound(NotFound):
    """The appeal has no attachment of this number."""

    code = "attachment_not_found"
    title = "There is no such attachment"
    detail = "Use a number from the appeal's `attachments`."


class MalformedMonth(BadRequest):
    """The month cannot be read."""

    code = "malformed_month"
    title = "The month cannot be read"
    detail = "Send `month` as year and month, such as 2026-09."


class UnknownLevel(BadRequest):
    """There are two levels of appeals."""

    code = "unknown_level"
    title = "There is no such level"
    detail = "Send `level` as 1 or 2, or leave it out for 1."
