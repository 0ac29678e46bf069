"""The rulebook: which policy is in force since when. An edition is never changed; a roll-out makes the next one.

A policy takes effect at one instant for everyone, so timelines are spliced there (`timeline.spliced`), and holders may
be recomputed before or after that instant without any difference.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.status.policy.model import Policy
from chalicelib.status.timeline import EVER, PreparedPolicy, prepare

if TYPE_CHECKING:
    from chalicelib.status.policy.store import PolicyStore, RulebookStore

FOUNDING = "calm@1"
"""What is in force before anybody has decided anything. It is shipped, so a new city has it without any item."""


class UnknownPolicy(LookupError):
    """The rulebook names a policy that is not there: the store has lost something, and nobody may guess a colour."""


class Entry(NamedTuple):
    """From this Unix second on, this policy (its key) is in force, until the next entry."""

    since: int
    policy: str


class Rulebook(NamedTuple):
    """One edition: its number, its entries in order of time (the first since `EVER`), the roll-out that made it."""

    edition: int
    entries: tuple[Entry, ...]
    roll_out: str = ""

    def in_force(self, instant: float) -> Entry:
        """The entry that holds at an instant."""
        return next(entry for entry in reversed(self.entries) if entry.since <= instant or entry.since == EVER)

    def before(self, entry: Entry) -> Entry:
        """The entry before another; the first has itself before it."""
        return self.entries[max(0, self.entries.index(entry) - 1)]

    def followed_by(self, entry: Entry, *, roll_out: str) -> Rulebook:
        """The next edition, with one more entry. One at the same instant gives way; a later one stays."""
        others = [each for each in self.entries if each.since != entry.since]
        return Rulebook(self.edition + 1, tuple(sorted([*others, entry])), roll_out)

    def without(self, entry: Entry, *, roll_out: str) -> Rulebook:
        """The next edition, with one entry less."""
        return Rulebook(self.edition + 1, tuple(each for each in self.entries if each != entry), roll_out)


FIRST = Rulebook(0, (Entry(EVER, FOUNDING),))
"""The edition of a city that has never decided otherwise."""


class Rulebooks:
    """What is in force. Prepared policies are kept for ever, since none ever changes."""

    def __init__(self, rulebooks: Callable[[], RulebookStore], policies: Callable[[], PolicyStore]) -> None:
        self._rulebooks = rulebooks
        self._policies = policies
        self._prepared: dict[str, PreparedPolicy] = {}

    def current(self) -> Rulebook:
        """The newest edition (strongly consistent)."""
        return self._rulebooks().newest() or FIRST

    def prepared(self, rulebook: Rulebook) -> list[tuple[int, PreparedPolicy]]:
        """The policies of an edition and since when each holds, ready for `timeline.spliced`."""
        return [(entry.since, self.policy(entry.policy)) for entry in rulebook.entries]

    def policy(self, key: str) -> PreparedPolicy:
        """One policy, ready to be applied; raises `UnknownPolicy`."""
        if key not in self._prepared:
            self._prepared[key] = prepare(self._found(key))
        return self._prepared[key]

    def _found(self, key: str) -> Policy:
        """A shipped policy, or one that was loaded. Nobody can load another under a shipped one's key."""
        from chalicelib.status.policy.shipped import FILES, shipped

        policy = shipped(key) if key in FILES else self._policies().policy(key)
        if policy is None:
            raise UnknownPolicy(key)
        return policy
