"""The key ring: this process's copy of the issuer's keys, so that no request waits for a key.

The copy is refreshed once its `max_age` is over. When the store cannot answer, the old copy serves on until
`STALE_LIMIT_S`: an outage of the key table does not close the city, and a revoked key dies within minutes all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from threading import Lock
from typing import NamedTuple, Protocol

from chalicelib.platform import telemetry
from chalicelib.platform.http.refusals import StorageUnavailable
from chalicelib.platform.passing import is_passing_fault
from chalicelib.trust.model import KeyRecord, KeyState, KeyUse, UnwrappedKey, signer
from chalicelib.trust.wrapping import KeyWrapper

STALE_LIMIT_S = 600
RETRY_AFTER_S = 5


class KeySource(Protocol):
    """Where the ring copies its keys from."""

    def records(self) -> list[KeyRecord]:
        """Every key of the issuer but the root."""


class _Copy(NamedTuple):
    """One copy of the keys: by id, by use, and when to look again."""

    by_kid: dict[str, KeyRecord]
    by_use: dict[KeyUse, list[KeyRecord]]
    taken_at: float


class KeyRing:
    """All keys of one issuer, in memory. Thread-safe; secrets are unwrapped once and kept."""

    def __init__(self, source: Callable[[], KeySource], wrapper: Callable[[], KeyWrapper], *, max_age: float) -> None:
        self._source = source
        self._wrapper = wrapper
        self._max_age = max_age
        self._lock = Lock()
        self._copy: _Copy | None = None
        self._asked_in_vain_at = float("-inf")
        self.open = lru_cache(maxsize=256)(self._opened)
        self._secret = lru_cache(maxsize=256)(self._unwrapped)

    def find(self, kid: str, *, now: float) -> KeyRecord | None:
        """What we know of a key id; None where it is not ours."""
        return self._fresh(now).by_kid.get(kid)

    def signing(self, use: KeyUse, *, now: float) -> UnwrappedKey:
        """The key that signs (or seals) now; raises `StorageUnavailable` where the city has none."""
        record = signer(self._fresh(now).by_use.get(use, ()), now=now)
        if record is None:
            raise StorageUnavailable
        return self.open(record)

    def forget(self) -> None:
        """Drop the copy, so that the next question is answered from the store."""
        self._asked_in_vain_at = float("-inf")
        self._copy = None

    def _opened(self, record: KeyRecord) -> UnwrappedKey:
        """A record with its secret."""
        return UnwrappedKey(record, self._secret(label(record.kid, record.use), record.wrapped))

    def _unwrapped(self, label: str, wrapped: bytes) -> bytes:
        """A secret. `_secret` remembers it whatever becomes of the record: one unwrap per key and process."""
        return self._wrapper().unwrap(wrapped, label=label)

    def _fresh(self, now: float) -> _Copy:
        """The copy, taken again where it is too old. A clock that jumped back counts as too old."""
        copy = self._copy
        if copy is not None and (
            0 <= now - copy.taken_at < self._max_age or 0 <= now - self._asked_in_vain_at < RETRY_AFTER_S
        ):
            return copy
        with self._lock:
            if self._copy is None or self._copy is copy:
                self._copy = self._refreshed(copy, now)
            return self._copy

    def _refreshed(self, old: _Copy | None, now: float) -> _Copy:
        """A new copy; on a passing fault the old one, while it is not too stale."""
        try:
            new = _copied(self._source().records(), now)
        except Exception as error:
            if not is_passing_fault(error):
                raise
            telemetry.count("StaleKeyRing")
            if old is None or now - old.taken_at > STALE_LIMIT_S:
                raise StorageUnavailable from error
            self._asked_in_vain_at = now
            return old
        if old is not None:
            self._open_ahead(new)
        return new

    def _open_ahead(self, copy: _Copy) -> None:
        """Open the keys that will sign soon, so that a custodian who is away at that hour closes no warm function."""
        for record in (key for keys in copy.by_use.values() for key in keys if key.state is KeyState.PENDING):
            try:
                self.open(record)
            except Exception:
                telemetry.count("KeysNotOpened")


def label(kid: str, use: KeyUse) -> str:
    """What a wrapped secret is bound to."""
    return f"{use}#{kid}"


def _copied(keys: Iterable[KeyRecord], now: float) -> _Copy:
    """Sort the keys for look-up."""
    by_kid, by_use = {}, dict[KeyUse, list[KeyRecord]]()
    for key in keys:
        by_kid[key.kid] = key
        if key.state not in {KeyState.RETIRED, KeyState.REVOKED}:
            by_use.setdefault(key.use, []).append(key)
    return _Copy(by_kid, by_use, now)
