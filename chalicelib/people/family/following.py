"""From the stream of the delegations table: the right to show in step with the delegation, and both sides told.

A record only says which delegation has moved. It is read anew, so a record that comes twice, late or out of order
does no harm, and all that happened so far is told again: a notice is known by its event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from chalicelib.people.family.model import NEVER_CAME_TO_BE, Delegation, Kind, State
from chalicelib.people.family.rights import Rights
from chalicelib.people.family.showing import delegation_in_image
from chalicelib.people.family.store import DEPENDANT, GUARDIAN, DelegationStore
from chalicelib.people.notices import Notices
from chalicelib.people.residents import Residents
from chalicelib.platform import telemetry
from chalicelib.platform.records import in_order
from chalicelib.platform.times import rfc3339

Facts = dict[str, str]
KINDS = {
    State.PROPOSED: "delegation_proposed",
    State.ACTIVE: "delegation_started",
    State.REFUSED: "delegation_refused",
    State.WITHDRAWN: "delegation_withdrawn",
    State.ENDED: "delegation_ended",
}
"""What the notice of each state is called (people/notices.py)."""


class Happened(NamedTuple):
    """One thing that happened to a delegation: what (a state), when, and at whose desk (empty: at nobody's)."""

    what: State
    at: int
    helper: str


class DelegationFollower:
    """Does what follows from a delegation's moves."""

    def __init__(
        self,
        store: DelegationStore,
        rights: Rights,
        *,
        residents: Callable[[], Residents],
        notices: Callable[[], Notices],
    ) -> None:
        self._store = store
        self._rights = rights
        self._residents = residents
        self._notices = notices

    def record(self, records: Iterable[dict[str, Any]], *, now: float) -> list[str]:
        """Follow the moves in a batch, in order; answers the sequence number to resume from, if one failed."""
        return in_order(records, lambda change: self._follow(change, now), function="follow_delegations")

    def _follow(self, change: dict[str, Any], now: float) -> None:
        """What one write brought; what points to a delegation moves nothing by itself."""
        image = change.get("NewImage") or change.get("OldImage") or {}
        if image.get("side", {}).get("S") != GUARDIAN:
            return
        kept = self._store.get(image["holder"]["S"], image["delegation_id"]["S"])
        if kept is None:
            self._forget(delegation_in_image(image))
            return
        self._tell(self._rights.settle(kept), now)
        telemetry.count("DelegationMoves", state=kept.state)

    def _forget(self, gone: Delegation) -> None:
        """Take away what is left of a delegation whose record has lived its time."""
        if gone.since:
            self._rights.take(gone)
        self._store.forget_pointer(gone.dependant, gone.delegation_id)

    def _tell(self, delegation: Delegation, now: float) -> None:
        """Tell both sides what happened, and who the other is; of a proposal only who is asked."""
        if delegation.because in NEVER_CAME_TO_BE:
            return
        sides = [delegation.guardian, delegation.dependant]
        names = self._residents().masked_names(sides, now=now)
        for one in happened(delegation):
            event = f"delegation#{delegation.delegation_id}#{one.what}"
            for holder, you, other in zip(sides, (GUARDIAN, DEPENDANT), reversed(names), strict=True):
                if one.what is State.PROPOSED and you == GUARDIAN:
                    continue
                facts = _facts(delegation, one) | {"you": you, "other": other}
                self._notices().tell(holder, KINDS[one.what], facts, event=event, now=one.at)


def happened(delegation: Delegation) -> Iterator[Happened]:
    """What people did so far, in order. What time alone brings was told when it began: it ends at `until`."""
    if delegation.kind is Kind.ADULT:
        yield Happened(State.PROPOSED, delegation.proposed_at, "")
    if delegation.since:
        yield Happened(State.ACTIVE, delegation.since, delegation.agreed_by)
    if delegation.closed_at:
        yield Happened(delegation.state, delegation.closed_at, delegation.closed_by)


def _facts(delegation: Delegation, one: Happened) -> Facts:
    """What a notice says beside who the other is."""
    facts = {"delegation_id": delegation.delegation_id}
    if one.what in {State.PROPOSED, State.ACTIVE}:
        facts["until"] = rfc3339(delegation.until)
    if one.at == delegation.closed_at and delegation.because:
        facts["because"] = str(delegation.because)
    return facts | ({"helper": one.helper} if one.helper else {})
