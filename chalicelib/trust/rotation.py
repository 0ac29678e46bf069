"""Walking keys through their life: found the city, make successors, change over, retire, revoke, publish.

Every step is safe to repeat and safe to stop half-way: records move by conditional writes, and who signs is decided
by times (`model.signer`), so a scheduler that is late, runs twice or dies between two writes refuses no honest code.
Two runs at once may make two successors; the newer signs and the other is superseded unused.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from chalicelib.platform.crypto import sm2
from chalicelib.platform.crypto.hashing import sm3
from chalicelib.trust.model import (
    KeyEvent,
    KeyRecord,
    KeyState,
    KeyUse,
    RotationPlan,
    UnwrappedKey,
    due_events,
    needs_successor,
)
from chalicelib.trust.ring import label
from chalicelib.trust.store import KeyCollision, KeyStore
from chalicelib.trust.trust_list import signed_list
from chalicelib.trust.wrapping import KeyWrapper

ROTATING = (KeyUse.CODE, KeyUse.TOKEN)
LASTING = (KeyUse.FIELD, KeyUse.INDEX)
END_OF_TIME = 2**32 - 1
LIST_LIFETIME_S = 24 * 3600


class UnknownKey(LookupError):
    """The issuer has no key with this id."""


class KeyCustodian:
    """The one place that makes, moves and revokes keys, and the only one that may open the root key."""

    def __init__(
        self,
        region: str,
        *,
        store: KeyStore,
        wrapper: Callable[[], KeyWrapper],
        root_wrapper: Callable[[], KeyWrapper],
        plan: RotationPlan,
    ) -> None:
        self._region = region
        self._store = store
        self._wrapper = wrapper
        self._root_wrapper = root_wrapper
        self._plan = plan

    def run(self, *, now: int) -> None:
        """What the schedule does: found what is missing, carry out what is due, publish the trust list anew."""
        keys = self._store.records()
        for use in (*ROTATING, *LASTING):
            mine = [key for key in keys if key.use is use and key.state not in {KeyState.RETIRED, KeyState.REVOKED}]
            self._tend(use, mine, now)
        self.publish(now=now)

    def rotate(self, use: KeyUse, *, now: int) -> KeyRecord:
        """Start a change of keys now instead of at the end of the period: the successor signs after one lead."""
        return self._make(use, not_before=now + self._plan.lead, now=now)

    def revoke(self, kid: str, *, now: int) -> None:
        """Kill a key at once, for every code it ever signed; a successor signs at once. Raises `UnknownKey`.

        Functions that copied the ring a moment ago learn of both within its maximum age.
        """
        record = next((key for key in self._store.records() if key.kid == kid), None)
        if record is None:
            raise UnknownKey(kid)
        self._make(record.use, not_before=now, now=now)
        self._store.move(record.after(KeyEvent.REVOKE, now=now), was=record.state)
        self.publish(now=now)

    def publish(self, *, now: int) -> None:
        """Sign the trust list with the root key and put it up."""
        root = self._root(now)
        keys = [key for key in self._store.records() if key.use is KeyUse.CODE]
        document = signed_list(self._region, keys, root.pair, issued_at=now, expires_at=now + LIST_LIFETIME_S)
        self._store.publish(document)

    def root_public_key(self) -> str:
        """The root's public key as verifiers pin it, hex 04‖X‖Y; raises `UnknownKey` before the city is founded."""
        root = self._store.root()
        if root is None:
            raise UnknownKey("root")
        return "04" + root.public_key.hex()

    def _tend(self, use: KeyUse, keys: list[KeyRecord], now: int) -> None:
        """Found, change over and prepare the keys of one use."""
        if not keys:
            self._make(use, not_before=now, now=now)
            return
        for key, event in due_events(keys, self._plan, now=now):
            self._store.move(key.after(event, now=now), was=key.state)
        if use in ROTATING and needs_successor(keys, self._plan, now=now):
            self._make(use, not_before=now + self._plan.lead, now=now)

    def _root(self, now: int) -> UnwrappedKey:
        """The root key, made when the city is founded."""
        record = self._store.root() or self._make(KeyUse.ROOT, not_before=now, now=now)
        return UnwrappedKey(record, self._root_wrapper().unwrap(record.wrapped, label=label(record.kid, record.use)))

    def _make(self, use: KeyUse, *, not_before: int, now: int) -> KeyRecord:
        """Make and store a key. An id that is taken (1 in 2³²) costs another try."""
        while True:
            record = self._fresh(use, not_before=not_before, now=now)
            try:
                self._store.add(record)
            except KeyCollision:
                continue
            return record

    def _fresh(self, use: KeyUse, *, not_before: int, now: int) -> KeyRecord:
        """A new key, not stored yet: its id is the first four bytes of SM3 over its public key, or random."""
        public, secret = _material(use)
        kid = (sm3(public)[:4] if public else secrets.token_bytes(4)).hex()
        wrapper = self._root_wrapper() if use is KeyUse.ROOT else self._wrapper()
        lasting = use not in ROTATING
        return KeyRecord(
            kid=kid,
            use=use,
            state=KeyState.ACTIVE if not_before <= now else KeyState.PENDING,
            public_key=public,
            wrapped=wrapper.wrap(secret, label=label(kid, use)),
            not_before=not_before,
            not_after=END_OF_TIME if lasting else not_before + self._plan.lifetime,
            state_since=now,
        )


def _material(use: KeyUse) -> tuple[bytes, bytes]:
    """Public and secret part of a new key: code = SM2 ‖ seal secret, root = SM2, the others 32 random bytes."""
    if use is KeyUse.CODE:
        pair = sm2.generate()
        return pair.public, pair.private + secrets.token_bytes(32)
    if use is KeyUse.ROOT:
        pair = sm2.generate()
        return pair.public, pair.private
    return b"", secrets.token_bytes(32)
