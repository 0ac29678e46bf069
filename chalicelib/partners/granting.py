"""Short tokens for programs that show who they are (OAuth 2.0 client credentials, RFC 6749 4.4): a client by its secret
or by an assertion it has signed (RFC 7523), a terminal by its own secret.

A token ends within five minutes, so suspending a client takes effect within that time without a look-up per request.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.partners.clients.model import SCANNING_SCOPES, TOKEN_LIFETIME_S, Client
from chalicelib.partners.refusals import InvalidClient, InvalidScope
from chalicelib.partners.secrets import is_one_of
from chalicelib.partners.terminals.model import PREFIX, Terminal
from chalicelib.platform.http.operation import Principal
from chalicelib.platform.times import rfc3339

if TYPE_CHECKING:
    from chalicelib.partners.clients.store import ClientStore
    from chalicelib.partners.nonces import NonceStore
    from chalicelib.partners.terminals.store import TerminalStore
    from chalicelib.trust.tokens import Tokens


class Grant(NamedTuple):
    """An access token and what it reaches."""

    token: str
    scopes: frozenset[str]


class Granting:
    """Gives tokens to programs that show who they are."""

    def __init__(
        self,
        region: str,
        tokens: Tokens,
        *,
        clients: ClientStore,
        terminals: Callable[[], TerminalStore],
        nonces: Callable[[], NonceStore],
    ) -> None:
        self._audience = f"urn:yima:{region}"
        self._tokens = tokens
        self._clients = clients
        self._terminals = terminals
        self._nonces = nonces

    def by_secret(self, name: str, secret: str, *, wanted: frozenset[str], now: float) -> Grant:
        """A token for a client or a terminal that knows its secret; raises `InvalidClient` or `InvalidScope`."""
        if name.startswith(PREFIX):
            return self._granted(self._of_terminal(name, secret, now), wanted, now)
        client = self._clients.get(name) if name else None
        # Before anything else is known, so that a stranger's wrong secret takes as long as a client's.
        knows = is_one_of(client.secrets if client else (), secret, now)
        if client is None or not knows or not client.is_active:
            raise InvalidClient
        return self._granted(of_client(client), wanted, now)

    def by_assertion(self, text: str, *, name: str, wanted: frozenset[str], now: float) -> Grant:
        """A token for a client that has signed who it is; `name` is "" or must be the same client.

        1. The assertion names an active client, and a key of that client which has signed it.
        2. It is for this city and for now (partners/assertions.py).
        3. The city can give a token, so that nothing is used up in vain.
        4. It comes for the first time.

        Raises `InvalidClient` or `InvalidScope`.
        """
        from chalicelib.partners import assertions

        try:
            claimed = assertions.claimed(text)
            client = self._clients.get(claimed.client_id) if name in {"", claimed.client_id} else None
            key = client.key(claimed.key_id) if client is not None and client.is_active else None
            said = assertions.verified(text, key, client_id=claimed.client_id, audience=self._audience, now=now)
        except assertions.WrongAssertionTime:
            raise InvalidClient(reason="wrong_time", server_time=rfc3339(now)) from None
        except assertions.WrongAssertion:
            raise InvalidClient from None
        if client is None:
            raise InvalidClient
        self._tokens.require_key(now=now)
        if not self._nonces().claim(assertions.nonce_of(client.client_id, said), at=int(now), until=int(said.exp)):
            raise InvalidClient(reason="replayed")
        return self._granted(of_client(client), wanted, now)

    def _of_terminal(self, terminal_id: str, secret: str, now: float) -> Principal:
        """Who a terminal is: its client, at the place where it stands. A suspended client has no terminals."""
        terminal = self._terminals().get(terminal_id)
        knows = is_one_of(terminal.secrets if terminal else (), secret, now)
        if terminal is None or not knows or not terminal.is_active:
            raise InvalidClient
        client = self._clients.get(terminal.client_id)
        if client is None or not client.is_active:
            raise InvalidClient
        return of_terminal(client, terminal)

    def _granted(self, principal: Principal, wanted: frozenset[str], now: float) -> Grant:
        """A token for what is wanted, or for all that is reached; raises `InvalidScope`."""
        if not wanted <= principal.scopes:
            raise InvalidScope(granted=sorted(principal.scopes))
        scopes = wanted or principal.scopes
        who = Principal(principal.subject, scopes, principal.name, terminal=principal.terminal, place=principal.place)
        return Grant(self._tokens.issue(who, now=now, lifetime=TOKEN_LIFETIME_S), scopes)


def of_client(client: Client) -> Principal:
    """A client that asks for itself."""
    return Principal(client.client_id, client.scopes, client.name)


def of_terminal(client: Client, terminal: Terminal) -> Principal:
    """A client that asks through one of its terminals: it may look, and nothing else that its client may."""
    scopes = client.scopes & SCANNING_SCOPES
    return Principal(client.client_id, scopes, client.name, terminal=terminal.terminal_id, place=terminal.place)
