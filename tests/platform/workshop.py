"""A small API with everything an operation can have: ids in its paths, records it creates once, a limit of its own."""

from __future__ import annotations

from functools import partial

import msgspec
from chalice.app import Chalice
from chalice.local import LocalChalice

from chalicelib.platform.http import routes as description
from chalicelib.platform.http.operation import Api, Call, Front, Principal
from chalicelib.platform.http.refusals import InvalidToken
from tests.world import StoppedClock

SCOPES = frozenset({"parts:read", "parts:write"})
LIMIT_BYTES = 16 * 1024
MASTER, NOVICE = MEMBERS = ("master", "novice")


class Part(msgspec.Struct):
    """What is made here."""

    name: str


class Seen(msgspec.Struct):
    """What an operation was told beside its body."""

    path: dict[str, str]
    record_id: str
    digest: str
    headers: dict[str, str]


class Guild:
    """Lets in its members; the name is who they are."""

    def authenticate(self, token: str, *, now: float) -> Principal:
        """Members may do everything; raises `InvalidToken` for everybody else."""
        if token not in MEMBERS:
            raise InvalidToken
        return Principal(token, SCOPES)


def workshop() -> Chalice:
    """The API, with its description."""
    front = partial(Api, clock=StoppedClock(), authenticator=Guild())
    parts = api(front)
    app = LocalChalice(app_name="workshop")
    for room in (parts, description.api(parts.operations, front)):
        app.register_blueprint(room.blueprint)
    return app


def api(front: Front) -> Api:
    """Three operations."""
    api = front("workshop")

    @api.operation(
        "GET", "/v1/parts/{part_id}", summary="One part", answer=Seen, needs="parts:read", reads={"DPoP": "A proof"}
    )
    def get_part(call: Call[None]) -> Seen:
        return _seen(call)

    @api.operation(
        "POST", "/v1/parts", summary="A new part", body=Part, answer=Seen, status=201, needs="parts:write", creates=True
    )
    def make_part(call: Call[Part]) -> Seen:
        return _seen(call)

    @api.operation(
        "POST",
        "/v1/parts/{part_id}/marks/{mark}",
        summary="A mark on a part",
        body=Part,
        answer=Seen,
        status=201,
        needs="parts:write",
        creates=True,
        limit_bytes=LIMIT_BYTES,
    )
    def mark_part(call: Call[Part]) -> Seen:
        return _seen(call)

    return api


def _seen(call: Call[Part] | Call[None]) -> Seen:
    return Seen(call.path, *call.creation, call.headers)
