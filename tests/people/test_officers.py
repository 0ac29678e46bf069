"""Officers: a resident in an office does what it reaches, under their own name, as long as they are in it."""

from __future__ import annotations

import pytest

from chalicelib.people.assurance import REAL_PERSON
from chalicelib.people.model import OFFICES, office_reaching
from chalicelib.people.refusals import NeverInOffice
from chalicelib.people.sandbox import RESIDENTS, SandboxIdentityProvider
from chalicelib.people.sessions.model import SCOPES
from chalicelib.people.store import OfficerItem
from chalicelib.platform.permissions import Role
from chalicelib.status.refusals import NotInOffice
from chalicelib.wiring import City
from tests.world import NOON, Caller, in_office, moved_in

ZHOU = RESIDENTS[1]
EVERY_SCOPE = sorted({scope for office in OFFICES.values() for scope in office.scopes})

REACHES = {
    Role.HEALTH_OFFICER: "override:approve override:propose override:read policy:read policy:write",
    Role.APPEAL_REVIEWER: "appeal:read appeal:review",
    Role.SENIOR_REVIEWER: "appeal:read appeal:review appeal:review2",
    Role.AUDITOR: "alert:close alert:read appeal:read audit:read client:read override:read policy:read",
    Role.HELPER: "assist:person",
    Role.OPERATOR: "alert:read client:approve client:read client:write",
}


def test_every_office_reaches_what_it_should_and_no_more() -> None:
    assert {role: " ".join(sorted(office.scopes)) for role, office in OFFICES.items()} == REACHES
    assert set(OFFICES) == set(Role)


def test_no_office_reaches_what_a_holder_does_for_themselves() -> None:
    assert not SCOPES & set(EVERY_SCOPE)


def test_who_judges_appeals_has_no_part_in_overrides() -> None:
    for role, other in ((Role.APPEAL_REVIEWER, "override"), (Role.SENIOR_REVIEWER, "override")):
        assert not any(scope.startswith(other) for scope in OFFICES[role].scopes)


@pytest.mark.parametrize("role", Role)
def test_an_officer_is_let_through_as_far_as_the_office_reaches(city: City, role: Role) -> None:
    holder = in_office(city, ZHOU, role)
    for scope in EVERY_SCOPE:
        if scope in OFFICES[role].scopes:
            assert city.officers.require(holder, scope) == (holder, f"{OFFICES[role].title} 周*之")
        else:
            with pytest.raises(NotInOffice):
                city.officers.require(holder, scope)


def test_somebody_in_two_offices_acts_in_the_one_that_reaches_the_act(city: City) -> None:
    holder = in_office(city, ZHOU, Role.AUDITOR)
    in_office(city, ZHOU, Role.HEALTH_OFFICER)
    assert city.officers.require(holder, "audit:read").name == "审计员 周*之"
    assert city.officers.require(holder, "override:propose").name == "卫生健康官员 周*之"
    assert office_reaching("override:read", frozenset(Role)) == OFFICES[Role.HEALTH_OFFICER], "the first that does"


def test_a_resident_without_an_office_is_no_officer(city: City) -> None:
    holder = moved_in(city)
    with pytest.raises(NotInOffice):
        city.officers.require(holder, "override:read")
    with pytest.raises(NeverInOffice):
        city.officers.suspend(holder)
    assert OfficerItem.count() == 0


def test_a_suspension_counts_at_once_and_takes_all_offices(city: City) -> None:
    holder = in_office(city, ZHOU, Role.AUDITOR)
    in_office(city, ZHOU, Role.HEALTH_OFFICER)
    for _ in range(2):
        city.officers.suspend(holder)
        assert not any(city.officers.holds(holder, role) for role in Role)


def test_who_is_appointed_again_gets_that_office_back_and_no_other(city: City) -> None:
    holder = in_office(city, ZHOU, Role.HEALTH_OFFICER)
    city.officers.suspend(holder)
    in_office(city, ZHOU, Role.AUDITOR)
    assert [role for role in Role if city.officers.holds(holder, role)] == [Role.AUDITOR]


def test_of_an_officers_name_only_the_mask_is_kept(city: City) -> None:
    item = OfficerItem.get(in_office(city, ZHOU))
    assert item.name == "周*之"
    assert ZHOU.identity.name not in str(item.attribute_values)


@pytest.mark.parametrize("role", Role)
def test_a_session_in_an_office_lasts_an_hour_and_reaches_what_the_office_does(
    city: City, api: Caller, role: Role
) -> None:
    holder = in_office(city, ZHOU, role)
    reply = api.post("/v1/sessions", SandboxIdentityProvider.login(ZHOU) | {"role": role})
    assert (reply.status, reply.body["ends_at"]) == (201, "2026-09-21T15:13:20Z")
    principal = city.tokens.authenticate(reply.body["token"], now=NOON)
    assert (principal.subject, principal.scopes) == (holder, OFFICES[role].scopes)


def test_without_a_role_an_officer_is_a_resident_like_others(city: City, api: Caller) -> None:
    in_office(city, ZHOU)
    assert city.tokens.authenticate(api.log_in(ZHOU), now=NOON).scopes == SCOPES | {REAL_PERSON}


@pytest.mark.parametrize(
    ("role", "status", "code"),
    [
        ("health_officer", 403, "not_in_office"),
        ("senior_reviewer", 403, "not_in_office"),
        ("mayor", 400, "malformed_body"),
        ("", 400, "malformed_body"),
        (1, 400, "malformed_body"),
        (["auditor"], 400, "malformed_body"),
    ],
)
def test_nobody_gets_a_session_in_an_office_they_do_not_hold(
    city: City, api: Caller, role: object, status: int, code: str
) -> None:
    in_office(city, ZHOU, Role.AUDITOR)
    reply = api.post("/v1/sessions", SandboxIdentityProvider.login(ZHOU) | {"role": role})
    assert (reply.status, reply.code) == (status, code)


def test_a_suspended_officer_gets_no_session_in_office_and_keeps_their_own(city: City, api: Caller) -> None:
    city.officers.suspend(in_office(city, ZHOU))
    reply = api.post("/v1/sessions", SandboxIdentityProvider.login(ZHOU) | {"role": "health_officer"})
    assert (reply.status, reply.code) == (403, "not_in_office")
    assert api.log_in(ZHOU)
