"""Files of evidence in any order, as often as anybody likes: what is stored in the end is the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.people.model import Identity, resident_id_check_digit
from chalicelib.status.evidence.form import ReportEvidence
from chalicelib.status.evidence.kinds import KINDS, REPORTABLE
from chalicelib.status.evidence.reported import LOOKS_PERSONAL, REFERENCE, Reported, VoidReason, digest
from chalicelib.wiring import City
from infra.local.dynamo import Store
from tests.status.evidence.department import CLINIC, DAY, document_of, holder_of, reference, somebody
from tests.world import NOON, StoppedClock, found_city, governed

ATTRIBUTES = [
    ("arrival", {"risk": "high"}),
    ("arrival", {"risk": "medium", "area": "310199"}),
    ("close_contact", {"degree": "close"}),
    ("diagnosis", {}),
    ("discharge", {}),
    ("symptom_report", {}),
    ("test_result", {"result": "positive"}),
    ("test_result", {"result": "negative", "method": "pcr"}),
]


class Deed(NamedTuple):
    """One line of what departments send: a fact, or that it is taken back; by the number of the fact."""

    fact: int
    void: bool


class History(NamedTuple):
    """Facts about one person, and which of them are taken back at some time."""

    kinds: list[int]
    days_ago: list[int]
    voided: list[bool]

    def facts(self, person: Identity) -> list[Reported]:
        """As a department reports them."""
        return [
            Reported(document_of(person), ATTRIBUTES[kind][0], NOON - days * DAY // 2, ATTRIBUTES[kind][1], reference())
            for kind, days in zip(self.kinds, self.days_ago, strict=True)
        ]

    def deeds(self) -> list[Deed]:
        """Each at least once."""
        voids = [Deed(number, void=True) for number, voided in enumerate(self.voided) if voided]
        return [Deed(number, void=False) for number in range(len(self.kinds))] + voids


@pytest.fixture(scope="module")
def city(embedded_store: Store) -> Iterator[City]:
    """A city in an epidemic; every example has people of its own."""
    city = found_city(StoppedClock())
    governed(city, "epidemic")
    yield city
    embedded_store.clear()


@st.composite
def histories(draw: st.DrawFn) -> History:
    size = draw(st.integers(1, 4))
    numbers = st.lists(st.integers(0, len(ATTRIBUTES) - 1), min_size=size, max_size=size)
    days = st.lists(st.integers(0, 60), min_size=size, max_size=size)
    return History(draw(numbers), draw(days), draw(st.lists(st.booleans(), min_size=size, max_size=size)))


def carried_out(city: City, facts: list[Reported], deeds: list[Deed]) -> None:
    for deed in deeds:
        fact = facts[deed.fact]
        if deed.void:
            city.reports.void(CLINIC, fact.reference, VoidReason.WITHDRAWN, now=NOON)
        else:
            city.reports.report(CLINIC, fact, now=NOON)


def stored(city: City, person: Identity) -> list[str]:
    """The stored timeline: colours and the instants between. What leads among equals is left to chance, as ids are."""
    kept = city.recompute.holder(holder_of(city, person), now=NOON, cause="evidence")
    assert kept is not None
    return [word.partition("|")[0] for word in kept.course.split(" ")]


@settings(max_examples=12)
@given(history=histories(), data=st.data())
def test_any_order_of_facts_voids_resends_and_the_registration_stores_the_same_timeline(
    city: City, history: History, data: st.DataObject
) -> None:
    orderly, hectic = somebody(), somebody()
    plain = history.facts(orderly)
    holder_of(city, orderly)
    carried_out(city, plain, history.deeds())

    again = history.facts(hectic)
    deeds = history.deeds()
    order = data.draw(st.permutations(deeds + data.draw(st.lists(st.sampled_from(deeds), max_size=5))))
    comes = data.draw(st.integers(0, len(order)))
    carried_out(city, again, order[:comes])
    holder_of(city, hectic)
    carried_out(city, again, order[comes:])
    assert stored(city, orderly) == stored(city, hectic)
    assert len(city.evidence.ever_known(holder_of(city, hectic))) == len(again)


@given(st.dates(), st.integers(0, 999), st.text("0123456789", max_size=20), st.text("-/ABC", max_size=10))
def test_a_reference_with_a_document_number_in_it_looks_personal(
    born: object, serial: int, before: str, after: str
) -> None:
    digits = str(born).replace("-", "")
    if not "19000101" <= digits <= "20991231":
        return
    first_17 = f"310199{digits}{serial:03d}"
    assert LOOKS_PERSONAL.search(before + first_17 + resident_id_check_digit(first_17) + after)


@given(st.from_regex(REFERENCE, fullmatch=True))
def test_every_reference_of_the_described_form_can_be_read(text: str) -> None:
    person = somebody()
    said = {
        "document_type": person.document_type,
        "document_number": person.document_number,
        "kind": "diagnosis",
        "happened_at": "2026-09-20T00:00:00Z",
        "reference": text,
    }
    assert msgspec.json.decode(msgspec.json.encode(said), type=ReportEvidence).said().reference == text


@given(st.permutations(["result", "method", "place"]), st.sampled_from(REPORTABLE))
def test_what_was_said_is_the_same_in_whatever_order_it_is_written(names: list[str], kind: str) -> None:
    person = document_of(somebody())
    first = Reported(person, kind, NOON, {name: name for name in sorted(names)}, "R")
    second = first._replace(attributes={name: name for name in names})
    assert digest("index", first) == digest("index", second)
    assert len({digest("index", first), digest("other", first), digest("index", first._replace(valid_until=NOON))}) == 3


def test_every_kind_that_may_be_reported_is_described() -> None:
    described = msgspec.json.schema(ReportEvidence)["$defs"]["ReportEvidence"]["properties"]["kind"]["enum"]
    assert described == [name for name, kind in KINDS.items() if kind.reportable]
