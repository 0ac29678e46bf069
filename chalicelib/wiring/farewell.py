"""What somebody who leaves has taken away, in this order: first what opens doors, then what says who they were, and
once more consents and sessions, for one may have been asked for or opened meanwhile. The list of disclosures goes after
the status: without one nothing is disclosed any more.

Every step may be taken again, and one that finds nothing is done.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.accounts.leaving import Step
from chalicelib.accounts.model import EVIDENCE_KEPT_DAYS

if TYPE_CHECKING:
    from chalicelib.wiring.desk import ServiceDesk


def steps(here: ServiceDesk) -> dict[str, Step]:
    """Every step by its name, in order."""
    return {
        "sessions": lambda holder, now: _end_sessions(here, holder, now),
        "channels": lambda holder, now: _unbind_channels(here, holder, now),
        "offices": lambda holder, now: _leave_offices(here, holder),
        "delegations": lambda holder, now: here.family.endings.end_all(holder, now=now),
        "consents": lambda holder, now: here.consents.answers.forget(holder, now=now),
        "papers": lambda holder, now: here.papers.end(holder, now=now),
        "cards": lambda holder, now: _unbind_cards(here, holder, now),
        "tags": lambda holder, now: here.tags.forget(holder),
        "status": lambda holder, now: _forget_status(holder),
        "disclosures": lambda holder, now: here.disclosures.forget(holder),
        "identity": lambda holder, now: _forget_identity(here, holder, now),
        "late consents": lambda holder, now: here.consents.answers.forget(holder, now=now),
        "late sessions": lambda holder, now: _end_sessions(here, holder, now),
    }


def _end_sessions(here: ServiceDesk, holder: str, now: int) -> None:
    from chalicelib.people.sessions.model import Ending

    here.devices.end_all(holder, Ending.LEFT, now=now)


def _unbind_channels(here: ServiceDesk, holder: str, now: int) -> None:
    for one in here.channel_accounts.of(holder):
        here.channel_accounts.unbind(holder, one.channel_id, now=now)


def _leave_offices(here: ServiceDesk, holder: str) -> None:
    from chalicelib.people.refusals import NeverInOffice

    try:
        here.officers.suspend(holder)
    except NeverInOffice:
        return


def _unbind_cards(here: ServiceDesk, holder: str, now: int) -> None:
    from chalicelib.codes.cards.model import CardState

    for card in here.cards.of(holder):
        if card.state is CardState.ACTIVE:
            here.cards.unbind(card.card_id, holder=holder, now=now)


def _forget_status(holder: str) -> None:
    from chalicelib.status.store import StatusStore

    StatusStore().forget(holder)


def _forget_identity(here: ServiceDesk, holder: str, now: int) -> None:
    until = datetime.fromtimestamp(now, UTC) + timedelta(days=EVIDENCE_KEPT_DAYS)
    here.identity_records.forget(holder, now=now, claims_until=until)
