"""What a verification can say, when a code is good, and what codes may be scanned for. Values and rules only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from chalicelib.status.model import Carrier, Colour, Scan, ShownBy

VALIDITY_S = 60
FUTURE_SKEW_S = 20
AHEAD_LIMIT = 15
EXCHANGE_S = 600
"""How long a scan may be exchanged for more."""


class Reason(StrEnum):
    """Why a code was not accepted. Stable names; docs/api.md says what to do about each."""

    MALFORMED = "malformed"
    UNKNOWN_KIND = "unknown_kind"
    UNKNOWN_ISSUER = "unknown_issuer"
    UNKNOWN_KEY = "unknown_key"
    REVOKED_KEY = "revoked_key"
    BAD_SEAL = "bad_seal"
    BAD_SIGNATURE = "bad_signature"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    REPLAYED = "replayed"
    SUPERSEDED = "superseded"
    HOLDER_SUSPENDED = "holder_suspended"
    DELEGATION_ENDED = "delegation_ended"
    CARRIER_LOST = "carrier_lost"
    CARRIER_REPLACED = "carrier_replaced"
    CARRIER_ENDED = "carrier_ended"
    CARRIER_REVOKED = "carrier_revoked"
    UNKNOWN_CARRIER = "unknown_carrier"
    UNKNOWN_PERSON = "unknown_person"
    UNAVAILABLE = "unavailable"


class Shown(Protocol):
    """What was held up. Times are Unix seconds, None for what has none: a card, a number."""

    @property
    def carrier(self) -> Carrier: ...

    @property
    def shown_by(self) -> ShownBy: ...

    @property
    def issued_at(self) -> int | None: ...

    @property
    def expires_at(self) -> int | None: ...

    @property
    def specimen(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Plain:
    """A carrier that says nothing about itself: a card or a number."""

    carrier: Carrier
    specimen: bool
    shown_by: ShownBy = ShownBy.HOLDER
    issued_at: int | None = None
    expires_at: int | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """A person verified. A screen code is now spent by this verifier.

    `scan` is what the holder will read of it: its `fields` are told, and nothing else is. `mark` (12 bytes) tells it
    from others of the same second. `holder` stays inside. `masked_name` is empty where the scan does not tell it;
    `tags` as they are stored (people/tags).
    """

    shown: Shown
    colour: Colour
    holder: str
    scan: Scan
    mark: bytes
    masked_name: str = ""
    tags: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """What was shown was not good, and why. `shown` is there once it could be read."""

    reason: Reason
    shown: Shown | None = None


Verdict = Accepted | Rejected


def scan_id(mark: bytes, scan: Scan) -> str:
    """The id of a scan in the log of its holder: newer ones are greater."""
    return f"{scan.at:010d}-{mark.hex()}"


def repeated(logged: Scan, asked: Scan) -> Scan:
    """The scan that a repeat by the same verifier is answered as: the one in the log, which tells no more than was
    logged, and no more than is asked for now."""
    fields = set(logged.fields.split()) & set(asked.fields.split())
    return logged._replace(fields=" ".join(sorted(fields)))


class Timed(Protocol):
    """What is good for a time, in Unix seconds."""

    @property
    def issued_at(self) -> int: ...

    @property
    def expires_at(self) -> int: ...


def window_reason(body: Timed, *, now: float) -> Reason | None:
    """Why a code is out of its time, None where it is within [issued - 20 s, issued + validity].

    The 20 seconds before issue allow for a verifier whose clock is behind the issuer's. Whole seconds count, the last
    one to its end: an answer that shows the same second twice does not say `expired`.
    """
    second = int(now)
    if second < body.issued_at - FUTURE_SKEW_S:
        return Reason.NOT_YET_VALID
    if second > body.expires_at:
        return Reason.EXPIRED
    return None
