"""`python -m chalicelib.trust verify-journal`: an auditor is told whether the journal stands as it was written."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.trust.__main__ import main
from chalicelib.trust.journal_store import JournalItem
from chalicelib.wiring import City
from tests.faults.weather import BEFORE, weather
from tests.world import NOON

CHAIN = "overrides"


@pytest.fixture
def heads(city: City) -> list[str]:
    """A chain of five steps; the head after each."""
    steps = [{"event": "approve", "by": f"officer-{number}", "note": ""} for number in range(5)]
    return [
        str(city.journal.append(CHAIN, step_id=f"case-{number}", what=what, now=NOON + 0.5).head)
        for number, what in enumerate(steps)
    ]


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    """How the command ends, and what it prints."""
    status = main(["verify-journal", CHAIN, *arguments])
    return status, json.loads(capsys.readouterr().out)


def test_a_sound_chain_ends_with_0_and_its_head(heads: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys) == (0, {"chain": CHAIN, "sound": True, "entries": 5, "head": heads[-1]})
    for head in heads:
        assert told(capsys, "--expect", head)[0] == 0


@pytest.mark.usefixtures("city")
def test_a_chain_that_nobody_wrote_has_no_entries(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys)[1]["entries"] == 0


def raw(seq: int) -> dict[str, Any]:
    """An entry as DynamoDB has it."""
    item: dict[str, Any] = JournalItem.get(CHAIN, f"{seq:012d}").to_dynamodb_dict()
    return item


def put(city: City, seq: int, **changed: Any) -> None:
    """Change an entry behind the city's back; None takes an attribute away."""
    item = {name: value for name, value in (raw(seq) | changed).items() if value is not None}
    city.dynamodb.put_item(TableName="yima-journal", Item=item)


def what(by: dict[str, Any]) -> dict[str, Any]:
    return {"M": {"event": {"S": "approve"}, "by": by, "note": {"S": ""}}}


TAMPERED: dict[str, tuple[Callable[[City], object], int, str]] = {
    "another officer": (lambda city: put(city, 3, what=what({"S": "officer-9"})), 3, "changed"),
    "a number for a text": (lambda city: put(city, 3, what=what({"N": "2"})), 3, "changed"),
    "bytes for a text": (lambda city: put(city, 3, what=what({"B": b"officer-2"})), 3, "changed"),
    "a set for a text": (lambda city: put(city, 3, what=what({"SS": ["officer-2"]})), 3, "changed"),
    "nothing for a text": (lambda city: put(city, 3, what=what({"NULL": True})), 3, "changed"),
    "nothing at all": (lambda city: put(city, 3, what={"NULL": True}), 3, "changed"),
    "taken away": (lambda city: put(city, 3, what=None), 3, "changed"),
    "half a second later": (lambda city: put(city, 3, at={"N": f"{NOON}.5"}), 3, "changed"),
    "a time that is a text": (lambda city: put(city, 3, at={"S": str(NOON)}), 3, "misplaced"),
    "another hash": (lambda city: put(city, 3, hash={"S": "0" * 64}), 3, "changed"),
    "no hash": (lambda city: put(city, 3, hash=None), 3, "changed"),
    "another entry in its place": (lambda city: put(city, 4, position={"S": f"{3:012d}"}), 3, "changed"),
    "an entry behind the end": (lambda city: put(city, 5, position={"S": f"{6:012d}"}), 6, "changed"),
    "an entry in between": (lambda city: put(city, 3, position={"S": f"{3:012d}x"}), 4, "misplaced"),
    "an entry far behind": (lambda city: put(city, 5, position={"S": f"{9:012d}"}), 6, "missing"),
    "removed": (lambda city: JournalItem.get(CHAIN, f"{3:012d}").delete(), 3, "missing"),
    "the first removed": (lambda city: JournalItem.get(CHAIN, f"{1:012d}").delete(), 1, "missing"),
}


@pytest.mark.usefixtures("heads")
@pytest.mark.parametrize("case", TAMPERED)
def test_a_chain_that_was_tampered_with_ends_with_1_and_the_place(
    city: City, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    tamper, place, why = TAMPERED[case]
    tamper(city)
    assert told(capsys) == (1, {"chain": CHAIN, "sound": False, "broken_at": place, "why": why})


def test_an_end_that_was_cut_off_is_told_to_whoever_kept_a_head(
    heads: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    JournalItem.get(CHAIN, f"{5:012d}").delete()
    assert told(capsys)[0] == 0
    status, finding = told(capsys, "--expect", heads[-1])
    assert (status, finding["broken_at"], finding["why"]) == (1, 5, "cut_off")


@pytest.mark.usefixtures("heads")
@pytest.mark.parametrize("fault", ["throttled", "connection refused", "no answer in time"])
def test_a_store_in_trouble_ends_with_2(capsys: pytest.CaptureFixture[str], fault: str) -> None:
    with weather() as here:
        here.brings(BEFORE[fault])
        assert main(["verify-journal", CHAIN]) == 2
    printed, complaint = capsys.readouterr()
    assert not printed
    assert complaint.startswith("python -m chalicelib.trust: it cannot be told: ")


@pytest.mark.parametrize("arguments", [[], ["verify-journal"], ["verify-journal", CHAIN, "--expect", "5"], ["rewrite"]])
def test_what_cannot_be_understood_ends_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
