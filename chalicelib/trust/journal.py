"""The journal: what officers did, one step after the other, written once and never changed.

A step must stand exactly once and no number may be left out, whoever is killed and however many write at once; and a
write to one item is all that is atomic. So each step has a placement: the number at which it is to stand.

1. Read the head of the chain, and place the step behind it, unless it has a place already.
2. Put the entry at its place, if nothing stands there.
3. If another step stands there, the place is lost for good: move the placement behind the new head, and try again.

A placement moves only away from a place that another step has taken, and entries never move, so a step that was
written somewhere keeps its placement. A place is only ever the one behind a head, so all before it are taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chalicelib.trust.chain import Entry, Head, following
from chalicelib.trust.journal_store import JournalStore
from chalicelib.trust.refusals import JournalInMotion

ATTEMPTS = 100
"""Each attempt that fails is another step's success; so many at once write in no city."""


class BrokenJournal(Exception):
    """Entries are gone that must be there: nothing is written any more before somebody has looked."""


class Journal:
    """Chains of entries; each kind of case has one of its own."""

    def __init__(self, store: JournalStore) -> None:
        self._store = store

    def append(self, chain: str, *, step_id: str, what: Mapping[str, str], now: float) -> Entry:
        """Write a step down; the same step again answers the entry that stands, whatever else is said of it now.

        Raises `JournalInMotion`, and the store's faults: whoever called repeats. Raises `BrokenJournal`.
        """
        head = self._store.head(chain)
        following(head, chain, step_id=step_id, at=int(now), what=what)  # refuses before anything is reserved
        place = self._store.place(chain, step_id, seq=head.seq + 1)
        for _ in range(ATTEMPTS):
            standing = self._standing(chain, place, head, step_id=step_id, what=what, now=now)
            if standing.step_id == step_id:
                return standing
            head = self._store.head(chain)
            place = self._store.move(chain, step_id, was=place, seq=head.seq + 1)
        raise JournalInMotion

    def entries(self, chain: str) -> Iterator[Entry]:
        """A chain from its first entry to its last, as it stands; `chain.check` says whether it is sound."""
        return self._store.entries(chain)

    def _standing(
        self, chain: str, place: int, head: Head, *, step_id: str, what: Mapping[str, str], now: float
    ) -> Entry:
        """What stands at a place in the end: this step if the place was free, else what was there."""
        if place > head.seq:
            before = head if place == head.seq + 1 else self._entry(chain, place - 1).head
            entry = following(before, chain, step_id=step_id, at=int(now), what=what)
            if self._store.add(entry):
                return entry
        return self._entry(chain, place)

    def _entry(self, chain: str, seq: int) -> Entry:
        """An entry that must be there; raises `BrokenJournal`."""
        entry = self._store.entry(chain, seq)
        if entry is None:
            raise BrokenJournal(f"entry {seq} of chain {chain} is gone")
        return entry
