"""`POST /v1/oauth/token`: a verifier's program exchanges its secret for a short access token."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import msgspec

from chalicelib.partners.refusals import TOKEN, UnsupportedGrantType
from chalicelib.platform.http.bodies import FORM
from chalicelib.platform.http.operation import Api, Call, Front
from chalicelib.platform.http.refusals import StorageUnavailable

if TYPE_CHECKING:
    from chalicelib.partners.clients import Clients

CLIENT_CREDENTIALS = "client_credentials"
Text = Annotated[str, msgspec.Meta(max_length=256)]


class TokenRequest(msgspec.Struct):
    """The form of RFC 6749, 4.4.2, with the client's credentials in the body (2.3.1)."""

    grant_type: Annotated[Text, msgspec.Meta(extra_json_schema={"enum": [CLIENT_CREDENTIALS]})]
    client_id: Text
    client_secret: Text
    scope: Text = ""


class AccessToken(msgspec.Struct):
    """The answer of RFC 6749, 5.1. `expires_in` is in seconds."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str


def api(clients: Callable[[], Clients], front: Front) -> Api:
    """The operations of this room."""
    api = front("partners")

    @api.operation(
        "POST",
        "/v1/oauth/token",
        summary="Get an access token for a client",
        body=TokenRequest,
        media=FORM,
        answer=AccessToken,
        refusals=(*TOKEN, StorageUnavailable),
        headers={"Pragma": "no-cache"},
    )
    def grant_token(call: Call[TokenRequest]) -> AccessToken:
        from chalicelib.partners.clients import TOKEN_LIFETIME_S

        form = call.body
        if form.grant_type != CLIENT_CREDENTIALS:
            raise UnsupportedGrantType
        wanted = frozenset(form.scope.split())
        grant = clients().grant(form.client_id, form.client_secret, wanted=wanted, now=call.now)
        return AccessToken(grant.token, "Bearer", TOKEN_LIFETIME_S, " ".join(sorted(grant.scopes)))

    return api
