"""Why a question about a status is not answered, and a person cannot be looked up."""

from __future__ import annotations

from chalicelib.platform.http.refusals import Forbidden, NotFound, Unavailable, Unprocessable


class StatusContended(Unavailable):
    """Others were storing the same holder's status all the time."""

    code = "status_contended"
    title = "The status is being changed by others at this moment"
    detail = "Send the same request again after the seconds given in Retry-After; nothing was lost."


class NoStatus(NotFound):
    """The holder's registration is not complete."""

    code = "no_status"
    title = "There is no status yet"
    detail = "Log in again; that completes an interrupted registration."


class NotInOffice(Forbidden):
    """The person is none of our officers, is suspended, or their office does not reach that far."""

    code = "not_in_office"
    title = "No office of yours reaches this"
    detail = "Ask the city to appoint you, then open a new session in that role; a suspension takes effect at once."


class UnknownDocumentType(Unprocessable):
    """A document of a kind that nobody here can check."""

    code = "unknown_document_type"
    title = "This document type is not accepted"
    detail = "Use one of the types in `accepted`."


class InvalidDocumentNumber(Unprocessable):
    """The number cannot belong to any document. `mistake` says what it looks like, `positions` where."""

    code = "invalid_document_number"
    title = "The document number is not well-formed"
    detail = "Compare the number with the document, character by character; `hint` says what to look for."


class OwnProposal(Forbidden):
    """Two people stand behind whatever officers decide."""

    code = "own_proposal"
    title = "Nobody decides about what they have proposed"
    detail = "Another officer has to decide; whoever proposed it can take it back."
