"""`POST /v1/oauth/token`: a program shows who it is, by its secret or its signature, for a short access token."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated
from urllib.parse import unquote_plus

import msgspec

from chalicelib.partners.refusals import TOKEN, InvalidClient, InvalidTokenRequest, UnsupportedGrantType
from chalicelib.platform.http.bodies import FORM
from chalicelib.platform.http.operation import Api, Call, Front
from chalicelib.platform.http.refusals import StorageUnavailable

if TYPE_CHECKING:
    from chalicelib.partners.granting import Grant, Granting

CLIENT_CREDENTIALS = "client_credentials"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
AUTHORIZATION = "Authorization"
LONGEST = 256
Text = Annotated[str, msgspec.Meta(max_length=LONGEST)]


class TokenRequest(msgspec.Struct):
    """The form of RFC 6749, 4.4.2, with one proof of who asks.

    That is `client_id` and `client_secret`, the same two in `Authorization: Basic` (2.3.1), or `client_assertion` with
    its type (RFC 7521, 4.2). A terminal is asked for by its own id and secret.
    """

    grant_type: Annotated[Text, msgspec.Meta(extra_json_schema={"enum": [CLIENT_CREDENTIALS]})]
    client_id: Text = ""
    client_secret: Text = ""
    scope: Annotated[str, msgspec.Meta(max_length=1024)] = ""
    client_assertion_type: Annotated[Text, msgspec.Meta(extra_json_schema={"enum": ["", ASSERTION_TYPE]})] = ""
    client_assertion: Annotated[str, msgspec.Meta(max_length=4096)] = ""


class AccessToken(msgspec.Struct):
    """The answer of RFC 6749, 5.1. `expires_in` is in seconds."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str


def api(granting: Callable[[], Granting], front: Front) -> Api:
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
        reads={AUTHORIZATION: "Basic, with client id and secret, where they are not in the form"},
    )
    def grant_token(call: Call[TokenRequest]) -> AccessToken:
        from chalicelib.partners.clients.model import TOKEN_LIFETIME_S

        if call.body.grant_type != CLIENT_CREDENTIALS:
            raise UnsupportedGrantType
        grant = _granted(granting(), call)
        return AccessToken(grant.token, "Bearer", TOKEN_LIFETIME_S, " ".join(sorted(grant.scopes)))

    return api


def _granted(granting: Granting, call: Call[TokenRequest]) -> Grant:
    """A token by the one proof that was sent; raises `InvalidTokenRequest` for more, `InvalidClient` for none."""
    form, wanted = call.body, frozenset(call.body.scope.split())
    basic = _basic(call.headers.get(AUTHORIZATION))
    if (basic is not None) + bool(form.client_secret) + bool(form.client_assertion) > 1:
        raise InvalidTokenRequest
    if form.client_assertion:
        if form.client_assertion_type != ASSERTION_TYPE:
            raise InvalidClient
        return granting.by_assertion(form.client_assertion, name=form.client_id, wanted=wanted, now=call.now)
    name, secret = basic or (form.client_id, form.client_secret)
    if form.client_id not in {"", name}:
        raise InvalidTokenRequest
    return granting.by_secret(name, secret, wanted=wanted, now=call.now)


def _basic(header: str | None) -> tuple[str, str] | None:
    """Id and secret of `Authorization: Basic` (form-encoded inside, RFC 6749 2.3.1), None under another scheme.

    Raises `InvalidClient` for what cannot be read, or is longer than the form takes: the store looks up no such name.
    """
    scheme, _, text = (header or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = b64decode(text.strip(), validate=True).decode().partition(":")
    except ValueError:
        raise InvalidClient from None
    said = unquote_plus(name), unquote_plus(secret)
    if max(map(len, said)) > LONGEST:
        raise InvalidClient
    return said
