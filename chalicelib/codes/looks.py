"""Looks: people verified by what is not spent, a paper, a card or a number. One round trip, which is also the record.

Nobody is told who stands there without its being written down: the answer comes out of the write that the holder's own
list of scans follows from. A look whose answer was lost and which is asked for again is a second look.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from chalicelib.codes.model import Accepted, Reason, Rejected, Shown, Verdict
from chalicelib.status.model import Scan
from chalicelib.status.register import StatusRegister
from chalicelib.trust.fields import Fields

LOOK_ID_BYTES = 12


class Looks:
    """Accepts people in good standing, and records that somebody looked."""

    def __init__(
        self, register: StatusRegister, fields: Fields, *, entropy: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        self._register = register
        self._fields = fields
        self._entropy = entropy

    def accept(
        self, holder: str, shown: Shown, *, scan: Scan, now: float, stranger: Reason = Reason.HOLDER_SUSPENDED
    ) -> Verdict:
        """The verdict on a holder found by what was shown; `stranger` is why, where there is no such holder any more.

        Raises `StorageUnavailable` where the store cannot tell; nobody is told anything then.
        """
        scan = scan._replace(carrier=shown.carrier, shown_by=shown.shown_by)
        seen = self._register.look(holder, look_id=self._entropy(LOOK_ID_BYTES), scan=scan)
        if seen is None:
            return Rejected(stranger, shown)
        if not seen.spent:
            return Rejected(Reason.HOLDER_SUSPENDED, shown)
        status = seen.status
        name = self._fields.open(status.masked_name, context=f"status#{holder}", now=now)
        return Accepted(shown, status.colour_at(now), name, status.tags)
