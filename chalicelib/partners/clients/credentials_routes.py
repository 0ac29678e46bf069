"""A client's secrets and keys over HTTP, for operators."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from chalicelib.partners.clients import shown
from chalicelib.partners.clients.shown import ClientRecord, ShownSecret
from chalicelib.partners.refusals import (
    ClientContended,
    ClientNotFound,
    ClientOutOfTurn,
    TooManyKeys,
    TwoSecretsLive,
    UnusableKey,
)
from chalicelib.partners.secrets import LONGEST_OVERLAP_S, OVERLAP_S, Replaces
from chalicelib.platform.http.operation import Api, Call
from chalicelib.platform.http.refusals import StorageUnavailable
from chalicelib.status.refusals import NotInOffice

if TYPE_CHECKING:
    from chalicelib.partners.clients.credentials import ClientCredentials
    from chalicelib.partners.clients.steps import Act

MOVING = (NotInOffice, ClientNotFound, ClientOutOfTurn, ClientContended, StorageUnavailable)


class MakeSecret(msgspec.Struct):
    """How long older secrets stay good beside the new one, in seconds; and which of two gives way to it."""

    overlap_s: Annotated[int, Meta(ge=0, le=LONGEST_OVERLAP_S)] = OVERLAP_S
    replaces: Replaces | None = None


class AddKey(msgspec.Struct):
    """An SM2 public key as hex of 04‖X‖Y."""

    public_key: Annotated[str, Meta(pattern=r"^04[0-9a-fA-F]{128}$")]


def credential_operations(
    api: Api, credentials: Callable[[], ClientCredentials], act: Callable[[Call[Any]], Act]
) -> None:
    """What operators do about secrets and keys."""

    @api.operation(
        "POST",
        "/v1/clients/{client_id}/secrets",
        summary="Make a secret for a client, shown only now",
        body=MakeSecret,
        answer=ShownSecret,
        status=201,
        needs="client:write",
        refusals=(*MOVING, TwoSecretsLive),
    )
    def make_client_secret(call: Call[MakeSecret]) -> ShownSecret:
        body = call.body
        made = credentials().make_secret(act(call), overlap_s=body.overlap_s, replaces=body.replaces)
        return shown.shown_secret(made.client, made.secret, call.now)

    @api.operation(
        "POST",
        "/v1/clients/{client_id}/keys",
        summary="Add a key by which a client signs",
        body=AddKey,
        answer=ClientRecord,
        status=201,
        needs="client:write",
        refusals=(*MOVING, UnusableKey, TooManyKeys),
    )
    def add_client_key(call: Call[AddKey]) -> ClientRecord:
        return shown.record(credentials().add_key(act(call), call.body.public_key), call.now)

    @api.operation(
        "DELETE",
        "/v1/clients/{client_id}/keys/{key_id}",
        summary="Believe a key of a client no more",
        answer=ClientRecord,
        needs="client:write",
        refusals=MOVING,
    )
    def remove_client_key(call: Call[None]) -> ClientRecord:
        return shown.record(credentials().remove_key(act(call), call.path["key_id"]), call.now)
