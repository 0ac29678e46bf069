"""A counter, and somebody who stands at it."""

from __future__ import annotations

import pytest

from chalicelib.wiring import City
from tests.codes.paper.counter import Counter
from tests.world import moved_in


@pytest.fixture
def counter(city: City) -> Counter:
    return Counter(city)


@pytest.fixture
def holder(city: City) -> str:
    return moved_in(city)
