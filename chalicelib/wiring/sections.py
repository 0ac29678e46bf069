"""What each room knows of a person, in words of their own: the sections of an export.

Times are RFC 3339. Other people stand in it as they do everywhere, by masked names and offices. Digests, sealed bytes
and ids of ours that mean nothing to anybody are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.accounts.exporting import Section
from chalicelib.wiring import sections_looks as looks
from chalicelib.wiring import sections_status as status
from chalicelib.wiring import sections_ways as ways

if TYPE_CHECKING:
    from chalicelib.wiring.accounts import Accounts

COVERS = {
    "identity": ("holders", "identities"),
    "status": ("statuses",),
    "history": ("changes",),
    "evidence": ("evidence",),
    "appeals": ("appeals", "appeal-matters"),
    "scans": ("scans",),
    "delegations": ("delegations", "guardian-consents"),
    "consents": ("consents",),
    "disclosures": ("disclosures",),
    "papers": ("carriers",),
    "cards": ("cards",),
    "channels": ("channel_accounts",),
    "sessions": ("sessions",),
    "tags": ("tags",),
    "notices": ("notices",),
    "assistances": ("assistances",),
    "departure": ("departures",),
}
"""Which tables each section tells of; a test finds the table that is nowhere."""


def sections(here: Accounts) -> dict[str, Section]:
    """Every section by its name."""
    return {
        "identity": lambda holder, now: status.identity(here, holder, now),
        "status": lambda holder, now: status.status(here, holder, now),
        "history": lambda holder, now: status.history(here, holder, now),
        "evidence": lambda holder, now: status.evidence(here, holder),
        "appeals": lambda holder, now: list(status.appeals(here, holder, now)),
        "scans": lambda holder, now: looks.scans(here, holder),
        "delegations": lambda holder, now: ways.delegations(here, holder, now),
        "consents": lambda holder, now: looks.consents(here, holder, now),
        "disclosures": lambda holder, now: looks.disclosures(here, holder),
        "papers": lambda holder, now: ways.papers(here, holder, now),
        "cards": lambda holder, now: ways.cards(here, holder, now),
        "channels": lambda holder, now: ways.channels(here, holder),
        "sessions": lambda holder, now: ways.sessions(here, holder, now),
        "tags": lambda holder, now: ways.tags(here, holder, now),
        "notices": lambda holder, now: looks.notices(here, holder),
        "assistances": lambda holder, now: ways.assistances(here, holder),
        "departure": lambda holder, now: ways.departure(here, holder),
    }
