"""`POST /v1/sessions`: a person becomes a holder with a session; `POST /v1/sessions/refresh` goes on with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from chalicelib.people.model import Identity
from chalicelib.people.proofing.provider import Assurance
from chalicelib.people.proofing.refusals import CHANNEL, ChannelBoundElsewhere, ChannelNotBound
from chalicelib.people.refusals import LOG_IN
from chalicelib.people.sessions import device_routes
from chalicelib.people.sessions.model import NO_APP, NO_PROOF, AppCode, Device, Proof
from chalicelib.people.sessions.refusals import PROOFS, REFRESH
from chalicelib.platform.http.operation import PROOF_HEADER, Api, Call, Front
from chalicelib.platform.http.refusals import StorageUnavailable
from chalicelib.platform.permissions import Role
from chalicelib.platform.times import rfc3339
from chalicelib.status.refusals import NotInOffice

if TYPE_CHECKING:
    from chalicelib.people.sessions.by_channel import ChannelSessions
    from chalicelib.people.sessions.devices import Devices
    from chalicelib.people.sessions.log_in import Sessions
    from chalicelib.people.sessions.refreshing import Refreshing

READS = {
    PROOF_HEADER: "A proof by the key of this device (RFC 9449, ES256): the session is bound to it from its beginning"
}
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Token = Annotated[str, msgspec.Meta(min_length=1, max_length=4096)]


DOCUMENT = ("document_type", "document_number", "name")


class LoginDevice(msgspec.Struct):
    """What this device is called in the holder's list; `device_id` is a random text that an app keeps, if it does."""

    name: Annotated[str, msgspec.Meta(max_length=64)] = ""
    device_id: Annotated[str, msgspec.Meta(max_length=128)] = ""


class LoginChannel(msgspec.Struct):
    """A code that an app (`wechat`, `alipay`) gave a moment ago."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
    code: Annotated[str, msgspec.Meta(min_length=1, max_length=512)]


class Login(msgspec.Struct):
    """What a person says about themselves: type, number and name of a document. With `role`, they come as an officer.

    `liveness_token` is what the provider's app gives for a face it has just compared. With `channel`, the account of
    that app is bound to them; `channel` alone opens the session of whoever it was bound to.
    """

    document_type: Text | msgspec.UnsetType = msgspec.UNSET
    document_number: Text | msgspec.UnsetType = msgspec.UNSET
    name: Text | msgspec.UnsetType = msgspec.UNSET
    role: Role | None = None
    liveness_token: Token | None = None
    device: LoginDevice | None = None
    channel: LoginChannel | None = None

    def __post_init__(self) -> None:
        """A document is named in full, or an app is named in its place."""
        missing = [name for name in DOCUMENT if getattr(self, name) is msgspec.UNSET]
        if missing and (self.channel is None or self.role or len(missing) < len(DOCUMENT)):
            raise ValueError(f"Object missing required field `{missing[0]}`")

    @property
    def claimed(self) -> Identity | None:
        """Who somebody says they are; None for who lets an app speak for them."""
        if self.document_type and self.document_number and self.name:
            return Identity(self.name.strip(), self.document_type, self.document_number)
        return None

    @property
    def by(self) -> AppCode:
        """The app somebody comes through, or none."""
        return AppCode(self.channel.name, self.channel.code) if self.channel else NO_APP


class Refresh(msgspec.Struct):
    """The refresh token that was given last. Each is good once."""

    refresh_token: Token


class SessionHolder(msgspec.Struct):
    """Whose session it is: the name as verifiers see it."""

    name: str


class OpenSession(msgspec.Struct):
    """An open session. `token` ends at `expires_at`, and the session at `ends_at` or when it is not renewed for long.

    Times are RFC 3339 UTC. `bound` says whether only the device that logged in can renew it.
    """

    token: str
    refresh_token: str
    session_id: str
    expires_at: str
    ends_at: str
    assurance: Assurance
    bound: bool
    holder: SessionHolder
    server_time: str


class RenewedSession(msgspec.Struct):
    """The next two tokens of a session."""

    token: str
    refresh_token: str
    session_id: str
    expires_at: str
    ends_at: str
    assurance: Assurance
    bound: bool
    server_time: str


def api(
    sessions: Callable[[], Sessions],
    channels: Callable[[], ChannelSessions],
    refreshing: Callable[[], Refreshing],
    devices: Callable[[], Devices],
    front: Front,
) -> Api:
    """The operations of this room."""
    api = front("sessions")
    device_routes.add(api, devices)

    @api.operation(
        "POST",
        "/v1/sessions",
        summary="Log in and receive the tokens of a session",
        body=Login,
        answer=OpenSession,
        status=201,
        reads=READS,
        refusals=(*LOG_IN, *CHANNEL, ChannelBoundElsewhere, ChannelNotBound, *PROOFS, StorageUnavailable),
    )
    def open_session(call: Call[Login]) -> OpenSession:
        login, now, device = call.body, call.now, _device(call)
        if login.claimed is None:
            opened = channels().log_in(login.by, now=now, device=device)
        else:
            bind = channels().binding(login.by, now=now) if login.channel else None
            liveness = login.liveness_token
            opened = sessions().log_in(
                login.claimed, now=now, role=login.role, liveness=liveness, device=device, bind=bind
            )
        session, pair, name = opened
        return OpenSession(**_shown(session, pair, call.now), holder=SessionHolder(name))

    @api.operation(
        "POST",
        "/v1/sessions/refresh",
        summary="Go on with a session: the next access token, and the next refresh token",
        body=Refresh,
        answer=RenewedSession,
        reads=READS,
        refusals=(*REFRESH, NotInOffice, StorageUnavailable),
    )
    def refresh_session(call: Call[Refresh]) -> RenewedSession:
        proof = _proof(call, "/v1/sessions/refresh")
        session, pair = refreshing().refresh(call.body.refresh_token, proof=proof, now=call.now)
        return RenewedSession(**_shown(session, pair, call.now))

    return api


def _device(call: Call[Login]) -> Device:
    """What somebody logs in with; raises `DeviceProofInvalid` or `DeviceProofStale`."""
    told = call.body.device or LoginDevice()
    return Device(told.name, told.device_id, _proof(call, "/v1/sessions").key, call.address)


def _proof(call: Call[Any], path: str) -> Proof:
    """What the header DPoP proves, if it is there."""
    if PROOF_HEADER not in call.headers:
        return NO_PROOF
    from chalicelib.people.sessions.proof import verified

    return verified(call.headers[PROOF_HEADER], method="POST", path=path, now=call.now)


def _shown(session: Any, pair: Any, now: float) -> dict[str, Any]:
    """What is told of a session to whoever holds it."""
    return {
        "token": pair.token,
        "refresh_token": pair.refresh_token,
        "session_id": session.session_id,
        "expires_at": rfc3339(pair.expires_at),
        "ends_at": rfc3339(session.ends_at),
        "assurance": session.assurance,
        "bound": bool(session.key),
        "server_time": rfc3339(now),
    }
