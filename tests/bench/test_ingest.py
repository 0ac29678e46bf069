"""The benchmark of whole files still runs, and holds what it promises by a wide margin even on a busy machine."""

from __future__ import annotations

import pytest

from bench import ingest
from bench.report import Section
from bench.timing import Effort


@pytest.fixture(scope="module")
def section() -> Section:
    return ingest.measure(Effort(1, brief=True))


def test_every_kind_of_file_is_read(section: Section) -> None:
    assert [row[0] for row in section.rows] == [*ingest.FILES, next(iter(ingest.FILES))]


def test_rows_are_read_and_checked_fast_enough(section: Section) -> None:
    speeds = [promise for promise in section.promises if promise.at_least]
    assert {promise.limit for promise in speeds} == {2_000}
    assert all(promise.value > 1_000 for promise in speeds), "even where others are at work"


def test_memory_does_not_grow_with_the_file(section: Section) -> None:
    (flat,) = (promise for promise in section.promises if not promise.at_least)
    assert flat.kept, flat


def test_a_file_is_read_on_from_any_byte() -> None:
    file = ingest.MadeUp(b"head\n", b"row\n" * 3, 2)
    whole = b"".join(file.stream("", version="", start=0))
    assert len(whole) == file.size
    for start in range(file.size + 1):
        assert b"".join(file.stream("", version="", start=start)) == whole[start:]
