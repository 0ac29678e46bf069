"""From the stream of the assistances table: every act into the journal, and to the person it was done for.

A record only says which assistance has moved. It is read anew, and all its acts are told again: the journal and the
notices know what they were told before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from chalicelib.desk.model import Assistance
from chalicelib.desk.store import AssistanceStore
from chalicelib.platform import telemetry
from chalicelib.platform.records import in_order

if TYPE_CHECKING:
    from chalicelib.people.notices import Notices
    from chalicelib.trust.journal import Journal

CHAIN = "assistances"
OPENED, ACTED = "desk_opened", "desk_acted"


class Happened(NamedTuple):
    """One thing that happened: its id, what, and when."""

    step_id: str
    what: str
    at: int


class AssistanceFollower:
    """Sees to it that nothing is done silently."""

    def __init__(self, store: AssistanceStore, journal: Callable[[], Journal], notices: Callable[[], Notices]) -> None:
        self._store = store
        self._journal = journal
        self._notices = notices

    def record(self, records: Iterable[dict[str, Any]], *, now: int) -> list[str]:
        """Follow a batch, in order; answers the sequence number to resume from, if one failed."""
        return in_order(records, lambda change: self._follow(change, now), function="follow_assistances")

    def _follow(self, change: dict[str, Any], now: int) -> None:
        """The journal first, then the person."""
        case = self._store.get(change["Keys"]["assistance_id"]["S"])
        if case is None:
            return
        for one in happened(case):
            self._journal().append(CHAIN, step_id=one.step_id, what=_entry(case, one), now=now)
            self._tell(case, one)
        telemetry.count("AssistanceSteps")

    def _tell(self, case: Assistance, one: Happened) -> None:
        """Tell the person who did what in their name, where and why."""
        kind = OPENED if one.what == "opened" else ACTED
        facts = {"by": case.helper_name, "why": str(case.why), "place": case.place, "act": one.what}
        self._notices().tell(case.holder, kind, facts, event=one.step_id, now=one.at)


def happened(case: Assistance) -> Iterator[Happened]:
    """All that happened under an assistance, in order."""
    yield Happened(f"{case.assistance_id}#0", "opened", case.opened_at)
    for act in case.acts:
        yield Happened(f"{case.assistance_id}#{act.n}", act.what, act.at)


def _entry(case: Assistance, one: Happened) -> dict[str, str]:
    """A step as the journal keeps it: ids, and words of ours."""
    return {
        "assistance": case.assistance_id,
        "event": one.what,
        "at": str(one.at),
        "by": case.helper,
        "for": case.holder,
        "why": str(case.why),
    }
