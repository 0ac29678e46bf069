"""Walking keys through their life: found the city, make successors, change over, retire, revoke, publish.

Every step is safe to repeat and safe to stop half-way: records move by conditional writes, and who signs is decided
by times (`model.signer`), so a scheduler that is late, runs twice or dies between two writes refuses no honest code.
Whoever has written looks again afterwards, so of two who meet, at least one sees the outcome and mends it: somebody
always signs, and no older trust list stays over a newer one. Two runs at once may make two successors; the newer
signs and the other is superseded unused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from chalicelib.platform.times import rfc3339
from chalicelib.trust.making import LASTING, LISTED, REVOCABLE, ROTATING, KeyMaker
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
from chalicelib.trust.refusals import AlreadyRetired, AlreadyRevoked, KeysInMotion, LastingKey, NotFounded, UnknownKey
from chalicelib.trust.ring import label
from chalicelib.trust.store import KeyStore
from chalicelib.trust.trust_list import signed_list
from chalicelib.trust.wrapping import KeyWrapper

LIST_LIFETIME_S = 24 * 3600
CLOCKS_APART_S = 20
"""A key that is to sign at once begins this long ago: a function whose clock is behind has nobody else to sign."""

ROUNDS = 10
"""How often we look again before we say that others change keys faster than we can. One or two are usual."""


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
        self._root_wrapper = root_wrapper
        self._plan = plan
        self._maker = KeyMaker(store, wrapper=wrapper, root_wrapper=root_wrapper, plan=plan, announce=self._announce)

    def run(self, *, now: int) -> None:
        """What the schedule does: found what is missing, carry out what is due, publish the trust list anew."""
        if self._store.root() is None:
            self._maker.make(KeyUse.ROOT, not_before=now, now=now)
        self._settle((*ROTATING, *LASTING), now)
        self.publish(now=now)

    def rotate(self, use: KeyUse, *, now: int) -> KeyRecord:
        """Start a change of keys now instead of at the end of the period; the successor signs after one lead.

        Where a successor is waiting already it is the answer, and no other is made. Raises `LastingKey`, `NotFounded`.
        """
        _refuse_others(ROTATING, use)
        self._root()
        waiting = [key for key in self._keys(use) if key.state is KeyState.PENDING and key.not_before > now]
        lead = now + self._plan.lead
        successor = min(waiting, key=_age) if waiting else self._maker.make(use, not_before=lead, now=now)
        self.publish(now=now)
        return successor

    def revoke(self, kid: str, *, now: int) -> KeyRecord:
        """Kill a key at once, for everything it ever signed; answers the key that signs in its place.

        1. See that another key signs: one is made only where none does, so no moment is without.
        2. Revoke; where another run has moved the key on meanwhile, look again.
        3. Settle what time or others have brought, and publish: also where a former attempt died before that.

        Functions that copied the ring a moment ago learn of it within its maximum age. Raises `UnknownKey`,
        `LastingKey`, `AlreadyRetired`, `NotFounded`, `KeysInMotion`, and `AlreadyRevoked` once 3 is done.
        """
        key = self._revocable(kid)
        self._kill(key, now)
        successor = self._settle([key.use], now)[key.use]
        self.publish(now=now)
        if key.state is KeyState.REVOKED:
            raise AlreadyRevoked(kid=kid, since=rfc3339(key.state_since), successor=successor.kid)
        return successor

    def publish(self, *, now: int, joining: tuple[KeyRecord, ...] = ()) -> None:
        """Sign the trust list with the root key and put it up; again where keys changed while we did.

        `joining` are keys that are about to be stored.
        """
        root = self._root()
        opened = UnwrappedKey(root, self._root_wrapper().unwrap(root.wrapped, label=label(root.kid, root.use)))
        keys = self._keys(*LISTED)
        for _ in range(ROUNDS):
            listed, expires_at = (*keys, *joining), now + LIST_LIFETIME_S
            self._store.publish(signed_list(self._region, listed, opened.pair, issued_at=now, expires_at=expires_at))
            published, keys = keys, self._keys(*LISTED)
            if keys == published:
                return
        raise KeysInMotion

    def root_public_key(self) -> str:
        """The root's public key as verifiers pin it, hex 04‖X‖Y; raises `NotFounded`."""
        return "04" + self._root().public_key.hex()

    def _announce(self, key: KeyRecord, now: int) -> None:
        """Put a key on the trust list before it is stored: who dies in between leaves none that signs unlisted."""
        if key.use in LISTED:
            self.publish(now=now, joining=(key,))

    def _settle(self, uses: Iterable[KeyUse], now: int) -> dict[KeyUse, KeyRecord]:
        """Bring keys to where time wants them, until nothing is left to do; answers who signs for each use."""
        for _ in range(ROUNDS):
            records = self._store.records()
            keys = {use: [key for key in records if key.use is use] for use in uses}
            if not sum(self._tend(use, keys[use], now) for use in keys):
                return {use: signs for use in keys if (signs := _signing(keys[use], now))}
        raise KeysInMotion

    def _tend(self, use: KeyUse, keys: list[KeyRecord], now: int) -> bool:
        """Do the next thing for the keys of one use: change over, found, prepare. False where there is none."""
        plan = self._plan.of(use)
        if due := due_events(keys, plan, now=now):
            # Where one has been moved on by somebody else, what we know is old: look again before the next.
            all(self._store.move(key.after(event, now=now), was=key.state) for key, event in due)
        elif _signing(keys, now) is None:
            self._maker.make(use, not_before=now - CLOCKS_APART_S, now=now)
        elif use in ROTATING and needs_successor(keys, plan, now=now):
            self._maker.make(use, not_before=now + plan.lead, now=now)
        else:
            return False
        return True

    def _kill(self, key: KeyRecord, now: int) -> None:
        """Revoke a key unless it is, with another one signing from before that moment."""
        for _ in range(ROUNDS):
            others = {each.kid: each for each in self._keys(key.use)}
            key = others.pop(key.kid)
            if key.state is KeyState.REVOKED:
                return
            if _signing(others.values(), now) is None:
                self._maker.make(key.use, not_before=now - CLOCKS_APART_S, now=now)
            if self._store.move(key.after(KeyEvent.REVOKE, now=now), was=key.state):
                return
        raise KeysInMotion

    def _revocable(self, kid: str) -> KeyRecord:
        """The key with this id, if it is one that can be revoked, or has been."""
        root = self._root()
        key = next((key for key in (*self._store.records(), root) if key.kid == kid), None)
        if key is None:
            raise UnknownKey(kid=kid)
        _refuse_others(REVOCABLE, key.use)
        if key.state is KeyState.RETIRED:
            raise AlreadyRetired(kid=kid, since=rfc3339(key.state_since))
        return key

    def _keys(self, *uses: KeyUse) -> list[KeyRecord]:
        """Every key of these uses as it is now."""
        return [key for key in self._store.records() if key.use in uses]

    def _root(self) -> KeyRecord:
        """The root key, still wrapped; raises `NotFounded`."""
        root = self._store.root()
        if root is None:
            raise NotFounded
        return root


def _refuse_others(changeable: tuple[KeyUse, ...], use: KeyUse) -> None:
    """Only keys of these uses can be changed so; raises `LastingKey`."""
    if use not in changeable:
        raise LastingKey(use=str(use), changeable=[str(each) for each in changeable])


def _age(key: KeyRecord) -> tuple[int, str]:
    """The order in which keys sign."""
    return key.not_before, key.kid


def _signing(keys: Iterable[KeyRecord], now: int) -> KeyRecord | None:
    """The key that signs, also where it began by a clock a little ahead of ours; None where nobody does."""
    begun = [
        key for key in keys if key.state is KeyState.ACTIVE or (key.state is KeyState.PENDING and key.not_before <= now)
    ]
    return max((key for key in begun if now <= key.not_after), key=_age, default=None)
