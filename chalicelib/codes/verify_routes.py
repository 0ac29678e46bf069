"""Verification over HTTP: a code, a card or a document, one question and one shape of answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from chalicelib.codes.model import Accepted, Verdict
from chalicelib.codes.purposes import Purpose
from chalicelib.codes.refusals import OneCarrierNeeded, PlaceNeeded, TooManyLookUps, UnknownPurpose
from chalicelib.codes.verify import CodeVerifier
from chalicelib.people.documents.refusals import CARD
from chalicelib.platform import telemetry
from chalicelib.platform.http.operation import Api, Call, Front, Principal
from chalicelib.platform.http.refusals import InsufficientScope, StorageUnavailable
from chalicelib.platform.times import rfc3339
from chalicelib.status.model import Scan
from chalicelib.status.refusals import InvalidDocumentNumber, UnknownDocumentType

if TYPE_CHECKING:
    from chalicelib.codes.cards.verify import CardVerifier
    from chalicelib.codes.documents.verify import DocumentVerifier

CARRIERS = ("code", "card", "document")
"""The fields of which a verification names exactly one. Each needs the scope `<field>:verify`."""

TAG_READ = "tag:read"

Word = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class ShownCard(msgspec.Struct):
    """A card held to a reader: its kind, and its printed number or the UID of its chip."""

    card_type: Word
    card_number: Word


class ShownDocument(msgspec.Struct):
    """An identity document whose number is typed in."""

    document_type: Word
    document_number: Word


class Verify(msgspec.Struct, kw_only=True):
    """A scan: what was shown (exactly one of `code`, `card`, `document`), what it is for, and where.

    `code` is the text of a symbol, on a screen or on paper. `place` must be said with a document.
    """

    code: Annotated[str, msgspec.Meta(max_length=4096)] | None = None
    card: ShownCard | None = None
    document: ShownDocument | None = None
    purpose: Annotated[str, msgspec.Meta(max_length=64, extra_json_schema={"enum": [str(one) for one in Purpose]})]
    place: Annotated[str, msgspec.Meta(max_length=128)] = ""


class SeenHolder(msgspec.Struct):
    """What a verifier learns of a person: the masked name."""

    name: str


class Verification(msgspec.Struct):
    """The answer to a scan. `reason` is null when accepted; `colour` and `holder` are null when rejected.

    `carrier` says what was shown (screen, paper, card, document) and `shown_by` who held it up (holder, guardian); both
    are null for what could not be read. A card and a number have no times. `tags` are the groups that the holder has
    agreed to have shown; null without the scope `tag:read`, and when rejected.
    """

    verdict: Literal["accepted", "rejected"]
    reason: str | None
    colour: str | None
    holder: SeenHolder | None
    carrier: str | None
    shown_by: str | None
    tags: list[str] | None
    issued_at: str | None
    expires_at: str | None
    specimen: bool
    server_time: str


Verifying = Callable[[Verify, Scan, float], Verdict]


def api(
    verifier: CodeVerifier, cards: Callable[[], CardVerifier], documents: Callable[[], DocumentVerifier], front: Front
) -> Api:
    """The one operation by which anybody is verified."""
    api = front("verifications")
    by: dict[str, Verifying] = {
        "code": lambda asked, scan, now: verifier.verify(asked.code or "", scan=scan, now=now),
        "card": lambda asked, scan, now: cards().verify(*_fields(asked.card), scan=scan, now=now),
        "document": lambda asked, scan, now: documents().verify(*_fields(asked.document), scan=scan, now=now),
    }

    @api.operation(
        "POST",
        "/v1/verifications",
        summary="Verify a code and spend it, or a card or a document",
        body=Verify,
        answer=Verification,
        needs=tuple(f"{carrier}:verify" for carrier in CARRIERS),
        refusals=(
            OneCarrierNeeded,
            UnknownPurpose,
            PlaceNeeded,
            UnknownDocumentType,
            InvalidDocumentNumber,
            *CARD,
            TooManyLookUps,
            StorageUnavailable,
        ),
    )
    def verify(call: Call[Verify]) -> Verification:
        carrier = _carrier(call)
        verdict = by[carrier](call.body, _scan(call), call.now)
        return _told(verdict, call.principal, call.now)

    return api


def _carrier(call: Call[Verify]) -> str:
    """Which of the three was shown; raises `OneCarrierNeeded`, or `InsufficientScope` before it is looked at."""
    shown = [carrier for carrier in CARRIERS if getattr(call.body, carrier) is not None]
    if len(shown) != 1:
        raise OneCarrierNeeded(given=shown)
    needed = f"{shown[0]}:verify"
    if needed not in call.principal.scopes:
        raise InsufficientScope(needed=needed)
    return shown[0]


def _fields(shown: msgspec.Struct | None) -> tuple[str, ...]:
    """The type and the number of a card or a document."""
    return msgspec.structs.astuple(shown) if shown is not None else ()


def _scan(call: Call[Verify]) -> Scan:
    """Who looks, for what, where and when; raises `UnknownPurpose`."""
    if call.body.purpose not in Purpose.__members__.values():
        raise UnknownPurpose(registered=[str(purpose) for purpose in Purpose])
    return Scan(
        verifier=call.principal.subject,
        verifier_name=call.principal.name,
        purpose=call.body.purpose,
        place=call.body.place,
        at=int(call.now),
    )


def _told(verdict: Verdict, verifier: Principal, now: float) -> Verification:
    """A verdict for the verifier, counted by reason."""
    accepted = verdict if isinstance(verdict, Accepted) else None
    reason = None if isinstance(verdict, Accepted) else str(verdict.reason)
    telemetry.count("Verifications", reason=reason or "accepted")
    shown = verdict.shown
    return Verification(
        verdict="accepted" if accepted else "rejected",
        reason=reason,
        colour=accepted.colour if accepted else None,
        holder=SeenHolder(accepted.masked_name) if accepted else None,
        carrier=shown.carrier if shown else None,
        shown_by=shown.shown_by if shown else None,
        tags=_tags(accepted.tags, now) if accepted and TAG_READ in verifier.scopes else None,
        issued_at=_time(shown.issued_at) if shown else None,
        expires_at=_time(shown.expires_at) if shown else None,
        specimen=shown is not None and shown.specimen,
        server_time=rfc3339(now),
    )


def _tags(stored: str, now: float) -> list[str]:
    """The groups that somebody has agreed to have shown, and that hold at this moment."""
    if not stored:
        return []
    from chalicelib.people.tags.model import visible

    return visible(stored, now)


def _time(instant: int | None) -> str | None:
    """An instant for an answer; nothing for what has none."""
    return None if instant is None else rfc3339(instant)
