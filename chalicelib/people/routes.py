"""`POST /v1/sessions`: a person becomes a holder with a session."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import msgspec

from chalicelib.people.model import Identity, Role
from chalicelib.people.refusals import LOG_IN
from chalicelib.platform.http.operation import Api, Call, Front
from chalicelib.platform.http.refusals import StorageUnavailable
from chalicelib.platform.times import rfc3339

if TYPE_CHECKING:
    from chalicelib.people.sessions.log_in import Sessions

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Liveness = Annotated[str, msgspec.Meta(min_length=1, max_length=4096)]


class Login(msgspec.Struct):
    """What a person says about themselves. With `role`, they come as an officer.

    `liveness_token` is what the provider's app gives for a face it has just compared.
    """

    document_type: Text
    document_number: Text
    name: Text
    role: Role | None = None
    liveness_token: Liveness | None = None


class SessionHolder(msgspec.Struct):
    """Whose session it is: the name as verifiers see it."""

    name: str


class OpenSession(msgspec.Struct):
    """An open session. `expires_at` is RFC 3339 UTC."""

    token: str
    expires_at: str
    holder: SessionHolder
    server_time: str


def api(sessions: Callable[[], Sessions], front: Front) -> Api:
    """The operations of this room."""
    api = front("people")

    @api.operation(
        "POST",
        "/v1/sessions",
        summary="Log in and receive a session token",
        body=Login,
        answer=OpenSession,
        status=201,
        refusals=(*LOG_IN, StorageUnavailable),
    )
    def open_session(call: Call[Login]) -> OpenSession:
        login = call.body
        claimed = Identity(login.name, login.document_type, login.document_number)
        session = sessions().log_in(claimed, now=call.now, role=login.role, liveness=login.liveness_token)
        return OpenSession(
            session.token, rfc3339(session.expires_at), SessionHolder(session.masked_name), rfc3339(call.now)
        )

    return api
