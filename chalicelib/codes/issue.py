"""Issuing: one read, one signature a code, no write. Refreshing is issuing again."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import NamedTuple

from chalicelib.codes.model import VALIDITY_S
from chalicelib.codes.refusals import HolderSuspended
from chalicelib.codes.seal import OWN, seal_holder, tag
from chalicelib.codes.wire import CodeBody, Flags, position_time, to_text
from chalicelib.platform.crypto import sm2
from chalicelib.status.model import HolderStatus, Standing
from chalicelib.status.register import StatusRegister
from chalicelib.trust.model import KeyUse, UnwrappedKey
from chalicelib.trust.ring import KeyRing

Entropy = Callable[[int], bytes]


class Issued(NamedTuple):
    """A finished code: its text, what it says, and whose it is, as verifiers see it (sealed, trust/fields.py)."""

    text: str
    body: CodeBody
    masked_name: bytes


class CodeIssuer:
    """Makes the codes of one city."""

    def __init__(
        self,
        region: str,
        *,
        ring: KeyRing,
        register: StatusRegister,
        specimen: bool,
        entropy: Entropy = secrets.token_bytes,
    ) -> None:
        self._region = region
        self._ring = ring
        self._register = register
        self._flags = Flags.SPECIMEN if specimen else Flags.NONE
        self._entropy = entropy

    def issue(self, holder: str, *, now: float, count: int = 1, delegation: str = OWN) -> list[Issued]:
        """Codes for `count` consecutive minutes, the first from now; raises `HolderSuspended`.

        With the mark of a `delegation` they are for the screen of somebody else, who was found to be entitled to it.

        1. Read the status, strongly consistent: every channel shows the same colour.
        2. Refuse a holder whose codes are not honoured.
        3. Begin after the newest code presented, which may carry a time up to 20 s ahead of ours (another
           function's clock, a code taken ahead): a fresh code is never superseded by an older one.
        4. Look up the colour of each minute, seal, sign and tag one code a minute with the newest key.
        """
        status = self._register.read(holder)
        if status is None or status.standing is not Standing.ACTIVE:
            raise HolderSuspended
        first = max(int(now), position_time(status.mark) + 1)
        key = self._ring.signing(KeyUse.CODE, now=now)
        minutes = [first + minute * VALIDITY_S for minute in range(count)]
        return [self._code(key, status, issued_at, delegation, ahead=issued_at > first) for issued_at in minutes]

    def _code(self, key: UnwrappedKey, status: HolderStatus, issued_at: int, delegation: str, *, ahead: bool) -> Issued:
        """One code, sealed for us and signed for everyone."""
        nonce = self._entropy(8)
        seal = seal_holder(key.seal_keys, status.holder, issued_at=issued_at, nonce=nonce, delegation=delegation)
        body = CodeBody(
            region=self._region,
            kid=key.record.kid,
            issued_at=issued_at,
            validity=VALIDITY_S,
            flags=self._flags | (Flags.AHEAD if ahead else Flags.NONE),
            colour=status.colour_at(issued_at),
            nonce=nonce,
            sealed_holder=seal,
        )
        signed = body.signed_bytes()
        tagged = signed + sm2.sign(key.pair, signed)
        return Issued(to_text(tagged + tag(key.seal_keys, tagged)), body, status.masked_name)
