"""What an export says of the ways in: by what and by whom a person is shown, and logs in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.platform.times import rfc3339
from chalicelib.wiring.sections_form import Json, time_or_none

if TYPE_CHECKING:
    from chalicelib.wiring.accounts import Accounts


def delegations(here: Accounts, holder: str, now: float) -> list[Json]:
    """Who shows codes for whom."""
    return [
        {
            "delegation_id": seen.delegation.delegation_id,
            "i_am": "guardian" if seen.mine else "dependant",
            "other": seen.name,
            "kind": str(seen.delegation.kind),
            "relation": seen.delegation.relation,
            "state": str(seen.delegation.state_at(now)),
            "since": time_or_none(seen.delegation.since or None),
            "until": time_or_none(seen.delegation.until if seen.delegation.since else None),
            "consent": seen.delegation.consent or None,
        }
        for seen in here.family.reader.of(holder, now=now)
    ]


def papers(here: Accounts, holder: str, now: float) -> list[Json]:
    """Paper codes."""
    return [
        {
            "paper_id": paper.paper_id,
            "state": paper.shown_state(now),
            "issued_at": rfc3339(paper.issued_at),
            "expires_at": rfc3339(paper.expires_at),
            "by": paper.ended_by or paper.issued_by or None,
        }
        for paper in here.papers.of(holder)
    ]


def cards(here: Accounts, holder: str, now: float) -> list[Json]:
    """Cards that stand for the holder."""
    return [
        {
            "card_type": card.card_type,
            "card_number": here.fields.open(card.number, context=f"card#{card.card_id}", now=now),
            "state": str(card.state),
            "bound_at": rfc3339(card.bound_at),
            "changed_at": rfc3339(card.changed_at),
            "by": card.by or None,
        }
        for card in here.cards.of(holder)
    ]


def channels(here: Accounts, holder: str) -> list[Json]:
    """Accounts of other apps."""
    return [
        {"channel": one.name, "assurance": str(one.assurance), "bound_at": rfc3339(one.bound_at)}
        for one in here.channel_accounts.of(holder)
    ]


def sessions(here: Accounts, holder: str, now: float) -> list[Json]:
    """Devices that are logged in."""
    return [
        {
            "device": seen.device,
            "since": rfc3339(seen.session.created_at),
            "last_used_at": rfc3339(seen.session.used_at),
            "assurance": str(seen.session.assurance),
        }
        for seen in here.devices.running(holder, now=now)
    ]


def tags(here: Accounts, holder: str, now: float) -> list[Json]:
    """Groups that the holder is said to belong to."""
    return [
        {
            "group": str(tag.group),
            "state": str(tag.state),
            "source": tag.source_name,
            "reported_at": rfc3339(tag.reported_at),
            "expires_at": rfc3339(tag.expires_at),
            "decided_at": time_or_none(tag.decided_at),
        }
        for tag in here.tags.of(holder, now=now)
    ]


def assistances(here: Accounts, holder: str) -> list[Json]:
    """What helpers did for the holder."""
    return [
        {
            "assistance_id": case.assistance_id,
            "by": case.helper_name,
            "why": str(case.why),
            "place": case.place,
            "opened_at": rfc3339(case.opened_at),
            "acts": [{"name": act.what, "at": rfc3339(act.at), "outcome": act.outcome or None} for act in case.acts],
        }
        for case in here.assistances.of(holder)
    ]


def departure(here: Accounts, holder: str) -> Json | None:
    """Whether the holder is leaving."""
    departure = here.leaving.read(holder)
    if departure is None:
        return None
    return {"state": str(departure.state), "asked_at": rfc3339(departure.asked_at)}
