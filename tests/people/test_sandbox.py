"""Invented people: who they are, whose face it is, who is whose child."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.people.documents import registry
from chalicelib.people.model import Identity
from chalicelib.people.proofing.provider import Assurance
from chalicelib.people.sandbox import (
    FAMILIES,
    RESIDENTS,
    Family,
    SandboxIdentityProvider,
    SandboxResident,
    liveness_token,
)
from tests.world import NOON

PROVIDER = SandboxIdentityProvider()
every_resident = pytest.mark.parametrize("resident", RESIDENTS, ids=lambda resident: resident.identity.name)


def assurance(claimed: Identity, liveness: str | None) -> Assurance | None:
    proven = PROVIDER.prove(claimed, liveness=liveness, now=NOON)
    return proven and proven.assurance


@every_resident
def test_everybody_proves_to_be_themselves_and_when_they_were_born(resident: SandboxResident) -> None:
    login = SandboxIdentityProvider.login(resident)
    proven = PROVIDER.prove(resident.identity, liveness=login["liveness_token"], now=NOON)
    assert proven == (Assurance.REAL_PERSON, resident.identity.born)


@every_resident
def test_name_and_number_alone_prove_no_more_than_a_name(resident: SandboxResident) -> None:
    assert assurance(resident.identity, None) is Assurance.REAL_NAME


@pytest.mark.parametrize(
    "token", ["", "sandbox-face-", liveness_token(RESIDENTS[1].identity), "张三"], ids=["none", "half", "other", "text"]
)
def test_a_liveness_token_of_nobody_or_somebody_else_proves_nothing(token: str) -> None:
    assert assurance(RESIDENTS[0].identity, token) is None


def test_another_name_or_number_or_kind_of_document_proves_nothing() -> None:
    person = RESIDENTS[0].identity
    for wrong in (
        replace(person, name="张三"),
        replace(person, document_number=RESIDENTS[1].identity.document_number),
        replace(person, document_type="passport"),
    ):
        assert assurance(wrong, None) is None
        assert assurance(wrong, liveness_token(wrong)) is None


@every_resident
def test_every_document_can_be_and_is_written_as_the_city_writes_it(resident: SandboxResident) -> None:
    identity = resident.identity
    assert registry.normalised(identity.document_type, identity.document_number) == identity.document_number
    assert registry.born(identity.document_type, identity.document_number) in {"", identity.born}


def test_everybody_is_somebody_else() -> None:
    assert len({resident.identity.name for resident in RESIDENTS}) == len(RESIDENTS)
    assert len({resident.identity.document_number for resident in RESIDENTS}) == len(RESIDENTS)
    assert len({liveness_token(resident.identity) for resident in RESIDENTS}) == len(RESIDENTS)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.child.name)
def test_the_registers_know_whose_child_somebody_is_and_not_the_other_way_round(family: Family) -> None:
    assert PROVIDER.relation(family.guardian, family.child, now=NOON) == family.relation
    assert PROVIDER.relation(family.child, family.guardian, now=NOON) is None


def test_everybody_else_is_nobodys_child() -> None:
    known = {(family.guardian, family.child) for family in FAMILIES}
    people = [resident.identity for resident in RESIDENTS]
    for guardian in people:
        for child in people:
            assert (PROVIDER.relation(guardian, child, now=NOON) is not None) == ((guardian, child) in known)


def test_a_card_belongs_to_whoever_says_so_unless_it_is_nobodys() -> None:
    person = RESIDENTS[0].identity
    assert PROVIDER.owns_card(person, "transit_card", "310199001", now=NOON)
    assert not PROVIDER.owns_card(person, "transit_card", "310199404", now=NOON)
    assert not PROVIDER.owns_card(replace(person, name="张三"), "transit_card", "310199001", now=NOON)
