"""A desk with officers in a city of its own."""

from __future__ import annotations

import pytest

from chalicelib.wiring import City
from tests.status.overrides.desk import Desk
from tests.world import Caller


@pytest.fixture
def desk(city: City, api: Caller) -> Desk:
    return Desk(city, api)
