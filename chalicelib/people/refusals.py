"""Why a log-in is refused."""

from __future__ import annotations

from chalicelib.people.proofing.refusals import IdentityProviderUnavailable, IdentityProviderUntrusted, TooManyAttempts
from chalicelib.platform.http.refusals import Forbidden, NotFound, Unauthorized, Unavailable
from chalicelib.status.refusals import InvalidDocumentNumber, NotInOffice, UnknownDocumentType


class IdentityNotProven(Unauthorized):
    """Name and number do not belong together, or nobody has them. It is not said which."""

    code = "identity_not_proven"
    title = "Name and document could not be confirmed"
    detail = "Check that name and number are written as on the document."


class AssuranceTooLow(Forbidden):
    """Whoever asks has only shown that they know a name and a number, and this needs the person themselves."""

    code = "assurance_too_low"
    title = "This needs a session in which your face was compared"
    detail = "Log in again at POST /v1/sessions with a `liveness_token`."


class NoIdentityProvider(Unavailable):
    """This deployment has nobody to ask who people are."""

    code = "no_identity_provider"
    title = "Identities cannot be checked here"
    detail = "Try again later; operators: set YIMA_IDENTITY_PROVIDER."


class NeverInOffice(NotFound):
    """Somebody was to be suspended who has never been an officer."""

    code = "never_in_office"
    title = "This person has never been in office"
    detail = "Check the document; there is nothing to suspend."


class NotYetHere(NotFound):
    """Somebody was to be appointed whom the city does not know, or not under this name."""

    code = "not_yet_here"
    title = "Nobody of this name and document has logged in here"
    detail = "Let the person log in once as a holder, and check that name and number are written as on the document."


LOG_IN = (
    UnknownDocumentType,
    InvalidDocumentNumber,
    IdentityNotProven,
    AssuranceTooLow,
    TooManyAttempts,
    IdentityProviderUnavailable,
    IdentityProviderUntrusted,
    NoIdentityProvider,
    NotInOffice,
)
