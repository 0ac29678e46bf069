"""Cities under bad weather, and on both stores."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.wiring import City
from infra.local.dynamo import on_engine
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


@pytest.fixture(params=ON_BOTH_STORES)
def anywhere(request: pytest.FixtureRequest, clock: StoppedClock, tmp_path: Path) -> Iterator[City]:
    """A founded city on moto, then on AWS's own engine."""
    if request.param == "embedded":
        yield request.getfixturevalue("city")
        return
    with on_engine(request.getfixturevalue("engine"), tmp_path) as store:
        yield found_city(clock)
        store.clear()
