"""Who may do what: every scope of the API with those who may have it. Nothing is granted anywhere else.

A holder has theirs by logging in, an officer by the role they log in with, a program by the kind of client it is
registered as. What stands under `on_request` a client has only where the two operators who registered it say so.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Role(StrEnum):
    """An office in which a resident acts for the city."""

    HEALTH_OFFICER = "health_officer"
    APPEAL_REVIEWER = "appeal_reviewer"
    SENIOR_REVIEWER = "senior_reviewer"
    AUDITOR = "auditor"
    HELPER = "helper"
    OPERATOR = "operator"


class Kind(StrEnum):
    """What a program is registered as: who scans, who reports, who asks for consent, and the city's own systems."""

    VERIFIER = "verifier"
    DEPARTMENT = "department"
    PARTNER = "partner"
    SYSTEM = "system"


class Permission(NamedTuple):
    """What a scope allows, and to whom. A holder's scopes reach what is theirs alone."""

    allows: str
    holders: bool = False
    roles: frozenset[Role] = frozenset()
    clients: frozenset[Kind] = frozenset()
    on_request: frozenset[Kind] = frozenset()


def _own(allows: str) -> Permission:
    return Permission(allows, holders=True)


def _office(allows: str, *roles: Role) -> Permission:
    return Permission(allows, roles=frozenset(roles))


def _program(allows: str, *kinds: Kind, on_request: tuple[Kind, ...] = ()) -> Permission:
    return Permission(allows, clients=frozenset(kinds), on_request=frozenset(on_request))


SCANNING = (Kind.VERIFIER, Kind.PARTNER)
EVERY_KIND = tuple(Kind)

PERMISSIONS: dict[str, Permission] = {
    "account:write": _own("export, correct and close the account"),
    "appeal:file": _own("appeal against a colour"),
    "carrier:read": _own("see papers and cards"),
    "carrier:write": _own("print papers, bind cards, report either lost"),
    "channel:write": _own("bind accounts of other apps"),
    "code:issue": _own("get codes"),
    "consent:read": _own("see who asked for what, and what was agreed to"),
    "consent:write": _own("agree, refuse and withdraw"),
    "delegation:read": _own("see who shows codes for whom"),
    "delegation:write": _own("begin and end delegations"),
    "notice:read": _own("read notices"),
    "scan:read": _own("see who looked, and what was disclosed"),
    "session:read": _own("see devices"),
    "session:write": _own("log devices out"),
    "status:read": _own("see the colour, its reasons and its history"),
    "tag:read-own": _own("see what groups one is said to belong to"),
    "tag:write": _own("agree to having a group shown"),
    "override:propose": _office("propose a colour", Role.HEALTH_OFFICER),
    "override:approve": _office("approve another's proposal", Role.HEALTH_OFFICER),
    "override:read": _office("read overrides", Role.HEALTH_OFFICER, Role.AUDITOR),
    "policy:write": _office("load policies and put them in force", Role.HEALTH_OFFICER),
    "policy:read": _office("read policies and their dry runs", Role.HEALTH_OFFICER, Role.AUDITOR),
    "appeal:review": _office("decide appeals", Role.APPEAL_REVIEWER, Role.SENIOR_REVIEWER),
    "appeal:review2": _office("decide appeals against decisions", Role.SENIOR_REVIEWER),
    "appeal:read": _office("read appeals", Role.APPEAL_REVIEWER, Role.SENIOR_REVIEWER, Role.AUDITOR),
    "audit:read": _office("read the journal, the log of officers and every report", Role.AUDITOR),
    "assist:person": _office("act for who stands at the desk", Role.HELPER),
    "client:write": _office("register, change and suspend clients", Role.OPERATOR),
    "client:approve": _office("approve what another operator asked for", Role.OPERATOR),
    "client:read": _office("read who the clients are", Role.OPERATOR, Role.AUDITOR),
    "alert:read": Permission(
        "read alerts about unusual looking",
        roles=frozenset({Role.AUDITOR, Role.OPERATOR}),
        on_request=frozenset({Kind.SYSTEM}),
    ),
    "alert:close": _office("say what became of an alert", Role.AUDITOR),
    "code:verify": _program("verify codes", *SCANNING),
    "card:verify": _program("verify cards", on_request=SCANNING),
    "document:verify": _program("look people up by the numbers of their documents", on_request=SCANNING),
    "tag:read": _program("see to what groups somebody agreed to be shown to belong", on_request=SCANNING),
    "disclosure:read": _program("exchange a scan for fields", Kind.PARTNER, on_request=(Kind.VERIFIER,)),
    "consent:ask": _program("ask holders for consent", Kind.PARTNER, on_request=(Kind.VERIFIER,)),
    "evidence:write": _program("report evidence and take it back", Kind.DEPARTMENT),
    "tag:report": _program("report that somebody belongs to a group", Kind.DEPARTMENT),
    "card:report": _program("report whose a card is", on_request=(Kind.DEPARTMENT,)),
    "import:write": _program("hand in whole files", Kind.DEPARTMENT),
    "webhook:write": _program("be told of events", *EVERY_KIND),
    "terminal:write": _program("register and suspend its own terminals", *SCANNING),
}
"""Every scope. Nobody who judges appeals has a part in overrides and policies; who reads them all changes none; and
whoever registers the city's clients sees nobody's colour."""


def of_holders() -> frozenset[str]:
    """What every holder reaches."""
    return frozenset(scope for scope, one in PERMISSIONS.items() if one.holders)


def of_role(role: Role) -> frozenset[str]:
    """What an office reaches."""
    return frozenset(scope for scope, one in PERMISSIONS.items() if role in one.roles)


def of_kind(kind: Kind) -> frozenset[str]:
    """What every client of a kind reaches."""
    return frozenset(scope for scope, one in PERMISSIONS.items() if kind in one.clients)


def on_request(kind: Kind) -> frozenset[str]:
    """What a client of a kind reaches only where operators say so."""
    return frozenset(scope for scope, one in PERMISSIONS.items() if kind in one.on_request)
