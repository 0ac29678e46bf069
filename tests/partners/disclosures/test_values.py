"""How each field is told, masked and in full, and what is told of what nobody knows."""

from __future__ import annotations

import pytest

from chalicelib.codes.purposes import Field, Mask, Purpose, by_exchange
from chalicelib.partners.disclosures.model import (
    Claim,
    Value,
    basis_of,
    claim_id,
    listed,
    unattended_id,
)
from chalicelib.partners.disclosures.values import WAYS, Adult, Person, value_of

LIN = Person("林晚晴", "resident_id", "310101198803140027", "1988-03-14", Adult.YES, "green", ["veteran"])
NOBODY = Person("", "", "", "", Adult.UNKNOWN, "green", [])

TOLD: list[tuple[Field, Value, Value]] = [
    (Field.NAME, "林晚晴", "林*晴"),
    (Field.DOCUMENT_TYPE, "resident_id", "resident_id"),
    (Field.DOCUMENT_NUMBER, "310101198803140027", "310***********0027"),
    (Field.BIRTH_DATE, "1988-03-14", "1988"),
    (Field.ADULT, "yes", "yes"),
    (Field.TAGS, ["veteran"], ["veteran"]),
    (Field.COLOUR, "green", "green"),
]


@pytest.mark.parametrize(("field", "full", "masked"), TOLD)
def test_a_field_in_full_and_masked(field: Field, full: Value, masked: Value) -> None:
    assert value_of(field, LIN, Mask.FULL) == full
    assert value_of(field, LIN, Mask.MASKED) == masked


@pytest.mark.parametrize("mask", Mask)
@pytest.mark.parametrize("field", [Field.NAME, Field.DOCUMENT_TYPE, Field.DOCUMENT_NUMBER, Field.BIRTH_DATE])
def test_what_nobody_knows_is_null(field: Field, mask: Mask) -> None:
    assert value_of(field, NOBODY, mask) is None


def test_who_shows_no_groups_shows_none_and_nobody_guesses_an_age() -> None:
    assert value_of(Field.TAGS, NOBODY, Mask.FULL) == []
    assert value_of(Field.ADULT, NOBODY, Mask.FULL) == "unknown"


@pytest.mark.parametrize("purpose", Purpose)
def test_whatever_a_purpose_exchanges_can_be_told(purpose: Purpose) -> None:
    assert by_exchange(purpose).keys() <= WAYS.keys()


def test_an_id_begins_with_its_second_and_names_nobody() -> None:
    claim = Claim(claim_id("0a" * 12, "scan"), "name", "", 1_790_000_000)
    assert claim.disclosure_id.startswith("1790000000-")
    assert len(claim.disclosure_id) == 10 + 1 + 24
    assert "0a" * 12 not in claim.disclosure_id
    assert claim_id("0a" * 12, "scan") != claim_id("0b" * 12, "scan")
    assert len({unattended_id("c", gate, "name", at) for gate in ("", "t-1") for at in (7, 8)}) == 4


def test_fields_are_kept_in_one_order_and_a_consent_says_by_what_right() -> None:
    assert listed(["name", "colour", "name"]) == "colour name"
    assert (basis_of(""), basis_of("c")) == ("law", "consent")
