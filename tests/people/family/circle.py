"""People without documents who act for each other: what the rules are tried on, without the registers."""

from __future__ import annotations

from itertools import count
from typing import Protocol

from chalicelib.people.family.model import ANSWER_S, LONGEST_S, Delegation, Kind
from chalicelib.people.family.propose import STEPPED_BACK
from chalicelib.people.family.routes import Family
from chalicelib.people.family.store import DelegationStore
from chalicelib.platform.clock import Clock
from chalicelib.platform.http.refusals import Refusal

_ids = count(1)


class Place(Protocol):
    """A city, or a village without a database."""

    @property
    def family(self) -> Family: ...

    @property
    def delegations(self) -> DelegationStore: ...

    @property
    def clock(self) -> Clock: ...


def fresh_people(many: int) -> list[str]:
    """Holder ids that nobody had before."""
    start = next(_ids)
    return [f"{start:012x}{number:012x}" for number in range(many)]


def wish(guardian: str, dependant: str, *, now: int, kind: Kind = Kind.ADULT) -> Delegation:
    """A delegation that nobody has written down yet."""
    return Delegation(
        delegation_id=f"{next(_ids):024x}",
        guardian=guardian,
        dependant=dependant,
        kind=kind,
        relation="",
        proposed_at=now,
        answer_by=now + ANSWER_S,
        until=now + LONGEST_S,
    )


def propose(city: Place, new: Delegation) -> str:
    """Write a proposal down and look again, as the service does; answers `done` or the code of the refusal."""
    proposals, now = city.family.proposals, city.clock()
    try:
        proposals._check_room(new, now)
        city.delegations.begin(new, claimed=new.kind is Kind.CHILD)
        proposals._looked_at(new, now)
    except Refusal as refusal:
        return refusal.code
    return "done"


def agree(city: Place, new: Delegation) -> str:
    """The dependant agrees; answers `done` or the code of the refusal."""
    try:
        city.family.agreements.agree(new.delegation_id, new.dependant, now=city.clock())
    except Refusal as refusal:
        return refusal.code
    return "done"


def end(city: Place, new: Delegation, *, by_guardian: bool) -> None:
    """Either side ends it, or the proposal of it; one that was never written down stays so."""
    holder = new.guardian if by_guardian else new.dependant
    if city.delegations.find(holder, new.delegation_id):
        city.family.endings.end(new.delegation_id, holder, now=city.clock())


def running(city: Place, people: list[str]) -> set[tuple[str, str]]:
    """Who acts for whom at this moment, as guardian and dependant."""
    now = city.clock()
    found = [one for person in people for one in city.delegations.of_guardian(person)]
    return {(one.guardian, one.dependant) for one in found if one.runs(now)}


def open_at(city: Place, guardian: str) -> set[str]:
    """Whom somebody acts for, or has asked."""
    now = city.clock()
    return {one.dependant for one in city.delegations.of_guardian(guardian) if one.is_open(now)}


def has_circle(pairs: set[tuple[str, str]]) -> bool:
    """Whether somebody acts for themselves through others: taking away who has no guardian leaves somebody."""
    while pairs:
        below = {dependant for _, dependant in pairs}
        kept = {(guardian, dependant) for guardian, dependant in pairs if guardian in below}
        if kept == pairs:
            return True
        pairs = kept
    return False


STEPS_BACK = {refusal.code for refusal in STEPPED_BACK}
