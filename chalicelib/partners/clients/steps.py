"""One step of an operator about a client: read, check, write, until nobody comes in between."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from chalicelib.partners.clients.model import Client, Event, Step
from chalicelib.partners.clients.store import ClientStore
from chalicelib.partners.refusals import ClientContended, ClientNotFound
from chalicelib.status.residents import Officer

ATTEMPTS = 5


class Act(NamedTuple):
    """Who does something to which client, and when."""

    client_id: str
    subject: str
    now: int


Move = Callable[[Client], Client]
"""The client one step on, or the very same where the step was taken before; raises a `Refusal`."""


def carry_out(store: ClientStore, client_id: str, move: Move) -> Client:
    """Take a step; raises `ClientNotFound`, `ClientContended`, and what `move` raises.

    Whoever lost the answer to the write finds the step taken when they read again: `move` then changes nothing.
    """
    for _ in range(ATTEMPTS):
        client = found(store, client_id)
        new = move(client)
        if new is client or store.replace(client, new):
            return new
    raise ClientContended


def found(store: ClientStore, client_id: str) -> Client:
    """A client; raises `ClientNotFound`."""
    client = store.get(client_id)
    if client is None:
        raise ClientNotFound
    return client


def step(event: Event, officer: Officer, now: int, detail: str = "") -> Step:
    """A step that is about to be taken; its number comes with its turn."""
    return Step(0, event, officer.holder, officer.name, now, detail)


def is_last(client: Client, event: Event, officer: Officer, detail: str = "") -> bool:
    """Whether it is just what this officer did last: they lost the answer and ask again."""
    last = client.last
    return (last.event, last.by, last.detail) == (event, officer.holder, detail)
