"""Every promise about signatures is kept by each back end, so each test that asks for `sm2` runs once per back end."""

import pytest

from chalicelib.platform.crypto.sm2 import BACKENDS, Sm2, backend
from tests.requirements import require


def load(name: str) -> Sm2:
    try:
        return backend(name)
    except ImportError as missing:
        require(False, f"the {name} back end is not installed: {missing}")
        raise


@pytest.fixture(scope="session", params=BACKENDS)
def sm2(request: pytest.FixtureRequest) -> Sm2:
    return load(request.param)
