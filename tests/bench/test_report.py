"""How measurements become numbers on a page."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.report import Promise, Section, put_into
from bench.timing import Case, Effort, Ratio, Timed, side_by_side


def test_a_ratio_is_taken_round_by_round_so_that_a_slow_minute_does_not_count() -> None:
    mine, yardstick = Timed("mine", [2.0, 20.0, 2.0]), Timed("yardstick", [1.0, 10.0, 1.0])
    assert Ratio.of(mine, yardstick) == Ratio(2.0, 2.0, 2.0)


def test_yardsticks_add_up() -> None:
    assert Ratio.of(Timed("mine", [3.0]), Timed("a", [1.0]), Timed("b", [2.0])).median == 1.0


def test_cases_take_turns_and_the_first_round_does_not_count() -> None:
    ran: list[str] = []
    cases = [
        Case("a", ran.append, lambda count: ["a"] * count, 2),
        Case("b", ran.append, lambda count: ["b"] * count, 2),
    ]
    timed = side_by_side(cases, Effort(2))
    assert "".join(ran) == "aabbbbaaaabb"
    assert [len(one.rounds) for one in timed.values()] == [2, 2]


def test_a_promise_says_whether_it_is_kept() -> None:
    assert str(Promise("a", 1.5, 1.5, "x")) == "≤ 1.5x, kept"
    assert str(Promise("a", 19.9, 20, "x", at_least=True)) == "≥ 20x, **missed**"


def test_a_report_replaces_the_one_before(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Title\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nprose\n", encoding="utf-8")
    table = Section("Things", ("what", "ms"), [("one", "1.0")]).markdown()
    put_into(page, table)
    assert page.read_text(encoding="utf-8") == (
        "# Title\n<!-- bench:begin -->\n### Things\n\n| what | ms |\n| --- | ---: |\n| one | 1.0 |\n"
        "\n<!-- bench:end -->\nprose\n"
    )


def test_a_page_without_a_place_for_it_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Title\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no place"):
        put_into(page, "report")
    assert page.read_text(encoding="utf-8") == "# Title\n"
