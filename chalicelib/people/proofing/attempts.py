"""How often somebody may try: attempts to prove an identity, counted per document and per device.

An attempt is counted as failed when it is let in, and taken back where it did not fail. So of a thousand attempts at
once no more are let in than one after another, and one whose process died half-way was an attempt all the same.

    with attempts.counted(keys, now):          # 429 too_many_attempts; taken back where nobody could tell
        proven = provider.prove(claimed, …)
    if proven is None:
        attempts.failed(keys, now)
        raise IdentityNotProven
    attempts.succeeded(keys, now)
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from chalicelib.people.proofing.attempts_model import (
    FREE_ATTEMPTS,
    FREE_FROM_AN_ADDRESS,
    Tally,
    waits,
    with_another,
    with_one_taken_back,
)
from chalicelib.people.proofing.attempts_store import AttemptStore, Kept
from chalicelib.people.proofing.refusals import TooManyAttempts
from chalicelib.platform import telemetry
from chalicelib.platform.http.refusals import Unavailable

TRIES = 8
"""How often a tally is read again because somebody else was quicker; more than so many at once are too many."""

DOCUMENT, DEVICE, ADDRESS = "document:", "device:", "address:"
Rule = Callable[[Tally], Tally]


def document_key(blind_index: str) -> str:
    """Under which key attempts with a document are counted."""
    return DOCUMENT + blind_index


def device_key(blind_index: str) -> str:
    """Under which key attempts from a device are counted, whichever document they are about."""
    return DEVICE + blind_index


def address_key(blind_index: str) -> str:
    """Under which key attempts from a network address are counted, where nothing more is known of the device."""
    return ADDRESS + blind_index


class Attempts:
    """Lets attempts in, or says from when on."""

    def __init__(self, store: AttemptStore, *, entropy: Callable[[int], str] = secrets.token_hex) -> None:
        self._store = store
        self._entropy = entropy

    def admit(self, keys: Sequence[str], now: float) -> None:
        """Let an attempt in and count it under every key, or under none: raises `TooManyAttempts`."""
        admitted: list[str] = []
        for key in keys:
            try:
                self._count(key, int(now))
            except TooManyAttempts:
                self.took_no_place(admitted, now)
                raise
            admitted.append(key)

    @contextmanager
    def counted(self, keys: Sequence[str], now: float) -> Iterator[None]:
        """Let an attempt in as `admit` does, and take it back where those who know cannot be reached."""
        self.admit(keys, now)
        try:
            yield
        except Unavailable:
            self.took_no_place(keys, now)
            raise

    def failed(self, keys: Sequence[str], now: float) -> None:
        """Note that an attempt failed. It is counted already; many of them at once are what operators look for."""
        telemetry.count("FailedProofs")

    def succeeded(self, keys: Sequence[str], now: float) -> None:
        """Forget the failures with these documents. Of a device only this attempt is taken back: whoever proves to be
        themselves in between may not try others for ever."""
        for key in keys:
            self._write(key, _cleared(int(now)) if key.startswith(DOCUMENT) else _taken_back(int(now)))

    def took_no_place(self, keys: Sequence[str], now: float) -> None:
        """Take an attempt back that nobody could answer."""
        for key in keys:
            self._write(key, _taken_back(int(now)))

    def _count(self, key: str, now: int) -> None:
        """Count one attempt; raises `TooManyAttempts` where it comes too early, or together with too many others.

        Many come from one address at once when a town logs in: what cannot be counted there is let in.
        """
        shared = key.startswith(ADDRESS)
        free = FREE_FROM_AN_ADDRESS if shared else FREE_ATTEMPTS

        def rule(tally: Tally) -> Tally:
            if waits(tally, now=now, free=free):
                telemetry.count("TooManyAttempts", by=key.partition(":")[0])
                raise TooManyAttempts(retry_at=tally.retry_at, now=now)
            return with_another(tally, now=now, free=free)

        if not self._write(key, rule) and not shared:
            raise TooManyAttempts(retry_at=now + 1, now=now)

    def _write(self, key: str, rule: Rule) -> bool:
        """Put what the rule makes of a tally in its place; False where others were always quicker."""
        mark = self._entropy(8)
        for _ in range(TRIES):
            kept = self._store.get(key)
            if kept.mark == mark or self._store.replace(key, kept, Kept(rule(kept.tally), mark)):
                return True
        return False


def _taken_back(now: int) -> Rule:
    """One attempt less."""
    return lambda tally: with_one_taken_back(tally, now=now)


def _cleared(now: int) -> Rule:
    """No failures any more."""
    return lambda tally: Tally(0, now, tally.forgotten_at)
