"""What the code draws: the lives of keys, cases and what people and programs hold, each from its table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.accounts import model as accounts
from chalicelib.codes.cards import model as cards
from chalicelib.codes.paper import model as paper
from chalicelib.desk import model as desk
from chalicelib.partners.clients import model as clients
from chalicelib.partners.consents import model as consents
from chalicelib.partners.imports import model as imports
from chalicelib.partners.webhooks import model as webhooks
from chalicelib.people.family import model as family
from chalicelib.status.appeals import model as appeals
from chalicelib.status.overrides import model as overrides
from chalicelib.status.policy import life
from chalicelib.trust.model import LIFECYCLE


def lifecycle() -> str:
    """The life of a key as a diagram."""
    return _diagram(LIFECYCLE, "pending", "active")


def override_life() -> str:
    """The life of an override as a diagram. What time alone does stands in no table: nothing has to run for it."""
    of = overrides.State
    table = overrides.LIFECYCLE | {
        state: overrides.LIFECYCLE[state] | {"72 hours": of.LAPSED} for state in (of.PROPOSED, of.SECONDED)
    }
    return _diagram(table | {of.APPROVED: table[of.APPROVED] | {"its hours": of.EXPIRED}}, of.PROPOSED)


def appeal_life() -> str:
    """The life of an appeal as a diagram."""
    return _diagram(appeals.LIFECYCLE, appeals.State.DRAFTED)


def roll_out_life() -> str:
    """The life of a roll-out as a diagram."""
    return _diagram(life.LIFECYCLE, life.State.PROPOSED)


def delegation_life() -> str:
    """The life of a delegation as a diagram."""
    return _diagram(family.LIFECYCLE, family.State.PROPOSED, family.State.ACTIVE)


def paper_life() -> str:
    """The life of a paper code as a diagram."""
    return _diagram(paper.LIFECYCLE, paper.PaperState.ACTIVE)


def card_life() -> str:
    """The life of a card as a diagram."""
    return _diagram(cards.LIFECYCLE, cards.CardState.ACTIVE)


def assistance_life() -> str:
    """The life of an assistance as a diagram; half an hour closes it whether or not anything runs."""
    of = desk.State
    return _diagram(desk.LIFECYCLE | {of.OPEN: desk.LIFECYCLE[of.OPEN] | {"30 minutes": of.LAPSED}}, of.OPEN)


def departure_life() -> str:
    """The life of a departure as a diagram."""
    return _diagram(accounts.LIFECYCLE, accounts.State.ASKED)


def client_life() -> str:
    """The life of a client as a diagram."""
    return _diagram(clients.LIFECYCLE, clients.Standing.PROPOSED)


def consent_life() -> str:
    """The life of a consent as a diagram."""
    return _diagram(consents.LIFECYCLE, consents.State.ASKED)


def import_life() -> str:
    """The life of an import as a diagram."""
    return _diagram(imports.LIFECYCLE, imports.State.WAITING)


def endpoint_life() -> str:
    """The life of an endpoint as a diagram."""
    return _diagram(webhooks.LIFECYCLE, webhooks.EndpointState.PENDING)


def _diagram(table: Mapping[Any, Mapping[Any, Any]], *beginnings: str) -> str:
    """A table `{state: {event: next state}}` as a diagram."""
    begins = [f"  [*] --> {state}" for state in beginnings]
    steps = [f"  {state} --> {after}: {event}" for state, row in table.items() for event, after in row.items()]
    return "\n".join(["```mermaid", "stateDiagram-v2", *begins, *steps, "```"])
