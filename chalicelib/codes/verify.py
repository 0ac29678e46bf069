"""Verifying online: everything that can be refused without the store is; what is left is one conditional update."""

from __future__ import annotations

from chalicelib.codes import wire
from chalicelib.codes.model import Accepted, Reason, Rejected, Verdict, window_reason
from chalicelib.codes.seal import is_intact, open_holder
from chalicelib.codes.wire import CodeBody, UnverifiedCode
from chalicelib.status.model import HolderStatus, Presentation, Scan, Standing
from chalicelib.status.register import StatusRegister
from chalicelib.trust.fields import Fields
from chalicelib.trust.model import KeyState, KeyUse, UnwrappedKey
from chalicelib.trust.ring import KeyRing


class CodeVerifier:
    """Verifies the codes of one city, and spends the good ones."""

    def __init__(self, expected_region: str, *, ring: KeyRing, register: StatusRegister, fields: Fields) -> None:
        self._expected_region = expected_region
        self._ring = ring
        self._register = register
        self._fields = fields

    def verify(self, text: str, *, scan: Scan, now: float) -> Verdict:
        """Accept a code once, for the verifier who scans it first.

        1. The text is a code of a kind we read.
        2. This city issued it.
        3. Its key is ours, was entitled to sign at the time of issue, and is not revoked.
        4. Its tag is right: the issuer made every byte, signature included.
        5. It is within its time.
        6. Its holder is in good standing and has presented nothing newer; the same step spends it.

        Raises `StorageUnavailable` where the store cannot tell; nothing is lost by asking again.
        """
        code = _read(text)
        if isinstance(code, Rejected):
            return code
        if code.body.region != self._expected_region:
            return Rejected(Reason.UNKNOWN_ISSUER, code.body)
        key = self._key(code.body, now)
        if isinstance(key, Reason):
            return Rejected(key, code.body)
        if not is_intact(key.seal_keys, code):
            return Rejected(Reason.BAD_SEAL, code.body)
        out_of_time = window_reason(code.body, now=now)
        if out_of_time is not None:
            return Rejected(out_of_time, code.body)
        return self._spend(code.body, open_holder(key.seal_keys, code.body), scan, now)

    def _key(self, body: CodeBody, now: float) -> UnwrappedKey | Reason:
        """The key a code names, or why it may not be used."""
        record = self._ring.find(body.kid, now=now)
        if record is None or record.use is not KeyUse.CODE:
            return Reason.UNKNOWN_KEY
        if record.state is KeyState.REVOKED:
            return Reason.REVOKED_KEY
        if not record.may_have_signed(body.issued_at):
            return Reason.UNKNOWN_KEY
        return self._ring.open(record)

    def _spend(self, body: CodeBody, holder: str, scan: Scan, now: float) -> Verdict:
        """The one round trip. A repeat by the verifier who spent the code gets the same answer again."""
        presented = self._register.present(holder, mark=body.position, scan=scan)
        if presented is None:
            return Rejected(Reason.HOLDER_SUSPENDED, body)
        if not presented.spent:
            reason = _refusal(presented, body, scan.verifier)
            if reason is not None:
                return Rejected(reason, body)
        return self._accepted(body, presented.status, now)

    def _accepted(self, body: CodeBody, status: HolderStatus, now: float) -> Accepted:
        """The verdict, with the colour of this very moment and no more of the name than a verifier needs."""
        name = self._fields.open(status.masked_name, context=f"status#{status.holder}", now=now)
        return Accepted(body, status.colour_at(now), name)


def _read(text: str) -> UnverifiedCode | Rejected:
    """The code in a text, or why there is none."""
    try:
        return wire.read(text)
    except wire.UnknownKind:
        return Rejected(Reason.UNKNOWN_KIND)
    except wire.MalformedCode:
        return Rejected(Reason.MALFORMED)


def _refusal(presented: Presentation, body: CodeBody, verifier: str) -> Reason | None:
    """Why a code could not be spent; None where this verifier itself had spent it."""
    status = presented.status
    if status.standing is not Standing.ACTIVE:
        return Reason.HOLDER_SUSPENDED
    if status.mark > body.position:
        return Reason.SUPERSEDED
    return None if status.last_verifier == verifier else Reason.REPLAYED
