"""The two policies that come with Yima do what their comments promise."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from chalicelib.platform.crypto.hashing import sm3
from chalicelib.status.policy.checking import findings
from chalicelib.status.policy.model import schema
from chalicelib.status.policy.shipped import FILES, FOLDER, shipped, shipped_text
from infra.local.environment import ROOT
from tests.status.stories import fact, told

EPIDEMIC = shipped("epidemic")
RELEASED = {
    "calm@1": "791fb982fc9237d2",
    "epidemic@1": "acf6540d67703383",
}
"""Released files as SM3; a change is another version in another file, for a city may be governed by this one."""


@pytest.mark.parametrize("key", FILES)
def test_nothing_is_found_in_a_shipped_policy(key: str) -> None:
    assert findings(shipped(key)) == []
    assert shipped(key).key == key


@pytest.mark.parametrize("key", FILES)
def test_a_released_policy_is_never_edited(key: str) -> None:
    text = shipped_text(key)
    assert text is not None
    assert sm3(text.encode()).hex()[:16] == RELEASED[key]


def test_every_file_has_its_key() -> None:
    assert sorted(FILES.values()) == sorted(path.name for path in FOLDER.glob("*.yaml"))
    assert shipped_text("calm@99") is None


def test_in_calm_times_everybody_is_green_whatever_is_known() -> None:
    known = [fact("diagnosis", "2026-09-01 12:00:00"), fact("arrival", "2026-09-01 12:00:00", risk="high")]
    assert told(shipped("calm"), *known) == ["green"]


DAY = "2026-09-01 12:00:00"
STORIES: dict[str, tuple[list[object], list[str]]] = {
    "from a high-risk area: red for 14 days, green at the midnight that begins day 15": (
        [fact("arrival", DAY, risk="high")], ["green", f"{DAY} red", "2026-09-16 00:00:00 green"],
    ),
    "from a medium-risk area: yellow for 7 days": (
        [fact("arrival", DAY, risk="medium")], ["green", f"{DAY} yellow", "2026-09-09 00:00:00 green"],
    ),
    "from a low-risk area: nothing": ([fact("arrival", DAY, risk="low")], ["green"]),
    "a close contact: yellow for 7 days": (
        [fact("close_contact", DAY, degree="close")], ["green", f"{DAY} yellow", "2026-09-09 00:00:00 green"],
    ),
    "two negative tests a day apart clear a close contact": (
        [fact("close_contact", DAY, degree="close"),
         fact("test_result", "2026-09-02 09:00:00", result="negative", method="pcr"),
         fact("test_result", "2026-09-03 09:00:00", result="negative", method="pcr")],
        ["green", f"{DAY} yellow", "2026-09-03 09:00:00 green"],
    ),
    "a second less than a day apart they do not": (
        [fact("close_contact", DAY, degree="close"),
         fact("test_result", "2026-09-02 09:00:00", result="negative", method="pcr"),
         fact("test_result", "2026-09-03 08:59:59", result="negative", method="pcr")],
        ["green", f"{DAY} yellow", "2026-09-09 00:00:00 green"],
    ),
    "a test done too early does not clear a contact of a contact, a later one does": (
        [fact("close_contact", DAY, degree="secondary"),
         fact("test_result", "2026-09-02 11:59:59", result="negative", method="pcr"),
         fact("test_result", "2026-09-03 08:00:00", result="negative", method="pcr")],
        ["green", f"{DAY} yellow", "2026-09-03 08:00:00 green"],
    ),
    "a positive test: red until two negative ones": (
        [fact("test_result", DAY, result="positive"),
         fact("test_result", "2026-09-09 09:00:00", result="negative", method="pcr"),
         fact("test_result", "2026-09-10 09:00:00", result="negative", method="pcr")],
        ["green", f"{DAY} red", "2026-09-10 09:00:00 green"],
    ),
    "a diagnosis: red until discharged, then yellow for 7 days": (
        [fact("diagnosis", DAY), fact("discharge", "2026-09-20 10:00:00")],
        ["green", f"{DAY} red", "2026-09-20 10:00:00 yellow", "2026-09-28 00:00:00 green"],
    ),
    "symptoms: yellow for 48 hours": (
        [fact("symptom_report", DAY)], ["green", f"{DAY} yellow", "2026-09-03 12:00:00 green"],
    ),
    "symptoms, then a negative test": (
        [fact("symptom_report", DAY), fact("test_result", "2026-09-01 18:00:00", result="negative", method="antigen")],
        ["green", f"{DAY} yellow", "2026-09-01 18:00:00 green"],
    ),
    "an inconclusive test, then a positive one": (
        [fact("test_result", DAY, result="inconclusive"),
         fact("test_result", "2026-09-02 08:00:00", result="positive")],
        ["green", f"{DAY} yellow", "2026-09-02 08:00:00 red"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("story", STORIES)
def test_in_an_epidemic(story: str) -> None:
    known, course = STORIES[story]
    assert told(EPIDEMIC, *known) == course  # type: ignore[arg-type]


def test_the_schema_in_the_documentation_is_the_one_of_the_code() -> None:
    page = ROOT / "docs/policy.schema.json"
    assert msgspec.json.decode(page.read_bytes()) == schema(), "run `python -m chalicelib.status policy-schema`"


def test_the_guide_shows_every_field_kind_and_finding() -> None:
    from chalicelib.status.evidence.kinds import KINDS
    from chalicelib.status.policy.finding import FindingCode

    guide = Path(ROOT, "docs/policies.md").read_text()
    fields = {name for struct in schema()["$defs"].values() for name in struct.get("properties", {})}  # type: ignore[attr-defined]
    assert {word for word in (*fields, *KINDS, *FindingCode) if f"`{word}`" not in guide} == set()


def test_the_worked_example_of_the_guide_is_a_policy() -> None:
    from chalicelib.status.policy.reading import read

    for example in re.findall(r"```yaml\n(policy:.*?)```", Path(ROOT, "docs/policies.md").read_text(), re.DOTALL):
        assert findings(read(example)) == []


def test_the_life_drawn_in_the_guide_is_the_one_of_the_code() -> None:
    from chalicelib.status.policy.life import LIFECYCLE

    drawn = re.findall(r"^    (\w+) --> (\w+): (\w+)$", Path(ROOT, "docs/policies.md").read_text(), re.MULTILINE)
    assert drawn == [(state, then, event) for state, events in LIFECYCLE.items() for event, then in events.items()]
