"""Letting programs in: an operator asks, another approves; whoever sees that one must stop suspends it alone, at once.

An approval names what it approves by the number of its step, so nobody approves what took the place of what they read.
"""

from __future__ import annotations

from typing import NamedTuple

from chalicelib.partners.clients.model import (
    Client,
    Event,
    Proposal,
    Standing,
    Step,
    check_scopes,
    moved,
    waiting,
)
from chalicelib.partners.clients.steps import Act, carry_out, found, is_last, step
from chalicelib.partners.clients.store import ClientStore, Listed
from chalicelib.partners.refusals import ClientOutOfTurn, ProposerOutOfOffice
from chalicelib.platform.http.creation import Creation
from chalicelib.platform.http.refusals import IdempotencyKeyReused
from chalicelib.platform.permissions import Kind, of_kind
from chalicelib.status.refusals import NotInOffice, OwnProposal
from chalicelib.status.residents import Officer, Officers

WRITE, APPROVE, READ = "client:write", "client:approve", "client:read"
PAGE_SIZE = 50


class Wanted(NamedTuple):
    """Who is to be let in: as what, under which name, to reach what."""

    name: str
    kind: Kind
    scopes: frozenset[str]


class ClientOffice:
    """What operators do about clients, and who reads of it."""

    def __init__(self, store: ClientStore, officers: Officers) -> None:
        self._store = store
        self._officers = officers

    def propose(self, wanted: Wanted, *, wish: Creation, subject: str, now: int) -> Client:
        """Ask for a new client; without scopes it gets those of every client of its kind. Raises a `Refusal`."""
        officer = self._officers.require(subject, WRITE)
        wanted = wanted._replace(scopes=wanted.scopes or of_kind(wanted.kind))
        check_scopes(wanted.kind, wanted.scopes)
        client = _proposed(wanted, wish, officer, now)
        if self._store.add(client):
            return client
        before = found(self._store, client.client_id)
        if before.digest != wish.digest:
            raise IdempotencyKeyReused
        return before

    def approve(self, act: Act, number: int) -> Client:
        """Approve what another operator asked for in the step of this number; raises a `Refusal`.

        1. It is what waits at this moment.
        2. Nobody approves what they have asked for themselves.
        3. Whoever asked for it is still in office.
        4. Clients of this kind may still have the scopes.
        """
        officer = self._officers.require(act.subject, APPROVE)

        def move(client: Client) -> Client:
            if is_last(client, Event.APPROVED, officer, str(number)):
                return client
            proposal = _waiting(client, number)
            if officer.holder == proposal.step.by:
                raise OwnProposal
            self._check_proposer(proposal)
            check_scopes(client.kind, frozenset(proposal.scopes))
            approved = step(Event.APPROVED, officer, act.now, str(number))
            return moved(client, approved, scopes=frozenset(proposal.scopes))

        return carry_out(self._store, act.client_id, move)

    def refuse(self, act: Act, number: int) -> Client:
        """Refuse what was asked for; whoever asked for it takes it back in the same way. Raises a `Refusal`."""
        officer = self._officers.require(act.subject, APPROVE)

        def move(client: Client) -> Client:
            if is_last(client, Event.REFUSED, officer, str(number)):
                return client
            _waiting(client, number)
            return moved(client, step(Event.REFUSED, officer, act.now, str(number)))

        return carry_out(self._store, act.client_id, move)

    def ask_scopes(self, act: Act, scopes: frozenset[str]) -> Client:
        """Ask that a client reaches these scopes and no others, once another operator approves."""
        officer, detail = self._officers.require(act.subject, WRITE), " ".join(sorted(scopes))

        def move(client: Client) -> Client:
            if is_last(client, Event.SCOPES_ASKED, officer, detail):
                return client
            check_scopes(client.kind, scopes)
            return moved(client, step(Event.SCOPES_ASKED, officer, act.now, detail), asked=tuple(sorted(scopes)))

        return carry_out(self._store, act.client_id, move)

    def ask_resumption(self, act: Act) -> Client:
        """Ask that a suspended client is recognised again, with the scopes it had, once another operator approves."""
        officer = self._officers.require(act.subject, WRITE)

        def move(client: Client) -> Client:
            if is_last(client, Event.RESUMPTION_ASKED, officer):
                return client
            asked = tuple(sorted(client.scopes))
            return moved(client, step(Event.RESUMPTION_ASKED, officer, act.now), asked=asked)

        return carry_out(self._store, act.client_id, move)

    def suspend(self, act: Act) -> Client:
        """Let a client be recognised no more, nor its terminals; what was asked for it ends. At rest it stays so."""
        officer = self._officers.require(act.subject, WRITE)

        def move(client: Client) -> Client:
            if client.is_at_rest:
                return client
            return moved(client, step(Event.SUSPENDED, officer, act.now))

        return carry_out(self._store, act.client_id, move)

    def one(self, client_id: str, *, subject: str) -> Client:
        """A client, for an operator or an auditor; raises `NotInOffice` or `ClientNotFound`."""
        self._officers.require(subject, READ)
        return found(self._store, client_id)

    def page(self, queue: str, *, before: str, subject: str) -> list[Listed]:
        """A page of a list, the last registered first; raises `NotInOffice`."""
        self._officers.require(subject, READ)
        return list(self._store.page(queue, before=before, size=PAGE_SIZE))

    def _check_proposer(self, proposal: Proposal) -> None:
        """Whoever asked must be in office at this very moment, too; raises `ProposerOutOfOffice`."""
        try:
            self._officers.require(proposal.step.by, WRITE)
        except NotInOffice as refusal:
            raise ProposerOutOfOffice from refusal


def _waiting(client: Client, number: int) -> Proposal:
    """What waits under this number; raises `ClientOutOfTurn` where it is something else, or nothing."""
    if client.proposal is None or client.proposal.step.n != number:
        raise ClientOutOfTurn(standing=str(client.standing), waiting=waiting(client))
    return client.proposal


def _proposed(wanted: Wanted, wish: Creation, officer: Officer, now: int) -> Client:
    """A client as it begins: it reaches nothing and has nothing to be recognised by."""
    asked = tuple(sorted(wanted.scopes))
    first = Step(1, Event.PROPOSED, officer.holder, officer.name, now, " ".join(asked))
    return Client(
        f"client-{wish.record_id}",
        name=wanted.name,
        kind=wanted.kind,
        standing=Standing.PROPOSED,
        scopes=frozenset(),
        proposal=Proposal(first, asked),
        steps=(first,),
        registered_at=now,
        digest=wish.digest,
    )
