"""Making a key: fresh secrets, wrapped at once, stored under an id of its own."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from chalicelib.platform.crypto import sm2
from chalicelib.platform.crypto.hashing import sm3
from chalicelib.trust.model import END_OF_TIME, KeyRecord, KeyState, KeyUse, RotationPlan
from chalicelib.trust.ring import label
from chalicelib.trust.store import KeyCollision, KeyStore
from chalicelib.trust.wrapping import KeyWrapper

LISTED = (KeyUse.CODE, KeyUse.CARRIER, KeyUse.REQUEST)
"""Everybody checks what these sign, so they are on the trust list."""

REVOCABLE = (*LISTED, KeyUse.TOKEN)
"""Nothing rests under these."""

ROTATING = (*REVOCABLE, KeyUse.FIELD)
"""Names rest under a field key: what is sealed from now on rests under the next one, and the old one still opens."""

LASTING = (KeyUse.INDEX,)
"""Look-ups rest under this one, so it is made once and never replaced."""


class KeyMaker:
    """Makes keys of every use, each wrapped by the key-encryption key that is meant for it."""

    def __init__(
        self,
        store: KeyStore,
        *,
        wrapper: Callable[[], KeyWrapper],
        root_wrapper: Callable[[], KeyWrapper],
        plan: RotationPlan,
        announce: Callable[[KeyRecord, int], None],
    ) -> None:
        self._store = store
        self._announce = announce
        self._wrapper = wrapper
        self._root_wrapper = root_wrapper
        self._plan = plan

    def make(self, use: KeyUse, *, not_before: int, now: int) -> KeyRecord:
        """Make, announce and store a key that signs from `not_before`; a taken id (1 in 2³²) costs another try."""
        while True:
            key = self._fresh(use, not_before=not_before, now=now)
            self._announce(key, now)
            try:
                self._store.add(key)
            except KeyCollision:
                if not self._is_stored(key):
                    continue
            return key

    def _is_stored(self, key: KeyRecord) -> bool:
        """Whether what is in a key's place is the key itself: it arrived, the answer was lost, it was sent again."""
        return key in (*self._store.records(), self._store.root())

    def _fresh(self, use: KeyUse, *, not_before: int, now: int) -> KeyRecord:
        """A new key, not stored yet: its id is the first four bytes of SM3 over its public key, or random."""
        public, secret = _material(use)
        kid = (sm3(public)[:4] if public else secrets.token_bytes(4)).hex()
        wrapper = self._root_wrapper() if use is KeyUse.ROOT else self._wrapper()
        return KeyRecord(
            kid=kid,
            use=use,
            state=KeyState.ACTIVE if not_before <= now else KeyState.PENDING,
            public_key=public,
            wrapped=wrapper.wrap(secret, label=label(kid, use)),
            not_before=not_before,
            not_after=min(not_before + self._plan.of(use).lifetime, END_OF_TIME),
            state_since=now,
        )


def _material(use: KeyUse) -> tuple[bytes, bytes]:
    """Public and secret part: listed = SM2 ‖ seal secret, root = SM2, the others 32 random bytes."""
    if use in LISTED:
        pair = sm2.generate()
        return pair.public, pair.private + secrets.token_bytes(32)
    if use is KeyUse.ROOT:
        pair = sm2.generate()
        return pair.public, pair.private
    return b"", secrets.token_bytes(32)
