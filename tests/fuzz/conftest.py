"""One city for everything that strangers send it: founding one takes longer than a hundred requests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from chalicelib.partners.clients import DEPARTMENT_SCOPES, VERIFIER_SCOPES, Credentials
from chalicelib.people.assurance import REAL_PERSON
from chalicelib.people.model import OFFICES
from chalicelib.people.sandbox import RESIDENTS
from chalicelib.people.sessions.model import SCOPES
from chalicelib.platform.http.operation import Principal
from chalicelib.platform.permissions import Kind, Role, of_kind
from chalicelib.wiring import City
from infra.local.dynamo import Store
from tests.fuzz.ear import Ear, listening
from tests.fuzz.stranger import Stranger
from tests.world import Caller, StoppedClock, found_city, in_office, moved_in

OFFICE_SCOPES = frozenset[str]().union(*(office.scopes for office in OFFICES.values()))
PARTNER_SCOPES = of_kind(Kind.PARTNER)
LONG = 30 * 24 * 3600


@dataclass(frozen=True)
class Badges:
    """Tokens of a phone, a gate, a department, a partner and an officer, good throughout; and who the gate is."""

    holder: str
    verifier: str
    department: str
    partner: str
    officer: str
    credentials: Credentials

    def of(self, scope: str | None) -> str | None:
        """The token that reaches a scope."""
        if scope is None:
            return None
        if scope in DEPARTMENT_SCOPES:
            return self.department
        if scope in OFFICE_SCOPES:
            return self.officer
        if scope in VERIFIER_SCOPES:
            return self.verifier
        return self.partner if scope in PARTNER_SCOPES else self.holder


@pytest.fixture(scope="package")
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture(scope="package")
def city(embedded_store: Store, clock: StoppedClock) -> Iterator[City]:
    yield found_city(clock)
    embedded_store.clear()


@pytest.fixture(scope="package", autouse=True)
def ear() -> Iterator[Ear]:
    """Whatever is sent in this package, no log line, no metric and no refusal tells a secret of anybody."""
    with listening() as ear:
        yield ear
    assert not ear.told()


@pytest.fixture(scope="package")
def api(city: City, ear: Ear) -> Caller:
    return Stranger(city, ear)


@pytest.fixture(scope="package")
def stranger(api: Caller) -> Stranger:
    assert isinstance(api, Stranger)
    return api


@pytest.fixture(scope="package")
def badges(city: City, clock: StoppedClock, ear: Ear) -> Badges:
    holder = Principal(moved_in(city, RESIDENTS[0]), SCOPES | {REAL_PERSON})
    credentials = city.clients.register("metro")
    metro = Principal(credentials.client_id, VERIFIER_SCOPES, "metro")
    clinic = Principal("client-of-a-clinic", DEPARTMENT_SCOPES, "clinic")
    bank = Principal("client-of-a-bank", PARTNER_SCOPES, "bank")
    for role in Role:
        everything = Principal(in_office(city, RESIDENTS[1], role), OFFICE_SCOPES)
    badges = Badges(
        holder=city.tokens.issue(holder, now=clock(), lifetime=LONG),
        verifier=city.tokens.issue(metro, now=clock(), lifetime=LONG),
        department=city.tokens.issue(clinic, now=clock(), lifetime=LONG),
        partner=city.tokens.issue(bank, now=clock(), lifetime=LONG),
        officer=city.tokens.issue(everything, now=clock(), lifetime=LONG),
        credentials=credentials,
    )
    for secret in (
        badges.holder,
        badges.verifier,
        badges.department,
        badges.partner,
        badges.officer,
        credentials.client_secret,
    ):
        ear.learn(secret)
    return badges
