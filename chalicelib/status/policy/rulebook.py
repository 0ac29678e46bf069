"""The rulebook: which policy holds from which instant. A new edition is a new list; none is ever edited.

A policy takes effect at an instant, for everybody at once. So its roll-out may begin before, and a timeline made
meanwhile holds on both sides of that instant.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from chalicelib.status.policy.model import Policy
from chalicelib.status.policy.shipped import shipped
from chalicelib.status.policy.store import CITY, PolicyStore, RulebookItem, RulebookStore
from chalicelib.status.timeline import EVER, PreparedPolicy, prepare

FIRST = "calm"
"""What holds in a city that has not decided anything yet: everybody is green."""


class Entry(NamedTuple):
    """From this Unix second on, this policy holds."""

    since: int
    policy: str


class Rulebook(NamedTuple):
    """One edition: entries in order of time, the first from `EVER`."""

    edition: int
    entries: tuple[Entry, ...]


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
            return Rulebook(0, (Entry(EVER, shipped(FIRST).key),))
        return Rulebook(int(item.edition), tuple(msgspec.json.decode(item.entries, type=list[Entry])))

    def add(self, entries: tuple[Entry, ...], *, after: Rulebook, by: str, now: int) -> Rulebook | None:
        """A new edition on top of `after`; None where somebody else has made one meanwhile."""
        book = Rulebook(after.edition + 1, entries)
        text = msgspec.json.encode(entries).decode()
        made = self._books.add(RulebookItem(CITY, book.edition, entries=text, made_by=by, made_at=now))
        return book if made else None

    def prepared(self, book: Rulebook) -> list[tuple[int, PreparedPolicy]]:
        """A rulebook as `timeline.spliced` takes it."""
        return [(entry.since, self._ready(entry.policy)) for entry in book.entries]

    def policy(self, key: str) -> Policy:
        """A policy that is or was in force."""
        return self._ready(key).policy

    def policy_at(self, instant: int) -> Policy:
        """The policy in force at an instant."""
        entries = self.current().entries
        return self.policy(next(entry.policy for entry in reversed(entries) if entry.since <= instant))

    def _ready(self, key: str) -> PreparedPolicy:
        """A policy made ready; versions never change, so once is enough for as long as the process lives."""
        found = self._prepared.get(key)
        if found is None:
            found = self._prepared[key] = prepare(self._read(key))
        return found

    def _read(self, key: str) -> Policy:
        """A policy from the store, or the one a city begins with; raises `UnknownPolicy`."""
        item = self._policies.get(key)
        if item is not None:
            return item.policy()
        if key == shipped(FIRST).key:
            return shipped(FIRST)
        raise UnknownPolicy(key)
