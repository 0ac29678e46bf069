"""What officers do to an override once it is proposed: approve, reject, withdraw, end; and void it after an appeal.

Each act reads the override, checks everything anew, and writes one step, on the condition that nobody else took one
meanwhile; else it begins again. So two approvals at once are two approvals, and never one in place of the other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from chalicelib.platform.http.creation import NO_CREATION, Creation
from chalicelib.status.overrides.entitled import APPROVE, PROPOSE, check_terms, check_unconcerned, is_repeated
from chalicelib.status.overrides.model import Event, IllegalMove, Override, State, Step, approval, moved
from chalicelib.status.overrides.refusals import (
    CONCERNED,
    ApprovedBefore,
    NotTheProposer,
    OverrideContended,
    OverrideNotFound,
    OverrideOutOfTurn,
    PartyOutOfOffice,
)
from chalicelib.status.overrides.store import OverrideStore
from chalicelib.status.overrides.words import Wording
from chalicelib.status.refusals import NotInOffice, OwnProposal
from chalicelib.status.residents import Officer, Officers, Residents

ATTEMPTS = 5


class Act(NamedTuple):
    """Who does something to which override, with which note, when; and the wish of the request behind it."""

    override_id: str
    subject: str
    wish: Creation
    note: str
    now: int


class Decisions:
    """Decides about overrides."""

    def __init__(self, store: OverrideStore, residents: Residents, officers: Officers, wording: Wording) -> None:
        self._store = store
        self._residents = residents
        self._officers = officers
        self._wording = wording

    def approve(self, act: Act) -> Override:
        """Approve, as the last who is needed or not yet; raises a `Refusal`.

        1. Nobody approves their own proposal, nor twice.
        2. Nobody approves what concerns them or their family.
        3. Whoever proposed and seconded it must still be entitled to.
        4. The law must still carry it.
        """
        officer = self._officers.require(act.subject, APPROVE)

        def check(override: Override) -> Event:
            if officer.holder == override.proposer.by:
                raise OwnProposal
            if any(officer.holder == step.by for step in override.approvals):
                raise ApprovedBefore
            check_unconcerned(self._residents, officer.holder, override.targets, now=act.now)
            self._check_parties(override, act.now)
            check_terms(override.ground, override.colour, override.hours)
            return approval(override)

        return self._carry_out(act, officer, check)

    def reject(self, act: Act) -> Override:
        """Reject a proposal: any officer but who proposed it, and nobody whom it concerns; raises a `Refusal`."""
        officer = self._officers.require(act.subject, APPROVE)

        def check(override: Override) -> Event:
            if officer.holder == override.proposer.by:
                raise OwnProposal
            check_unconcerned(self._residents, officer.holder, override.targets, now=act.now)
            return Event.REJECTED

        return self._carry_out(act, officer, check)

    def withdraw(self, act: Act) -> Override:
        """Take one's own proposal back, before it is approved; raises a `Refusal`."""
        officer = self._officers.require(act.subject, PROPOSE)

        def check(override: Override) -> Event:
            if officer.holder != override.proposer.by:
                raise NotTheProposer
            return Event.WITHDRAWN

        return self._carry_out(act, officer, check)

    def end(self, act: Act) -> Override:
        """End an approved override before its time; raises a `Refusal`.

        One officer is enough, also who proposed it: what people set is taken back, and evidence and policy alone speak
        again. But nobody ends one about themselves or their family.
        """
        officer = self._officers.require(act.subject, APPROVE)

        def check(override: Override) -> Event:
            check_unconcerned(self._residents, officer.holder, override.targets, now=act.now)
            return Event.ENDED

        return self._carry_out(act, officer, check)

    def void(self, override_id: str, *, by: Officer, note: str, now: int, holder: str = "") -> Override:
        """Take it back because an appeal was upheld; done before, it stays done. Raises a `Refusal`.

        With `holder`, where others are concerned as well, it goes on for them: one appeal frees one person.
        """
        act = Act(override_id, by.holder, NO_CREATION, note, now)

        def check(override: Override) -> Event:
            if holder and holder not in override.targets:
                raise OverrideNotFound
            return Event.EXEMPTED if holder and override.targets != (holder,) else Event.VOIDED

        return self._carry_out(act, by, check, about=holder)

    def _check_parties(self, override: Override, now: int) -> None:
        """Whoever proposed or seconded it must be in office and unconcerned at this very moment, too."""
        try:
            for step in (override.proposer, *override.approvals):
                self._officers.require(step.by, PROPOSE if step is override.proposer else APPROVE)
                check_unconcerned(self._residents, step.by, override.targets, now=now)
        except (NotInOffice, *CONCERNED) as refusal:
            raise PartyOutOfOffice from refusal

    def _carry_out(
        self, act: Act, officer: Officer, check: Callable[[Override], Event], *, about: str = ""
    ) -> Override:
        """Read, check, write, until nobody comes in between."""
        for _ in range(ATTEMPTS):
            override = self._store.get(act.override_id)
            if override is None:
                raise OverrideNotFound
            if _is_done(override, act.wish, about):
                return override
            new = self._moved(override, check(override), act, officer, about)
            if self._store.replace(override, new):
                return new
        raise OverrideContended

    def _moved(self, override: Override, event: Event, act: Act, officer: Officer, about: str) -> Override:
        """The override after an act; raises `OverrideOutOfTurn`."""
        note = self._wording.seal_note(override.override_id, act.note, now=act.now)
        wish, digest = act.wish
        step = Step(0, event, officer.holder, officer.name, act.now, note=note, wish=wish, digest=digest, about=about)
        try:
            return moved(override, step)
        except IllegalMove:
            raise OverrideOutOfTurn(state=override.standing(act.now)) from None


def _is_done(override: Override, wish: Creation, about: str) -> bool:
    """Whether there is nothing left to do: the same request was carried out, or (without one) all is voided."""
    if wish.record_id:
        return is_repeated(override, wish)
    return override.state is State.VOIDED or any(step.about == about for step in override.steps if step.about)
