"""Why a helper cannot act."""

from __future__ import annotations

from chalicelib.platform.http.refusals import Conflict, Forbidden, NotFound, Unavailable, Unprocessable
from chalicelib.status.refusals import InvalidDocumentNumber, NotInOffice, UnknownDocumentType


class HelpingYourself(Forbidden):
    """Helper and person are one."""

    code = "helping_yourself"
    title = "Nobody serves themselves at the desk"
    detail = "Ask a colleague, or use your own code like everybody else."


class HelpingFamily(Forbidden):
    """Helper and person are guardian and dependant."""

    code = "helping_family"
    title = "Nobody serves their own family at the desk"
    detail = "Ask a colleague; on your own phone you can do what a guardian may."


class DocumentNotSeen(Unprocessable):
    """The helper does not say that they compared the document with the person."""

    code = "document_not_seen"
    title = "The document has to be seen"
    detail = "Compare the document with the person who stands there, then send `document_seen: true`."


class AssistanceNotFound(NotFound):
    """There is none, or it is another helper's."""

    code = "assistance_not_found"
    title = "There is no such assistance of yours"
    detail = "Use the `assistance_id` that opening it has answered."


class AssistanceOver(Conflict):
    """The person has left, half an hour is over, or as much was done as one visit takes."""

    code = "assistance_over"
    title = "This assistance is over"
    detail = "If the person is still there, see the document again and open another."


class AssistanceContended(Unavailable):
    """The same assistance was being written all the time."""

    code = "assistance_contended"
    title = "This assistance is being changed at this moment"
    detail = "Send the same request again after the seconds given in Retry-After; nothing was lost."


class NoLivingPaper(NotFound):
    """There is no paper that could be printed or reported lost."""

    code = "no_living_paper"
    title = "This person has no paper code at present"
    detail = "Issue one, if the person wants it."


OPENING = (
    UnknownDocumentType,
    InvalidDocumentNumber,
    NotInOffice,
    HelpingYourself,
    HelpingFamily,
    DocumentNotSeen,
)
ACTING = (
    NotInOffice,
    HelpingYourself,
    HelpingFamily,
    AssistanceNotFound,
    AssistanceOver,
    AssistanceContended,
    NoLivingPaper,
)
