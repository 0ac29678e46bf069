"""Consents over HTTP, to the holder: read them, agree, refuse, withdraw."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from chalicelib.partners.consents.refusals import (
    ConsentClosed,
    ConsentNotFound,
    ConsentTextChanged,
    GuardianNeeded,
    OwnConsentNeeded,
)
from chalicelib.partners.consents.shapes import (
    Agree,
    AnswerFor,
    OwnConsent,
    OwnConsents,
    Receipt,
    own,
    receipt_of,
    text,
)
from chalicelib.people.assurance import require_real_person
from chalicelib.people.family.refusals import DelegationEnded, NotYourDependant
from chalicelib.people.refusals import AssuranceTooLow
from chalicelib.platform.http.operation import Api, Call, Front
from chalicelib.platform.http.refusals import StorageUnavailable
from chalicelib.platform.times import rfc3339

if TYPE_CHECKING:
    from chalicelib.partners.consents.acting import Acting
    from chalicelib.partners.consents.model import Consent
    from chalicelib.partners.consents.service import Consents

FOR = {"for": "The delegation_id of a child of mine under 14"}
IN_CARE = (NotYourDependant, DelegationEnded, OwnConsentNeeded)
ANSWERING = (*IN_CARE, ConsentNotFound, ConsentClosed, StorageUnavailable)


def api(consents: Callable[[], Consents], front: Front) -> Api:
    """The operations of this room."""
    api = front("consents")

    def acting(call: Call[Any], delegation: str | None) -> Acting:
        return consents().circle.whose(call.principal.subject, delegation, now=call.now)

    def told(consent: Consent, now: float) -> OwnConsent:
        return own(*consents().reader.seen(consent, now=now), now)

    @api.operation(
        "GET",
        "/v1/consents",
        summary="Who asks for what of mine, and what I have agreed to",
        answer=OwnConsents,
        needs="consent:read",
        query=FOR,
        refusals=(*IN_CARE, StorageUnavailable),
    )
    def list_consents(call: Call[None]) -> OwnConsents:
        holder = acting(call, call.query.get("for")).holder
        seen = consents().reader.of(holder, now=call.now)
        return OwnConsents([own(one.consent, one.why, call.now) for one in seen], text(), rfc3339(call.now))

    @api.operation(
        "GET",
        "/v1/consents/{consent_id}",
        summary="The receipt of a consent: who was given what, in which words, and since when",
        answer=Receipt,
        needs="consent:read",
        query=FOR,
        refusals=(*IN_CARE, ConsentNotFound, StorageUnavailable),
    )
    def read_consent(call: Call[None]) -> Receipt:
        holder = acting(call, call.query.get("for")).holder
        seen = consents().reader.one(holder, call.path["consent_id"], now=call.now)
        return receipt_of(seen.consent, seen.why, call.now)

    @api.operation(
        "POST",
        "/v1/consents/{consent_id}/agreement",
        summary="Agree to what somebody asks for",
        body=Agree,
        answer=OwnConsent,
        needs="consent:write",
        refusals=(AssuranceTooLow, GuardianNeeded, ConsentTextChanged, *ANSWERING),
    )
    def agree_to_consent(call: Call[Agree]) -> OwnConsent:
        require_real_person(call.principal)
        version, who = call.body.text_version, acting(call, call.body.delegation)
        agreed = consents().answers.agree(call.path["consent_id"], who, text_version=version, now=call.now)
        return told(agreed, call.now)

    @api.operation(
        "POST",
        "/v1/consents/{consent_id}/refusal",
        summary="Refuse what somebody asks for",
        body=AnswerFor,
        answer=OwnConsent,
        needs="consent:write",
        refusals=ANSWERING,
    )
    def refuse_consent(call: Call[AnswerFor]) -> OwnConsent:
        who = acting(call, call.body.delegation)
        return told(consents().answers.refuse(call.path["consent_id"], who, now=call.now), call.now)

    @api.operation(
        "POST",
        "/v1/consents/{consent_id}/withdrawal",
        summary="Take a consent back, from now on",
        body=AnswerFor,
        answer=OwnConsent,
        needs="consent:write",
        refusals=ANSWERING,
    )
    def withdraw_consent(call: Call[AnswerFor]) -> OwnConsent:
        who = acting(call, call.body.delegation)
        return told(consents().answers.withdraw(call.path["consent_id"], who, now=call.now), call.now)

    return api
