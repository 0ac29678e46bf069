"""What every identity provider promises: one suite, the invented one and the one over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib.people.proofing.provider import Assurance, IdentityProvider
from chalicelib.people.sandbox import FAMILIES, RESIDENTS, SandboxIdentityProvider, SandboxResident, liveness_token
from chalicelib.wiring import City
from tests.people.proofing.office import office, provider_at
from tests.world import NOON

PERSON = RESIDENTS[0].identity


@pytest.fixture(params=["sandbox", "http"])
def provider(request: pytest.FixtureRequest, city: City) -> Iterator[IdentityProvider]:
    if request.param == "sandbox":
        yield SandboxIdentityProvider()
        return
    with office(city) as here:
        yield provider_at(city, here.address)
        assert not here.refused


@pytest.mark.parametrize("resident", [RESIDENTS[0], RESIDENTS[16], RESIDENTS[20]], ids=lambda one: one.identity.name)
def test_a_person_before_the_camera_is_a_real_person(provider: IdentityProvider, resident: SandboxResident) -> None:
    face = liveness_token(resident.identity)
    proven = provider.prove(resident.identity, liveness=face, now=NOON)
    assert proven == (Assurance.REAL_PERSON, resident.identity.born)


def test_name_and_number_are_a_real_name(provider: IdentityProvider) -> None:
    assert provider.prove(PERSON, liveness=None, now=NOON) == (Assurance.REAL_NAME, "1988-03-14")


def test_a_false_face_a_false_name_and_an_unknown_number_are_the_same_no(provider: IdentityProvider) -> None:
    face = liveness_token(PERSON)
    assert provider.prove(PERSON, liveness="somebody else's", now=NOON) is None
    assert provider.prove(replace(PERSON, name="张三"), liveness=face, now=NOON) is None
    assert provider.prove(replace(PERSON, document_number="11010519491231002X"), liveness=face, now=NOON) is None


def test_families_are_known_in_one_direction(provider: IdentityProvider) -> None:
    for family in FAMILIES:
        assert provider.relation(family.guardian, family.child, now=NOON) == family.relation
        assert provider.relation(family.child, family.guardian, now=NOON) is None


def test_a_card_is_somebodys_or_not(provider: IdentityProvider) -> None:
    assert provider.owns_card(PERSON, "transit_card", "310199001", now=NOON) is True
    assert provider.owns_card(PERSON, "transit_card", "310199404", now=NOON) is False
