"""Why a tag is not taken, or nothing can be decided about it."""

from __future__ import annotations

from chalicelib.platform.http.refusals import Conflict, NotFound, Refusal, Unavailable, Unprocessable
from chalicelib.status.evidence.refusals import ReferenceLooksPersonal, ReferenceTaken
from chalicelib.status.refusals import InvalidDocumentNumber, NoStatus, UnknownDocumentType


class UnfitTagExpiry(Unprocessable):
    """It has ended already, or would last longer than a life."""

    code = "unfit_tag_expiry"
    title = "The end of the tag cannot be right"
    detail = "Send an `expires_at` after `after` and not after `latest`."


class TagNotFound(NotFound):
    """Nobody has reported that the person belongs to this group."""

    code = "tag_not_found"
    title = "There is no such tag of yours"
    detail = "List your tags; if one is missing, ask the department that knows of it to report it."


class TagExpired(Conflict):
    """The tag has ended, so there is nothing left to be shown."""

    code = "tag_expired"
    title = "This tag has ended"
    detail = "Ask the department that reported it to report it again, if you still belong to the group."


class TagsContended(Unavailable):
    """Others were changing the same person's tags all the time."""

    code = "tags_contended"
    title = "The tags are being changed by others at this moment"
    detail = "Send the same request again after the seconds given in Retry-After; nothing was lost."


REPORT: tuple[type[Refusal], ...] = (
    ReferenceLooksPersonal,
    UnfitTagExpiry,
    UnknownDocumentType,
    InvalidDocumentNumber,
    ReferenceTaken,
    TagsContended,
)
DECIDE: tuple[type[Refusal], ...] = (TagNotFound, TagExpired, TagsContended, NoStatus)
