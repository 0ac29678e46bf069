"""Consents over HTTP, to the client: ask a holder, and see how it stands. It is never said whose consent it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from chalicelib.codes.refusals import EXCHANGE_TOKEN, NoLegalBasis
from chalicelib.partners.consents.refusals import (
    ConsentNotNeeded,
    ConsentRefusedLately,
    ConsentRequestNotFound,
    ConsentUntilOutOfBounds,
    TooManyConsentRequests,
    UnattendedForPartners,
    UnattendedNeedsPeriod,
)
from chalicelib.partners.consents.shapes import AskConsent, ConsentRequest, ConsentRequests, request_of
from chalicelib.platform.http.operation import Api, Call, Front
from chalicelib.platform.http.refusals import IdempotencyKeyReused, StorageUnavailable, UnknownCursor
from chalicelib.platform.times import parse_rfc3339, rfc3339

if TYPE_CHECKING:
    from chalicelib.partners.consents.asking import Wish
    from chalicelib.partners.consents.service import Consents

PAGE_SIZE = 20
_id = re.compile(r"[0-9a-f]{24}")


def api(consents: Callable[[], Consents], front: Front) -> Api:
    """The operations of this side of the room."""
    api = front("consent-requests")

    @api.operation(
        "POST",
        "/v1/consent-requests",
        summary="Ask the holder behind an exchange token for consent",
        body=AskConsent,
        answer=ConsentRequest,
        status=201,
        needs="consent:ask",
        creates=True,
        refusals=(
            *EXCHANGE_TOKEN,
            NoLegalBasis,
            ConsentNotNeeded,
            UnattendedNeedsPeriod,
            UnattendedForPartners,
            ConsentUntilOutOfBounds,
            ConsentRefusedLately,
            TooManyConsentRequests,
            IdempotencyKeyReused,
            StorageUnavailable,
        ),
    )
    def ask_consent(call: Call[AskConsent]) -> ConsentRequest:
        asked = consents().asking.ask(_wish(call.body), by=call.principal, creation=call.creation, now=call.now)
        return request_of(asked, call.now)

    @api.operation(
        "GET",
        "/v1/consent-requests",
        summary="What my program has asked holders for",
        answer=ConsentRequests,
        needs="consent:ask",
        query={"cursor": "Where the page before ended"},
        refusals=(UnknownCursor, StorageUnavailable),
    )
    def list_consent_requests(call: Call[None]) -> ConsentRequests:
        after = _cursor(call.query.get("cursor"))
        page = consents().reader.requests(call.principal.subject, after=after, size=PAGE_SIZE)
        return ConsentRequests([request_of(one, call.now) for one in page.found], page.after, rfc3339(call.now))

    @api.operation(
        "GET",
        "/v1/consent-requests/{consent_id}",
        summary="How a request of my program stands",
        answer=ConsentRequest,
        needs="consent:ask",
        refusals=(ConsentRequestNotFound, StorageUnavailable),
    )
    def read_consent_request(call: Call[None]) -> ConsentRequest:
        found = consents().reader.request(call.principal.subject, call.path["consent_id"])
        return request_of(found, call.now)

    return api


def _wish(body: AskConsent) -> Wish:
    """What a body asks for; raises `ConsentUntilOutOfBounds` for an end that is no instant."""
    from chalicelib.partners.consents.asking import Wish

    try:
        until = None if body.until is None else parse_rfc3339(body.until)
    except (ValueError, OverflowError):
        raise ConsentUntilOutOfBounds(latest=None) from None
    return Wish(body.exchange_token, frozenset(body.fields), body.use, until, body.unattended, body.why.strip())


def _cursor(given: str | None) -> str | None:
    """A cursor as it was given out (the id of a request); raises `UnknownCursor`."""
    if given is not None and not _id.fullmatch(given):
        raise UnknownCursor
    return given
