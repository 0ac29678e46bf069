"""The documentation is true: what it can be held to by running, it is held to."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from chalicelib.codes.model import Reason
from chalicelib.codes.purposes import Purpose
from infra.docs import BLOCK, BLOCKS, DOCS, renewed
from tests.requirements import require

ROOT = DOCS.parent
PAGES = [*sorted(DOCS.rglob("*.md")), ROOT / "README.md", ROOT / "CHANGELOG.md"]


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_what_the_code_writes_in_a_page_is_as_the_code_has_it(page: Path) -> None:
    assert renewed(page.read_text()) == page.read_text(), "run `python -m infra.docs`"


def test_every_block_has_its_place() -> None:
    assert {block[2] for page in PAGES for block in BLOCK.finditer(page.read_text())} == set(BLOCKS)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_file_it_names_exists(page: Path) -> None:
    for path in re.findall(r"`((?:chalicelib|functions|infra|tests|bench|web|docs)/[\w./-]+)`", page.read_text()):
        assert (ROOT / path).exists(), path


def test_every_reason_and_purpose_is_explained() -> None:
    text = (DOCS / "api.md").read_text()
    for word in (*Reason, *Purpose):
        assert f"| `{word}` |" in text


ROWS = re.findall(r"\]\(\.\./((?:tests|clients)/[\w/]+\.py)\) `(test_\w+)`", (DOCS / "faults.md").read_text())


@pytest.mark.parametrize(("file", "test"), ROWS)
def test_every_line_about_a_fault_is_held_by_a_test_that_is_there(file: str, test: str) -> None:
    assert f"def {test}(" in (ROOT / file).read_text()


def test_whatever_the_threat_model_rests_on_is_there() -> None:
    written = {
        name
        for folder in ("tests", "clients/python/tests")
        for file in (ROOT / folder).rglob("test_*.py")
        for name in re.findall(r"def (test_\w+)\(", file.read_text())
    }
    named = set(re.findall(r"`(test_\w+)`", (DOCS / "threat-model.md").read_text()))
    assert named
    assert named <= written


def test_every_decision_is_half_a_page() -> None:
    for decision in (DOCS / "adr").glob("*.md"):
        assert len(decision.read_text().splitlines()) <= 60, decision.name


def commands() -> list[tuple[str, str]]:
    """Each `$ command` in the worked examples with the output written below it."""
    text = "".join((DOCS / page).read_text() for page in ("wire-formats.md", "webhooks.md"))
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    return [found for block in blocks for found in re.findall(r"^\$ (.*)\n(.*)$", block, re.MULTILINE)]


@pytest.mark.parametrize(("command", "output"), commands())
def test_a_stranger_can_recompute_the_worked_example(command: str, output: str) -> None:
    require(shutil.which("openssl") is not None, "the worked example is computed with openssl")
    require(shutil.which("xxd") is not None, "the worked example is computed with xxd")
    answer = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True).stdout.strip()
    if output.endswith("…"):
        assert answer.startswith(output.removesuffix("…"))
    else:
        assert answer == output
