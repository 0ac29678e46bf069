"""What the city answers, as values. Members that a newer city adds are passed over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec


class Card(msgspec.Struct, frozen=True):
    """A card held to a reader."""

    card_type: str
    card_number: str


class Document(msgspec.Struct, frozen=True):
    """An identity document whose number is typed in."""

    document_type: str
    document_number: str


class SeenHolder(msgspec.Struct):
    """What a verifier learns of a person: the masked name."""

    name: str


class Verification(msgspec.Struct, kw_only=True):
    """The answer to a scan. `reason` is None when accepted; what the purpose does not disclose is None.

    `exchange_token` is there for clients with `disclosure:read`: `City.disclose` exchanges it for fields.
    """

    verdict: str
    server_time: datetime
    reason: str | None = None
    colour: str | None = None
    holder: SeenHolder | None = None
    carrier: str | None = None
    shown_by: str | None = None
    tags: list[str] | None = None
    issued_at: datetime | None = None
    expires_at: datetime | None = None
    specimen: bool = False
    pairwise_id: str | None = None
    exchange_token: str | None = None
    exchange_until: datetime | None = None

    @property
    def accepted(self) -> bool:
        """Whether the code was good. What the colour means at this door is the door's to decide."""
        return self.verdict == "accepted"


class Fact(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One fact about one person. Times have an offset; `reference` is your own key for it, and names nobody."""

    document_type: str
    document_number: str
    kind: str
    happened_at: datetime
    reference: str
    attributes: dict[str, str] = {}
    valid_until: datetime | None = None


class Reported(msgspec.Struct):
    """A fact is with the city; `repeated` says that it was before."""

    evidence_id: str
    repeated: bool


class Outcome(msgspec.Struct):
    """What became of one fact of a batch: `accepted`, `refused`, or `unavailable`, which is to be sent again."""

    outcome: str
    evidence_id: str | None = None
    repeated: bool | None = None
    problem: dict[str, Any] | None = None


class DisclosedField(msgspec.Struct):
    """A field as it is told; `value` is None where the city does not know it, `mask` says how much of it this is."""

    value: str | list[str] | None
    mask: str = "full"


class Disclosed(msgspec.Struct):
    """The fields by name. `basis` is `law` or `consent`; the holder reads of it as `disclosure_id`."""

    disclosure_id: str
    fields: dict[str, DisclosedField]
    basis: str = ""
    consent_id: str | None = None


class IssuedCode(msgspec.Struct):
    """A code to show."""

    code: str
    colour: str
    issued_at: datetime
    expires_at: datetime
    specimen: bool = False


class SeenScan(msgspec.Struct):
    """One scan as its holder sees it. `terminal` is the gate, where there is one; `fields` are the kinds of field that
    went with the colour."""

    scanned_at: datetime
    verifier_name: str
    purpose: str
    place: str
    carrier: str
    shown_by: str
    terminal: str | None = None
    fields: list[str] = []
