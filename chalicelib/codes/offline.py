"""Verifying without network: a venue's trust list and a clock are enough, for paper a status list too. No AWS here.

What it cannot know it says: whether a code was spent elsewhere, whether the colour changed in the last minute, and how
old its lists are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from chalicelib.codes import wire
from chalicelib.codes.model import Reason, window_reason
from chalicelib.codes.paper import wire as paper_wire
from chalicelib.codes.paper.wire import KIND_PAPER, PaperBody, UnverifiedPaper
from chalicelib.codes.wire import KIND_SCREEN, CodeBody, UnverifiedCode
from chalicelib.platform.crypto import sm2
from chalicelib.platform.times import parse_rfc3339
from chalicelib.status.model import Colour
from chalicelib.trust.model import KeyUse
from chalicelib.trust.status_list import (
    UntrustedStatusList,
    UnverifiedToken,
    VerifiedStatusList,
    uri,
    verified,
)
from chalicelib.trust.trust_list import TrustList

Unverified = UnverifiedCode | UnverifiedPaper


class Kind(NamedTuple):
    """How codes of a kind are read, and the use of the keys that sign them."""

    parse: Callable[[bytes], Unverified]
    use: KeyUse


KINDS = {
    KIND_SCREEN: Kind(wire.parse, KeyUse.CODE),
    KIND_PAPER: Kind(paper_wire.parse, KeyUse.CARRIER),
}
"""By the first byte."""


@dataclass(frozen=True, slots=True)
class OfflineVerdict:
    """What a gate can know by itself. `reason` is None when the code is good; `colour` is that of its issue, None for
    paper, which has none; `list_age` is the age of the trust list in seconds, `status_list_age` that of the status
    list which a paper was found on; `list_authentic` is None where no root key was pinned."""

    reason: Reason | None
    colour: Colour | None
    body: CodeBody | PaperBody | None
    list_age: int
    list_authentic: bool | None
    status_list_age: int | None = None


class Gate(NamedTuple):
    """What a gate has downloaded, and what time it is there."""

    trust: TrustList
    status_lists: Sequence[UnverifiedToken]
    now: float


class _Found(NamedTuple):
    """How far a check came."""

    reason: Reason | None
    body: CodeBody | PaperBody | None = None
    status_list_age: int | None = None


def verify_offline(
    text: str,
    trust: TrustList,
    *,
    now: float,
    expected_root: str | None = None,
    status_lists: Sequence[UnverifiedToken] = (),
) -> OfflineVerdict:
    """Check a code against a trust list that may be up to a day old, a paper also against a status list of two days.

    1. The trust list is signed by the pinned root key (where one is given) and has not expired; else `unavailable`.
    2. The text is a code of a kind we read.
    3. The list is of the issuer the code names, and has its key, for this kind, entitled at the time of issue.
    4. The SM2 signature covers all before it.
    5. The code is within its time.
    6. A paper is not revoked by the status list that it names. Where no good copy of it is here: `unavailable`.
    """
    authentic = None if expected_root is None else trust.is_signed_by(expected_root)
    if authentic is False or now > parse_rfc3339(trust.expires_at):
        found = _Found(Reason.UNAVAILABLE)
    else:
        found = _checked(text, Gate(trust, status_lists, now))
    return OfflineVerdict(
        reason=found.reason,
        colour=found.body.colour if isinstance(found.body, CodeBody) and found.reason is None else None,
        body=found.body,
        list_age=int(now - parse_rfc3339(trust.issued_at)),
        list_authentic=authentic,
        status_list_age=found.status_list_age,
    )


def _checked(text: str, gate: Gate) -> _Found:
    """The steps from the second on: why the code is refused, and what it says as far as it could be read."""
    try:
        code, use = _read(text)
    except wire.UnknownKind:
        return _Found(Reason.UNKNOWN_KIND)
    except wire.MalformedCode:
        return _Found(Reason.MALFORMED)
    body = code.body
    reason = _signature_reason(code, use, gate.trust) or window_reason(body, now=gate.now)
    if reason is not None or not isinstance(body, PaperBody):
        return _Found(reason, body)
    return _looked_up(body, gate)


def _read(text: str) -> tuple[Unverified, KeyUse]:
    """A code, and the use of the key that must have signed it; raises `MalformedCode` or `UnknownKind`."""
    raw = wire.raw_of(text)
    kind = KINDS.get(raw[0])
    if kind is None:
        raise wire.UnknownKind
    return kind.parse(raw), kind.use


def _signature_reason(code: Unverified, use: KeyUse, trust: TrustList) -> Reason | None:
    """Why the issuer may not have made the code, None where it did."""
    if code.body.region != trust.issuer:
        return Reason.UNKNOWN_ISSUER
    key = trust.key(code.body.kid)
    if key is None or key.use != use or not key.may_have_signed(code.body.issued_at):
        return Reason.UNKNOWN_KEY
    return None if sm2.verify(key.xy, code.signed, code.signature) else Reason.BAD_SIGNATURE


def _looked_up(paper: PaperBody, gate: Gate) -> _Found:
    """What the lists say of a paper. What one of them revokes is revoked, for bits never go back."""
    lists = [each for each in _lists_of(paper, gate) if paper.index < len(each.list)]
    if not lists:
        return _Found(Reason.UNAVAILABLE, paper)
    age = int(gate.now) - max(each.issued_at for each in lists)
    revoked = any(each.list.is_revoked(paper.index) for each in lists)
    return _Found(Reason.CARRIER_REVOKED if revoked else None, paper, age)


def _lists_of(paper: PaperBody, gate: Gate) -> list[VerifiedStatusList]:
    """The good copies of the list that a paper names."""
    name = uri(paper.region, paper.list_number)
    good = []
    for token in gate.status_lists:
        try:
            good.append(verified(token, trust=gate.trust, expected_sub=name, now=gate.now))
        except UntrustedStatusList:
            continue
    return good
