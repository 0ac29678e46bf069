"""From the stream of the clients table: every step of operators into the journal, in order and once.

A record only says that a client has moved; it is read anew, and each step stands in the journal under its number. What
the journal has not heard of is never dropped from the client, so that no dead letter leaves a gap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import msgspec

from chalicelib.partners.clients.model import Client, Step
from chalicelib.partners.clients.store import ClientStore
from chalicelib.platform.crypto.hashing import sm3
from chalicelib.platform.records import in_order

if TYPE_CHECKING:
    from chalicelib.trust.journal import Journal

CHAIN = "clients"


class ClientFollower:
    """Writes down what operators did about clients."""

    def __init__(self, store: ClientStore, journal: Callable[[], Journal]) -> None:
        self._store = store
        self._journal = journal

    def record(self, records: Iterable[dict[str, Any]], *, now: int) -> list[str]:
        """Follow a batch; answers the sequence number to resume from, if one failed."""
        return in_order(records, lambda change: self._follow(change, now), function="follow_clients")

    def _follow(self, change: dict[str, Any], now: int) -> None:
        client = self._store.get(change["Keys"]["client_id"]["S"])
        missing = [step for step in client.steps if step.n > client.journalled] if client else []
        if client is None or not missing:
            return
        for step in missing:
            self._journal().append(CHAIN, step_id=f"{client.client_id}#{step.n}", what=entry(client, step), now=now)
        self._store.mark_journalled(client.client_id, missing[-1].n)


def entry(client: Client, step: Step) -> dict[str, str]:
    """A step as the journal keeps it: of the operator no more than office and masked name.

    `content` is SM3 over the step as it is stored, which holds the operator's holder id: who is named can be proven,
    and nobody is listed.
    """
    return {
        "client": client.client_id,
        "kind": str(client.kind),
        "event": str(step.event),
        "at": str(step.at),
        "by": step.by_name,
        "detail": step.detail,
        "content": sm3(msgspec.json.encode(step)).hex(),
    }
