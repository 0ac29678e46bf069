"""Overrides over HTTP, for officers: propose one, and decide about it. Nobody's holder id leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from chalicelib.platform.http.operation import Api, Call, Front
from chalicelib.platform.http.refusals import StorageUnavailable
from chalicelib.status.model import Colour
from chalicelib.status.overrides import shown
from chalicelib.status.overrides.grounds import LONGEST_H
from chalicelib.status.overrides.model import Override
from chalicelib.status.overrides.reading_routes import read_operations
from chalicelib.status.overrides.refusals import APPROVING, CONCERNED, MOVING, PROPOSING, REJECTING, NotTheProposer
from chalicelib.status.overrides.shown import OverrideRecord

if TYPE_CHECKING:
    from chalicelib.status.overrides.decide import Act, Decisions
    from chalicelib.status.overrides.propose import Proposal, Proposals
    from chalicelib.status.overrides.reading import OverrideReader
    from chalicelib.status.residents import Officers

MOST_PEOPLE = 500
BODY_LIMIT_BYTES = 256 * 1024
Text = Annotated[str, Meta(min_length=1, max_length=64)]


class Person(msgspec.Struct):
    """One of the people concerned, by a document of theirs."""

    document_type: Text
    document_number: Text


class ProposeOverride(msgspec.Struct):
    """What an officer proposes. The people concerned read `reason` in just these words."""

    colour: Colour
    people: Annotated[list[Person], Meta(min_length=1, max_length=MOST_PEOPLE)]
    ground: Text
    reason: Annotated[str, Meta(min_length=10, max_length=500, pattern=r"^\S[\s\S]*\S$")]
    hours: Annotated[int, Meta(ge=1, le=LONGEST_H)]
    group: Annotated[str, Meta(max_length=64)] = ""


class Note(msgspec.Struct):
    """What an officer notes about a decision, for other officers."""

    note: Annotated[str, Meta(max_length=500)] = ""


def api(
    proposals: Callable[[], Proposals],
    decisions: Callable[[], Decisions],
    reader: Callable[[], OverrideReader],
    officers: Callable[[], Officers],
    front: Front,
) -> Api:
    """The operations of this room."""
    api = front("overrides")

    def record(override: Override, now: float) -> OverrideRecord:
        return shown.record(reader().opened(override, now=now), now)

    @api.operation(
        "POST",
        "/v1/overrides",
        summary="Propose to set a colour",
        body=ProposeOverride,
        answer=OverrideRecord,
        status=201,
        needs="override:propose",
        creates=True,
        limit_bytes=BODY_LIMIT_BYTES,
        refusals=(*PROPOSING, StorageUnavailable),
    )
    def propose_override(call: Call[ProposeOverride]) -> OverrideRecord:
        proposal = _proposal(call.body)
        override = proposals().propose(call.principal.subject, proposal, call.creation, now=int(call.now))
        return record(override, call.now)

    @api.operation(
        "POST",
        "/v1/overrides/{override_id}/approval",
        summary="Approve what another officer proposed",
        body=Note,
        answer=OverrideRecord,
        needs="override:approve",
        creates=True,
        refusals=(*APPROVING, StorageUnavailable),
    )
    def approve_override(call: Call[Note]) -> OverrideRecord:
        return record(decisions().approve(_act(call)), call.now)

    @api.operation(
        "POST",
        "/v1/overrides/{override_id}/rejection",
        summary="Reject what another officer proposed",
        body=Note,
        answer=OverrideRecord,
        needs="override:approve",
        creates=True,
        refusals=(*REJECTING, StorageUnavailable),
    )
    def reject_override(call: Call[Note]) -> OverrideRecord:
        return record(decisions().reject(_act(call)), call.now)

    @api.operation(
        "POST",
        "/v1/overrides/{override_id}/withdrawal",
        summary="Take one's own proposal back",
        body=Note,
        answer=OverrideRecord,
        needs="override:propose",
        creates=True,
        refusals=(*MOVING, NotTheProposer, StorageUnavailable),
    )
    def withdraw_override(call: Call[Note]) -> OverrideRecord:
        return record(decisions().withdraw(_act(call)), call.now)

    @api.operation(
        "POST",
        "/v1/overrides/{override_id}/end",
        summary="End an approved override before its time",
        body=Note,
        answer=OverrideRecord,
        needs="override:approve",
        creates=True,
        refusals=(*MOVING, *CONCERNED, StorageUnavailable),
    )
    def end_override(call: Call[Note]) -> OverrideRecord:
        return record(decisions().end(_act(call)), call.now)

    read_operations(api, reader, officers, record)
    return api


def _proposal(body: ProposeOverride) -> Proposal:
    """What is proposed, from its JSON."""
    from chalicelib.status.overrides.propose import Proposal
    from chalicelib.status.residents import Document

    people = [Document(person.document_type, person.document_number) for person in body.people]
    return Proposal(body.colour, body.ground, body.hours, body.reason, people, body.group)


def _act(call: Call[Note]) -> Act:
    """Who does something to which override."""
    from chalicelib.status.overrides.decide import Act

    return Act(call.path["override_id"], call.principal.subject, call.creation, call.body.note, int(call.now))
