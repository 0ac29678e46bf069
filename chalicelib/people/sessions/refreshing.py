"""Renewing a session: one conditional write; the same answer for who lost it; the end where two have the token."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.people.notices import Notices
from chalicelib.people.officers import Officers
from chalicelib.people.sessions.model import Ending, Finding, Proof, Session, Ticket, judged
from chalicelib.people.sessions.pairs import Pair, Pairs
from chalicelib.people.sessions.refusals import (
    DeviceProofMissing,
    DeviceProofUsed,
    RefreshTokenReused,
    SessionEnded,
    WrongDevice,
)
from chalicelib.people.sessions.store import SessionStore
from chalicelib.platform import telemetry
from chalicelib.platform.http.refusals import Refusal, StorageUnavailable
from chalicelib.status.refusals import NotInOffice

REUSED = "refresh_token_reused"
"""The kind of notice (people/notices.py)."""

REFUSED: dict[Finding, type[Refusal]] = {
    Finding.KEY_NOT_SHOWN: DeviceProofMissing,
    Finding.OTHER_KEY: WrongDevice,
    Finding.PROOF_USED: DeviceProofUsed,
}


class Refreshing:
    """Renews sessions."""

    def __init__(self, store: SessionStore, pairs: Pairs, officers: Officers, notices: Callable[[], Notices]) -> None:
        self._store = store
        self._pairs = pairs
        self._officers = officers
        self._notices = notices

    def refresh(self, refresh_token: str, *, proof: Proof, now: float) -> tuple[Session, Pair]:
        """The next two tokens of a session; raises a `Refusal`.

        1. What we did not issue is refused before anybody is asked.
        2. Begin the next generation, where this one is the present one and the device shows its key.
        3. Where that was refused, look why: a lost reply is given again, a stale token ends the session.
        4. Nobody renews an office they were taken out of.
        """
        ticket = self._pairs.read(refresh_token, now=now)
        session = self._store.renew(ticket, proof, now=int(now)) or self._repeated(ticket, proof, int(now))
        self._require_office(session, int(now))
        return session, self._pairs.of(session, now=now)

    def _repeated(self, ticket: Ticket, proof: Proof, now: int) -> Session:
        """The session as it was renewed a moment ago; raises a `Refusal` where it was not."""
        session = self._store.get(ticket.holder, ticket.session_id)
        if session is None:
            raise SessionEnded(reason=Ending.EXPIRED)
        finding = judged(session, ticket, proof, now=now)
        if finding is Finding.REPEAT:
            return session
        raise self._refusal(session, finding, now)

    def _refusal(self, session: Session, finding: Finding, now: int) -> Refusal:
        """Why a session is not renewed, after what follows from it."""
        telemetry.count("RefreshesRefused", reason=str(finding))
        if finding is Finding.REUSED:
            self._end_for_both(session, now)
            return RefreshTokenReused()
        if finding is Finding.ENDED:
            if session.ended is Ending.REUSED:
                self._tell(session, session.ended_at or now)
            return SessionEnded(reason=session.ending(now) or Ending.EXPIRED)
        return REFUSED.get(finding, StorageUnavailable)()

    def _end_for_both(self, session: Session, now: int) -> None:
        """End a session of which two have a token, and tell its holder. Whoever comes next tells again, so that a
        death in between keeps nobody in the dark: the same notice, as it is of the second at which the session ended.
        """
        self._store.end(session.holder, session.session_id, Ending.REUSED, now=now)
        ended = self._store.get(session.holder, session.session_id)
        self._tell(session, (ended and ended.ended_at) or now)

    def _tell(self, session: Session, at: int) -> None:
        facts = {"session_id": session.session_id}
        self._notices().tell(session.holder, REUSED, facts, event=f"{REUSED}#{session.session_id}", now=at)

    def _require_office(self, session: Session, now: int) -> None:
        """Let an officer go on only while they are one; raises `NotInOffice`."""
        if session.role is not None and not self._officers.holds(session.holder, session.role):
            self._store.end(session.holder, session.session_id, Ending.OUT_OF_OFFICE, now=now)
            raise NotInOffice
