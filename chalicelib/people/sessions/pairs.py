"""The two tokens of a session: one for five minutes that is checked without asking anybody, one that renews it.

A refresh token is `r1.<holder>.<session>.<generation>.<HMAC-SM3 of these, hex>`, opaque to everyone else. It is made
anew from what it says and the issuer's lasting key, so nothing that is secret rests in a table; a reply that was lost
is given again, to the letter; and what we never issued is refused before the table is asked.
"""

from __future__ import annotations

import re
from hmac import compare_digest
from typing import NamedTuple

from chalicelib.people.assurance import scope_of
from chalicelib.people.model import OFFICES
from chalicelib.people.sessions.model import ACCESS_LIFETIME_S, SCOPES, Session, Ticket
from chalicelib.people.sessions.refusals import InvalidRefreshToken
from chalicelib.platform.http.operation import Principal
from chalicelib.trust.fields import Fields
from chalicelib.trust.tokens import Tokens

FORM = "r1"
_text = re.compile(r"r1\.([0-9a-f]{24})\.([0-9a-f]{24})\.(0|[1-9][0-9]{0,8})\.[0-9a-f]{64}")


class Pair(NamedTuple):
    """An access token, what renews it, and when the first ends (Unix seconds)."""

    token: str
    refresh_token: str
    expires_at: int


class Pairs:
    """Makes and reads the tokens of sessions."""

    def __init__(self, tokens: Tokens, fields: Fields) -> None:
        self._tokens = tokens
        self._fields = fields

    def of(self, session: Session, *, now: float) -> Pair:
        """The tokens of a session's present generation, which began when it was last used: later, they are the same."""
        expires_at = min(session.used_at + ACCESS_LIFETIME_S, session.ends_at)
        principal = Principal(session.holder, reach(session), session=session.session_id)
        token = self._tokens.issue(principal, now=now, lifetime=expires_at - int(now))
        ticket = Ticket(session.holder, session.session_id, session.generation)
        return Pair(token, self._refresh_token(ticket, now), expires_at)

    def read(self, text: str, *, now: float) -> Ticket:
        """What a refresh token says, once there are keys to answer it with; raises `InvalidRefreshToken`."""
        match = _text.fullmatch(text)
        if match is None:
            raise InvalidRefreshToken
        ticket = Ticket(match[1], match[2], int(match[3]))
        if not compare_digest(text, self._refresh_token(ticket, now)):
            raise InvalidRefreshToken
        self._tokens.require_key(now=now)
        return ticket

    def _refresh_token(self, ticket: Ticket, now: float) -> str:
        """A refresh token as it is given out."""
        said = (FORM, ticket.holder, ticket.session_id, str(ticket.generation))
        return ".".join((*said, self._fields.blind_index("refresh token", *said, now=now)))


def reach(session: Session) -> frozenset[str]:
    """What a session may do: as a holder, as surely as they were recognised; or in an office, and nothing else."""
    if session.role is None:
        return SCOPES | scope_of(session.assurance)
    return OFFICES[session.role].scopes
