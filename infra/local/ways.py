"""People of the demo city with other ways in: children and parents, paper, cards, groups, and a helper at the desk.

Everything goes through the services that the API uses, under wishes that are the same each time, so that a city which
is opened again finds it done.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from chalicelib.codes.cards.binding import Binding
from chalicelib.people.family.consent import CURRENT
from chalicelib.people.family.model import Kind
from chalicelib.people.family.propose import Wish
from chalicelib.people.family.refusals import AlreadyDelegated, NotAChild
from chalicelib.people.tags.model import Event, Group
from chalicelib.people.tags.service import Said
from chalicelib.status.evidence.reported import Source
from chalicelib.status.residents import Document
from chalicelib.wiring import City
from infra.local import story
from infra.local.government import wish

Holders = Mapping[str, str]
"""Holder ids by name."""

GRANDMOTHER, SON = "王秀英", "顾南"
DECADE_S = 10 * 366 * 86_400


class Shown(NamedTuple):
    """Somebody shows the codes of somebody else."""

    guardian: str
    dependant: str
    kind: Kind


class Carried(NamedTuple):
    """A card in somebody's pocket."""

    who: str
    card_type: str
    card_number: str


class Belongs(NamedTuple):
    """Somebody belongs to a group, and has it shown or not."""

    who: str
    group: Group
    shown: bool


FAMILIES = (
    Shown("林晚晴", "周小禾", Kind.CHILD),
    Shown("周牧之", "周小禾", Kind.CHILD),
    Shown("沈若溪", "沈果果", Kind.CHILD),
    Shown("顾南", "顾一帆", Kind.CHILD),
    Shown(SON, GRANDMOTHER, Kind.ADULT),
)
PAPERS = (GRANDMOTHER, "Emma Tremblay")
CARDS = (
    Carried(GRANDMOTHER, "senior_card", "0126888200001941"),
    Carried("Lukas Weber", "transit_card", "3104000012345678"),
    Carried("何嘉敏", "citizen_card", "A00000012"),
)
GROUPS = (
    Belongs(GRANDMOTHER, Group.ELDERLY, shown=True),
    Belongs("欧阳明远", Group.ELDERLY, shown=True),
    Belongs("欧阳明远", Group.VETERAN, shown=False),
    Belongs("许小满", Group.STUDENT, shown=False),
)


def settle(city: City, holders: Holders, source: Source, *, now: int) -> None:
    """Let everybody have the ways in that they would have by now."""
    for shown in FAMILIES:
        _show(city, holders, shown, now)
    for name in PAPERS:
        city.papers.issue(holders[name], wish(f"paper {name}"), now=now, by=_helper(city, holders))
    for card in CARDS:
        binding = Binding(card.card_type, card.card_number)
        wished = wish(f"card {card.who}")
        city.cards.bind(binding, holder=holders[card.who], creation=wished, now=now, by=_helper(city, holders))
    for one in GROUPS:
        _belong(city, holders, one, source, now)


def _show(city: City, holders: Holders, shown: Shown, now: int) -> None:
    """Let one show the codes of another, as both want it; who has come of age since is shown by nobody."""
    identity = story.IDENTITIES[shown.dependant]
    wished = Wish(shown.kind, identity, consent=CURRENT)
    by, creation = holders[shown.guardian], wish(f"{shown.guardian} shows {shown.dependant}")
    try:
        delegation = city.family.proposals.propose(wished, by=by, creation=creation, now=now)
        if shown.kind is Kind.ADULT:
            city.family.agreements.agree(
                delegation.delegation_id, holders[shown.dependant], now=now, helper=_helper(city, holders)
            )
    except (AlreadyDelegated, NotAChild):
        return


def _belong(city: City, holders: Holders, one: Belongs, source: Source, now: int) -> None:
    """Let a department say it, and the person decide."""
    reference = f"MZ-{one.who}-{one.group}".encode().hex()[:48]
    document: Document = story.document_of(one.who)
    city.tags.report(source, Said(document, one.group, now - now % DECADE_S + DECADE_S, reference), now=now)
    if one.shown:
        city.tags.decide(holders[one.who], one.group, Event.CONSENT, now=now)


def _helper(city: City, holders: Holders) -> str:
    """The name under which the helper acts."""
    return city.officers.require(holders[story.HELPER], "assist:person").name
