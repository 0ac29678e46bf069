"""The service desk over HTTP, for helpers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from chalicelib.desk.acts import DeskAct, Document
from chalicelib.desk.model import Assistance, Why
from chalicelib.desk.refusals import ACTING, OPENING
from chalicelib.people.proofing.refusals import TooManyAttempts
from chalicelib.people.refusals import IdentityNotProven, NoIdentityProvider
from chalicelib.platform.http.operation import Api, Call, Front
from chalicelib.platform.http.refusals import IdempotencyKeyReused, StorageUnavailable
from chalicelib.platform.times import rfc3339

if TYPE_CHECKING:
    from chalicelib.desk.service import Desk, Visit

Text = Annotated[str, Meta(min_length=1, max_length=64)]
NEEDS = "assist:person"


class OpenAssistance(msgspec.Struct):
    """Who stands at the desk, that their document was compared with their face, and why they need help."""

    document_type: Text
    document_number: Text
    name: Text
    why: Why
    place: Annotated[str, Meta(min_length=1, max_length=128)]
    document_seen: bool = False


class ActRequest(msgspec.Struct):
    """What the helper does for the person."""

    act: DeskAct


class DoneAct(msgspec.Struct):
    """One act, as the receipt lists it. `outcome` is null until it is known."""

    name: str
    at: str
    outcome: str | None


class AssistanceRecord(msgspec.Struct):
    """One assistance. `until` is when it lapses by itself."""

    assistance_id: str
    state: str
    helper: str
    person: str
    why: str
    place: str
    opened_at: str
    until: str
    acts: list[DoneAct]


class ActAnswer(msgspec.Struct):
    """What came of an act, what is to be printed, and the assistance as it is now."""

    outcome: str
    print: Document | None
    assistance: AssistanceRecord


def api(
    desk: Callable[[], Desk],
    name_of: Callable[[str, float], str],
    front: Front,
) -> Api:
    """The operations of this room. `name_of` masks a holder's name."""
    api = front("desk")

    def record(case: Assistance, now: float) -> AssistanceRecord:
        return _record(case, name_of(case.holder, now), now)

    @api.operation(
        "POST",
        "/v1/assistances",
        summary="Begin to help a person at the service desk",
        body=OpenAssistance,
        answer=AssistanceRecord,
        status=201,
        needs=NEEDS,
        creates=True,
        refusals=(*OPENING, IdentityNotProven, TooManyAttempts, NoIdentityProvider, StorageUnavailable),
    )
    def open_assistance(call: Call[OpenAssistance]) -> AssistanceRecord:
        case = desk().open(call.principal.subject, _visit(call.body), call.creation, now=int(call.now))
        return record(case, call.now)

    @api.operation(
        "POST",
        "/v1/assistances/{assistance_id}/acts",
        summary="Do something for the person at the desk",
        body=ActRequest,
        answer=ActAnswer,
        needs=NEEDS,
        creates=True,
        refusals=(*ACTING, IdempotencyKeyReused, StorageUnavailable),
    )
    def act_at_desk(call: Call[ActRequest]) -> ActAnswer:
        subject, case_id = call.principal.subject, call.path["assistance_id"]
        case, outcome = desk().act(subject, case_id, call.body.act, call.creation, now=int(call.now))
        return ActAnswer(outcome.outcome, outcome.print, record(case, call.now))

    @api.operation(
        "POST",
        "/v1/assistances/{assistance_id}/close",
        summary="The person has left the desk",
        answer=AssistanceRecord,
        needs=NEEDS,
        refusals=(*ACTING, StorageUnavailable),
    )
    def close_assistance(call: Call[None]) -> AssistanceRecord:
        case = desk().close(call.principal.subject, call.path["assistance_id"], now=int(call.now))
        return record(case, call.now)

    @api.operation(
        "GET",
        "/v1/assistances/{assistance_id}",
        summary="What was done for a person",
        answer=AssistanceRecord,
        needs=NEEDS,
        refusals=(*ACTING, StorageUnavailable),
    )
    def read_assistance(call: Call[None]) -> AssistanceRecord:
        return record(desk().get(call.principal.subject, call.path["assistance_id"]), call.now)

    @api.operation(
        "GET",
        "/v1/assistances/{assistance_id}/receipt",
        summary="The receipt for the person, to be printed",
        answer=Document,
        needs=NEEDS,
        refusals=(*ACTING, StorageUnavailable),
    )
    def print_receipt(call: Call[None]) -> Document:
        from chalicelib.desk.receipt import receipt

        case = desk().get(call.principal.subject, call.path["assistance_id"])
        return receipt(record(case, call.now), call.now)

    return api


def _visit(body: OpenAssistance) -> Visit:
    """Who stands there, from its JSON."""
    from chalicelib.desk.service import Visit
    from chalicelib.people.model import Identity

    claimed = Identity(body.name, body.document_type, body.document_number)
    return Visit(claimed, body.document_seen, body.why, body.place)


def _record(case: Assistance, person: str, now: float) -> AssistanceRecord:
    """An assistance as its helper sees it."""
    return AssistanceRecord(
        assistance_id=case.assistance_id,
        state=str(case.standing(now)),
        helper=case.helper_name,
        person=person,
        why=str(case.why),
        place=case.place,
        opened_at=rfc3339(case.opened_at),
        until=rfc3339(case.until),
        acts=[DoneAct(act.what, rfc3339(act.at), act.outcome or None) for act in case.acts],
    )
