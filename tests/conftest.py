"""One mock and one client for the whole session; every test begins with empty tables and a clock at NOON."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from infra.local.dynamo import Store, embedded
from infra.local.environment import STAND_IN_ENVIRONMENT

os.environ.update(STAND_IN_ENVIRONMENT, AWS_DEFAULT_REGION="cn-north-1", YIMA_IDENTITY_PROVIDER="sandbox")

from chalicelib.wiring import City
from tests.quick import quick_moto
from tests.world import Caller, StoppedClock, caller, found_city

settings.register_profile(
    "city", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
settings.load_profile("city")


@pytest.fixture(autouse=True)
def execution_environment() -> None:
    """Each app adds Chalice's name to what AWS is told of us; after thousands of apps AWS does not listen any more."""
    os.environ.pop("AWS_EXECUTION_ENV", None)


@pytest.fixture(scope="session")
def embedded_store() -> Iterator[Store]:
    """moto, once for the session."""
    with embedded() as store, quick_moto():
        yield store


@pytest.fixture
def clock() -> StoppedClock:
    """The city's clock."""
    return StoppedClock()


@pytest.fixture
def city(embedded_store: Store, clock: StoppedClock) -> Iterator[City]:
    """A founded city in the embedded store."""
    yield found_city(clock)
    embedded_store.clear()


@pytest.fixture
def api(city: City) -> Caller:
    """The city's API."""
    return caller(city)
