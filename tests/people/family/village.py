"""A village without a database: the rules of delegations, tried thousands of times."""

from __future__ import annotations

from typing import Any, cast

from chalicelib.people.family.agree import Agreements
from chalicelib.people.family.beginning import Beginnings
from chalicelib.people.family.bounds import Bounds
from chalicelib.people.family.end import Endings
from chalicelib.people.family.marks import Marks
from chalicelib.people.family.model import Delegation
from chalicelib.people.family.propose import Proposals
from chalicelib.people.family.rights import Rights
from chalicelib.people.family.routes import Family
from chalicelib.people.family.store import DelegationStore, Pointed
from tests.world import StoppedClock

Key = tuple[str, str]


class Memory(DelegationStore):
    """Keeps delegations as the table does, in a dictionary."""

    def __init__(self) -> None:
        self.kept: dict[str, Delegation] = {}
        self.claimed: set[str] = set()

    def begin(self, new: Delegation, *, claimed: bool) -> bool:
        self.claim(new, claimed=claimed)
        return self.kept.setdefault(new.delegation_id, new) is new

    def get(self, guardian: str, delegation_id: str) -> Delegation | None:
        found = self.kept.get(delegation_id)
        return found if found and found.guardian == guardian else None

    def find(self, holder: str, delegation_id: str) -> Delegation | None:
        found = self.kept.get(delegation_id)
        return found if found and holder in {found.guardian, found.dependant} else None

    def move(self, old: Delegation, new: Delegation) -> bool:
        unchanged = self.kept[old.delegation_id] == old
        if unchanged:
            self.kept[old.delegation_id] = new
        return unchanged

    def claim(self, delegation: Delegation, *, claimed: bool) -> None:
        (self.claimed.add if claimed else self.claimed.discard)(delegation.delegation_id)

    def of_guardian(self, guardian: str) -> list[Delegation]:
        return [one for one in self.kept.values() if one.guardian == guardian]

    def of_dependant(self, dependant: str) -> list[Pointed]:
        return [
            Pointed(one, one.delegation_id in self.claimed) for one in self.kept.values() if one.dependant == dependant
        ]


class NoMarks(Marks):
    """Nobody scans anybody here."""

    def __init__(self) -> None:
        pass

    def put(self, dependant: str, mark: str, *, until: int) -> None:
        pass

    def take(self, dependant: str, mark: str) -> None:
        pass


class Village:
    """The services over such a memory; nobody asks who people are."""

    def __init__(self) -> None:
        self.clock, self.delegations = StoppedClock(), Memory()
        store, rights = self.delegations, Rights(self.delegations, NoMarks())
        bounds, beginnings = Bounds(store), Beginnings(store, rights)
        nobody = cast("Any", None)
        proposals = Proposals(store, relatives=nobody, registration=nobody, bounds=bounds, beginnings=beginnings)
        agreements = Agreements(store, bounds=bounds, beginnings=beginnings, rights=rights)
        self.family = Family(proposals, agreements, Endings(store, rights), nobody)
