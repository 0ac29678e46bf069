"""Making a paper: an entry in a status list, a seal for us, a signature for everyone. Nobody's until it has a slot."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from chalicelib.codes import wire
from chalicelib.codes.paper.model import VALID_DAYS, Paper
from chalicelib.codes.paper.wire import DAY_S, PaperBody, nonce_of
from chalicelib.codes.seal import seal_holder, tag
from chalicelib.codes.wire import Flags
from chalicelib.platform.crypto import sm2
from chalicelib.platform.http.creation import Creation
from chalicelib.trust.model import KeyUse, UnwrappedKey
from chalicelib.trust.ring import KeyRing


class Allotment(Protocol):
    """Hands out the entries of the status lists, each once."""

    def allot(self, now: int, expires_at: int) -> tuple[int, int]:
        """A new entry for something that is good until `expires_at`: the number of its list, and its index there."""


class Made(NamedTuple):
    """A paper before it is anybody's: the record of it, and the text of its symbol."""

    paper: Paper
    text: str


class Press:
    """Makes the papers of one city."""

    def __init__(self, region: str, *, ring: KeyRing, allotment: Allotment, specimen: bool) -> None:
        self._region = region
        self._ring = ring
        self._allotment = allotment
        self._flags = Flags.SPECIMEN if specimen else Flags.NONE

    def make(self, holder: str, creation: Creation, *, now: float, by: str) -> Made:
        """A signed paper under an entry of its own, which is wasted where nothing becomes of it."""
        issued_at = int(now)
        expires_at = issued_at + VALID_DAYS * DAY_S
        list_number, index = self._allotment.allot(issued_at, expires_at)
        key = self._ring.signing(KeyUse.CARRIER, now=now)
        paper = Paper(
            list_number=list_number,
            index=index,
            kid=key.record.kid,
            issued_at=issued_at,
            expires_at=expires_at,
            creation=creation.record_id,
            digest=creation.digest,
            since=issued_at,
            issued_by=by,
        )
        return Made(paper, self._text(key, holder, paper))

    def _text(self, key: UnwrappedKey, holder: str, paper: Paper) -> str:
        """The text of a paper's symbol."""
        nonce = nonce_of(paper.list_number, paper.index)
        body = PaperBody(
            region=self._region,
            kid=paper.kid,
            issued_at=paper.issued_at,
            days=VALID_DAYS,
            flags=self._flags,
            list_number=paper.list_number,
            index=paper.index,
            sealed_holder=seal_holder(key.seal_keys, holder, issued_at=paper.issued_at, nonce=nonce),
        )
        signed = body.signed_bytes()
        tagged = signed + sm2.sign(key.pair, signed)
        return wire.to_text(tagged + tag(key.seal_keys, tagged))
