"""Verification over HTTP: a code, a card or a document, one question and one shape of answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Literal, Protocol

import msgspec

from chalicelib.codes.model import Accepted, Reason, Verdict
from chalicelib.codes.purposes import Purpose
from chalicelib.codes.refusals import OneCarrierNeeded, PlaceNeeded, TooManyLookUps, UnknownPurpose, WrongTerminal
from chalicelib.codes.telling import NOTHING, Telling, Told, told_at_once
from chalicelib.codes.verify import CodeVerifier
from chalicelib.people.documents.refusals import CARD
from chalicelib.platform import telemetry
from chalicelib.platform.crypto.hashing import sm3
from chalicelib.platform.http.operation import Api, Call, Front
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
DISCLOSURE_READ = "disclosure:read"

MARK_BYTES = 16

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

    `code` is the text of a symbol, on a screen or on paper. `place` must be said with a document; where the token is a
    terminal's, its registered place stands instead. `terminal` may be said and must be the token's own.
    """

    code: Annotated[str, msgspec.Meta(max_length=4096)] | None = None
    card: ShownCard | None = None
    document: ShownDocument | None = None
    purpose: Annotated[str, msgspec.Meta(max_length=64, extra_json_schema={"enum": [str(one) for one in Purpose]})]
    place: Annotated[str, msgspec.Meta(max_length=128)] = ""
    terminal: Annotated[str, msgspec.Meta(max_length=64)] = ""


class SeenHolder(msgspec.Struct):
    """What a verifier learns of a person: the masked name."""

    name: str


class Verification(msgspec.Struct):
    """The answer to a scan. `reason` is null when accepted; `colour` and `holder` are null when rejected.

    `carrier` says what was shown (screen, paper, card, document) and `shown_by` who held it up (holder, guardian); both
    are null for what could not be read. A card and a number have no times. What is told beside the colour depends on
    the purpose, and is null where the purpose does not tell it: `holder`; `pairwise_id`, the holder's id for this
    verifier alone; `tags`, the groups that the holder has agreed to have shown, which also take the scope `tag:read`.
    `exchange_token` asks for more at `POST /v1/disclosures` until `exchange_until`; null without `disclosure:read`.
    """

    verdict: Literal["accepted", "rejected"]
    reason: str | None
    colour: str | None
    holder: SeenHolder | None
    carrier: str | None
    shown_by: str | None
    tags: list[str] | None
    pairwise_id: str | None
    exchange_token: str | None
    exchange_until: str | None
    issued_at: str | None
    expires_at: str | None
    specimen: bool
    server_time: str


Verifying = Callable[[Verify, Scan, float], Verdict]


class RefusedScans(Protocol):
    """Who should know of codes that were refused: one code shown in many places is no honest person's."""

    def note(self, code_mark: str, scan: Scan, reason: str) -> None:
        """Note one; `code_mark` is the same for the same code, and says nothing of it."""


def api(
    verifier: CodeVerifier,
    cards: Callable[[], CardVerifier],
    documents: Callable[[], DocumentVerifier],
    front: Front,
    *,
    telling: Telling,
    refused: Callable[[], RefusedScans],
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
            WrongTerminal,
            TooManyLookUps,
            StorageUnavailable,
        ),
    )
    def verify(call: Call[Verify]) -> Verification:
        carrier, scan = _carrier(call), _scan(call)
        verdict = by[carrier](call.body, scan, call.now)
        told = NOTHING
        if isinstance(verdict, Accepted):
            may_exchange = DISCLOSURE_READ in call.principal.scopes
            told = telling.told(verdict, scan, may_exchange=may_exchange, now=call.now)
        elif verdict.reason is Reason.REPLAYED:
            _note(refused, call.body.code or "", scan)
        return _verification(verdict, told, call.now)

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
    """Who looks, for what, where, when, and what they will be told; raises `UnknownPurpose` or `WrongTerminal`."""
    body, asking = call.body, call.principal
    if body.purpose not in Purpose.__members__.values():
        raise UnknownPurpose(registered=[str(purpose) for purpose in Purpose])
    if body.terminal and body.terminal != asking.terminal:
        raise WrongTerminal
    return Scan(
        verifier=asking.subject,
        verifier_name=asking.name,
        purpose=body.purpose,
        place=asking.place or body.place,
        at=int(call.now),
        terminal=asking.terminal,
        fields=told_at_once(body.purpose, with_tags=TAG_READ in asking.scopes),
    )


def _note(refused: Callable[[], RefusedScans], code: str, scan: Scan) -> None:
    """Tell of a code that another verifier had spent. The verdict stands, whatever becomes of the note."""
    try:
        refused().note(sm3(code.encode())[:MARK_BYTES].hex(), scan, str(Reason.REPLAYED))
    except Exception:
        telemetry.count("RefusedScansNotNoted")


def _verification(verdict: Verdict, told: Told, now: float) -> Verification:
    """A verdict for the verifier, counted by reason."""
    accepted = verdict if isinstance(verdict, Accepted) else None
    reason = None if isinstance(verdict, Accepted) else str(verdict.reason)
    telemetry.count("Verifications", reason=reason or "accepted")
    shown = verdict.shown
    return Verification(
        verdict="accepted" if accepted else "rejected",
        reason=reason,
        colour=accepted.colour if accepted else None,
        holder=None if told.name is None else SeenHolder(told.name),
        carrier=shown.carrier if shown else None,
        shown_by=shown.shown_by if shown else None,
        tags=told.tags,
        pairwise_id=told.pairwise_id,
        exchange_token=told.exchange_token,
        exchange_until=_time(told.exchange_until),
        issued_at=_time(shown.issued_at) if shown else None,
        expires_at=_time(shown.expires_at) if shown else None,
        specimen=shown is not None and shown.specimen,
        server_time=rfc3339(now),
    )


def _time(instant: int | None) -> str | None:
    """An instant for an answer; nothing for what has none."""
    return None if instant is None else rfc3339(instant)
