"""Guardians: who answers for whom. A guardianship has a beginning and may have an end; between, it counts."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.people.store import GuardianshipItem, GuardianStore


class Guardians:
    """Knows who answers for whom."""

    def __init__(self, store: GuardianStore) -> None:
        self._store = store

    def add(self, guardian: str, dependant: str, *, relation: str, now: int, until: int | None = None) -> None:
        """Let one holder answer for another, from now on; raises ValueError for somebody and themselves."""
        if guardian == dependant:
            raise ValueError("nobody is their own guardian")
        self._store.save(GuardianshipItem(guardian, dependant, relation=relation, since=now, until=until))

    def end(self, guardian: str, dependant: str, *, now: int) -> None:
        """Let it count no more from now on; one that has ended, or never was, stays as it is."""
        self._store.end(guardian, dependant, at=now)

    def is_guardian(self, guardian: str, dependant: str, *, now: float) -> bool:
        """Whether one holder answers for another at an instant."""
        item = self._store.get(guardian, dependant)
        return item is not None and _counts(item, now)

    def has_family_among(self, holder: str, others: Sequence[str], *, now: float) -> bool:
        """Whether somebody answers for one of these at an instant, or one of them for somebody."""
        pairs = [pair for other in others for pair in ((holder, other), (other, holder))]
        return any(_counts(item, now) for item in self._store.get_all(pairs))


def _counts(item: GuardianshipItem, now: float) -> bool:
    """Whether a guardianship has begun and not ended."""
    until: float | None = item.until
    return item.since <= now and (until is None or now < until)
