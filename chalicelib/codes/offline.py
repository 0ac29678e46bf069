"""Verifying without network: a venue's trust list and a clock are enough. Imports nothing of AWS.

What it cannot know it says: whether the code was spent elsewhere, and whether the colour changed in the last minute.
"""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.codes import wire
from chalicelib.codes.model import Reason, window_reason
from chalicelib.codes.wire import CodeBody, UnverifiedCode
from chalicelib.platform.crypto import sm2
from chalicelib.platform.times import parse_rfc3339
from chalicelib.status.model import Colour
from chalicelib.trust.model import KeyUse
from chalicelib.trust.trust_list import TrustedKey, TrustList


@dataclass(frozen=True, slots=True)
class OfflineVerdict:
    """What a gate can know by itself. `reason` is None when the code is good; `colour` is that of its issue;
    `list_age` is the age of the trust list in seconds; `list_authentic` is None where no root key was pinned."""

    reason: Reason | None
    colour: Colour | None
    body: CodeBody | None
    list_age: int
    list_authentic: bool | None


def verify_offline(text: str, trust: TrustList, *, now: float, expected_root: str | None = None) -> OfflineVerdict:
    """Check a code against a trust list that may be up to a day old.

    1. The list is signed by the pinned root key (where one is given) and has not expired; else `unavailable`.
    2. The text is a code of a kind we read.
    3. The list is of the issuer the code names, and has its key, entitled at the time of issue.
    4. The SM2 signature covers head, nonce and sealed holder.
    5. The code is within its time.
    """
    authentic = None if expected_root is None else trust.is_signed_by(expected_root)
    reason, body = _checked(text, trust, authentic, now)
    return OfflineVerdict(
        reason=reason,
        colour=body.colour if body is not None and reason is None else None,
        body=body,
        list_age=int(now - parse_rfc3339(trust.issued_at)),
        list_authentic=authentic,
    )


def _checked(text: str, trust: TrustList, authentic: bool | None, now: float) -> tuple[Reason | None, CodeBody | None]:
    """The steps in their order: why the code is refused, and what it says as far as it could be read."""
    if authentic is False or now > parse_rfc3339(trust.expires_at):
        return Reason.UNAVAILABLE, None
    try:
        code = wire.read(text)
    except wire.UnknownKind:
        return Reason.UNKNOWN_KIND, None
    except wire.MalformedCode:
        return Reason.MALFORMED, None
    if code.body.region != trust.issuer:
        return Reason.UNKNOWN_ISSUER, code.body
    key = trust.key(code.body.kid)
    if key is None or key.use != KeyUse.CODE or not key.may_have_signed(code.body.issued_at):
        return Reason.UNKNOWN_KEY, code.body
    return _signature_reason(code, key) or window_reason(code.body, now=now), code.body


def _signature_reason(code: UnverifiedCode, key: TrustedKey) -> Reason | None:
    """`bad_signature` unless the key signed the code."""
    return None if sm2.verify(key.xy, code.signed, code.signature) else Reason.BAD_SIGNATURE
