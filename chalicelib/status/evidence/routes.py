"""Evidence over HTTP: departments report facts, one or a whole file of them, and take them back.

No answer says whether the person is known here: departments are told what became of their facts, and nothing of people.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from chalicelib.platform.http.operation import Api, Call, Front
from chalicelib.platform.http.refusals import Refusal, StorageUnavailable
from chalicelib.platform.times import rfc3339
from chalicelib.status.evidence.form import ReportEvidence, VoidEvidence
from chalicelib.status.evidence.refusals import REPORT, ReferenceLooksPersonal
from chalicelib.status.evidence.reported import Source

if TYPE_CHECKING:
    from chalicelib.status.evidence.batch import BatchReports, Outcome
    from chalicelib.status.evidence.reporting import Reports

LARGEST_BATCH = 500
BATCH_LIMIT_BYTES = 512 * 1024


class EvidenceBatch(msgspec.Struct):
    """A file of facts, each as `POST /v1/evidence` takes it; one that is not is refused alone."""

    items: Annotated[list[msgspec.Raw], msgspec.Meta(min_length=1, max_length=LARGEST_BATCH)]


class TakenEvidence(msgspec.Struct):
    """The fact is with us; `repeated` says that it was before."""

    evidence_id: str
    repeated: bool
    server_time: str


class ItemOutcome(msgspec.Struct, omit_defaults=True):
    """What became of one item. `problem` says why it was refused, or that it has to be sent again."""

    outcome: Literal["accepted", "refused", "unavailable"]
    evidence_id: str | None = None
    repeated: bool | None = None
    problem: dict[str, Any] | None = None


class BatchOutcome(msgspec.Struct):
    """What became of each item, in the order of the file."""

    outcomes: list[ItemOutcome]
    server_time: str


class VoidedEvidence(msgspec.Struct):
    """The fact counts no more; `voided_at` is when it was first taken back."""

    evidence_id: str
    voided_at: str
    server_time: str


def api(reports: Callable[[], Reports], batches: Callable[[], BatchReports], front: Front) -> Api:
    """The operations of this room."""
    api = front("evidence")

    @api.operation(
        "POST",
        "/v1/evidence",
        summary="Report a fact about a person",
        body=ReportEvidence,
        answer=TakenEvidence,
        status=201,
        needs="evidence:write",
        refusals=(*REPORT, StorageUnavailable),
    )
    def report_evidence(call: Call[ReportEvidence]) -> TakenEvidence:
        receipt = reports().report(_source(call), call.body.said(), now=call.now)
        return TakenEvidence(*receipt, rfc3339(call.now))

    @api.operation(
        "POST",
        "/v1/evidence/batch",
        summary="Report a file of facts, each accepted or refused on its own",
        body=EvidenceBatch,
        answer=BatchOutcome,
        needs="evidence:write",
        refusals=(StorageUnavailable,),
        limit_bytes=BATCH_LIMIT_BYTES,
    )
    def report_evidence_batch(call: Call[EvidenceBatch]) -> BatchOutcome:
        outcomes = batches().report(_source(call), call.body.items, now=call.now)
        return BatchOutcome([_told(outcome) for outcome in outcomes], rfc3339(call.now))

    @api.operation(
        "POST",
        "/v1/evidence/voids",
        summary="Take back a fact that was reported, or will be",
        body=VoidEvidence,
        answer=VoidedEvidence,
        needs="evidence:write",
        refusals=(ReferenceLooksPersonal, StorageUnavailable),
    )
    def void_evidence(call: Call[VoidEvidence]) -> VoidedEvidence:
        wish = call.body
        voided = reports().void(_source(call), wish.reference, wish.reason, now=call.now)
        return VoidedEvidence(voided.evidence_id, rfc3339(voided.at), rfc3339(call.now))

    return api


def _source(call: Call[Any]) -> Source:
    """The department that asks, as its token says."""
    return Source(call.principal.subject, call.principal.name)


def _told(outcome: Outcome) -> ItemOutcome:
    """What became of an item, as JSON."""
    if isinstance(outcome, Refusal):
        again = outcome.status >= 500
        return ItemOutcome("unavailable" if again else "refused", problem=outcome.problem())
    return ItemOutcome("accepted", outcome.evidence_id, outcome.repeated)
