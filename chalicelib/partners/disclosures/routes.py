"""Disclosures over HTTP: a client exchanges a scan or a consent for fields, a holder reads who was told what."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import msgspec

from chalicelib.codes.purposes import Field
from chalicelib.codes.refusals import EXCHANGE_TOKEN, NoLegalBasis
from chalicelib.partners.consents.refusals import ConsentEnded, ConsentRequestNotFound
from chalicelib.partners.disclosures.refusals import (
    ConsentNeeded,
    ExchangeTokenUsed,
    OneGroundNeeded,
    PersonSuspended,
    ScanNeeded,
)
from chalicelib.platform.http.operation import Api, Call, Front
from chalicelib.platform.http.refusals import StorageUnavailable, UnknownCursor
from chalicelib.platform.times import rfc3339

if TYPE_CHECKING:
    from chalicelib.partners.disclosures.model import Answer, Disclosure
    from chalicelib.partners.disclosures.service import Disclosures

PAGE_SIZE = 20
_id = re.compile(r"[0-9]{10}-[0-9a-f]{24}")


class Disclose(msgspec.Struct):
    """The fields that are asked for, and by what: the `exchange_token` of a verification, or the `consent_id` of a
    consent that needs nobody present. Exactly one of the two."""

    fields: Annotated[list[Field], msgspec.Meta(min_length=1, max_length=len(Field))]
    exchange_token: Annotated[str, msgspec.Meta(min_length=1, max_length=2048)] | None = None
    consent_id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None


class DisclosedField(msgspec.Struct):
    """A field as it is told, null where the city does not know it. `mask` is `full` or `masked`: how much of it."""

    value: str | list[str] | None
    mask: str


class Disclosed(msgspec.Struct):
    """The fields by name. `basis` is `law` or `consent`, `consent_id` the consent; the holder reads of it as
    `disclosure_id`. The colour is that of this moment, `adult` is yes, no or unknown."""

    disclosure_id: str
    disclosed_at: str
    purpose: str
    basis: str
    consent_id: str | None
    fields: dict[str, DisclosedField]
    server_time: str


class SeenDisclosure(msgspec.Struct):
    """One disclosure as its holder sees it: who was told what kinds of field, when, where, what for, by what right."""

    disclosure_id: str
    disclosed_at: str
    verifier_name: str
    purpose: str
    place: str
    terminal: str | None
    fields: list[str]
    basis: str
    consent_id: str | None


class SeenDisclosures(msgspec.Struct):
    """A holder's disclosures, newest first. `next_cursor` is null on the last page."""

    disclosures: list[SeenDisclosure]
    next_cursor: str | None


def api(disclosures: Callable[[], Disclosures], front: Front) -> Api:
    """The operations of this room."""
    api = front("disclosures")

    @api.operation(
        "POST",
        "/v1/disclosures",
        summary="Exchange a scan, or a consent that needs none, for fields",
        body=Disclose,
        answer=Disclosed,
        needs="disclosure:read",
        refusals=(
            OneGroundNeeded,
            *EXCHANGE_TOKEN,
            ExchangeTokenUsed,
            NoLegalBasis,
            ConsentNeeded,
            ConsentRequestNotFound,
            ScanNeeded,
            ConsentEnded,
            PersonSuspended,
            StorageUnavailable,
        ),
    )
    def disclose_fields(call: Call[Disclose]) -> Disclosed:
        asked, wanted = call.body, frozenset(call.body.fields)
        if asked.exchange_token is not None and asked.consent_id is None:
            answer = disclosures().for_scan(asked.exchange_token, wanted, asking=call.principal, now=call.now)
        elif asked.consent_id is not None and asked.exchange_token is None:
            answer = disclosures().under_consent(asked.consent_id, wanted, asking=call.principal, now=call.now)
        else:
            raise OneGroundNeeded
        return _disclosed(answer, call.now)

    @api.operation(
        "GET",
        "/v1/disclosures",
        summary="Who was told what of me beside the colour",
        answer=SeenDisclosures,
        needs="scan:read",
        query={"cursor": "Where the page before ended"},
        refusals=(UnknownCursor, StorageUnavailable),
    )
    def list_disclosures(call: Call[None]) -> SeenDisclosures:
        before = _cursor(call.query.get("cursor"))
        page = disclosures().page(call.principal.subject, before=before, size=PAGE_SIZE)
        more = page[-1].disclosure_id if len(page) == PAGE_SIZE else None
        return SeenDisclosures([_seen(one) for one in page], more)

    return api


def _disclosed(answer: Answer, now: float) -> Disclosed:
    """A disclosure for the client."""
    written = answer.written
    return Disclosed(
        disclosure_id=written.disclosure_id,
        disclosed_at=rfc3339(written.at),
        purpose=written.purpose,
        basis=written.basis,
        consent_id=written.consent_id or None,
        fields={str(field): DisclosedField(told.value, told.mask) for field, told in answer.told.items()},
        server_time=rfc3339(now),
    )


def _seen(one: Disclosure) -> SeenDisclosure:
    """A disclosure for its holder."""
    return SeenDisclosure(
        disclosure_id=one.disclosure_id,
        disclosed_at=rfc3339(one.at),
        verifier_name=one.verifier_name,
        purpose=one.purpose,
        place=one.place,
        terminal=one.terminal or None,
        fields=one.fields.split(),
        basis=one.basis,
        consent_id=one.consent_id or None,
    )


def _cursor(given: str | None) -> str | None:
    """A cursor as it was given out (the id of a disclosure); raises `UnknownCursor`."""
    if given is not None and not _id.fullmatch(given):
        raise UnknownCursor
    return given
