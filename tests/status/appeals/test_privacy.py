"""What people write to each other in an appeal is for the two of them: no log, no refusal and no table tells it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.platform.tables import all_models
from tests.faults.weather import AFTER, BEFORE, Weather, on, refuses, weather
from tests.fuzz.ear import Ear, listening
from tests.status.appeals.hall import ANSWER, DAY, GU, LIN, TEXT, XU, Hall, document
from tests.world import Reply, moved_in

ABOVE = "答复没有说明依据，请上级复核。"


@pytest.fixture
def ear() -> Iterator[Ear]:
    with listening() as ear:
        for words in (TEXT, ANSWER, ABOVE):
            ear.learn(words)
        yield ear


@pytest.fixture
def between() -> Iterator[Weather]:
    with weather() as here:
        yield here


def live_through(hall: Hall) -> list[Reply]:
    """All that happens to an appeal, and much that is refused; answers every refusal."""
    moved_in(hall.city, XU)
    about = hall.report()
    appeal_id = hall.file(about=about).body.get("appeal_id", "0" * 24)
    replies = [
        hall.file(about=about),
        hall.file(whom=document(XU)),
        hall.file(about=TEXT[:10]),
        hall.file(text=TEXT * 200),
        hall.see(appeal_id, XU),
        hall.attach(appeal_id, data=TEXT.encode()),
        hall.attach(appeal_id),
        hall.take(appeal_id),
        hall.case(appeal_id),
        hall.decide(appeal_id, "rejected", voids=[about]),
        hall.decide(appeal_id, ANSWER),
        hall.decide(appeal_id, "rejected"),
        hall.escalate(appeal_id, text=ABOVE),
        hall.escalate(appeal_id, text=ABOVE),
        hall.queue(),
        hall.see(appeal_id),
    ]
    return [reply for reply in replies if reply.status >= 400]


def heard_of(hall: Hall, ear: Ear, replies: list[Reply]) -> None:
    """Nothing that was said, and nobody's id."""
    for reply in replies:
        ear.hear(reply)
    ear.learn(hall.lin)
    assert not ear.told()


def test_no_log_and_no_refusal_tells_what_was_said(hall: Hall, ear: Ear) -> None:
    refusals = live_through(hall)
    assert {reply.code for reply in refusals} >= {
        "appeal_already_open",
        "not_their_guardian",
        "unknown_subject_matter",
        "malformed_body",
        "appeal_not_found",
        "attachment_type_unknown",
        "rejection_voids_nothing",
        "already_escalated",
    }
    hall.wait(DAY + 1)
    hall.city.appeals.watch.run(now=int(hall.clock()))
    hall.follow()
    assert ear.heard
    heard_of(hall, ear, refusals)


FAULTS = {
    "throttled": BEFORE["throttled"],
    "an answer lost": AFTER["carried out, the answer late"],
    "a mistake of ours": refuses("ValidationException"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("table", ["appeals", "appeal-matters", "evidence", "officers"])
def test_nor_in_bad_weather_nor_after_a_mistake(hall: Hall, ear: Ear, between: Weather, fault: str, table: str) -> None:
    for token in (hall.token(LIN), hall.office(GU)):
        ear.learn(token)
    between.brings(FAULTS[fault], to=on("", table), after=2)
    try:
        appeal_id = hall.file().body.get("appeal_id", "0" * 24)
        replies = [hall.see(appeal_id), hall.attach(appeal_id), hall.withdraw(appeal_id), hall.queue(GU)]
    finally:
        between.clears()
    heard_of(hall, ear, [reply for reply in replies if reply.status >= 400])


def test_no_table_has_in_it_what_was_said(hall: Hall) -> None:
    live_through(hall)
    hall.follow()
    for model in all_models():
        for item in _raw(hall, model.Meta.table_name):
            assert not [words for words in (TEXT, ANSWER, ABOVE) if words in item or words.encode().hex() in item]


def _raw(hall: Hall, table: str) -> list[str]:
    """All items of a table, as they lie there: text as text, bytes as hex digits."""
    pages = hall.city.dynamodb.scan(TableName=table)["Items"]
    return [_flat(item) for item in pages]


def _flat(value: Any) -> str:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return " ".join(map(_flat, value.values()))
    return " ".join(map(_flat, value)) if isinstance(value, list) else str(value)
