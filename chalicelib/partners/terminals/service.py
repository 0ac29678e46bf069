"""What a verifier does about its own terminals: register one, give it another secret, suspend one that was lost."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from chalicelib.partners.refusals import ClientContended, TerminalNotFound, TerminalSuspended, TooManyTerminals
from chalicelib.partners.secrets import Replaces, Secret, digest_of, rotation
from chalicelib.partners.terminals.model import MOST_TERMINALS, PREFIX, SUSPENDED, Terminal
from chalicelib.partners.terminals.store import TerminalStore
from chalicelib.platform.http.creation import Creation
from chalicelib.platform.http.refusals import IdempotencyKeyReused

ATTEMPTS = 5
PAGE_SIZE = 100


class Equipped(NamedTuple):
    """A terminal, and its secret where this is the moment in which it is shown."""

    terminal: Terminal
    secret: str | None


class Terminals:
    """The terminals of clients. Of another client's nobody learns even that it is there."""

    def __init__(self, store: TerminalStore, *, entropy: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._store = store
        self._entropy = entropy

    def register(self, client_id: str, name: str, place: str, *, wish: Creation, now: int) -> Equipped:
        """A new terminal; the same request again answers it without its secret, of which another can be made.

        Raises `TooManyTerminals` or `IdempotencyKeyReused`.
        """
        known = self._store.get(PREFIX + wish.record_id)
        if known is None:
            secret = self._entropy(32).hex()
            terminal = Terminal(
                PREFIX + wish.record_id,
                client_id,
                name,
                place,
                secrets=(Secret(digest_of(secret), now),),
                registered_at=now,
                digest=wish.digest,
            )
            if not self._store.may_add(client_id):
                raise TooManyTerminals(most=MOST_TERMINALS)
            if self._store.add(terminal):
                return Equipped(terminal, secret)
            known = self._of(client_id, terminal.terminal_id)
            if known.secrets == terminal.secrets:  # it was this very call that was carried out, its answer lost
                return Equipped(terminal, secret)
        if known.digest != wish.digest:
            raise IdempotencyKeyReused
        return Equipped(known, None)

    def make_secret(
        self, client_id: str, terminal_id: str, *, overlap_s: int, replaces: Replaces | None, now: int
    ) -> Equipped:
        """Another secret; those before it end after the overlap. Raises a `Refusal`."""
        secret = self._entropy(32).hex()
        digest = digest_of(secret)
        rotate = rotation(digest, overlap_s=overlap_s, replaces=replaces, now=now)

        def change(terminal: Terminal) -> Terminal:
            if terminal.secrets and terminal.secrets[-1].digest == digest:
                return terminal
            if not terminal.is_active:
                raise TerminalSuspended
            return replace(terminal, secrets=rotate(terminal.secrets))

        return Equipped(self._changed(client_id, terminal_id, change), secret)

    def suspend(self, client_id: str, terminal_id: str) -> Terminal:
        """Let a terminal be recognised no more, for good; raises a `Refusal`."""

        def change(terminal: Terminal) -> Terminal:
            return replace(terminal, standing=SUSPENDED) if terminal.is_active else terminal

        return self._changed(client_id, terminal_id, change)

    def page(self, client_id: str, *, after: str) -> list[Terminal]:
        """A page of a client's terminals, by id."""
        return list(self._store.of_client(client_id, after=after, size=PAGE_SIZE))

    def _changed(self, client_id: str, terminal_id: str, change: Callable[[Terminal], Terminal]) -> Terminal:
        """Read, change, write, until nobody comes in between."""
        for _ in range(ATTEMPTS):
            old = self._of(client_id, terminal_id)
            new = change(old)
            if new is old:
                return old
            new = replace(new, turn=old.turn + 1)
            if self._store.replace(old, new):
                return new
        raise ClientContended

    def _of(self, client_id: str, terminal_id: str) -> Terminal:
        """A terminal of this client; raises `TerminalNotFound`, for what belongs to another one too."""
        terminal = self._store.get(terminal_id)
        if terminal is None or terminal.client_id != client_id:
            raise TerminalNotFound
        return terminal
