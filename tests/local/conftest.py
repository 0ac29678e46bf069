"""Both stores, each with nothing in it, for what must hold on each of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.dynamo import Store, embedded, on_engine
from infra.local.engine import Engine, missing, running
from tests.requirements import require

ON_BOTH_STORES = ["embedded", pytest.param("dynamodb-local", marks=pytest.mark.dynamodb_local)]


@pytest.fixture(scope="package")
def engine() -> Iterator[Engine]:
    """AWS's own engine, in memory; skips where there is no Java or no npm."""
    require(missing() is None, missing() or "")
    with running(None) as engine:
        yield engine


@pytest.fixture(params=ON_BOTH_STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store; the environment of this process points at it."""
    if request.param == "embedded":
        with embedded() as store:
            store.clear()
            yield store
            store.clear()
        return
    with on_engine(request.getfixturevalue("engine"), tmp_path) as store:
        yield store
        store.clear()


@pytest.fixture
def needs_engine() -> None:
    """Skips where AWS's own engine cannot run."""
    require(missing() is None, missing() or "")
