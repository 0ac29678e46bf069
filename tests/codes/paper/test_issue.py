"""A holder's one slot for paper: a new one kills the one before, a lost one stays lost, a wish is fulfilled once."""

from __future__ import annotations

import json

import pytest
from boto3.dynamodb.types import TypeSerializer

from chalicelib.codes.carriers_store import CarrierItem, CarrierStore
from chalicelib.codes.paper import wire
from chalicelib.codes.paper.model import LIFECYCLE, Paper, PaperEvent, PaperState, Slot, dead_entries, replaced
from chalicelib.codes.paper.refusals import PaperNotFound, PaperNotGood, TooManyPapers
from chalicelib.codes.paper.wire import DAY_S
from chalicelib.codes.refusals import HolderSuspended
from chalicelib.codes.wire import raw_of
from chalicelib.people.notices import NoticeItem
from chalicelib.people.sandbox import RESIDENTS
from chalicelib.platform.crypto import sm2
from chalicelib.platform.http.refusals import IdempotencyKeyReused
from chalicelib.status.model import Standing
from chalicelib.status.store import StatusStore
from chalicelib.trust.model import KeyUse
from chalicelib.wiring import City
from tests.codes.paper.counter import Counter, a_wish
from tests.world import NOON, moved_in


def told(holder: str) -> list[tuple[str, dict[str, str]]]:
    """What a holder was told, oldest first."""
    return [(item.kind, json.loads(item.facts)) for item in NoticeItem.query(holder)]


def states(counter: Counter, holder: str) -> list[tuple[str, str]]:
    return [(paper.paper_id, str(paper.state)) for paper in counter.papers.of(holder)]


def test_a_paper_is_signed_by_the_carrier_key_for_everyone(city: City, counter: Counter, holder: str) -> None:
    counter.issue(holder)
    paper = wire.parse(raw_of(counter.text(holder)))
    key = city.ring.signing(KeyUse.CARRIER, now=NOON)
    assert paper.body.kid == key.record.kid
    assert sm2.verify(key.record.public_key, paper.signed, paper.signature)
    assert (paper.body.list_number, paper.body.index, paper.body.days) == (7, 1, 180)


def test_the_same_wish_is_fulfilled_once_and_told_once(counter: Counter, holder: str) -> None:
    wish = a_wish()
    first = counter.issue(holder, wish)
    assert counter.issue(holder, wish, at=NOON + 5) == first
    assert counter.entries.taken == 1
    assert told(holder) == [("paper_issued", {"paper_id": "7-1"})]


def test_a_wish_is_known_again_after_its_paper_was_replaced(counter: Counter, holder: str) -> None:
    wish = a_wish()
    counter.issue(holder, wish)
    counter.issue(holder, at=NOON + 1)
    assert counter.issue(holder, wish, at=NOON + 2).state is PaperState.REPLACED
    assert counter.entries.taken == 2
    assert len(told(holder)) == 2


def test_another_wish_under_the_same_key_is_refused(counter: Counter, holder: str) -> None:
    wish = a_wish()
    counter.issue(holder, wish)
    with pytest.raises(IdempotencyKeyReused):
        counter.issue(holder, wish._replace(digest="another body"))


def test_a_new_paper_replaces_the_one_before_and_says_who_asked(counter: Counter, holder: str) -> None:
    counter.issue(holder)
    counter.issue(holder, at=NOON + 1, by="王*（服务窗口）")
    assert states(counter, holder) == [("7-2", "active"), ("7-1", "replaced")]
    facts = {"paper_id": "7-2", "by": "王*（服务窗口）", "replaced": "7-1"}
    assert told(holder)[1] == ("paper_replaced", facts)


def test_a_loss_is_final_and_told_once(counter: Counter, holder: str) -> None:
    counter.issue(holder)
    first = counter.papers.lose(holder, "7-1", now=NOON + 1, by="王*（服务窗口）")
    assert counter.papers.lose(holder, "7-1", now=NOON + 9) == first
    assert first.state is PaperState.LOST
    assert told(holder)[1:] == [("paper_lost", {"paper_id": "7-1", "by": "王*（服务窗口）"})]


def test_the_loss_of_a_replaced_paper_changes_nothing_and_leaves_the_new_one(counter: Counter, holder: str) -> None:
    counter.issue(holder)
    counter.issue(holder, at=NOON + 1)
    assert counter.papers.lose(holder, "7-1", now=NOON + 2).state is PaperState.REPLACED
    assert states(counter, holder)[0] == ("7-2", "active")
    assert len(told(holder)) == 2


def test_nobody_reports_the_paper_of_somebody_else(city: City, counter: Counter, holder: str) -> None:
    counter.issue(holder)
    stranger = moved_in(city, RESIDENTS[1])
    for number in ("7-1", "7-2", "nonsense"):
        with pytest.raises(PaperNotFound):
            counter.papers.lose(stranger, number, now=NOON)
    assert states(counter, holder) == [("7-1", "active")]


def test_a_suspended_holder_gets_no_paper_and_wastes_no_entry(counter: Counter, holder: str) -> None:
    StatusStore().set_standing(holder, Standing.SUSPENDED)
    with pytest.raises(HolderSuspended):
        counter.issue(holder)
    assert counter.entries.taken == 0


def test_a_stranger_gets_no_paper(counter: Counter, city: City) -> None:
    with pytest.raises(HolderSuspended):
        counter.issue("00" * 12)


def test_five_papers_a_month_are_enough(counter: Counter, holder: str) -> None:
    for number in range(5):
        counter.issue(holder, at=NOON + number)
    with pytest.raises(TooManyPapers) as refused:
        counter.issue(holder, at=NOON + 10)
    assert refused.value.evidence == {"again_at": "2026-10-21T14:13:20Z"}
    assert counter.entries.taken == 5
    counter.issue(holder, at=NOON + 30 * DAY_S)


def test_a_dead_paper_is_not_printed_again(counter: Counter, holder: str) -> None:
    counter.issue(holder)
    counter.papers.lose(holder, "7-1", now=NOON)
    with pytest.raises(PaperNotGood) as refused:
        counter.papers.to_print(holder, "7-1", now=NOON)
    assert refused.value.evidence == {"state": "lost"}


def test_a_paper_that_has_run_out_says_so_and_is_forgotten_with_the_next(counter: Counter, holder: str) -> None:
    late = NOON + 180 * DAY_S + 1
    paper = counter.issue(holder)
    assert paper.shown_state(late) == "expired"
    with pytest.raises(PaperNotGood) as refused:
        counter.papers.to_print(holder, "7-1", now=late)
    assert refused.value.evidence == {"state": "expired"}
    counter.issue(holder, at=late)
    assert states(counter, holder) == [("7-2", "active")]


def test_the_text_of_a_paper_rests_sealed(counter: Counter, holder: str) -> None:
    counter.issue(holder)
    item = CarrierItem.get(holder, "paper")
    assert b"YM1:" not in item.text
    kept = CarrierStore().get(holder)
    assert kept is not None
    assert kept.text == item.text


def test_ending_without_a_paper_and_ending_twice_change_nothing(counter: Counter, holder: str) -> None:
    counter.papers.end(holder, now=NOON)
    counter.issue(holder)
    counter.papers.end(holder, now=NOON + 1)
    counter.papers.end(holder, now=NOON + 2)
    assert [kind for kind, _ in told(holder)] == ["paper_issued", "paper_ended"]
    assert states(counter, holder) == [("7-1", "ended")]


A_PAPER = Paper(7, 1, "0a0b0c0d", NOON, NOON + 180 * DAY_S, "wish", "digest", NOON)


@pytest.mark.parametrize("state", PaperState)
@pytest.mark.parametrize("event", PaperEvent)
def test_only_a_living_paper_takes_events_and_death_is_final(state: PaperState, event: PaperEvent) -> None:
    paper = Paper(7, 1, "0a0b0c0d", NOON, NOON + 1, "wish", "digest", NOON, state)
    after = paper.after(event, now=NOON + 9)
    if state is PaperState.ACTIVE:
        assert (after.state, after.since) == (LIFECYCLE[state][event], NOON + 9)
        assert LIFECYCLE[after.state] == {}
    else:
        assert after == paper


def image(slot: Slot | None) -> dict[str, object] | None:
    """A slot as a stream record shows it, as far as it matters here."""
    if slot is None:
        return None
    shown = {"list": slot.present.list_number, "index": slot.present.index, "state": str(slot.present.state)}
    return {name: TypeSerializer().serialize(value) for name, value in shown.items()}


LIVING = Slot(A_PAPER)
LOST = Slot(A_PAPER.after(PaperEvent.LOSE, now=NOON))
ANOTHER = replaced(LIVING, Paper(8, 2, "0a0b0c0d", NOON, NOON + 9, "wish 2", "digest", NOON))
CHANGES = {
    "the first paper": (None, LIVING, []),
    "another paper": (LIVING, ANOTHER, [(7, 1)]),
    "a loss": (LIVING, LOST, [(7, 1)]),
    "an end": (LIVING, Slot(A_PAPER.after(PaperEvent.END, now=NOON)), [(7, 1)]),
    "another paper after a loss": (LOST, ANOTHER, []),
    "the slot is gone": (LIVING, None, [(7, 1)]),
    "the slot of a dead paper is gone": (LOST, None, []),
    "nothing that matters": (LIVING, LIVING, []),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_stream_tells_which_entries_died(change: str) -> None:
    old, new, expected = CHANGES[change]
    assert dead_entries(image(old), image(new)) == expected
