"""Clients as operators and auditors see them, as JSON: never a secret, of operators office and masked name."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from chalicelib.partners.clients.model import Client
from chalicelib.partners.clients.store import Listed
from chalicelib.partners.secrets import live
from chalicelib.platform.times import rfc3339


class WaitingRequest(msgspec.Struct):
    """What waits for another operator. `proposal` is the number that an approval or a refusal names."""

    proposal: int
    asks: str
    scopes: list[str]
    by: str
    at: str


class ClientSecret(msgspec.Struct):
    """When a live secret was made, and until when it is good; null until another one follows it."""

    made_at: str
    until: str | None


class ClientPublicKey(msgspec.Struct):
    """A key by which the client signs, as hex of 04‖X‖Y."""

    key_id: str
    public_key: str
    added_at: str


class ClientStep(msgspec.Struct):
    """One step: what, by whom (office and masked name), and when. `detail` are scopes, a key id or a number."""

    n: int
    event: str
    by: str
    at: str
    detail: str


class ClientRecord(msgspec.Struct):
    """A client with its last steps; the journal has all of them."""

    client_id: str
    name: str
    kind: str
    standing: str
    scopes: list[str]
    waiting: WaitingRequest | None
    secrets: list[ClientSecret]
    keys: list[ClientPublicKey]
    registered_at: str
    steps: list[ClientStep]
    server_time: str


class ClientEntry(msgspec.Struct):
    """A client in a list."""

    client_id: str
    name: str
    kind: str
    standing: str
    registered_at: str


class ClientList(msgspec.Struct):
    """A list of clients, the last registered first. `next_cursor` is null on the last page."""

    clients: list[ClientEntry]
    next_cursor: str | None


class ShownSecret(msgspec.Struct):
    """A new secret, shown only now. `older_until` is when the last of those before it ends; null where none goes on."""

    client_id: str
    client_secret: str
    older_until: str | None
    server_time: str


def record(client: Client, now: float) -> ClientRecord:
    """A client as JSON."""
    return ClientRecord(
        client_id=client.client_id,
        name=client.name,
        kind=str(client.kind),
        standing=str(client.standing),
        scopes=sorted(client.scopes),
        waiting=_waiting(client),
        secrets=[
            ClientSecret(rfc3339(one.made_at), rfc3339(one.until) if one.until else None)
            for one in live(client.secrets, now)
        ],
        keys=[ClientPublicKey(key.key_id, f"04{key.point.hex()}", rfc3339(key.added_at)) for key in client.keys],
        registered_at=rfc3339(client.registered_at),
        steps=[
            ClientStep(step.n, str(step.event), step.by_name, rfc3339(step.at), step.detail) for step in client.steps
        ],
        server_time=rfc3339(now),
    )


def shown_secret(client: Client, secret: str, now: float) -> ShownSecret:
    """A new secret as JSON."""
    older = max((one.until for one in live(client.secrets, now)[:-1]), default=0)
    return ShownSecret(client.client_id, secret, rfc3339(older) if older else None, rfc3339(now))


def entries(page: Sequence[Listed], size: int) -> ClientList:
    """A page as JSON."""
    more = page[-1].registered if len(page) == size else None
    return ClientList([_entry(one) for one in page], more)


def _entry(one: Listed) -> ClientEntry:
    registered_at = int(one.registered.partition("-")[0])
    return ClientEntry(one.client_id, one.name, one.kind, one.standing, rfc3339(registered_at))


def _waiting(client: Client) -> WaitingRequest | None:
    if client.proposal is None:
        return None
    step, scopes = client.proposal.step, client.proposal.scopes
    return WaitingRequest(step.n, str(step.event), list(scopes), step.by_name, rfc3339(step.at))
