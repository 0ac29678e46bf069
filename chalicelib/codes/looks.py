"""Looks: people verified by what is not spent, such as a card or a number. One round trip, which is also the record.

Nobody is told of somebody without its being written down, be it only that they are suspended: the answer comes out of
the write that the holder's own list of scans follows from. The same look asked for again in the same second is one
look, a second later another.
"""

from __future__ import annotations

from chalicelib.codes.model import Reason, Rejected, Shown, Verdict
from chalicelib.codes.telling import accepted
from chalicelib.platform.crypto.hashing import sm3
from chalicelib.status.model import Scan, Standing
from chalicelib.status.register import StatusRegister
from chalicelib.trust.fields import Fields

LOOK_ID_BYTES = 12


class Looks:
    """Accepts people in good standing, and records that somebody looked."""

    def __init__(self, register: StatusRegister, fields: Fields) -> None:
        self._register = register
        self._fields = fields

    def accept(
        self, holder: str, shown: Shown, *, scan: Scan, now: float, stranger: Reason = Reason.HOLDER_SUSPENDED
    ) -> Verdict:
        """The verdict on a holder found by what was shown; `stranger` is why, where there is no such holder any more.

        Raises `StorageUnavailable` where the store cannot tell; nobody is told anything then.
        """
        scan = scan._replace(carrier=shown.carrier, shown_by=shown.shown_by)
        mark = look_id(holder, scan)
        status = self._register.look(holder, look_id=mark, scan=scan)
        if status is None:
            return Rejected(stranger, shown)
        if status.standing is not Standing.ACTIVE:
            return Rejected(Reason.HOLDER_SUSPENDED, shown)
        return accepted(status, shown, scan=scan, mark=mark, fields=self._fields, now=now)


def look_id(holder: str, scan: Scan) -> bytes:
    """What tells a look from all others: who looked at whom, how, where and when, and what they were told."""
    how = (scan.carrier, scan.verifier, scan.terminal, scan.purpose, scan.place, scan.fields)
    parts = (holder, *how, str(scan.at))
    return sm3("\x1f".join(parts).encode())[:LOOK_ID_BYTES]
