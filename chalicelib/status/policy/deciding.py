"""Deciding which policy holds: one officer proposes, another approves or rejects; and back again in the same way."""

from __future__ import annotations

from typing import Any

from chalicelib.platform.http.creation import Creation
from chalicelib.platform.http.refusals import IdempotencyKeyReused
from chalicelib.status.policy.instants import refuse_instant
from chalicelib.status.policy.life import Event, RollOut, State, Step
from chalicelib.status.policy.loading import Policies
from chalicelib.status.policy.refusals import (
    AlreadyDecided,
    NoSuchRollOut,
    NothingToRollBack,
)
from chalicelib.status.policy.roll_out_store import RollOutStore
from chalicelib.status.policy.rulebook import Entry, Rulebooks
from chalicelib.status.policy.taking_effect import TakingEffect
from chalicelib.status.refusals import OwnProposal
from chalicelib.status.residents import Officer, Officers

WRITE = "policy:write"


class RollOuts:
    """Decides which policy holds from when."""

    def __init__(
        self,
        store: RollOutStore,
        *,
        officers: Officers,
        policies: Policies,
        rulebooks: Rulebooks,
        effect: TakingEffect,
    ) -> None:
        self._store = store
        self._officers = officers
        self._policies = policies
        self._rulebooks = rulebooks
        self._effect = effect

    def propose(
        self, policy: str, *, effective_from: int | None, reason: str, creation: Creation, subject: str, now: int
    ) -> RollOut:
        """Propose that a policy holds from an instant on (None: from its approval)."""
        officer = self._officers.require(subject, WRITE)
        known = self._kept(creation)
        if known is not None:
            return known
        self._policies.find(policy)
        refuse_instant(effective_from, now=now)
        wished = {"policy": policy, "effective_from": effective_from, "undoes": ""}
        return self._added(creation, officer, reason=reason, now=now, **wished)

    def roll_back(self, roll_out_id: str, *, reason: str, creation: Creation, subject: str, now: int) -> RollOut:
        """Propose to go back to what held before a roll-out; another officer approves it like any other."""
        officer = self._officers.require(subject, WRITE)
        known = self._kept(creation)
        if known is not None:
            return known
        undone = self.find(roll_out_id)
        wished = {"policy": self._before(undone, now), "effective_from": None, "undoes": undone.roll_out_id}
        return self._added(creation, officer, reason=reason, now=now, **wished)

    def approve(self, roll_out_id: str, *, subject: str, now: int) -> RollOut:
        """Approve what somebody else has proposed, and let it take effect.

        Repeated by the same officer it goes on where it was left, so an answer that was lost costs nothing.
        """
        officer = self._officers.require(subject, WRITE)
        approved = self._decided(roll_out_id, Event.APPROVED, officer, "", now)
        return self._effect.begin(approved, now=now)

    def reject(self, roll_out_id: str, *, reason: str, subject: str, now: int) -> RollOut:
        """Reject a proposal; whoever proposed it may take it back in the same way."""
        officer = self._officers.require(subject, WRITE)
        return self._decided(roll_out_id, Event.REJECTED, officer, reason, now)

    def find(self, roll_out_id: str) -> RollOut:
        """One roll-out; raises `NoSuchRollOut`."""
        roll_out = self._store.get(roll_out_id)
        if roll_out is None:
            raise NoSuchRollOut
        return roll_out

    def all(self) -> list[RollOut]:
        """Every roll-out, the newest first."""
        return self._store.all()

    def _kept(self, creation: Creation) -> RollOut | None:
        """What the same request made before; raises `IdempotencyKeyReused` where another one did."""
        known = self._store.get(creation.record_id)
        if known is not None and known.digest != creation.digest:
            raise IdempotencyKeyReused
        return known

    def _added(self, creation: Creation, officer: Officer, *, reason: str, now: int, **proposed: Any) -> RollOut:
        """Keep a proposal, its first step taken."""
        step = Step(1, Event.PROPOSED, officer.holder, officer.name, now, reason)
        new = RollOut(creation.record_id, digest=creation.digest, state=State.PROPOSED, steps=(step,), **proposed)
        return new if self._store.add(new) else self._kept(creation) or new

    def _decided(self, roll_out_id: str, event: Event, officer: Officer, note: str, now: int) -> RollOut:
        """The roll-out with the officer's decision in it; raises `AlreadyDecided` where there is another one."""
        old = self.find(roll_out_id)
        if event is Event.APPROVED and old.proposed.by == officer.holder:
            raise OwnProposal
        if old.allows(event):
            new = old.after(event, by=officer.holder, by_name=officer.name, at=now, note=note)
            if self._store.move(old, new):
                return new
            old = self.find(roll_out_id)
        decided = old.decided
        if decided is None or (decided.event, decided.by) != (event, officer.holder):
            raise AlreadyDecided(state=old.state)
        return old

    def _before(self, undone: RollOut, now: int) -> str:
        """The policy that held before a roll-out; raises `NothingToRollBack` where it neither holds nor will."""
        book = self._rulebooks.current()
        entry = Entry(undone.since, undone.policy)
        if not undone.edition or entry not in book.entries or entry.since < book.in_force(now).since:
            raise NothingToRollBack
        return book.before(entry.since).policy
