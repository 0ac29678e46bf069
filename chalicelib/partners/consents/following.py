"""From the stream of the consents table: the holder, and the guardians of a child, told of every step.

A record only says which consent has moved. It is read anew, so a record that comes twice, late or out of order does no
harm, and all that happened so far is told again: a notice is known by its event. Uses stand in the list of disclosures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from chalicelib.partners.consents.acting import Circle
from chalicelib.partners.consents.model import By, Consent, State
from chalicelib.partners.consents.store import ConsentStore
from chalicelib.people.notices import Notices
from chalicelib.people.residents import Residents
from chalicelib.platform import telemetry
from chalicelib.platform.records import in_order
from chalicelib.platform.times import rfc3339

KINDS = {
    State.ASKED: "consent_asked",
    State.AGREED: "consent_given",
    State.REFUSED: "consent_refused",
    State.WITHDRAWN: "consent_withdrawn",
}
"""What the notice of each step is called (people/notices.py)."""


class Happened(NamedTuple):
    """One thing that people did about a consent: what (a state), when, and as what."""

    what: State
    at: int
    by: str


class ConsentFollower:
    """Sees to it that nobody is asked, and nothing is agreed to, silently."""

    def __init__(
        self,
        store: ConsentStore,
        circle: Circle,
        residents: Callable[[], Residents],
        notices: Callable[[], Notices],
    ) -> None:
        self._store = store
        self._circle = circle
        self._residents = residents
        self._notices = notices

    def record(self, records: Iterable[dict[str, Any]], *, now: float) -> list[str]:
        """Follow the moves in a batch, in order; answers the sequence number to resume from, if one failed."""
        return in_order(records, lambda change: self._follow(change, now), function="follow_consents")

    def _follow(self, change: dict[str, Any], now: float) -> None:
        """What one write brought. A use moves nothing, and of a request that stepped back nobody is told."""
        if not _has_moved(change):
            return
        keys = change["Keys"]
        kept = self._store.get(keys["holder"]["S"], keys["consent_id"]["S"])
        if kept is None:
            return
        telemetry.count("ConsentMoves", state=kept.state)
        guardians = self._circle.guardians(kept.holder, now=now)
        name = self._residents().masked_name(kept.holder, now=now) if guardians else ""
        for one in happened(kept):
            self._tell(kept, one, guardians, name)

    def _tell(self, consent: Consent, one: Happened, guardians: list[str], name: str) -> None:
        """Tell the holder and their guardians, each once."""
        event = f"consent#{consent.consent_id}#{one.what}"
        facts = _facts(consent, one)
        self._notices().tell(consent.holder, KINDS[one.what], facts | {"you": "holder"}, event=event, now=one.at)
        for guardian in guardians:
            told = facts | {"you": str(By.GUARDIAN), "other": name}
            self._notices().tell(guardian, KINDS[one.what], told, event=event, now=one.at)


def happened(consent: Consent) -> Iterator[Happened]:
    """What people did so far, in order."""
    yield Happened(State.ASKED, consent.asked_at, "")
    if consent.agreed_at:
        yield Happened(State.AGREED, consent.agreed_at, consent.agreed_by)
    if consent.closed_at and consent.state in KINDS:
        yield Happened(consent.state, consent.closed_at, consent.closed_by)


def _has_moved(change: dict[str, Any]) -> bool:
    """Whether a write changed where a consent stands, and it is still there."""
    old, new = change.get("OldImage"), change.get("NewImage")
    return new is not None and (old is None or old["state"] != new["state"])


def _facts(consent: Consent, one: Happened) -> dict[str, str]:
    """What a notice says: which consent, whose request it was, for what; until when to answer or how long it runs."""
    facts = {
        "consent_id": consent.consent_id,
        "client": consent.client_name,
        "purpose": str(consent.purpose),
        "fields": " ".join(sorted(consent.fields)),
    }
    if one.what is State.ASKED:
        facts["answer_by"] = rfc3339(consent.answer_by)
    if one.what is State.AGREED:
        facts["until"] = rfc3339(consent.until)
    return facts | ({"by": one.by} if one.by else {})
