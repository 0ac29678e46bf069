"""`/v1/sessions` for who is signed in: my devices, and out with one of them or with all others."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from chalicelib.people.proofing.provider import Assurance
from chalicelib.people.sessions.model import REVOKED_WITHIN_S, Ending
from chalicelib.people.sessions.refusals import SessionNotFound
from chalicelib.platform.http.operation import Api, Call
from chalicelib.platform.http.refusals import StorageUnavailable
from chalicelib.platform.permissions import Role
from chalicelib.platform.times import rfc3339

if TYPE_CHECKING:
    from chalicelib.people.sessions.devices import Devices, SeenSession


class DeviceSession(msgspec.Struct):
    """Where somebody is signed in. `bound`: only that device can renew it; `current`: it is the one that asks.

    Times are RFC 3339 UTC; `role` is null but for a session in an office.
    """

    session_id: str
    device: str
    role: Role | None
    assurance: Assurance
    since: str
    last_used_at: str
    ends_at: str
    bound: bool
    current: bool


class DeviceSessions(msgspec.Struct):
    """A holder's sessions, the newest first."""

    sessions: list[DeviceSession]


class EndedSession(msgspec.Struct):
    """A session that gets no further token; its last one ends by `over_at` at the latest."""

    session_id: str
    over_at: str


class EndedSessions(msgspec.Struct):
    """How many other sessions were ended; the last of their tokens ends by `over_at` at the latest."""

    ended: int
    over_at: str


def add(api: Api, devices: Callable[[], Devices]) -> None:
    """Open these operations, in the room where the path is: one function answers all methods of a path."""

    @api.operation(
        "GET",
        "/v1/sessions",
        summary="Where I am signed in",
        answer=DeviceSessions,
        needs="session:read",
        refusals=(StorageUnavailable,),
    )
    def list_sessions(call: Call[None]) -> DeviceSessions:
        who = call.principal
        running = devices().running(who.subject, now=call.now)
        return DeviceSessions([_seen(one, who.session) for one in running])

    @api.operation(
        "DELETE",
        "/v1/sessions/{session_id}",
        summary="Sign out, here or on another device",
        answer=EndedSession,
        needs="session:write",
        refusals=(SessionNotFound, StorageUnavailable),
    )
    def end_session(call: Call[None]) -> EndedSession:
        who, session_id = call.principal, call.path["session_id"]
        why = Ending.SIGNED_OUT if session_id == who.session else Ending.REVOKED
        devices().end(who.subject, session_id, why, now=call.now)
        return EndedSession(session_id, _over_at(call.now))

    @api.operation(
        "DELETE",
        "/v1/sessions",
        summary="Sign out everywhere else",
        answer=EndedSessions,
        needs="session:write",
        refusals=(StorageUnavailable,),
    )
    def end_other_sessions(call: Call[None]) -> EndedSessions:
        who = call.principal
        ended = devices().end_all(who.subject, Ending.REVOKED, but=who.session, now=call.now)
        return EndedSessions(ended, _over_at(call.now))


def _over_at(now: float) -> str:
    """When the last access token of a session that ends now is refused everywhere."""
    return rfc3339(now + REVOKED_WITHIN_S)


def _seen(one: SeenSession, current: str) -> DeviceSession:
    """A session for its holder."""
    session = one.session
    return DeviceSession(
        session_id=session.session_id,
        device=one.device,
        role=session.role,
        assurance=session.assurance,
        since=rfc3339(session.created_at),
        last_used_at=rfc3339(session.used_at),
        ends_at=rfc3339(session.ends_at),
        bound=bool(session.key),
        current=session.session_id == current,
    )
