"""Handing entries out, revoking them, and keeping every list signed.

A list is its own token: the bits are read out of the one that is up, changed, signed and put up in its place, under
the condition that nobody else did meanwhile. So a revocation reads one list, however many carriers there are, and a
repeat of it finds its bits set and does nothing: late, twice and out of order come to the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.platform import telemetry
from chalicelib.trust.model import TRUSTED_STATES, KeyUse
from chalicelib.trust.ring import KeyRing
from chalicelib.trust.status_list import SIZE, StatusList, read_token, signed_list, uri
from chalicelib.trust.status_lists.model import SPAN_S, Shelved, opened
from chalicelib.trust.status_lists.refusals import StatusListsInMotion
from chalicelib.trust.status_lists.store import Kept, Revoked, StatusListStore

ATTEMPTS = 20
"""Each attempt that fails is another's success."""


class StatusLists:
    """The status lists of one city."""

    def __init__(self, region: str, *, store: StatusListStore, ring: KeyRing) -> None:
        self._region = region
        self._store = store
        self._ring = ring

    def allot(self, now: int, expires_at: int) -> tuple[int, int]:
        """An entry that nobody had and nobody will have: the number of its list, and its index there.

        1. Take the next entry of the newest list.
        2. Where it is full, or ends before the carrier does, open the next list and sign it, and try again.

        Whoever is killed wastes an entry at the most. Raises ValueError for a carrier that outlives any list.
        """
        if expires_at > now + SPAN_S:
            raise ValueError("no status list is kept for so long")
        for _ in range(ATTEMPTS):
            newest = self._store.newest()
            if newest is not None:
                index = self._store.take(newest.number, expires_at=expires_at)
                if index is not None:
                    return newest.number, index
            self._open(newest.number + 1 if newest else 1, now)
        raise StatusListsInMotion

    def revoke(self, entries: Iterable[tuple[int, int]], *, now: int) -> None:
        """Revoke entries (list, index) for good, each list in one write; raises `StatusListsInMotion`."""
        by_list: dict[int, set[int]] = {}
        for number, index in entries:
            by_list.setdefault(number, set()).add(index)
        for number, indices in sorted(by_list.items()):
            self._sign(number, now, revoking=indices)

    def publish(self, *, now: int) -> int:
        """Sign every list anew whose time for it has come; answers how many."""
        due = [shelved for shelved in self._store.shelf() if shelved.is_due(now, trusted=self._trusts(shelved, now))]
        for shelved in due:
            self._sign(shelved.number, now)
        return len(due)

    def living(self, *, now: int) -> list[Shelved]:
        """The lists that are published, oldest first."""
        return [shelved for shelved in self._store.shelf() if shelved.version and shelved.is_kept(now)]

    def token(self, number: int, *, now: int) -> Kept:
        """The token of a list, if it is published."""
        shelved = self._store.get(number)
        return self._store.token(number) if shelved is not None and shelved.is_kept(now) else Kept()

    def last_revoked(self, number: int) -> Revoked:
        """Which token of a list was the last to revoke something."""
        return self._store.token(number).revoked

    def name(self, number: int) -> str:
        """What a list of this city is called."""
        return uri(self._region, number)

    def _open(self, number: int, now: int) -> None:
        """Put the next list on the shelf, and its first token up. Where we die in between, `publish` puts it up."""
        if self._store.open(opened(number, now)):
            self._sign(number, now)

    def _sign(self, number: int, now: int, *, revoking: Iterable[int] = ()) -> None:
        """Put up a list signed now, with more entries revoked; where they are already, nothing is to be done."""
        known = [index for index in revoking if 0 <= index < SIZE]
        shelved = self._store.get(number)
        if shelved is None or not shelved.is_kept(now):
            return
        for _ in range(ATTEMPTS):
            kept = self._store.token(number)
            before = read_token(kept.unpacked.token).list() if kept.unpacked else StatusList.empty()
            after = before.revoking(known)
            if (revoking and after == before) or self._replaced(shelved, kept, after, now, revokes=after != before):
                return
        raise StatusListsInMotion

    def _replaced(self, shelved: Shelved, kept: Kept, statuses: StatusList, now: int, *, revokes: bool) -> bool:
        """Sign a list and put it up; False where somebody was quicker."""
        key = self._ring.signing(KeyUse.CARRIER, now=now)
        new = signed_list(statuses, sub=self.name(shelved.number), key=key, issued_at=now)
        revoked = Revoked(kept.version + 1, now) if revokes else kept.revoked
        if not self._store.replace(shelved.number, new, after=kept, ends_at=shelved.ends_at, revoked=revoked):
            return False
        self._store.note(shelved.number, version=kept.version + 1, issued_at=now, kid=key.record.kid)
        telemetry.count("StatusListsSigned")
        return True

    def _trusts(self, shelved: Shelved, now: int) -> bool:
        """Whether the key that signed a list is still on the trust list."""
        key = self._ring.find(shelved.kid, now=now)
        return key is not None and key.state in TRUSTED_STATES
