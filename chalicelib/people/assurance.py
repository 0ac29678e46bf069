"""How surely somebody was recognised travels in their token as a scope, so asking for it costs no question."""

from __future__ import annotations

from chalicelib.people.proofing.provider import Assurance
from chalicelib.people.refusals import AssuranceTooLow
from chalicelib.platform.http.operation import Principal

REAL_PERSON = f"assurance:{Assurance.REAL_PERSON}"
"""The scope of whose face was compared, alive, when they logged in."""


def require_real_person(principal: Principal) -> None:
    """Let nobody on who only knew a name and a number; raises `AssuranceTooLow`."""
    if REAL_PERSON not in principal.scopes:
        raise AssuranceTooLow


def require_nothing(principal: Principal) -> None:
    """For a city that lets a name and a number do."""


def scope_of(assurance: Assurance) -> frozenset[str]:
    """The scope that says how surely somebody was recognised; none for who gave name and number alone."""
    return frozenset({REAL_PERSON}) if assurance is Assurance.REAL_PERSON else frozenset()
