"""Verifying paper online: what the bytes tell first, then one read and one conditional write. It is not spent."""

from __future__ import annotations

from chalicelib.codes.looks import Looks
from chalicelib.codes.model import Reason, Rejected, Verdict, window_reason
from chalicelib.codes.paper import wire
from chalicelib.codes.paper.living import LivingPapers
from chalicelib.codes.paper.model import refusal
from chalicelib.codes.paper.wire import PaperBody, UnverifiedPaper
from chalicelib.codes.seal import is_intact, open_holder
from chalicelib.codes.verify import entitled_key
from chalicelib.status.model import Scan
from chalicelib.trust.model import KeyUse, UnwrappedKey
from chalicelib.trust.ring import KeyRing


class PaperVerifier:
    """Verifies the paper codes of one city."""

    def __init__(self, expected_region: str, *, ring: KeyRing, papers: LivingPapers, looks: Looks) -> None:
        self._expected_region = expected_region
        self._ring = ring
        self._papers = papers
        self._looks = looks

    def verify(self, raw: bytes, *, scan: Scan, now: float) -> Verdict:
        """Accept the living paper of a holder in good standing, as often as it is shown.

        1. The bytes are a paper code of a version we read.
        2. This city issued it.
        3. Its key is ours, was entitled to sign papers at the time of issue, and is not revoked.
        4. Its tag is right: the issuer made every byte, signature included.
        5. It is within its half year.
        6. It is the one that its holder has now, and not reported lost.
        7. Its holder is in good standing; the same step records that somebody looked.

        Raises `UnknownKind` or `MalformedCode`; `StorageUnavailable` where the store cannot tell.
        """
        paper = wire.parse(raw)
        key = self._key(paper.body, now)
        if isinstance(key, Reason):
            return Rejected(key, paper.body)
        reason = _reason_in(paper, key, now)
        if reason is not None:
            return Rejected(reason, paper.body)
        return self._looked_up(paper.body, open_holder(key.seal_keys, paper.body)[0], scan, now)

    def _key(self, body: PaperBody, now: float) -> UnwrappedKey | Reason:
        """The key that a paper names, or why it is not ours."""
        if body.region != self._expected_region:
            return Reason.UNKNOWN_ISSUER
        return entitled_key(self._ring, KeyUse.CARRIER, body.kid, issued_at=body.issued_at, now=now)

    def _looked_up(self, body: PaperBody, holder: str, scan: Scan, now: float) -> Verdict:
        """The two round trips: whether the paper lives, then its holder's standing and colour."""
        dead = refusal(self._papers.slot_of(holder), body.list_number, body.index)
        if dead is not None:
            return Rejected(dead, body)
        return self._looks.accept(holder, body, scan=scan, now=now)


def _reason_in(paper: UnverifiedPaper, key: UnwrappedKey, now: float) -> Reason | None:
    """Why a paper is refused without asking anybody."""
    if not is_intact(key.seal_keys, paper):
        return Reason.BAD_SEAL
    return window_reason(paper.body, now=now)
