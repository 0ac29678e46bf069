"""The one table of who may do what, and the API: each operation is in it, and nothing stands in it for nobody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app import rooms
from chalicelib.platform.http.operation import Operation
from chalicelib.platform.permissions import PERMISSIONS, SCANNING, Kind, Role, of_holders, of_kind, of_role, on_request
from chalicelib.wiring import City

OPEN = {
    ("GET", "/v1/health"),
    ("GET", "/v1/openapi.json"),
    ("GET", "/v1/status-lists"),
    ("GET", "/v1/status-lists/{number}"),
    ("GET", "/v1/trust-list"),
    ("POST", "/v1/oauth/token"),
    ("POST", "/v1/sessions"),
    ("POST", "/v1/sessions/refresh"),
}
"""What anybody may ask: how the API is, what is public, and for a token."""

BESIDE_ANOTHER = {"tag:read", "appeal:review2", "card:report"}
"""Scopes that widen what an operation answers or takes, which another scope opens."""


def operations(city: City) -> Iterator[Operation]:
    """Every operation of the API."""
    return (operation for room in rooms(city) for operation in room.operations)


def test_every_operation_says_who_may_use_it(city: City) -> None:
    unguarded = {(one.method, one.path) for one in operations(city) if not one.needs}
    assert unguarded == OPEN


def test_every_need_stands_in_the_table(city: City) -> None:
    needed = {scope for one in operations(city) for scope in one.needs}
    assert needed <= PERMISSIONS.keys()


def test_every_scope_opens_an_operation(city: City) -> None:
    needed = {scope for one in operations(city) for scope in one.needs}
    assert PERMISSIONS.keys() - needed <= BESIDE_ANOTHER


@pytest.mark.parametrize("scope", PERMISSIONS)
def test_a_scope_is_of_people_of_an_office_or_of_programs(scope: str) -> None:
    """What a program may do no holder may, and what an office may no holder may; one alone is of two."""
    one = PERMISSIONS[scope]
    sides = [one.holders, bool(one.roles), bool(one.clients | one.on_request)]
    assert sum(sides) == (2 if scope == "alert:read" else 1)
    assert not one.clients & one.on_request


def test_nobody_reaches_across() -> None:
    offices = frozenset[str]().union(*map(of_role, Role))
    programs = frozenset[str]().union(*(of_kind(kind) | on_request(kind) for kind in Kind))
    assert not of_holders() & (offices | programs)
    assert offices & programs == {"alert:read"}
    assert of_role(Role.OPERATOR).isdisjoint({"status:read", "override:read", "appeal:read", "audit:read"})
    for kind in set(Kind) - set(SCANNING):
        assert not {scope for scope in of_kind(kind) | on_request(kind) if scope.endswith(":verify")}
