"""Paper over HTTP: have one made, list mine, print it, report it lost."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import msgspec

from chalicelib.codes.paper.model import EXPIRED
from chalicelib.codes.paper.refusals import (
    PaperContended,
    PaperNotFound,
    PaperNotGood,
    TooManyPapers,
    UnknownForm,
)
from chalicelib.codes.refusals import HolderSuspended
from chalicelib.people.assurance import require_real_person
from chalicelib.people.family.refusals import DelegationEnded, NotYourDependant
from chalicelib.people.refusals import AssuranceTooLow
from chalicelib.platform.http.operation import Api, Call, Front
from chalicelib.platform.http.refusals import IdempotencyKeyReused, StorageUnavailable
from chalicelib.platform.times import rfc3339
from chalicelib.trust.status_lists.refusals import StatusListsInMotion

if TYPE_CHECKING:
    from chalicelib.codes.paper.issue import Papers
    from chalicelib.codes.paper.model import Paper

FORMS = ("a4", "card")
FOR = {"for": "The id of a delegation, for the papers of who is in my care"}
MEDIA_TYPE = "application/pdf"
IN_CARE = (NotYourDependant, DelegationEnded)


class PaperWish(msgspec.Struct, rename={"whose": "for"}):
    """Whose paper it is about: one's own, or with `for`, the id of a delegation, that of who is in one's care."""

    whose: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None


class SeenPaper(msgspec.Struct):
    """A paper as its holder sees it. `paper_id` is the number printed on it; `state` is active, expired, lost, replaced
    or ended, since `state_since`. `acted_by` is the masked name of who reported it or had it made for the holder."""

    paper_id: str
    state: str
    state_since: str
    issued_at: str
    expires_at: str
    acted_by: str | None


class SeenPapers(msgspec.Struct):
    """A holder's papers, newest first: the present one, and those before it until they would have run out."""

    papers: list[SeenPaper]
    server_time: str


class PaperDocument(msgspec.Struct):
    """A paper to print: `document` is the base64 of a file of this type."""

    media_type: str
    document: Annotated[str, msgspec.Meta(extra_json_schema={"contentEncoding": "base64"})]


class Acting(NamedTuple):
    """For whom somebody acts, and under which name; the name is empty for themselves."""

    holder: str
    by: str = ""


Entitled = Callable[[str, str, float], Acting]
"""Whom a guardian acts for by a delegation; raises `NotYourDependant` or `DelegationEnded`."""


def api(papers: Callable[[], Papers], entitled: Entitled, specimen: bool, front: Front) -> Api:
    """The operations of this room."""
    api = front("papers")

    def acting(call: Call[Any], whose: str | None) -> Acting:
        subject = call.principal.subject
        return Acting(subject) if whose is None else entitled(subject, whose, call.now)

    @api.operation(
        "POST",
        "/v1/papers",
        summary="Have a paper code made; the one before is dead from then on",
        body=PaperWish,
        answer=SeenPaper,
        status=201,
        needs="carrier:write",
        creates=True,
        refusals=(
            AssuranceTooLow,
            *IN_CARE,
            HolderSuspended,
            TooManyPapers,
            IdempotencyKeyReused,
            PaperContended,
            StatusListsInMotion,
            StorageUnavailable,
        ),
    )
    def issue_paper(call: Call[PaperWish]) -> SeenPaper:
        require_real_person(call.principal)
        case = acting(call, call.body.whose)
        return _seen(papers().issue(case.holder, call.creation, now=call.now, by=case.by), call.now)

    @api.operation(
        "GET",
        "/v1/papers",
        summary="My paper codes and their states",
        answer=SeenPapers,
        needs="carrier:read",
        query=FOR,
        refusals=(*IN_CARE, StorageUnavailable),
    )
    def list_papers(call: Call[None]) -> SeenPapers:
        mine = papers().of(acting(call, call.query.get("for")).holder)
        return SeenPapers([_seen(paper, call.now) for paper in mine], rfc3339(call.now))

    @api.operation(
        "POST",
        "/v1/papers/{paper_id}/loss",
        summary="Report a paper lost, for good",
        body=PaperWish,
        answer=SeenPaper,
        needs="carrier:write",
        refusals=(*IN_CARE, PaperNotFound, PaperContended, StorageUnavailable),
    )
    def lose_paper(call: Call[PaperWish]) -> SeenPaper:
        case = acting(call, call.body.whose)
        return _seen(papers().lose(case.holder, call.path["paper_id"], now=call.now, by=case.by), call.now)

    @api.operation(
        "GET",
        "/v1/papers/{paper_id}/document",
        summary="The paper as a PDF to print",
        answer=PaperDocument,
        needs="carrier:read",
        query={"form": "a4 (a page, the default) or card (the size of a bank card)"} | FOR,
        refusals=(
            AssuranceTooLow,
            *IN_CARE,
            UnknownForm,
            PaperNotFound,
            PaperNotGood,
            HolderSuspended,
            StorageUnavailable,
        ),
    )
    def show_paper(call: Call[None]) -> PaperDocument:
        from chalicelib.codes.paper.document import document

        require_real_person(call.principal)
        form = _form(call.query.get("form"))
        holder = acting(call, call.query.get("for")).holder
        to_print = papers().to_print(holder, call.path["paper_id"], now=call.now)
        return PaperDocument(MEDIA_TYPE, b64encode(document(to_print, form, specimen=specimen)).decode())

    return api


def _form(text: str | None) -> str:
    """The form that is asked for; raises `UnknownForm`."""
    if text is None:
        return FORMS[0]
    if text not in FORMS:
        raise UnknownForm(accepted=list(FORMS))
    return text


def _seen(paper: Paper, now: float) -> SeenPaper:
    """A paper for its holder."""
    state = paper.shown_state(now)
    return SeenPaper(
        paper_id=paper.paper_id,
        state=state,
        state_since=rfc3339(paper.expires_at if state == EXPIRED else paper.since),
        issued_at=rfc3339(paper.issued_at),
        expires_at=rfc3339(paper.expires_at),
        acted_by=paper.ended_by or paper.issued_by or None,
    )
