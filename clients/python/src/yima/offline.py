"""Verifying without network: a trust list and a clock are enough, for papers a status list too.

What cannot be known is said: nobody offline can tell whether a code was spent at another door, or whether the colour
changed within the last minute.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from yima import codes, sm2
from yima.codes import Code
from yima.trust import StatusList, TrustList

FUTURE_SKEW_S = 20
"""How far a gate's clock may be behind the city's."""


@dataclass(frozen=True, slots=True)
class OfflineVerdict:
    """What a gate knows by itself. `reason` is None for a good code; `colour` is that of its issue, None for paper.

    `list_age` is the age of the trust list in seconds; `list_authentic` says whether the pinned root signed it, None
    where none was pinned; `status_list_age` is that of the newest status list that tells of a paper.
    """

    reason: str | None
    colour: str | None
    code: Code | None
    list_age: int
    list_authentic: bool | None
    status_list_age: int | None = None

    @property
    def accepted(self) -> bool:
        """Whether to let somebody in, as far as a gate without network can know. Look at the colour, too."""
        return self.reason is None


def verify_offline(
    text: str, trust: TrustList, *, now: float, root: str = "", status_lists: Sequence[StatusList] = ()
) -> OfflineVerdict:
    """Check a code against a trust list of at most a day, a paper also against a status list of at most two.

    1. The pinned root key signed the trust list (where one is given), and it has not expired; else `unavailable`.
    2. The text is a code of a kind we read: else `malformed` or `unknown_kind`.
    3. The list is of the code's issuer, and has its key, for this kind, entitled at issue: else `unknown_issuer`,
       `unknown_key`.
    4. The SM2 signature covers everything before it: else `bad_signature`.
    5. The code is within its time: else `not_yet_valid`, `expired`.
    6. A good status list has the paper, and it is not revoked: else `unavailable`, `carrier_revoked`.
    """
    authentic = trust.is_signed_by(root) if root else None
    code, reason, age = None, "unavailable", None
    if authentic is not False and now <= trust.expires_at.timestamp():
        code, reason, age = _checked(text, trust, status_lists, now)
    return OfflineVerdict(
        reason=reason or None,
        colour=code.colour if code and not reason else None,
        code=code,
        list_age=int(now - trust.issued_at.timestamp()),
        list_authentic=authentic,
        status_list_age=age,
    )


def _checked(
    text: str, trust: TrustList, status_lists: Sequence[StatusList], now: float
) -> tuple[Code | None, str, int | None]:
    """The steps from the second on: the code as far as it could be read, why it is refused, and the list's age."""
    try:
        code = codes.read(text)
    except codes.UnknownKind:
        return None, "unknown_kind", None
    except codes.Malformed:
        return None, "malformed", None
    reason = _signature_reason(code, trust) or _time_reason(code, now)
    if reason or code.status_list is None:
        return code, reason, None
    return code, *_looked_up(code, trust, status_lists, now)


def _signature_reason(code: Code, trust: TrustList) -> str:
    """Why the city may not have made a code, empty where it did."""
    if code.region != trust.issuer:
        return "unknown_issuer"
    key = trust.key(code.key_id, code.key_use, at=code.issued_at)
    if key is None:
        return "unknown_key"
    return "" if sm2.verify(key.xy, code.signed, code.signature) else "bad_signature"


def _time_reason(code: Code, now: float) -> str:
    """Why a code is out of its time, empty where it is within [issued - 20 s, issued + validity]."""
    if int(now) < code.issued_at - FUTURE_SKEW_S:
        return "not_yet_valid"
    return "expired" if int(now) > code.expires_at else ""


def _looked_up(paper: Code, trust: TrustList, status_lists: Sequence[StatusList], now: float) -> tuple[str, int | None]:
    """What the status lists say of a paper: what one of them revokes is revoked, for bits never go back."""
    name, index = f"urn:yima:{paper.region}:status-list:{paper.status_list}", paper.index or 0
    read = [(each.bits(trust, expected_sub=name, now=now), each) for each in status_lists]
    telling = [(bits, each.age(now)) for bits, each in read if bits is not None and index < 8 * len(bits)]
    if not telling:
        return "unavailable", None
    revoked = any(bits[index >> 3] >> (index & 7) & 1 for bits, _ in telling)
    return "carrier_revoked" if revoked else "", min(age for _, age in telling)
