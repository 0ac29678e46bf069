"""Cities under bad weather, and on both stores."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib.wiring import City
from infra.local.dynamo import Store, on_engine
from tests.faults import weather as between
from tests.faults.weather import Weather
from tests.local.conftest import ON_BOTH_STORES, engine
from tests.world import StoppedClock, found_city

__all__ = ["engine"]


@pytest.fixture
def weather() -> Iterator[Weather]:
    """What lies between the city and AWS; fair until a test says otherwise."""
    with between.weather() as here:
        yield here


@pytest.fixture(scope="module", params=ON_BOTH_STORES)
def anywhere(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A founded city on moto, then on AWS's own engine. A module that uses it has no other city."""
    if request.param == "embedded":
        embedded: Store = request.getfixturevalue("embedded_store")
        yield found_city(StoppedClock())
        embedded.clear()
        return
    with on_engine(request.getfixturevalue("engine"), tmp_path_factory.mktemp("keys")) as store:
        yield found_city(StoppedClock())
        store.clear()
