"""What consents look like over HTTP: to the client that asks, and to the holder who answers."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from chalicelib.codes.purposes import Field, by_exchange
from chalicelib.partners.consents import receipt
from chalicelib.partners.consents.model import Consent, State, Use
from chalicelib.partners.consents.texts import CURRENT, FIELDS, PURPOSES, TEXTS
from chalicelib.platform.http.paths import PATTERN
from chalicelib.platform.times import rfc3339

LONGEST_REASON = 200


class AskConsent(msgspec.Struct):
    """What a client asks the holder behind an exchange token for.

    `until` (RFC 3339) is when it ends, and is needed for a period; what is used once is used within a day. `unattended`
    lets a partner use it without a scan. `why` is shown to the holder.
    """

    exchange_token: Annotated[str, msgspec.Meta(min_length=1, max_length=2048)]
    fields: Annotated[list[Field], msgspec.Meta(min_length=1, max_length=len(Field))]
    use: Use
    until: Annotated[str, msgspec.Meta(max_length=40, extra_json_schema={"format": "date-time"})] | None = None
    unattended: bool = False
    why: Annotated[str, msgspec.Meta(max_length=LONGEST_REASON)] = ""


class AnswerFor(msgspec.Struct):
    """For whom somebody answers: `for` is the `delegation_id` of a child under 14, left out for themselves."""

    delegation: Annotated[str, msgspec.Meta(pattern=PATTERN)] | None = msgspec.field(default=None, name="for")


class Agree(AnswerFor, kw_only=True):
    """The version of the text that the holder has read and agrees to."""

    text_version: Annotated[str, msgspec.Meta(min_length=1, max_length=32)]


class ConsentRequest(msgspec.Struct):
    """A request as its client sees it: never whose consent it is. `state` is asked, agreed, refused, lapsed, used,
    withdrawn or ended; times are RFC 3339, null for what has not happened."""

    consent_id: str
    state: State
    purpose: str
    fields: list[Field]
    use: Use
    unattended: bool
    asked_at: str
    answer_by: str
    agreed_at: str | None
    until: str
    closed_at: str | None
    uses: int
    server_time: str


class ConsentRequests(msgspec.Struct):
    """A client's requests, by id. `next_cursor` is null on the last page."""

    requests: list[ConsentRequest]
    next_cursor: str | None
    server_time: str


class Words(msgspec.Struct):
    """A word of ours in both languages, with its stable name."""

    name: str
    zh: str
    en: str


class AskedField(msgspec.Struct):
    """A field, and how much of it is told: `full` or `masked`."""

    name: Field
    zh: str
    en: str
    mask: str


class OwnConsent(msgspec.Struct):
    """A consent as its holder sees it: who asks, what for, for which fields, how often, until when, and why.

    `agreed_by` and `closed_by` are `holder` or `guardian`; `uses` and `last_use` say how often it was used, and when
    last (GET /v1/disclosures has each time).
    """

    consent_id: str
    state: State
    client_name: str
    purpose: Words
    fields: list[AskedField]
    use: Use
    unattended: bool
    why: str
    asked_at: str
    answer_by: str
    until: str
    agreed_at: str | None
    agreed_by: str | None
    text_version: str | None
    closed_at: str | None
    closed_by: str | None
    uses: int
    last_use: str | None
    server_time: str


class LegalText(msgspec.Struct):
    """What a holder agrees to, in the words of today."""

    version: str
    zh: str
    en: str


class OwnConsents(msgspec.Struct):
    """A holder's consents: those that wait for an answer, those that run, the newest of those that are over."""

    consents: list[OwnConsent]
    text: LegalText
    server_time: str


class Receipt(msgspec.Struct):
    """A consent, the text that goes with it, and once it was agreed to the terms with their digest.

    `digest` was written down when it was agreed to: 64 hex digits of SM3 over the canonical JSON of `terms`. `terms`
    and `digest` are null before that.
    """

    consent: OwnConsent
    text: LegalText
    terms: dict[str, Any] | None
    digest: str | None


def request_of(one: Consent, now: float) -> ConsentRequest:
    """A consent for its client."""
    return ConsentRequest(
        consent_id=one.consent_id,
        state=one.state_at(now),
        purpose=one.purpose,
        fields=sorted(one.fields),
        use=one.use,
        unattended=one.unattended,
        asked_at=rfc3339(one.asked_at),
        answer_by=rfc3339(one.answer_by),
        agreed_at=_time(one.agreed_at),
        until=rfc3339(one.until),
        closed_at=_time(one.closed_at),
        uses=one.uses,
        server_time=rfc3339(now),
    )


def own(one: Consent, why: str, now: float) -> OwnConsent:
    """A consent for its holder."""
    return OwnConsent(
        consent_id=one.consent_id,
        state=one.state_at(now),
        client_name=one.client_name,
        purpose=Words(one.purpose, *PURPOSES[one.purpose]),
        fields=_fields(one),
        use=one.use,
        unattended=one.unattended,
        why=why,
        asked_at=rfc3339(one.asked_at),
        answer_by=rfc3339(one.answer_by),
        until=rfc3339(one.until),
        agreed_at=_time(one.agreed_at),
        agreed_by=one.agreed_by or None,
        text_version=one.text_version or None,
        closed_at=_time(one.closed_at),
        closed_by=one.closed_by or None,
        uses=one.uses,
        last_use=_time(one.last_use),
        server_time=rfc3339(now),
    )


def receipt_of(one: Consent, why: str, now: float) -> Receipt:
    """A consent with all that proves it. The digest stays when the client's words are gone."""
    terms = receipt.terms(one, why=why) if one.agreed_at else None
    return Receipt(own(one, why, now), text(one.text_version or CURRENT), terms, one.receipt or None)


def text(version: str = CURRENT) -> LegalText:
    """The text as it was, or is today."""
    return LegalText(version, *TEXTS[version])


def _fields(one: Consent) -> list[AskedField]:
    """The fields in words. One that no purpose gives any more is told to nobody: it has no mask."""
    known = by_exchange(one.purpose)
    masks = {field: str(known[field].mask) for field in one.fields if field in known}
    return [AskedField(field, *FIELDS[field], masks.get(field, "")) for field in sorted(one.fields)]


def _time(instant: int) -> str | None:
    return rfc3339(instant) if instant else None
