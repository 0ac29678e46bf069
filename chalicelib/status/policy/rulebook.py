"""The rulebook: which policy holds from which instant. A new edition is a new list; none is ever edited.

A policy takes effect at an instant, for everybody at once. So its roll-out may begin before, and a timeline made
meanwhile holds on both sides of that instant.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import msgspec

from chalicelib.status.policy.model import Policy
from chalicelib.status.policy.refusals import RulebookContended
from chalicelib.status.policy.shipped import FILES, shipped
from chalicelib.status.policy.store import CITY, PolicyStore, RulebookItem, RulebookStore
from chalicelib.status.timeline import EVER, PreparedPolicy, prepare

FIRST = "calm@1"
"""What holds in a city that has not decided anything yet: everybody is green. It is shipped, so it needs no item."""

ATTEMPTS = 20
"""Each attempt that fails is another roll-out's edition; nobody approves so many at once."""


class Entry(NamedTuple):
    """From this Unix second on, this policy holds."""

    since: int
    policy: str


class Rulebook(NamedTuple):
    """One edition: entries in order of time, the first from `EVER`."""

    edition: int
    entries: tuple[Entry, ...]

    def in_force(self, instant: float) -> Entry:
        """The entry that holds at an instant."""
        return next(entry for entry in reversed(self.entries) if entry.since <= instant or entry.since == EVER)

    def with_entry(self, entry: Entry) -> tuple[Entry, ...]:
        """The entries with one more. One from the same instant gives way; those from later ones stay."""
        return tuple(sorted([*(each for each in self.entries if each.since != entry.since), entry]))

    def before(self, since: int) -> Entry:
        """The entry that held until an instant."""
        return next(entry for entry in reversed(self.entries) if entry.since < since or entry.since == EVER)


FOUNDING = Rulebook(0, (Entry(EVER, FIRST),))
"""The edition of a city that has not decided anything yet."""


class UnknownPolicy(LookupError):
    """A rulebook names a policy that is not there: somebody removed it by hand."""


class Rulebooks:
    """The rulebook in force, and its policies ready to be applied."""

    def __init__(self, policies: PolicyStore, books: RulebookStore) -> None:
        self._policies = policies
        self._books = books
        self._prepared: dict[str, PreparedPolicy] = {}

    def current(self) -> Rulebook:
        """The newest edition, strongly consistent; ask anew for every decision that is stored."""
        item = self._books.newest()
        if item is None:
            return FOUNDING
        return _rulebook(item)

    def edition(self, number: int) -> Rulebook:
        """An edition that was in force once, or still is."""
        return next((_rulebook(item) for item in self._books.all() if int(item.edition) == number), FOUNDING)

    def add(self, entries: tuple[Entry, ...], *, after: Rulebook, by: str, now: int) -> Rulebook | None:
        """A new edition on top of `after`; None where somebody else has made one meanwhile."""
        book = Rulebook(after.edition + 1, entries)
        text = msgspec.json.encode(entries).decode()
        made = self._books.add(RulebookItem(CITY, book.edition, entries=text, made_by=by, made_at=now))
        return book if made else None

    def extended(self, change: Callable[[Rulebook], tuple[Entry, ...]], *, by: str, now: int) -> Rulebook:
        """The edition that the roll-out `by` made, or now makes from the newest one; however often it is called.

        Whoever adds an edition has read all before it and found none by the same roll-out: so there is one, whoever
        was killed, and two roll-outs at once make two editions in order. Raises `RulebookContended`.
        """
        for _ in range(ATTEMPTS):
            items = list(self._books.all())
            mine = next((item for item in items if item.made_by == by), None)
            if mine is not None:
                return _rulebook(mine)
            newest = _rulebook(items[0]) if items else FOUNDING
            made = self.add(change(newest), after=newest, by=by, now=now)
            if made is not None:
                return made
        raise RulebookContended

    def prepared(self, book: Rulebook) -> list[tuple[int, PreparedPolicy]]:
        """A rulebook as `timeline.spliced` takes it."""
        return [(entry.since, self.ready(entry.policy)) for entry in book.entries]

    def policy(self, key: str) -> Policy:
        """A policy that is or was in force, or could be; raises `UnknownPolicy`."""
        return self.ready(key).policy

    def policy_at(self, instant: int) -> Policy:
        """The policy in force at an instant."""
        return self.policy(self.current().in_force(instant).policy)

    def ready(self, key: str) -> PreparedPolicy:
        """A policy made ready; versions never change, so once is enough for as long as the process lives."""
        found = self._prepared.get(key)
        if found is None:
            found = self._prepared[key] = prepare(self._read(key))
        return found

    def _read(self, key: str) -> Policy:
        """A shipped policy, or one that was loaded: nobody can load another under a shipped one's key."""
        if key in FILES:
            return shipped(key)
        item = self._policies.get(key)
        if item is None:
            raise UnknownPolicy(key)
        return item.policy()


def _rulebook(item: RulebookItem) -> Rulebook:
    """An item as the edition it holds."""
    return Rulebook(int(item.edition), tuple(msgspec.json.decode(item.entries, type=list[Entry])))
