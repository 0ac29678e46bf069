"""Terminals over HTTP, for the verifier that owns them; a terminal itself reaches none of this."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from chalicelib.partners.names import PRINTED
from chalicelib.partners.refusals import (
    ClientContended,
    TerminalNotFound,
    TerminalSuspended,
    TooManyTerminals,
    TwoSecretsLive,
)
from chalicelib.partners.secrets import LONGEST_OVERLAP_S, OVERLAP_S, Replaces
from chalicelib.platform.http.operation import Api, Call, Front
from chalicelib.platform.http.refusals import IdempotencyKeyReused, StorageUnavailable, UnknownCursor
from chalicelib.platform.times import rfc3339

if TYPE_CHECKING:
    from chalicelib.partners.terminals.model import Terminal
    from chalicelib.partners.terminals.service import Terminals

CURSOR = re.compile(r"terminal-[0-9a-f]{24}")
MOVING = (TerminalNotFound, ClientContended, StorageUnavailable)


class RegisterTerminal(msgspec.Struct):
    """A gate or a phone: what its owner calls it, and where it stands. Holders read the place of each scan."""

    name: Annotated[str, Meta(min_length=1, max_length=64, pattern=PRINTED)]
    place: Annotated[str, Meta(min_length=1, max_length=128, pattern=PRINTED)]


class MakeTerminalSecret(msgspec.Struct):
    """How long older secrets stay good beside the new one, in seconds; and which of two gives way to it."""

    overlap_s: Annotated[int, Meta(ge=0, le=LONGEST_OVERLAP_S)] = OVERLAP_S
    replaces: Replaces | None = None


class TerminalRecord(msgspec.Struct):
    """A terminal. It logs in at /v1/oauth/token with its id as client_id."""

    terminal_id: str
    name: str
    place: str
    standing: str
    registered_at: str


class EquippedTerminal(TerminalRecord):
    """A terminal with its secret, shown only now; null where the same request has shown it before."""

    client_secret: str | None


class TerminalList(msgspec.Struct):
    """A client's terminals by id. `next_cursor` is null on the last page."""

    terminals: list[TerminalRecord]
    next_cursor: str | None


def api(terminals: Callable[[], Terminals], front: Front) -> Api:
    """The operations of this room."""
    api = front("terminals")

    @api.operation(
        "POST",
        "/v1/terminals",
        summary="Register a terminal; its secret is shown only now",
        body=RegisterTerminal,
        answer=EquippedTerminal,
        status=201,
        needs="terminal:write",
        creates=True,
        refusals=(TooManyTerminals, TerminalNotFound, IdempotencyKeyReused, StorageUnavailable),
    )
    def register_terminal(call: Call[RegisterTerminal]) -> EquippedTerminal:
        body, now = call.body, int(call.now)
        made = terminals().register(call.principal.subject, body.name, body.place, wish=call.creation, now=now)
        return _equipped(made.terminal, made.secret)

    @api.operation(
        "GET",
        "/v1/terminals",
        summary="The client's own terminals",
        answer=TerminalList,
        needs="terminal:write",
        query={"cursor": "Where the page before ended"},
        refusals=(UnknownCursor, StorageUnavailable),
    )
    def list_terminals(call: Call[None]) -> TerminalList:
        from chalicelib.partners.terminals.service import PAGE_SIZE

        page = terminals().page(call.principal.subject, after=_cursor(call.query))
        more = page[-1].terminal_id if len(page) == PAGE_SIZE else None
        return TerminalList([_record(one) for one in page], more)

    @api.operation(
        "POST",
        "/v1/terminals/{terminal_id}/secrets",
        summary="Make another secret for a terminal, shown only now",
        body=MakeTerminalSecret,
        answer=EquippedTerminal,
        status=201,
        needs="terminal:write",
        refusals=(*MOVING, TerminalSuspended, TwoSecretsLive),
    )
    def make_terminal_secret(call: Call[MakeTerminalSecret]) -> EquippedTerminal:
        body, terminal_id = call.body, call.path["terminal_id"]
        made = terminals().make_secret(
            call.principal.subject,
            terminal_id,
            overlap_s=body.overlap_s,
            replaces=body.replaces,
            now=int(call.now),
        )
        return _equipped(made.terminal, made.secret)

    @api.operation(
        "POST",
        "/v1/terminals/{terminal_id}/suspension",
        summary="Suspend a terminal for good",
        answer=TerminalRecord,
        needs="terminal:write",
        refusals=MOVING,
    )
    def suspend_terminal(call: Call[None]) -> TerminalRecord:
        return _record(terminals().suspend(call.principal.subject, call.path["terminal_id"]))

    return api


def _record(one: Terminal) -> TerminalRecord:
    """A terminal as JSON."""
    return TerminalRecord(one.terminal_id, one.name, one.place, one.standing, rfc3339(one.registered_at))


def _equipped(one: Terminal, secret: str | None) -> EquippedTerminal:
    """A terminal with what is shown once."""
    told = msgspec.structs.asdict(_record(one))
    return EquippedTerminal(**told, client_secret=secret)


def _cursor(query: dict[str, str]) -> str:
    """A cursor as it was given out, "" for the first page; raises `UnknownCursor`."""
    cursor = query.get("cursor", "")
    if cursor and not CURSOR.fullmatch(cursor):
        raise UnknownCursor
    return cursor
