"""A desk in one city for all stories of a file: founding one takes longer than most of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.local.dynamo import Store
from tests.partners.disclosures.desk import Desk
from tests.world import StoppedClock, caller, found_city


@pytest.fixture(scope="module")
def settled(embedded_store: Store) -> Iterator[Desk]:
    city = found_city(StoppedClock())
    yield Desk(city, caller(city))
    embedded_store.clear()


@pytest.fixture
def desk(settled: Desk) -> Iterator[Desk]:
    yield settled
    settled.forget()
