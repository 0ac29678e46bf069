"""What the officers and residents of the demo city have done: a policy rolled out, overrides decided, an appeal filed.

Everything goes through the services that the API uses, under wishes that are the same each time, so that a city which
is opened again finds it done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from chalicelib.platform.crypto.hashing import sm3
from chalicelib.platform.http.creation import ID_DIGITS, Creation
from chalicelib.platform.http.office import Deed, on_record
from chalicelib.status.appeals.filing import Filing
from chalicelib.status.appeals.model import About, AboutKind
from chalicelib.status.appeals.refusals import AppealAlreadyOpen
from chalicelib.status.model import colour_at
from chalicelib.status.overrides.decide import Act
from chalicelib.status.overrides.propose import Proposal
from chalicelib.wiring import City
from infra.local import story

Holders = Mapping[str, str]
"""Holder ids by name."""

Answer = TypeVar("Answer")
OK, CREATED = 200, 201
MAKES = frozenset({"propose_override", "propose_client", "make_client_secret"})
"""Operations that answer with something new."""


def govern(city: City, holders: Holders, *, now: int) -> None:
    """Let two officers put the epidemic policy in force some weeks ago, where nothing was decided yet."""
    if city.rulebooks.current().edition:
        return
    then = now - story.GOVERNED_DAYS * 86_400
    proposed = city.policy_office.roll_outs.propose(
        story.POLICY,
        effective_from=None,
        reason=story.POLICY_REASON,
        creation=wish("roll-out"),
        subject=holders[story.PROPOSER],
        now=then,
    )
    city.policy_office.roll_outs.approve(proposed.roll_out_id, subject=holders[story.APPROVER], now=then)


def decide(city: City, holders: Holders, *, now: int) -> None:
    """Let officers decide about two people: one override in effect and under appeal, one waiting for its approval."""
    day = datetime.fromtimestamp(now, story.ZONE).date().isoformat()
    _propose(city, holders, story.WAITING, wish(f"waiting {day}"), now)
    decided = story.DECIDED
    holder = holders[decided.who]
    if _is_already(city, holder, decided, now):
        return
    override_id = _propose(city, holders, decided, wish(f"decided {day}"), now)
    approval = Act(override_id, holders[story.APPROVER], wish(f"approved {day}"), story.APPROVAL_NOTE, now)
    deed = Deed(holders[story.APPROVER], "override:approve", "approve_override", {"override_id": override_id})
    acted(city, deed, lambda: city.override_decisions.approve(approval), now=now)
    # As the stream does, which flows when the city is open: what the holder objects to has to be there.
    city.override_follower.record([{"dynamodb": {"Keys": {"override_id": {"S": override_id}}}}], now=now)
    city.recompute.holder(holder, now=now, cause="evidence")
    _object(city, holder, override_id, wish(f"appeal {day}"), now)


def _is_already(city: City, holder: str, decided: story.Decided, now: int) -> bool:
    """Whether an override of another day still holds."""
    kept = city.ledger.read(holder)
    return kept is not None and colour_at(kept.course, now) is decided.colour


def _propose(city: City, holders: Holders, decided: story.Decided, wish: Creation, now: int) -> str:
    """The id of an override that an officer proposes."""
    people = [story.document_of(decided.who)]
    proposal = Proposal(decided.colour, decided.ground, decided.hours, decided.reason, people, "")
    by = holders[decided.by]
    deed = Deed(by, "override:propose", "propose_override", {})
    return acted(city, deed, lambda: city.override_proposals.propose(by, proposal, wish, now=now).override_id, now=now)


def _object(city: City, holder: str, override_id: str, wish: Creation, now: int) -> None:
    """Let a holder object to an override."""
    about = str(About(AboutKind.OVERRIDE, override_id))
    try:
        city.appeals.filings.file(Filing(story.OBJECTION, about, None), by=holder, creation=wish, now=now)
    except AppealAlreadyOpen:
        return


def acted(city: City, deed: Deed, act: Callable[[], Answer], *, now: int) -> Answer:
    """What an officer does, with its lines in the log of officers, as the API writes them."""
    return on_record(city.office_log, deed, CREATED if deed.operation in MAKES else OK, act, now=now)


def wish(name: str) -> Creation:
    """A wish of the demo city by its name."""
    digest = sm3(f"demo city: {name}".encode()).hex()
    return Creation(digest[:ID_DIGITS], digest)
