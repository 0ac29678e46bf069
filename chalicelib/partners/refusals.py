"""Why a client gets no token. Each code is also the `error` that RFC 6749 (5.2) names, for OAuth libraries."""

from __future__ import annotations

from typing import Any

from chalicelib.platform.http.refusals import BadRequest, Refusal, Unauthorized


class TokenRefusal(Refusal):
    """No token. The problem document carries `error` beside `code`."""

    def __init__(self, **evidence: Any) -> None:
        super().__init__(error=self.code, **evidence)


class InvalidClient(TokenRefusal, Unauthorized):
    """No such client, a wrong secret, or a client that is suspended; it is not said which."""

    code = "invalid_client"
    title = "The client could not be recognised"
    detail = "Check client id and secret; if they are right, ask the operator whether the client is suspended."


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


TOKEN: tuple[type[Refusal], ...] = (InvalidClient, UnsupportedGrantType, InvalidScope)
