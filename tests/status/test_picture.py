"""The picture of a timeline says what the timeline says, to eyes and to screen readers, and names nobody."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.status.__main__ import main
from chalicelib.status.evidence.model import Evidence
from chalicelib.status.picture import drawn
from chalicelib.status.policy.model import Policy, Text
from chalicelib.status.policy.shipped import shipped
from chalicelib.status.timeline import EVER, prepare
from chalicelib.wiring import City
from tests.status.stories import at, days, fact, policy, rule
from tests.status.test_timeline_properties import cases

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = [
    *("--evidence", "docs/examples/evidence.json", "--policy", "chalicelib/status/policy/shipped/epidemic.yaml"),
    *("--now", "2026-09-17T10:00:00+08:00"),
]
EPIDEMIC = [(EVER, prepare(shipped("epidemic")))]
NOW = at("2026-09-05 12:00:00")
SVG = "{http://www.w3.org/2000/svg}"


def words(svg: str) -> list[str]:
    """All that can be read in a picture, in order."""
    return [one.text or "" for one in ElementTree.fromstring(svg).iter(f"{SVG}text") if one.text]


def test_the_picture_in_the_docs_is_what_the_command_draws() -> None:
    command = [sys.executable, "-m", "chalicelib.status", "timeline", *EXAMPLE, "--svg"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert told == (ROOT / "docs/images/timeline.svg").read_text(encoding="utf-8"), f"run `{' '.join(command[1:])}`"


def test_the_command_prints_it_too(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["timeline", *EXAMPLE]) == 0
    first, second, *_, last = capsys.readouterr().out.splitlines()
    assert first.split() == ["at", "first", "green", "otherwise"]
    assert second.split() == ["2026-09-01", "15:40:00+08:00", "yellow", "arrival-medium"]
    assert last.split() == ["2026-09-29", "00:00:00+08:00", "green", "otherwise"]


def test_it_shows_colours_evidence_days_reasons_and_now_in_both_languages() -> None:
    svg = drawn([fact("arrival", "2026-09-01 12:00:00", risk="medium", area="420100")], EPIDEMIC, now=NOW)
    said = words(svg)
    for expected in (
        "黄码 yellow",
        "从外地抵达",
        "arrival from an area",
        "9-01 12:00 · medium",
        "9-09 00:00",
        "现在 now",
    ):
        assert expected in said
    assert "7 天内从中风险地区抵达" in said
    assert "Arrived from a medium-risk area within 7 days" in said


def test_whoever_cannot_see_it_is_told_the_same() -> None:
    root = ElementTree.fromstring(drawn([fact("arrival", "2026-09-01 12:00:00", risk="high")], EPIDEMIC, now=NOW))
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "title description"
    told = root.findtext(f"{SVG}desc")
    assert (
        told == "green at first; red from 2026-09-01 12:00; green from 2026-09-16 00:00. Local time of Asia/Shanghai."
    )


def test_it_names_nobody_and_shows_only_words_from_lists() -> None:
    evidence = fact("arrival", "2026-09-01 12:00:00", risk="high", area="420100", note="张小三")
    svg = drawn([evidence._replace(source="client", source_name="CDC", reference="R-1")], EPIDEMIC, now=NOW)
    for secret in (evidence.evidence_id, "420100", "张小三", "client", "CDC", "R-1"):
        assert secret not in svg


def test_what_officers_write_cannot_break_it() -> None:
    odd = Text("<b>&“", "</svg><script>")
    rules = policy(rule("arrival", "red", days(3), reason=odd))
    assert "</svg><script>" in words(drawn([fact("arrival", NOW)], [(EVER, prepare(rules))], now=NOW))


def test_years_of_evidence_are_not_squeezed_into_one_picture() -> None:
    svg = drawn([fact("arrival", NOW - year * 365 * 86_400, risk="high") for year in range(3)], EPIDEMIC, now=NOW)
    assert words(svg).count("从外地抵达") == 1


def test_a_policy_that_switches_is_seen_in_what_each_piece_of_evidence_does() -> None:
    book = [*EPIDEMIC, (at("2026-09-04 00:00:00"), prepare(shipped("calm")))]
    svg = drawn([fact("arrival", "2026-09-01 12:00:00", risk="high")], book, now=NOW)
    assert "目前没有需要管理的情况" in words(svg)
    assert re.search(r"green from 2026-09-04 00:00", svg)


@settings(max_examples=40)
@given(cases, st.integers(-5 * 86_400, 10 * 86_400))
def test_any_life_can_be_drawn(case: tuple[list[Evidence], Policy], later: int) -> None:
    evidence, rules = case
    for one in ElementTree.fromstring(drawn(evidence, [(EVER, prepare(rules))], now=NOW + later)).iter(f"{SVG}rect"):
        assert float(one.attrib["width"]) >= 0


def test_the_timeline_of_a_holder_is_read_from_the_city(city: City, capsys: pytest.CaptureFixture[str]) -> None:
    holder = "0123456789abcdef" * 2
    city.evidence_writer.put(holder, fact("arrival", "2026-09-01 12:00:00", risk="high"))
    assert main(["timeline", "--holder", holder, "--now", "2026-09-05T12:00:00+08:00", "--svg"]) == 0
    svg = capsys.readouterr().out
    assert holder not in svg
    assert {"从外地抵达", "绿码 green", "目前没有需要管理的情况"} <= set(words(svg))


REFUSED = {
    "evidence without a policy": ["--evidence", "docs/examples/evidence.json"],
    "no such file": ["--evidence", "docs/examples/nothing.json", "--policy", EXAMPLE[3]],
    "a policy that is none": ["--evidence", EXAMPLE[1], "--policy", EXAMPLE[1]],
    "evidence that is none": ["--evidence", EXAMPLE[3], "--policy", EXAMPLE[3]],
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_said_in_one_line(
    case: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["timeline", *REFUSED[case]]) == 2
    assert capsys.readouterr().err.startswith("timeline: ")
