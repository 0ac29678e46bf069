"""The life of a key, and which keys may do what at an instant. Values and rules only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from chalicelib.platform.crypto.hashing import expand
from chalicelib.platform.crypto.sm2 import KeyPair


class KeyUse(StrEnum):
    """What a key is for. Each use has its own keys; none is ever shared."""

    CODE = "code"
    CARRIER = "carrier"
    REQUEST = "request"
    TOKEN = "token"  # noqa: S105
    FIELD = "field"
    INDEX = "index"
    ROOT = "root"


class KeyState(StrEnum):
    """Where a key is in its life."""

    PENDING = "pending"
    ACTIVE = "active"
    RETIRING = "retiring"
    RETIRED = "retired"
    REVOKED = "revoked"


class KeyEvent(StrEnum):
    """What happens to a key."""

    ACTIVATE = "activate"
    SUPERSEDE = "supersede"
    RETIRE = "retire"
    REVOKE = "revoke"


LIFECYCLE: dict[KeyState, dict[KeyEvent, KeyState]] = {
    KeyState.PENDING: {KeyEvent.ACTIVATE: KeyState.ACTIVE, KeyEvent.REVOKE: KeyState.REVOKED},
    KeyState.ACTIVE: {KeyEvent.SUPERSEDE: KeyState.RETIRING, KeyEvent.REVOKE: KeyState.REVOKED},
    KeyState.RETIRING: {KeyEvent.RETIRE: KeyState.RETIRED, KeyEvent.REVOKE: KeyState.REVOKED},
    KeyState.RETIRED: {KeyEvent.REVOKE: KeyState.REVOKED},
    KeyState.REVOKED: {},
}
"""`{state: {event: next state}}`; the diagram in docs/architecture.md is drawn from it."""

TRUSTED_STATES = frozenset({KeyState.PENDING, KeyState.ACTIVE, KeyState.RETIRING})
"""On the trust list. A pending key is published before it first signs, so that nobody meets it unprepared."""


class IllegalKeyEvent(ValueError):
    """The life-cycle table has no such step."""


DAY_S = 24 * 3600
END_OF_TIME = 2**32 - 1


@dataclass(frozen=True, slots=True)
class RotationPlan:
    """How keys follow one another, all in seconds.

    `lead` must exceed the longest time any function serves from its copy of the ring (`ring_max_age`) and the life of
    a trust list (24 hours): then every function, and every gate whose list has not run out, knows a key before it
    signs. `overlap` must exceed the life of the last thing an old key signed: for a code key the code taken 15 minutes
    ahead, for a token key an access token, which lasts five minutes.
    """

    period: int = 7 * 24 * 3600
    lead: int = 25 * 3600
    overlap: int = 13 * 3600
    lifetime: int = 90 * 24 * 3600
    ring_max_age: int = 60

    def of(self, use: KeyUse) -> RotationPlan:
        """The plan for keys of one use."""
        return replace(self, **SLOWER.get(use, {}))


SLOWER: dict[KeyUse, dict[str, int]] = {
    KeyUse.CARRIER: {"period": 30 * DAY_S, "overlap": 181 * DAY_S, "lifetime": 240 * DAY_S},
    KeyUse.FIELD: {"period": 90 * DAY_S, "overlap": END_OF_TIME, "lifetime": END_OF_TIME},
    KeyUse.INDEX: {"lifetime": END_OF_TIME},
    KeyUse.ROOT: {"lifetime": END_OF_TIME},
}
"""Where keys of a use follow one another otherwise than the others do.

What a carrier key signs is good for half a year. What a field key has sealed rests for years: old ones stay `retiring`
and open it for good. Look-ups and pinned roots stay with the key that made them.
"""


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """What everyone may know of a key, and its secret as it rests: wrapped.

    `kid` is 8 hex digits; `public_key` is X‖Y (64 bytes), empty for symmetric keys; times are Unix seconds.
    A key may sign from `not_before` until `not_after`; its successor signs long before that.
    """

    kid: str
    use: KeyUse
    state: KeyState
    public_key: bytes
    wrapped: bytes
    not_before: int
    not_after: int
    state_since: int

    def after(self, event: KeyEvent, *, now: int) -> KeyRecord:
        """The record after an event; raises `IllegalKeyEvent`."""
        try:
            state = LIFECYCLE[self.state][event]
        except KeyError as error:
            raise IllegalKeyEvent(f"a {self.state} key cannot {event}") from error
        return replace(self, state=state, state_since=now)

    def may_have_signed(self, instant: int) -> bool:
        """Whether this key was entitled to sign at an instant, whatever a late scheduler has written since."""
        return self.state in TRUSTED_STATES and self.not_before <= instant <= self.not_after


@dataclass(frozen=True, slots=True)
class SealKeys:
    """The two keys of a seal: SM4 for the holder's id, HMAC-SM3 for the tag over the code."""

    encryption: bytes = field(repr=False)
    tag: bytes = field(repr=False)

    @classmethod
    def derived(cls, secret: bytes) -> SealKeys:
        """Both keys from one 32-byte secret (HKDF-Expand with SM3, RFC 5869)."""
        return cls(expand(secret, b"yima seal encryption", 16), expand(secret, b"yima seal tag", 32))


class FieldKeys(dict[str, bytes]):
    """The SM4 keys of a field key, each derived from its secret for one purpose when it is first asked for."""

    def __init__(self, secret: bytes) -> None:
        super().__init__()
        self._secret = secret

    def __missing__(self, purpose: str) -> bytes:
        """HKDF-Expand with SM3 (RFC 5869); purposes are words of ours, so there are no more than a few."""
        self[purpose] = key = expand(self._secret, b"yima field " + purpose.encode(), 16)
        return key

    def __repr__(self) -> str:
        """Nothing of what is in it."""
        return "FieldKeys()"


@dataclass(frozen=True)
class UnwrappedKey:
    """A key in memory. `secret` is never stored, logged or compared."""

    record: KeyRecord
    secret: bytes = field(repr=False)

    @cached_property
    def pair(self) -> KeyPair:
        """The SM2 pair of a key that signs: the first 32 bytes of the secret."""
        return KeyPair(private=self.secret[:32], public=self.record.public_key)

    @cached_property
    def seal_keys(self) -> SealKeys:
        """What a code or carrier key seals holders with, derived from the last 32 bytes of its secret."""
        return SealKeys.derived(self.secret[32:])

    @cached_property
    def field_keys(self) -> FieldKeys:
        """What a field key seals with, by purpose."""
        return FieldKeys(self.secret)


def signer(keys: Iterable[KeyRecord], *, now: float) -> KeyRecord | None:
    """The newest key that may sign now.

    It looks at the times and not only at the state, so all functions change keys in the same second, even when the
    scheduler has not yet written `active`. A retiring key signs only where no other has begun yet: for a function whose
    clock is behind the scheduler's.
    """
    entitled = [key for key in keys if key.may_have_signed(int(now))]
    return max(entitled, key=lambda key: (key.state is not KeyState.RETIRING, *age(key)), default=None)


def age(key: KeyRecord) -> tuple[int, str]:
    """The order in which keys of one use follow one another."""
    return key.not_before, key.kid


def due_events(keys: Iterable[KeyRecord], plan: RotationPlan, *, now: int) -> list[tuple[KeyRecord, KeyEvent]]:
    """The events that time has brought to the keys of one use."""
    keys = list(keys)
    newest = signer(keys, now=now)
    due = []
    for key in keys:
        event = _due_event(key, newest, plan, now)
        if event is not None:
            due.append((key, event))
    return due


def _due_event(key: KeyRecord, newest: KeyRecord | None, plan: RotationPlan, now: int) -> KeyEvent | None:
    """The one event that is due for a key, if any."""
    if key.state is KeyState.PENDING and now >= key.not_before:
        return KeyEvent.ACTIVATE
    if key.state is KeyState.ACTIVE and newest is not None and age(key) < age(newest):
        return KeyEvent.SUPERSEDE
    if key.state is KeyState.RETIRING and now >= key.state_since + plan.overlap:
        return KeyEvent.RETIRE
    return None


def needs_successor(keys: Iterable[KeyRecord], plan: RotationPlan, *, now: int) -> bool:
    """Whether the next key of a use must be made now, a lead before the newest has served its period."""
    living = [key for key in keys if key.state in {KeyState.PENDING, KeyState.ACTIVE}]
    return all(now >= key.not_before + plan.period - plan.lead for key in living)
