"""`python -m chalicelib.status check-policy FILE`, as a health officer meets it."""

from __future__ import annotations

from pathlib import Path

import pytest

from chalicelib.status.__main__ import main
from chalicelib.status.policy.shipped import FOLDER
from tests.status.policy.files import GOOD, changed

SAID: dict[str, tuple[str, int, str]] = {
    "a policy with findings": (GOOD, 1, "story@3: 2 rules, "),
    "a mistaken file": (changed(("colour: red", "colour: pink")), 1, "FILE:15: line 15, rules[2].colour: 'pink'"),
    "no policy at all": ("", 1, "FILE:1: line 1: The file is empty."),
}


@pytest.mark.parametrize("case", SAID)
def test_a_file_is_told_what_is_wrong_with_it(case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, status, said = SAID[case]
    file = tmp_path / "policy.yaml"
    file.write_text(text)
    assert main(["check-policy", str(file)]) == status
    assert capsys.readouterr().out.startswith(said.replace("FILE", str(file)))


def test_a_policy_in_order_ends_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-policy", str(FOLDER / "epidemic.yaml")]) == 0
    assert capsys.readouterr().out == "epidemic@1: 9 rules, 0 findings\n"


@pytest.mark.parametrize("content", [None, b"\xff\xfe\xff"], ids=["not there", "not text"])
def test_a_file_that_cannot_be_read_ends_with_2(
    content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "policy.yaml"
    if content is not None:
        file.write_bytes(content)
    assert main(["check-policy", str(file)]) == 2
    assert "cannot be read" in capsys.readouterr().err
