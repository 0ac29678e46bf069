"""The table of sessions, by holder, the newest last. Every step is one conditional write."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from pynamodb.attributes import BinaryAttribute, NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.people.proofing.provider import Assurance
from chalicelib.people.sessions.model import IDLE_S, Ending, Proof, Session, Ticket
from chalicelib.platform.permissions import Role
from chalicelib.platform.tables import TableMeta, TableModel, is_refused_condition, table_name

FORGOTTEN_AFTER = timedelta(seconds=IDLE_S, days=1)
"""After its last use: by then it has ended, and a token of it is as good as one of a session that never was."""


class SessionItem(TableModel):
    """A session (model.py). `device` is the sealed name of a device, `key` the thumbprint of its public key."""

    class Meta(TableMeta):
        table_name = table_name("sessions")

    holder = UnicodeAttribute(hash_key=True)
    session_id = UnicodeAttribute(range_key=True)
    role = UnicodeAttribute(null=True)
    assurance = UnicodeAttribute()
    key = UnicodeAttribute(null=True)
    device = BinaryAttribute(legacy_encoding=False)
    created_at = NumberAttribute()
    used_at = NumberAttribute()
    ends_at = NumberAttribute()
    generation = NumberAttribute()
    proof = UnicodeAttribute(null=True)
    ended = UnicodeAttribute(null=True)
    ended_at = NumberAttribute(null=True)
    expires_at = TTLAttribute()


class SessionStore:
    """Keeps sessions."""

    def open(self, new: Session) -> None:
        """Keep a new session; its id is random, so nobody else has it."""
        SessionItem(
            new.holder,
            new.session_id,
            role=new.role,
            assurance=new.assurance,
            key=new.key or None,
            device=new.device,
            created_at=new.created_at,
            used_at=new.used_at,
            ends_at=new.ends_at,
            generation=new.generation,
            expires_at=_forgotten(new.used_at),
        ).save()

    def get(self, holder: str, session_id: str) -> Session | None:
        """A session as it is now (strongly consistent)."""
        try:
            return _session(SessionItem.get(holder, session_id, consistent_read=True))
        except SessionItem.DoesNotExist:
            return None

    def of(self, holder: str) -> Iterator[Session]:
        """All sessions of a holder that are not forgotten, the newest first (strongly consistent)."""
        return map(_session, SessionItem.query(holder, scan_index_forward=False, consistent_read=True))

    def renew(self, ticket: Ticket, proof: Proof, *, now: int) -> Session | None:
        """Begin the next generation; None where the ticket is not one to begin it with (`judged` says why)."""
        item = SessionItem(ticket.holder, ticket.session_id)
        steps: list[Action] = [
            SessionItem.generation.set(ticket.generation + 1),
            SessionItem.used_at.set(now),
            SessionItem.expires_at.set(_forgotten(now)),
        ]
        if proof.mark:
            steps.append(SessionItem.proof.set(proof.mark))
        try:
            item.update(steps, condition=_runs(now) & _is_held(proof) & (SessionItem.generation == ticket.generation))
        except UpdateError as error:
            if not is_refused_condition(error):
                raise
            return None
        return _session(item)

    def end(self, holder: str, session_id: str, why: Ending, *, now: int) -> bool:
        """Let a session end; one that has ended stays as it is. False where there is no such session running."""
        try:
            SessionItem(holder, session_id).update(
                [SessionItem.ended.set(why), SessionItem.ended_at.set(now)], condition=_runs(now)
            )
        except UpdateError as error:
            if not is_refused_condition(error):
                raise
            return False
        return True


def _runs(now: int) -> Condition:
    """That a session has not ended."""
    runs: Condition = SessionItem.ended.does_not_exist() & (SessionItem.ends_at > now)
    in_use: Condition = runs & (SessionItem.used_at > now - IDLE_S)
    return in_use


def _is_held(proof: Proof) -> Condition:
    """That the session is bound to no device, or to the one that shows its key by a new proof."""
    unbound: Condition = SessionItem.key.does_not_exist()
    if not proof.key:
        return unbound
    new: Condition = SessionItem.proof.does_not_exist() | (SessionItem.proof != proof.mark)
    held: Condition = unbound | ((SessionItem.key == proof.key) & new)
    return held


def _forgotten(used_at: int) -> datetime:
    """When the store may forget a session that was used last at an instant."""
    return datetime.fromtimestamp(used_at, UTC) + FORGOTTEN_AFTER


def _session(item: SessionItem) -> Session:
    """An item as a value."""
    return Session(
        holder=item.holder,
        session_id=item.session_id,
        role=Role(item.role) if item.role else None,
        assurance=Assurance(item.assurance),
        key=item.key or "",
        device=item.device,
        created_at=int(item.created_at),
        used_at=int(item.used_at),
        ends_at=int(item.ends_at),
        generation=int(item.generation),
        proof=item.proof or "",
        ended=Ending(item.ended) if item.ended else None,
        ended_at=int(item.ended_at) if item.ended_at else None,
    )
