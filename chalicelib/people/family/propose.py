"""A guardian proposes to act for somebody: for their child at once, for another adult once that person agrees."""

from __future__ import annotations

from typing import NamedTuple

from chalicelib.people.family.beginning import Beginnings
from chalicelib.people.family.bounds import Bounds
from chalicelib.people.family.consent import CURRENT, TEXTS
from chalicelib.people.family.model import (
    AGE_OF_OWN_CONSENT,
    ANSWER_S,
    FULL_AGE,
    LONGEST_S,
    RENEWABLE_S,
    Because,
    Delegation,
    Event,
    Kind,
    State,
    closed,
)
from chalicelib.people.family.people import Relative, Relatives
from chalicelib.people.family.refusals import (
    AlreadyDelegated,
    CircularDelegation,
    DelegationClosed,
    GuardianConsentNeeded,
    NotAChild,
    OwnGuardian,
    StillAChild,
    TooManyDependants,
    TooManyGuardians,
    UntilOutOfBounds,
)
from chalicelib.people.family.store import DelegationStore
from chalicelib.people.model import Identity
from chalicelib.people.registration import Registration
from chalicelib.platform.http.creation import Creation
from chalicelib.platform.http.refusals import IdempotencyKeyReused, Refusal
from chalicelib.platform.times import rfc3339

STEPPED_BACK: dict[type[Refusal], Because] = {
    TooManyDependants: Because.TOO_MANY_DEPENDANTS,
    TooManyGuardians: Because.TOO_MANY_GUARDIANS,
    CircularDelegation: Because.CIRCLE,
}
"""Why a delegation that was written down did not begin; a repeated request is refused for the same reason."""

_REFUSALS = {because: refusal for refusal, because in STEPPED_BACK.items()}


class Wish(NamedTuple):
    """What a guardian proposes. `until` (Unix seconds) is None for as long as possible; `consent` the version of the
    text they consent to, empty where they consented to none."""

    kind: Kind
    dependant: Identity
    until: int | None = None
    consent: str = ""


class Proposals:
    """Takes what guardians propose."""

    def __init__(
        self,
        store: DelegationStore,
        *,
        relatives: Relatives,
        registration: Registration,
        bounds: Bounds,
        beginnings: Beginnings,
    ) -> None:
        self._store = store
        self._relatives = relatives
        self._registration = registration
        self._bounds = bounds
        self._beginnings = beginnings

    def propose(self, wish: Wish, *, by: str, creation: Creation, now: float) -> Delegation:
        """Propose to act for somebody; the same wish again is the same delegation. Raises a `Refusal`.

        1. See that the guardian is of age, and who the other is by the registers.
        2. See how old the other is, until when it may last, and that a guardian consents for a young child.
        3. Make the other a holder; see that there is room, and nothing between the two.
        4. Write it down, look again (bounds.py), and step back where others were quicker.
        5. For a child it begins; an adult is asked.
        """
        kept = self._store.get(by, creation.record_id)
        if kept is None:
            kept = self._written(wish, by, creation, now)
        if kept.digest != creation.digest:
            raise IdempotencyKeyReused
        if kept.because in _REFUSALS:
            raise _REFUSALS[kept.because]
        return self._looked_at(kept, now) if kept.state_at(now) is State.PROPOSED else self._beginnings.again(kept)

    def _written(self, wish: Wish, by: str, creation: Creation, now: float) -> Delegation:
        """What is proposed under an id, written down; or what was there already."""
        guardian = self._relatives.guardian(by, now=now)
        related = wish.kind is Kind.CHILD
        found = self._relatives.proven(wish.dependant, guardian, holder=by, related=related, now=now)
        until, consent = self._child(wish, found, now) if related else self._adult(wish, found, now)
        new = Delegation(
            delegation_id=creation.record_id,
            guardian=by,
            dependant=self._registration.register(found.identity, now=now),
            kind=wish.kind,
            relation=found.relation,
            proposed_at=int(now),
            answer_by=min(int(now) + ANSWER_S, until),
            until=until,
            digest=creation.digest,
            consent=consent,
        )
        self._check_room(new, now)
        if self._store.begin(new, claimed=related):
            return new
        return self._store.get(by, creation.record_id) or new

    def _child(self, wish: Wish, child: Relative, now: float) -> tuple[int, str]:
        """Until when a parent acts for a child, and the consent to it; raises a `Refusal`."""
        until = self._relatives.comes_of_age(child.identity, FULL_AGE, whose="child", now=now)
        if until <= now:
            raise NotAChild
        if now >= self._relatives.comes_of_age(child.identity, AGE_OF_OWN_CONSENT, whose="child", now=now):
            return _until(wish, until, now), ""
        if wish.consent != CURRENT:
            raise GuardianConsentNeeded(version=CURRENT, **TEXTS[CURRENT]._asdict())
        return _until(wish, until, now), wish.consent

    def _adult(self, wish: Wish, adult: Relative, now: float) -> tuple[int, str]:
        """Until when one adult acts for another, without further consent than their own; raises a `Refusal`."""
        if now < self._relatives.comes_of_age(adult.identity, FULL_AGE, whose="dependant", now=now):
            raise StillAChild
        return _until(wish, int(now) + LONGEST_S, now), ""

    def _check_room(self, new: Delegation, now: float) -> None:
        """Refuse what cannot come to be, before anything is written; raises a `Refusal`."""
        if new.dependant == new.guardian:
            raise OwnGuardian
        for one in self._store.of_guardian(new.guardian):
            if one.dependant == new.dependant and _stands_in_the_way(one, now):
                raise AlreadyDelegated(delegation_id=one.delegation_id)
        self._look(new, now)

    def _look(self, new: Delegation, now: float) -> None:
        """What a proposal is held against; an adult's other guardians only when they have agreed to this one."""
        if new.kind is Kind.CHILD:
            self._bounds.check(new, now=now)
            return
        self._bounds.check_guardian(new, now=now)
        self._bounds.check_circle(new, now=now)

    def _looked_at(self, kept: Delegation, now: float) -> Delegation:
        """The proposal once nobody was found in its way; raises a `Refusal`."""
        try:
            self._look(kept, now)
        except tuple(STEPPED_BACK) as refusal:
            self._store.move(kept, closed(kept, Event.WITHDRAW, STEPPED_BACK[type(refusal)], int(now)))
            raise
        if kept.kind is Kind.ADULT:
            return kept
        if kept.consent:
            self._store.keep_consent(kept, now=kept.proposed_at)
        return self._begun(kept, now)

    def _begun(self, kept: Delegation, now: float) -> Delegation:
        """A child's delegation, running; or as the guardian has ended it in the meantime."""
        try:
            return self._beginnings.begin(kept, now=int(now))
        except DelegationClosed:
            return self._store.get(kept.guardian, kept.delegation_id) or kept


def _until(wish: Wish, latest: int, now: float) -> int:
    """When it ends, as wished; raises `UntilOutOfBounds`."""
    until = latest if wish.until is None else wish.until
    if not now < until <= latest:
        raise UntilOutOfBounds(latest=rfc3339(latest))
    return until


def _stands_in_the_way(one: Delegation, now: float) -> bool:
    """Whether one between the same two people makes another needless. What ends soon is renewed."""
    state = one.state_at(now)
    return state is State.PROPOSED or (state is State.ACTIVE and one.until - now > RENEWABLE_S)
