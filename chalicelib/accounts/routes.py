"""A person's own account over HTTP: what is known, have it corrected, leave."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from chalicelib.accounts.model import KEPT, Departure
from chalicelib.accounts.refusals import (
    AccountContended,
    CorrectionNotProven,
    DependantsFirst,
    DocumentOfAnother,
    LeavingNow,
    NotLeaving,
)
from chalicelib.people.assurance import require_real_person
from chalicelib.people.refusals import AssuranceTooLow, NoIdentityProvider
from chalicelib.platform.http.operation import Api, Call, Front
from chalicelib.platform.http.refusals import StorageUnavailable
from chalicelib.platform.times import rfc3339
from chalicelib.status.refusals import InvalidDocumentNumber, UnknownDocumentType

if TYPE_CHECKING:
    from chalicelib.accounts.correcting import Corrections
    from chalicelib.accounts.exporting import Export
    from chalicelib.accounts.leaving import Leaving
    from chalicelib.people.model import Identity

Text = Annotated[str, Meta(min_length=1, max_length=64)]
NEEDS = "account:write"


class CorrectName(msgspec.Struct):
    """The name as the document says it now."""

    name: Text


class AddDocument(msgspec.Struct):
    """Another document of the same person, and the token that says they are there alive."""

    document_type: Text
    document_number: Text
    name: Text
    liveness_token: Annotated[str, Meta(min_length=1, max_length=4096)]


class OwnIdentity(msgspec.Struct):
    """Who one is here: the name, and the document that was proven last, masked."""

    name: str
    document_type: str
    document_number: str
    born: str


class KeptData(msgspec.Struct):
    """What remains for a while, for how many days, and why."""

    what: str
    days: int
    why: str


class Cancellation(msgspec.Struct):
    """A departure: when it was asked for, when it is carried out, where it stands, and what is kept afterwards."""

    state: str
    asked_at: str
    due_at: str
    kept: list[KeptData]


class AccountExport(msgspec.Struct):
    """Everything the city knows of a person, by section (docs/people.md).

    `more` has the lists that are too long for one answer: the cursor from which `GET /v1/scans`, `/v1/disclosures`,
    `/v1/notices` or, for `history`, `/v1/status/history` goes on.
    """

    format: str
    exported_at: str
    sections: dict[str, Any]
    more: dict[str, str]


def api(
    leaving: Callable[[], Leaving], export: Callable[[], Export], corrections: Callable[[], Corrections], front: Front
) -> Api:
    """The operations of this room."""
    api = front("accounts")

    @api.operation(
        "GET",
        "/v1/account/export",
        summary="Everything the city knows about me",
        answer=AccountExport,
        needs=NEEDS,
        refusals=(AssuranceTooLow, StorageUnavailable),
    )
    def export_account(call: Call[None]) -> AccountExport:
        require_real_person(call.principal)
        return AccountExport(**export().of(call.principal.subject, now=int(call.now)))

    @api.operation(
        "POST",
        "/v1/account/name",
        summary="Have my name corrected",
        body=CorrectName,
        answer=OwnIdentity,
        needs=NEEDS,
        refusals=(AssuranceTooLow, CorrectionNotProven, NoIdentityProvider, StorageUnavailable),
    )
    def correct_name(call: Call[CorrectName]) -> OwnIdentity:
        require_real_person(call.principal)
        return _own(corrections().name(call.principal.subject, call.body.name, now=call.now))

    @api.operation(
        "POST",
        "/v1/account/documents",
        summary="Add a document of mine, such as a renewed passport",
        body=AddDocument,
        answer=OwnIdentity,
        needs=NEEDS,
        refusals=(
            AssuranceTooLow,
            UnknownDocumentType,
            InvalidDocumentNumber,
            CorrectionNotProven,
            DocumentOfAnother,
            NoIdentityProvider,
            StorageUnavailable,
        ),
    )
    def add_document(call: Call[AddDocument]) -> OwnIdentity:
        from chalicelib.people.model import Identity

        require_real_person(call.principal)
        body = call.body
        claimed = Identity(body.name, body.document_type, body.document_number)
        return _own(corrections().document(call.principal.subject, claimed, body.liveness_token, now=call.now))

    @api.operation(
        "POST",
        "/v1/account/cancellation",
        summary="Ask to leave; carried out after days to think it over",
        answer=Cancellation,
        needs=NEEDS,
        refusals=(AssuranceTooLow, DependantsFirst, LeavingNow, AccountContended, StorageUnavailable),
    )
    def cancel_account(call: Call[None]) -> Cancellation:
        require_real_person(call.principal)
        return _shown(leaving().ask(call.principal.subject, now=int(call.now)))

    @api.operation(
        "GET",
        "/v1/account/cancellation",
        summary="How my departure stands",
        answer=Cancellation,
        needs=NEEDS,
        refusals=(NotLeaving, StorageUnavailable),
    )
    def read_cancellation(call: Call[None]) -> Cancellation:
        departure = leaving().read(call.principal.subject)
        if departure is None:
            raise NotLeaving
        return _shown(departure)

    @api.operation(
        "DELETE",
        "/v1/account/cancellation",
        summary="Stay after all",
        answer=Cancellation,
        needs=NEEDS,
        refusals=(NotLeaving, LeavingNow, AccountContended, StorageUnavailable),
    )
    def keep_account(call: Call[None]) -> Cancellation:
        return _shown(leaving().withdraw(call.principal.subject, now=int(call.now)))

    return api


def _shown(departure: Departure) -> Cancellation:
    """A departure for who leaves."""
    kept = [KeptData(*one) for one in KEPT]
    return Cancellation(str(departure.state), rfc3339(departure.asked_at), rfc3339(departure.due_at), kept)


def _own(identity: Identity) -> OwnIdentity:
    """Who one is, with the number masked: the answer may be seen by who looks over the shoulder."""
    from chalicelib.people.documents.registry import mask

    number = mask(identity.document_type, identity.document_number)
    return OwnIdentity(identity.name, identity.document_type, number, identity.born)
