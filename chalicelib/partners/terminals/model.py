"""A terminal: a gate or a phone of a verifier, at a place, recognised by a secret of its own. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.partners.secrets import Secrets

PREFIX = "terminal-"
MOST_TERMINALS = 10_000
ACTIVE, SUSPENDED = "active", "suspended"


@dataclass(frozen=True, slots=True)
class Terminal:
    """One terminal. Instants are Unix seconds; `digest` is that of the request which registered it.

    `turn` counts its changes. A suspended one stays so: who finds a lost phone registers it anew.
    """

    terminal_id: str
    client_id: str
    name: str
    place: str
    standing: str = ACTIVE
    secrets: Secrets = ()
    registered_at: int = 0
    digest: str = ""
    turn: int = 1

    @property
    def is_active(self) -> bool:
        """Whether it is recognised, as long as its client is."""
        return self.standing == ACTIVE
