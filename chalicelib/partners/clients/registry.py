"""The clients as other rooms see them; and how a city gets its first ones, from a shell, before it has operators."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

from chalicelib.partners.clients.model import (
    VERIFIER_SCOPES,
    Client,
    Credentials,
    Event,
    Standing,
    Step,
    check_scopes,
    kind_of,
    moved,
)
from chalicelib.partners.clients.store import ClientStore
from chalicelib.partners.refusals import ClientContended, InvalidClient
from chalicelib.partners.secrets import Secret, digest_of
from chalicelib.platform.clock import Clock, system_clock
from chalicelib.platform.permissions import Kind

if TYPE_CHECKING:
    from chalicelib.partners.granting import Grant, Granting

SHELL = "shell"
"""Under this name the journal has what was done from a shell, where nobody logs in."""

ATTEMPTS = 5


class Clients:
    """The programs that may ask the city something."""

    def __init__(
        self,
        store: ClientStore,
        granting: Callable[[], Granting],
        *,
        clock: Clock = system_clock,
        entropy: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._store = store
        self._granting = granting
        self._clock = clock
        self._entropy = entropy

    def get(self, client_id: str) -> Client | None:
        """A client as it stands at this moment; None where there is none."""
        return self._store.get(client_id)

    def register(self, name: str, *, scopes: frozenset[str] = VERIFIER_SCOPES, kind: Kind | None = None) -> Credentials:
        """Make a client that is active at once; its secret is shown only now. Raises `ScopeNotForKind`."""
        kind = kind or kind_of(scopes)
        check_scopes(kind, scopes)
        credentials = Credentials(f"client-{self._entropy(8).hex()}", self._entropy(32).hex())
        now = int(self._clock())
        self._store.add(
            Client(
                credentials.client_id,
                name=name,
                kind=kind,
                standing=Standing.ACTIVE,
                scopes=scopes,
                secrets=(Secret(digest_of(credentials.client_secret), now),),
                steps=(Step(1, Event.REGISTERED, "", SHELL, now, detail=" ".join(sorted(scopes))),),
                registered_at=now,
            )
        )
        return credentials

    def suspend(self, client_id: str) -> None:
        """Give the client no further tokens; what was asked for it ends. Suspended it stays so.

        Raises `InvalidClient` where there is none, and `ClientOutOfTurn` for one that was never let in.
        """
        step = Step(0, Event.SUSPENDED, "", SHELL, int(self._clock()))
        for _ in range(ATTEMPTS):
            client = self._store.get(client_id)
            if client is None:
                raise InvalidClient
            if client.is_at_rest or self._store.replace(client, moved(client, step)):
                return
        raise ClientContended

    def grant(self, client_id: str, client_secret: str, *, wanted: frozenset[str], now: float) -> Grant:
        """A token for a client that knows its secret; raises `InvalidClient` or `InvalidScope`."""
        return self._granting().by_secret(client_id, client_secret, wanted=wanted, now=now)
