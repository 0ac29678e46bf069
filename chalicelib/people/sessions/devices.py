"""A holder's devices: where they are signed in, and out with those they do not know.

An ended session gets no further token. Its last one ends by itself within five minutes, since nobody is asked about it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from chalicelib.people.sessions.model import Ending, Session
from chalicelib.people.sessions.refusals import SessionNotFound
from chalicelib.people.sessions.store import SessionStore
from chalicelib.trust.fields import Fields

SHOWN = 100
"""More devices than anybody has; whoever has logged in more often ends them all at once."""


class SeenSession(NamedTuple):
    """A running session and what its holder calls the device."""

    session: Session
    device: str


class Devices:
    """The sessions of one holder, for that holder."""

    def __init__(self, store: SessionStore, fields: Fields) -> None:
        self._store = store
        self._fields = fields

    def running(self, holder: str, *, now: float) -> list[SeenSession]:
        """Where somebody is signed in, the newest first."""
        return [SeenSession(one, self._name(one, now)) for one in islice(self._running(holder, now), SHOWN)]

    def end(self, holder: str, session_id: str, why: Ending, *, now: float) -> Session:
        """End one session; one that has ended stays as it is. Raises `SessionNotFound`."""
        self._store.end(holder, session_id, why, now=int(now))
        session = self._store.get(holder, session_id)
        if session is None:
            raise SessionNotFound
        return session

    def end_all(self, holder: str, why: Ending, *, but: str = "", now: float) -> int:
        """End all sessions but one, officers' among them; answers how many there were."""
        running = [one for one in self._running(holder, now) if one.session_id != but]
        return sum(self._store.end(holder, one.session_id, why, now=int(now)) for one in running)

    def _running(self, holder: str, now: float) -> Iterator[Session]:
        return (one for one in self._store.of(holder) if one.ending(now) is None)

    def _name(self, session: Session, now: float) -> str:
        """What the holder calls a device."""
        return self._fields.open(session.device, context=context(session.holder, session.session_id), now=now)


def context(holder: str, session_id: str) -> str:
    """What the sealed name of a device is bound to."""
    return f"session#{holder}#{session_id}"
