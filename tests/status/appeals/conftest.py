"""A hall for appeals, in one city for all these tests: founding one takes longer than most of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.local.dynamo import Store
from tests.status.appeals.hall import Hall
from tests.world import StoppedClock, caller, found_city


@pytest.fixture(scope="package")
def city_hall(embedded_store: Store) -> Iterator[Hall]:
    city = found_city(StoppedClock())
    yield Hall(city, caller(city))
    embedded_store.clear()


@pytest.fixture
def hall(city_hall: Hall) -> Iterator[Hall]:
    yield city_hall
    city_hall.forget()
