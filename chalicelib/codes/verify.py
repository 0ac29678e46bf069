"""Verifying online: everything that can be refused without the store is; what is left is one conditional update."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from chalicelib.codes import wire
from chalicelib.codes.model import Reason, Rejected, Verdict, repeated, window_reason
from chalicelib.codes.seal import OWN, is_intact, open_holder
from chalicelib.codes.telling import accepted
from chalicelib.codes.wire import CodeBody, UnverifiedCode
from chalicelib.status.model import Presentation, Scan, Standing
from chalicelib.status.register import StatusRegister
from chalicelib.trust.fields import Fields
from chalicelib.trust.model import KeyState, KeyUse, UnwrappedKey
from chalicelib.trust.ring import KeyRing


class OtherKind(Protocol):
    """Verifies a code that is no screen code."""

    def verify(self, raw: bytes, *, scan: Scan, now: float) -> Verdict:
        """A verdict on its bytes, which begin with its kind; raises `UnknownKind` or `MalformedCode`."""


OtherKinds = dict[int, Callable[[], OtherKind]]
"""By the first byte, each made when the first of its kind is scanned."""


class CodeVerifier:
    """Verifies the codes of one city, and spends the good ones."""

    def __init__(
        self,
        expected_region: str,
        *,
        ring: KeyRing,
        register: StatusRegister,
        fields: Fields,
        other_kinds: OtherKinds | None = None,
    ) -> None:
        self._expected_region = expected_region
        self._ring = ring
        self._register = register
        self._fields = fields
        self._other_kinds = other_kinds or {}

    def verify(self, text: str, *, scan: Scan, now: float) -> Verdict:
        """Verify a code by its kind; see `_screen` for those that live a minute."""
        try:
            raw = wire.raw_of(text)
            other = self._other_kinds.get(raw[0])
            if other is not None:
                return other().verify(raw, scan=scan, now=now)
            return self._screen(wire.parse(raw), scan, now)
        except wire.UnknownKind:
            return Rejected(Reason.UNKNOWN_KIND)
        except wire.MalformedCode:
            return Rejected(Reason.MALFORMED)

    def _screen(self, code: UnverifiedCode, scan: Scan, now: float) -> Verdict:
        """Accept a code once, for the verifier who scans it first.

        1. The text is a code of a kind we read.
        2. This city issued it.
        3. Its key is ours, was entitled to sign at the time of issue, and is not revoked.
        4. Its tag is right: the issuer made every byte, signature included.
        5. It is within its time.
        6. Its holder is in good standing and has presented nothing newer, and who shows it for them still may; the
           same step spends it.

        Raises `StorageUnavailable` where the store cannot tell; nothing is lost by asking again.
        """
        if code.body.region != self._expected_region:
            return Rejected(Reason.UNKNOWN_ISSUER, code.body)
        key = entitled_key(self._ring, KeyUse.CODE, code.body.kid, issued_at=code.body.issued_at, now=now)
        if isinstance(key, Reason):
            return Rejected(key, code.body)
        if not is_intact(key.seal_keys, code):
            return Rejected(Reason.BAD_SEAL, code.body)
        out_of_time = window_reason(code.body, now=now)
        if out_of_time is not None:
            return Rejected(out_of_time, code.body)
        return self._spend(code.body, *open_holder(key.seal_keys, code.body), scan, now)

    def _spend(self, body: CodeBody, holder: str, delegation: str, scan: Scan, now: float) -> Verdict:
        """The one round trip. A repeat by the verifier who spent the code gets the answer of what was logged."""
        if delegation != OWN:
            scan = scan._replace(shown_by=body.shown_by)
        presented = self._register.present(holder, mark=body.position, scan=scan, delegation=delegation)
        if presented is None:
            return Rejected(Reason.HOLDER_SUSPENDED, body)
        if not presented.spent:
            reason = _refusal(presented, body, scan.verifier)
            if reason is not None or presented.last_scan is None:
                return Rejected(reason or Reason.REPLAYED, body)
            scan = repeated(presented.last_scan, scan)
        return accepted(presented.status, body, scan=scan, mark=body.position, fields=self._fields, now=now)


def entitled_key(ring: KeyRing, use: KeyUse, kid: str, *, issued_at: int, now: float) -> UnwrappedKey | Reason:
    """The key a code names, or why it may not have signed it."""
    record = ring.find(kid, now=now)
    if record is None or record.use is not use:
        return Reason.UNKNOWN_KEY
    if record.state is KeyState.REVOKED:
        return Reason.REVOKED_KEY
    if not record.may_have_signed(issued_at):
        return Reason.UNKNOWN_KEY
    return ring.open(record)


def _refusal(presented: Presentation, body: CodeBody, verifier: str) -> Reason | None:
    """Why a code could not be spent; None where this verifier itself had spent it."""
    status = presented.status
    if status.standing is not Standing.ACTIVE:
        return Reason.HOLDER_SUSPENDED
    if not presented.might_show:
        return Reason.DELEGATION_ENDED
    if status.mark > body.position:
        return Reason.SUPERSEDED
    return None if status.last_verifier == verifier else Reason.REPLAYED
