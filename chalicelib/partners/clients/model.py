"""A client: what it is registered as, what it reaches, where it stands, and every step of officers about it. Pure.

What a client reaches takes two operators: one asks, another approves. To stop it, one will do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec

from chalicelib.partners.refusals import ClientOutOfTurn, ScopeNotForKind
from chalicelib.partners.secrets import Secrets
from chalicelib.platform.crypto.hashing import sm3
from chalicelib.platform.permissions import Kind, of_kind, on_request

TOKEN_LIFETIME_S = 270
"""With the tolerance for clocks (trust/tokens.py) a token ends within five minutes of its client's suspension."""

VERIFIER_SCOPES = of_kind(Kind.VERIFIER)
DEPARTMENT_SCOPES = of_kind(Kind.DEPARTMENT)
MORE_SCOPES = {
    "card": "card:verify",
    "document": "document:verify",
    "tags": "tag:read",
    "disclosure": "disclosure:read",
    "consent": "consent:ask",
}
"""What a verifier has only where operators say so, under short names."""

SCANNING_SCOPES = frozenset(
    {"code:verify", "card:verify", "document:verify", "tag:read", "disclosure:read", "consent:ask"}
)
"""What a terminal may do of what its client may: look at who stands before it, and ask them. It holds no office."""

MOST_KEYS = 8


class Standing(StrEnum):
    """Where a client stands; only an active one is recognised."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REFUSED = "refused"


class Event(StrEnum):
    """What happens to a client. `approved` and `refused` answer what was asked for last."""

    PROPOSED = "proposed"
    REGISTERED = "registered"
    APPROVED = "approved"
    REFUSED = "refused"
    SCOPES_ASKED = "scopes_asked"
    RESUMPTION_ASKED = "resumption_asked"
    SUSPENDED = "suspended"
    SECRET_MADE = "secret_made"  # noqa: S105
    KEY_ADDED = "key_added"
    KEY_REMOVED = "key_removed"


LIFECYCLE: dict[Standing, dict[Event, Standing]] = {
    Standing.PROPOSED: {Event.APPROVED: Standing.ACTIVE, Event.REFUSED: Standing.REFUSED},
    Standing.ACTIVE: {
        Event.SCOPES_ASKED: Standing.ACTIVE,
        Event.APPROVED: Standing.ACTIVE,
        Event.REFUSED: Standing.ACTIVE,
        Event.SECRET_MADE: Standing.ACTIVE,
        Event.KEY_ADDED: Standing.ACTIVE,
        Event.KEY_REMOVED: Standing.ACTIVE,
        Event.SUSPENDED: Standing.SUSPENDED,
    },
    Standing.SUSPENDED: {
        Event.RESUMPTION_ASKED: Standing.SUSPENDED,
        Event.APPROVED: Standing.ACTIVE,
        Event.REFUSED: Standing.SUSPENDED,
        Event.SUSPENDED: Standing.SUSPENDED,
        Event.SECRET_MADE: Standing.SUSPENDED,
        Event.KEY_REMOVED: Standing.SUSPENDED,
    },
    Standing.REFUSED: {},
}
"""`{standing: {event: next standing}}`."""


class Credentials(NamedTuple):
    """What a new client is told once: its secret is not kept."""

    client_id: str
    client_secret: str


class Step(msgspec.Struct, frozen=True):
    """One thing that happened: its number from 1, who did it (a holder id; "" for the shell), under which name, when.

    `detail` are scopes, a key id or the number of the step that is answered: nothing personal.
    """

    n: int
    event: Event
    by: str
    by_name: str
    at: int
    detail: str = ""


class Proposal(msgspec.Struct, frozen=True):
    """What waits for another operator: the step that asked, and the scopes that the client is to have."""

    step: Step
    scopes: tuple[str, ...]


class ClientKey(msgspec.Struct, frozen=True):
    """An SM2 key by which a client signs: X‖Y, and when it was added."""

    key_id: str
    point: bytes
    added_at: int


@dataclass(frozen=True, slots=True)
class Client:
    """One client. `steps` are those of which the journal has not heard, and the last ones that it has.

    `digest` is that of the request which proposed it, `journalled` the number of the last step in the journal.
    """

    client_id: str
    name: str
    kind: Kind
    standing: Standing
    scopes: frozenset[str]
    secrets: Secrets = ()
    keys: tuple[ClientKey, ...] = ()
    proposal: Proposal | None = None
    steps: tuple[Step, ...] = ()
    registered_at: int = 0
    digest: str = ""
    journalled: int = 0

    @property
    def is_active(self) -> bool:
        """Whether it is recognised."""
        return self.standing is Standing.ACTIVE

    @property
    def is_at_rest(self) -> bool:
        """Whether it is suspended, and nobody asks to lift that."""
        return self.standing is Standing.SUSPENDED and self.proposal is None

    @property
    def last(self) -> Step:
        """What happened last."""
        return self.steps[-1]

    @property
    def queue(self) -> str:
        """In which list it stands: `waiting` for an operator, or by its standing."""
        return WAITING if self.proposal else str(self.standing)

    def key(self, key_id: str) -> bytes | None:
        """The key of this id (X‖Y), None where it has none."""
        return next((key.point for key in self.keys if key.key_id == key_id), None)


WAITING = "waiting"
QUEUES = (WAITING, Standing.ACTIVE, Standing.SUSPENDED, Standing.REFUSED)
KEPT_STEPS = 20
ASKING = frozenset({Event.SCOPES_ASKED, Event.RESUMPTION_ASKED})
ENDS_WHAT_WAITS = frozenset({Event.APPROVED, Event.REFUSED, Event.SUSPENDED})


def moved(client: Client, step: Step, **changes: Any) -> Client:
    """The client after a step, numbered by its turn; raises `ClientOutOfTurn`.

    Who suspends a client also ends what was asked for it: it was asked for a client that nobody minded.
    """
    standing = LIFECYCLE[client.standing].get(step.event)
    if standing is None or (client.proposal is not None and step.event in ASKING):
        raise ClientOutOfTurn(standing=str(client.standing), waiting=waiting(client))
    step = msgspec.structs.replace(step, n=client.last.n + 1, at=max(step.at, client.last.at))
    if step.event in ENDS_WHAT_WAITS:
        changes["proposal"] = None
    if step.event in ASKING:
        changes["proposal"] = Proposal(step, changes.pop("asked"))
    return replace(client, standing=standing, steps=_kept(client, step), **changes)


def waiting(client: Client) -> int | None:
    """The number of what waits for another operator."""
    return client.proposal.step.n if client.proposal else None


def check_scopes(kind: Kind, scopes: frozenset[str]) -> None:
    """Refuse what no client of a kind may reach; raises `ScopeNotForKind` with those."""
    wrong = scopes - allowed(kind)
    if wrong:
        raise ScopeNotForKind(allowed=sorted(allowed(kind)), refused=sorted(wrong & KNOWN))


def allowed(kind: Kind) -> frozenset[str]:
    """What a client of a kind may reach at most."""
    return of_kind(kind) | on_request(kind)


KNOWN = frozenset[str]().union(*map(allowed, Kind))
"""The scopes that some program may have. A refusal repeats these alone: what else was sent may be anything."""


def kind_of(scopes: frozenset[str]) -> Kind:
    """The first kind of client that may reach all of these; raises `ScopeNotForKind` where none may."""
    fitting = (kind for kind in Kind if scopes <= allowed(kind))
    kind = next(fitting, None)
    if kind is None:
        raise ScopeNotForKind(refused=sorted(scopes & KNOWN))
    return kind


def key_id_of(point: bytes) -> str:
    """The id of a key: the first four bytes of the SM3 digest of X‖Y, as hex."""
    return sm3(point).hex()[:8]


def _kept(client: Client, step: Step) -> tuple[Step, ...]:
    """The steps with one more. One that the journal has may be forgotten here, so that the item stays small."""
    new = step.n - KEPT_STEPS
    return (*(one for one in client.steps if one.n > min(new, client.journalled)), step)
