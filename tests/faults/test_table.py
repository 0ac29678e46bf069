"""docs/faults.md promises nothing that no test holds."""

from __future__ import annotations

import re

import pytest

from infra.local.environment import ROOT

PAGE = (ROOT / "docs/faults.md").read_text()
SHOWN = re.findall(r"\]\(\.\./((?:clients/python/)?tests/[\w/]+\.py)\)((?:,? `\w+`)*) \|$", PAGE, re.M)
PROMISES = [(file, test) for file, tests in SHOWN for test in re.findall(r"\w+", tests) or [""]]


def test_every_line_of_the_tables_names_where_it_is_shown() -> None:
    lines = [line for line in PAGE.splitlines() if line.startswith("| ")]
    headings = [line for line in lines if line.startswith(("| fault", "| ---"))]
    assert len(SHOWN) == len(lines) - len(headings)


@pytest.mark.parametrize(("file", "test"), PROMISES, ids=[test or file for file, test in PROMISES])
def test_the_test_is_there(file: str, test: str) -> None:
    assert f"def {test}(" in (ROOT / file).read_text() if test else (ROOT / file).exists()
