"""Clients: registering one, and giving it a short token for its secret (OAuth 2.0 client credentials, RFC 6749 4.4).

A token lasts five minutes, so suspending a client takes effect within that time without any look-up per request.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import NamedTuple

from chalicelib.partners.refusals import InvalidClient, InvalidScope
from chalicelib.partners.store import ClientItem, ClientStore
from chalicelib.platform.crypto.hashing import same, sm3
from chalicelib.platform.http.operation import Principal
from chalicelib.trust.tokens import Tokens

TOKEN_LIFETIME_S = 300
VERIFIER_SCOPES = frozenset({"code:verify"})
DEPARTMENT_SCOPES = frozenset({"evidence:write", "tag:report"})
MORE_SCOPES = {"card": "card:verify", "document": "document:verify", "tags": "tag:read"}
"""What a verifier has only where an operator says so: reading cards, looking people up by number, seeing groups."""

NO_DIGEST = bytes(32)


class Credentials(NamedTuple):
    """What a new client is told once: its secret is not kept."""

    client_id: str
    client_secret: str


class Grant(NamedTuple):
    """An access token and what it reaches."""

    token: str
    scopes: frozenset[str]


class Clients:
    """The programs that may ask the city something."""

    def __init__(
        self, store: ClientStore, tokens: Tokens, *, entropy: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        self._store = store
        self._tokens = tokens
        self._entropy = entropy

    def register(self, name: str, *, scopes: frozenset[str] = VERIFIER_SCOPES) -> Credentials:
        """Make a client; its secret is shown only now."""
        credentials = Credentials(f"client-{self._entropy(8).hex()}", self._entropy(32).hex())
        self._store.save(
            ClientItem(
                credentials.client_id,
                name=name,
                scopes=set(scopes),
                secret_digest=sm3(credentials.client_secret.encode()),
                standing="active",
            )
        )
        return credentials

    def suspend(self, client_id: str) -> None:
        """Give the client no further tokens; raises `InvalidClient` where there is none."""
        client = self._store.get(client_id)
        if client is None:
            raise InvalidClient
        client.standing = "suspended"
        self._store.save(client)

    def grant(self, client_id: str, client_secret: str, *, wanted: frozenset[str], now: float) -> Grant:
        """A token for a client that knows its secret; raises `InvalidClient` or `InvalidScope`."""
        client = self._store.get(client_id) if client_id else None
        digest = client.secret_digest if client else NO_DIGEST
        if not same(digest, sm3(client_secret.encode())) or client is None or client.standing != "active":
            raise InvalidClient
        granted = frozenset(client.scopes)
        if not wanted <= granted:
            raise InvalidScope(granted=sorted(granted))
        scopes = wanted or granted
        token = self._tokens.issue(Principal(client_id, scopes, client.name), now=now, lifetime=TOKEN_LIFETIME_S)
        return Grant(token, scopes)
