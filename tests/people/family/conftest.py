"""A home in one city for all stories of a file: founding one takes longer than most of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.local.dynamo import Store
from tests.people.family.home import Home
from tests.world import StoppedClock, caller, found_city


@pytest.fixture(scope="module")
def settled(embedded_store: Store) -> Iterator[Home]:
    city = found_city(StoppedClock())
    yield Home(city, caller(city))
    embedded_store.clear()


@pytest.fixture
def home(settled: Home) -> Iterator[Home]:
    yield settled
    settled.forget()
