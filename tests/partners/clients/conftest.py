"""An office with three operators."""

from __future__ import annotations

import pytest

from chalicelib.wiring import City
from tests.partners.clients.registry import Registry
from tests.world import Caller


@pytest.fixture
def registry(city: City, api: Caller) -> Registry:
    return Registry(city, api)
