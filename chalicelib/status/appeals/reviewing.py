"""Reviewing: the queue, taking an appeal and giving it back, and deciding it in words that the holder reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from chalicelib.status.appeals.changing import Act, change
from chalicelib.status.appeals.filing import reason_context
from chalicelib.status.appeals.impartial import Impartiality
from chalicelib.status.appeals.items import Listed
from chalicelib.status.appeals.model import STATUS, About, AboutKind, Appeal, Event, IllegalMove, State, moved
from chalicelib.status.appeals.reasons import Reasons
from chalicelib.status.appeals.refusals import (
    AppealNotWaiting,
    AppealTaken,
    NotYourReview,
    RejectionVoidsNothing,
    UnknownMatter,
    VoidsMissing,
)
from chalicelib.status.appeals.sides import Sides
from chalicelib.status.appeals.store import AppealStore
from chalicelib.status.residents import Officer
from chalicelib.trust.fields import Fields


class Decision(NamedTuple):
    """What a reviewer decided, and why, in the words the holder reads.

    `voids` are `about` values of what was wrong beside what the appeal is about; None where nothing is said of that.
    """

    outcome: Event
    reason: str
    voids: list[str] | None


class Reviews:
    """What reviewers do."""

    def __init__(
        self, store: AppealStore, *, sides: Sides, impartiality: Impartiality, reasons: Reasons, fields: Fields
    ) -> None:
        self._store = store
        self._sides = sides
        self._impartiality = impartiality
        self._reasons = reasons
        self._fields = fields

    def queue(self, level: int, *, asking: str, after: str, size: int) -> list[Listed]:
        """Undecided appeals of a level, the soonest due first; raises `NotInOffice`."""
        self._sides.officer(asking, level)
        found: Iterator[Listed] = self._store.queue(level, after=after)
        return list(islice(found, size))

    def take(self, appeal_id: str, *, by: str, now: float) -> Appeal:
        """Put an appeal on the officer's desk; raises a `Refusal`."""

        def act(appeal: Appeal) -> Appeal:
            officer = self._sides.reviewer(appeal, by)
            if appeal.is_reviewed_by(by):
                return appeal
            if appeal.state is State.IN_REVIEW:
                raise AppealTaken
            self._impartiality.check(appeal, by, now=now)
            return _stepped(appeal, Event.TAKEN, officer, now)

        return self._changed(appeal_id, act)

    def release(self, appeal_id: str, *, by: str, now: float) -> Appeal:
        """Give an appeal back to the queue; raises a `Refusal`."""

        def act(appeal: Appeal) -> Appeal:
            officer = self._sides.reviewer(appeal, by)
            last = appeal.last({Event.TAKEN, Event.RELEASED})
            if appeal.state is State.OPEN and last and (last.event, last.by) == (Event.RELEASED, by):
                return appeal
            _check_desk(appeal, by)
            return _stepped(appeal, Event.RELEASED, officer, now)

        return self._changed(appeal_id, act)

    def decide(self, appeal_id: str, decision: Decision, *, by: str, now: float) -> Appeal:
        """Answer an appeal; what an upheld one voids follows through its stream. Raises a `Refusal`.

        1. It lies on this officer's desk, and the officer is still free to judge it.
        2. What is to be voided speaks for this holder's status.
        3. The answer is sealed, and stored together with the step.
        """

        def act(appeal: Appeal) -> Appeal:
            officer = self._sides.reviewer(appeal, by)
            if self._said_before(appeal, decision, by, now):
                return appeal
            _check_desk(appeal, by)
            self._impartiality.check(appeal, by, now=now)
            voids = self._voids(appeal, decision)
            reason = self._fields.seal(decision.reason, context=reason_context(appeal_id), now=now)
            decided = _stepped(appeal, decision.outcome, officer, now)
            return replace(decided, decided_at=int(now), reason=reason, voids=voids)

        return self._changed(appeal_id, act)

    def _changed(self, appeal_id: str, act: Act) -> Appeal:
        return change(self._store, lambda: self._sides.filed(appeal_id), act)

    def _said_before(self, appeal: Appeal, decision: Decision, by: str, now: float) -> bool:
        """Whether this officer gave this very answer before."""
        last = appeal.steps[-1]
        if (last.event, last.by) != (decision.outcome, by):
            return False
        return self._fields.open(appeal.reason, context=reason_context(appeal.appeal_id), now=now) == decision.reason

    def _voids(self, appeal: Appeal, decision: Decision) -> tuple[About, ...]:
        """What an answer takes back."""
        if decision.outcome is Event.REJECTED:
            if decision.voids:
                raise RejectionVoidsNothing
            return ()
        if appeal.about == STATUS and decision.voids is None:
            raise VoidsMissing
        named = self._reasons.named(decision.voids or (), appeal.holder)
        if STATUS in named:
            raise UnknownMatter
        own = () if appeal.about.kind is AboutKind.STATUS else (appeal.about,)
        return tuple(dict.fromkeys((*own, *named)))


def _check_desk(appeal: Appeal, officer: str) -> None:
    """Refuse what does not lie on this officer's desk, and say whether it ever can."""
    if not appeal.undecided:
        raise AppealNotWaiting
    if not appeal.is_reviewed_by(officer):
        raise NotYourReview


def _stepped(appeal: Appeal, event: Event, officer: Officer, now: float) -> Appeal:
    """The appeal after what an officer did."""
    try:
        return moved(appeal, event, by=officer.holder, by_name=officer.name, at=int(now))
    except IllegalMove as error:
        raise AppealNotWaiting from error
