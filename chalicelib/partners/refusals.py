"""Why a client gets no token, and is not registered, changed or shown.

Each code of a token's refusal is also the `error` that RFC 6749 (5.2) names, for OAuth libraries.
"""

from __future__ import annotations

from typing import Any

from chalicelib.platform.http.refusals import (
    BadRequest,
    Conflict,
    NotFound,
    Refusal,
    Unauthorized,
    Unavailable,
    Unprocessable,
)


class TokenRefusal(Refusal):
    """No token. The problem document carries `error` beside `code`."""

    def __init__(self, **evidence: Any) -> None:
        super().__init__(error=self.code, **evidence)


class InvalidClient(TokenRefusal, Unauthorized):
    """No such client or terminal, a wrong secret or signature, or one that is suspended; it is not said which.

    What gives nothing away has a `reason`: `wrong_time` (with our time) and `replayed`, of an assertion of its own.
    """

    code = "invalid_client"
    title = "The client could not be recognised"
    detail = "Check client id and secret; if they are right, ask the operator whether the client is suspended."


class InvalidTokenRequest(TokenRefusal, BadRequest):
    """The client says in more than one way who it is."""

    code = "invalid_request"
    title = "There is more than one way in which the client says who it is"
    detail = "Send one of the header Authorization: Basic, client_secret, or client_assertion with its type."


class UnsupportedGrantType(TokenRefusal, BadRequest):
    """Only client credentials are granted here."""

    code = "unsupported_grant_type"
    title = "This grant type is not supported"
    detail = "Use grant_type=client_credentials."


class InvalidScope(TokenRefusal, BadRequest):
    """The client asked for more than it was given."""

    code = "invalid_scope"
    title = "The client does not have this scope"
    detail = "Ask for some of the scopes in `granted`, or leave `scope` out."


class ClientNotFound(NotFound):
    """There is no client of this id."""

    code = "client_not_found"
    title = "There is no such client"
    detail = "Use an id from GET /v1/clients."


class ScopeNotForKind(Unprocessable):
    """A client of this kind never reaches these scopes."""

    code = "scope_not_for_kind"
    title = "A client of this kind may not have these scopes"
    detail = "Ask for some of the scopes in `allowed`, or register the program as what it is."


class ClientOutOfTurn(Conflict):
    """What is asked for does not follow on where the client stands."""

    code = "client_out_of_turn"
    title = "The client is in a state in which this cannot be done"
    detail = "Read its `standing`, and in `waiting` the number of what waits for another operator."


class ProposerOutOfOffice(Conflict):
    """Whoever asked for it is in office no more."""

    code = "proposer_out_of_office"
    title = "The operator who asked for this is in office no more"
    detail = "Refuse it; an operator in office can ask for it anew."


class ClientContended(Unavailable):
    """Others were changing the client all the time."""

    code = "client_contended"
    title = "The client is being changed by others at this moment"
    detail = "Send the same request again after the seconds given in Retry-After; nothing was done."


class TwoSecretsLive(Conflict):
    """Two secrets are good at this moment, and a third would end one of them."""

    code = "two_secrets_live"
    title = "Two secrets are in use already"
    detail = "Send `replaces`: newest where the last answer was lost, oldest where the newer one is in use everywhere."


class UnusableKey(Unprocessable):
    """It is no SM2 public key, or it has the id of another one."""

    code = "unusable_key"
    title = "This is no SM2 public key"
    detail = "Send the point as 130 hex digits, 04‖X‖Y; if it is right, make another key pair."


class TooManyKeys(Conflict):
    """The client has as many keys as any needs."""

    code = "too_many_keys"
    title = "The client has too many keys"
    detail = "Remove a key that signs no more before another one is added."


class UnknownQueue(BadRequest):
    """There is no such list of clients."""

    code = "unknown_client_list"
    title = "There is no such list of clients"
    detail = "Send `state` as one of those in `known`, or leave it out for those that are active."


class TerminalNotFound(NotFound):
    """The client has no terminal of this id."""

    code = "terminal_not_found"
    title = "There is no such terminal"
    detail = "Use an id from GET /v1/terminals; other clients' terminals are theirs alone."


class TerminalSuspended(Conflict):
    """The terminal was suspended, which is for good."""

    code = "terminal_suspended"
    title = "The terminal is suspended"
    detail = "Register a new terminal in its place."


class TooManyTerminals(Conflict):
    """The client has as many terminals as any has."""

    code = "too_many_terminals"
    title = "The client has too many terminals"
    detail = "Ask the operator for a second client; one has at most `most` terminals."


TOKEN: tuple[type[Refusal], ...] = (InvalidClient, InvalidTokenRequest, UnsupportedGrantType, InvalidScope)
