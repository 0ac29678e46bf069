"""Clients over HTTP, for operators: ask for one, approve or refuse what another asked for, suspend, and read."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from chalicelib.partners.clients import shown
from chalicelib.partners.clients.credentials_routes import credential_operations
from chalicelib.partners.clients.model import QUEUES, Standing
from chalicelib.partners.clients.shown import ClientList, ClientRecord
from chalicelib.partners.names import PRINTED
from chalicelib.partners.refusals import (
    ClientContended,
    ClientNotFound,
    ClientOutOfTurn,
    ProposerOutOfOffice,
    ScopeNotForKind,
    UnknownQueue,
)
from chalicelib.platform.http.operation import Api, Call, Front
from chalicelib.platform.http.refusals import IdempotencyKeyReused, StorageUnavailable, UnknownCursor
from chalicelib.platform.permissions import Kind
from chalicelib.status.refusals import NotInOffice, OwnProposal

if TYPE_CHECKING:
    from chalicelib.partners.clients.credentials import ClientCredentials
    from chalicelib.partners.clients.office import ClientOffice
    from chalicelib.partners.clients.steps import Act

CURSOR = re.compile(r"[0-9]{10}-[A-Za-z0-9-]{1,64}")
MOVING = (NotInOffice, ClientNotFound, ClientOutOfTurn, ClientContended, StorageUnavailable)
Scope = Annotated[str, Meta(max_length=64, pattern=r"^[a-z0-9:-]+$")]
Name = Annotated[str, Meta(min_length=1, max_length=64, pattern=PRINTED)]


class ProposeClient(msgspec.Struct):
    """Who is to be let in. Holders read `name`; without `scopes` it gets what every client of its kind has."""

    name: Name
    kind: Kind
    scopes: Annotated[list[Scope], Meta(max_length=32)] = []


class Answered(msgspec.Struct):
    """What is approved or refused: the number of the proposal that was read."""

    proposal: Annotated[int, Meta(ge=1, le=2**31)]


class WantedScopes(msgspec.Struct):
    """All scopes that a client is to have from then on."""

    scopes: Annotated[list[Scope], Meta(min_length=1, max_length=32)]


def api(office: Callable[[], ClientOffice], credentials: Callable[[], ClientCredentials], front: Front) -> Api:
    """The operations of this room."""
    api = front("clients")

    @api.operation(
        "POST",
        "/v1/clients",
        summary="Ask that a program is let in",
        body=ProposeClient,
        answer=ClientRecord,
        status=201,
        needs="client:write",
        creates=True,
        refusals=(NotInOffice, ScopeNotForKind, ClientNotFound, IdempotencyKeyReused, StorageUnavailable),
    )
    def propose_client(call: Call[ProposeClient]) -> ClientRecord:
        from chalicelib.partners.clients.office import Wanted

        body = call.body
        wanted = Wanted(body.name, body.kind, frozenset(body.scopes))
        client = office().propose(wanted, wish=call.creation, subject=call.principal.subject, now=int(call.now))
        return shown.record(client, call.now)

    @api.operation(
        "POST",
        "/v1/clients/{client_id}/approval",
        summary="Approve what another operator asked for",
        body=Answered,
        answer=ClientRecord,
        needs="client:approve",
        refusals=(*MOVING, OwnProposal, ProposerOutOfOffice, ScopeNotForKind),
    )
    def approve_client(call: Call[Answered]) -> ClientRecord:
        return shown.record(office().approve(act(call), call.body.proposal), call.now)

    @api.operation(
        "POST",
        "/v1/clients/{client_id}/refusal",
        summary="Refuse what an operator asked for, or take it back",
        body=Answered,
        answer=ClientRecord,
        needs="client:approve",
        refusals=MOVING,
    )
    def refuse_client(call: Call[Answered]) -> ClientRecord:
        return shown.record(office().refuse(act(call), call.body.proposal), call.now)

    @api.operation(
        "POST",
        "/v1/clients/{client_id}/scopes",
        summary="Ask that a client reaches other scopes",
        body=WantedScopes,
        answer=ClientRecord,
        needs="client:write",
        refusals=(*MOVING, ScopeNotForKind),
    )
    def ask_for_scopes(call: Call[WantedScopes]) -> ClientRecord:
        return shown.record(office().ask_scopes(act(call), frozenset(call.body.scopes)), call.now)

    @api.operation(
        "POST",
        "/v1/clients/{client_id}/suspension",
        summary="Suspend a client and its terminals at once",
        answer=ClientRecord,
        needs="client:write",
        refusals=MOVING,
    )
    def suspend_client(call: Call[None]) -> ClientRecord:
        return shown.record(office().suspend(act(call)), call.now)

    @api.operation(
        "POST",
        "/v1/clients/{client_id}/resumption",
        summary="Ask that a suspended client is recognised again",
        answer=ClientRecord,
        needs="client:write",
        refusals=MOVING,
    )
    def resume_client(call: Call[None]) -> ClientRecord:
        return shown.record(office().ask_resumption(act(call)), call.now)

    credential_operations(api, credentials, act)
    _read_operations(api, office)
    return api


def _read_operations(api: Api, office: Callable[[], ClientOffice]) -> None:
    """What operators and auditors read."""

    @api.operation(
        "GET",
        "/v1/clients",
        summary="Who is let in, or waits for it",
        answer=ClientList,
        needs="client:read",
        query={"state": f"One of {', '.join(QUEUES)}; active if left out", "cursor": "Where the page before ended"},
        refusals=(NotInOffice, UnknownQueue, UnknownCursor, StorageUnavailable),
    )
    def list_clients(call: Call[None]) -> ClientList:
        from chalicelib.partners.clients.office import PAGE_SIZE

        queue, before = _asked(call.query)
        return shown.entries(office().page(queue, before=before, subject=call.principal.subject), PAGE_SIZE)

    @api.operation(
        "GET",
        "/v1/clients/{client_id}",
        summary="A client and what operators did about it",
        answer=ClientRecord,
        needs="client:read",
        refusals=(NotInOffice, ClientNotFound, StorageUnavailable),
    )
    def show_client(call: Call[None]) -> ClientRecord:
        return shown.record(office().one(call.path["client_id"], subject=call.principal.subject), call.now)


def act(call: Call[Any]) -> Act:
    """Who does something to which client."""
    from chalicelib.partners.clients.steps import Act

    return Act(call.path["client_id"], call.principal.subject, int(call.now))


def _asked(query: dict[str, str]) -> tuple[str, str]:
    """Which list from where on; raises `UnknownQueue` or `UnknownCursor`."""
    queue, cursor = query.get("state") or str(Standing.ACTIVE), query.get("cursor", "")
    if queue not in QUEUES:
        raise UnknownQueue(known=[str(one) for one in QUEUES])
    if cursor and not CURSOR.fullmatch(cursor):
        raise UnknownCursor
    return queue, cursor
