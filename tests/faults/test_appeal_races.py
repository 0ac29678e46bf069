"""Many at once, in real threads, on both stores: one appeal, one reviewer, one answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest

from chalicelib.platform.http.creation import Creation
from chalicelib.platform.http.refusals import Refusal
from chalicelib.status.appeals.model import Event, State
from chalicelib.status.appeals.refusals import AppealContended
from chalicelib.wiring import City
from tests.faults.test_races import at_once
from tests.status.appeals.affair import DEEDS, Affair, appointed, wish
from tests.world import StoppedClock, another_process

RACES = 6
FILERS = 8


class Races:
    """Three functions, and whom their requests are about."""

    def __init__(self, city: City) -> None:
        assert isinstance(city.clock, StoppedClock)
        self.city, self.officers = city, appointed(city)
        self.functions = [another_process(city.clock) for _ in range(3)]

    def begun(self, *before: str) -> Affair:
        """An affair of its own, about a fact of its own."""
        return Affair(self.city, self.officers, *before)

    def run(self, *deeds: Callable[[City], object]) -> list[str]:
        """All at once, each by a function of its own; answers `done`, or the code of the refusal."""
        functions = [self.functions[number % 3] for number in range(len(deeds))]
        outcomes: list[str] = at_once(
            [partial(_outcome, deed, city) for deed, city in zip(deeds, functions, strict=True)]
        )
        return outcomes


def _outcome(deed: Callable[[City], object], city: City) -> str:
    """What came of a deed; whoever always came too late tries again, as they are told."""
    while True:
        try:
            deed(city)
        except AppealContended:
            continue
        except Refusal as refusal:
            return refusal.code
        return "done"


@pytest.fixture(scope="module")
def races(anywhere: City) -> Races:
    return Races(anywhere)


def named(deed: str, affair: Affair) -> Callable[[City], object]:
    """A deed of an affair."""
    return lambda city: DEEDS[deed](affair, city)


def test_of_two_reviewers_one_has_it(races: Races) -> None:
    for _ in range(RACES):
        affair = races.begun("file")
        outcomes = races.run(named("take", affair), named("take elsewhere", affair))
        assert sorted(outcomes) == ["appeal_taken", "done"]
        winner = races.officers.zhou if outcomes[0] == "done" else races.officers.shen
        appeal = races.city.appeals.sides.filed(affair.appeal_id)
        assert appeal.is_reviewed_by(winner)
        assert len(appeal.steps) == 2


def test_one_reviewer_who_takes_it_ten_times_at_once_has_taken_it_once(races: Races) -> None:
    affair = races.begun("file")
    assert races.run(*[named("take", affair)] * 10) == ["done"] * 10
    assert affair.told().steps == ["filed", "taken"]


def test_who_decides_and_who_withdraws_at_once_are_never_both_right(races: Races) -> None:
    for _ in range(RACES):
        affair = races.begun("file", "take")
        outcomes = races.run(named("uphold", affair), named("withdraw", affair))
        assert sorted(outcomes) == ["appeal_closed", "done"]
        appeal = races.city.appeals.sides.filed(affair.appeal_id)
        upheld = outcomes[0] == "done"
        assert appeal.state is (State.UPHELD if upheld else State.WITHDRAWN)
        assert bool(appeal.reason) is bool(appeal.voids) is bool(appeal.decided_at) is upheld


def test_an_answer_and_its_contrary_at_once_are_one_answer(races: Races) -> None:
    for _ in range(RACES):
        affair = races.begun("file", "take")
        outcomes = races.run(named("uphold", affair), named("reject", affair))
        assert sorted(outcomes) == ["appeal_closed", "done"]
        (last,) = [step.event for step in races.city.appeals.sides.filed(affair.appeal_id).steps[2:]]
        assert last is (Event.UPHELD if outcomes[0] == "done" else Event.REJECTED)


def test_of_many_wishes_about_one_thing_one_is_filed(races: Races) -> None:
    for _ in range(RACES):
        affair = races.begun()
        wishes = [wish() for _ in range(FILERS)]
        outcomes = races.run(*(partial(_filed, affair, one) for one in wishes))
        assert Counter(outcomes) == {"done": 1, "appeal_already_open": FILERS - 1}
        (filed,) = affair.appeals()
        assert filed.appeal_id == wishes[outcomes.index("done")].record_id


def test_one_wish_that_comes_many_times_at_once_is_one_appeal(races: Races) -> None:
    for _ in range(RACES):
        affair = races.begun()
        assert races.run(*[named("file", affair)] * FILERS) == ["done"] * FILERS
        assert affair.told().steps == ["filed"]


def test_a_rejected_appeal_that_goes_up_many_times_at_once_goes_up_once(races: Races) -> None:
    for _ in range(RACES):
        affair = races.begun("file", "take", "reject")
        outcomes = races.run(*(partial(_risen, affair, number) for number in range(4)))
        assert Counter(outcomes) == {"done": 1, "already_escalated": 3}
        assert affair.told().above == ["filed"]


def test_of_many_attachments_at_once_five_are_kept(races: Races) -> None:
    affair = races.begun("file")
    outcomes = races.run(*(partial(_attached, affair) for _ in range(FILERS)))
    assert Counter(outcomes) == {"done": 5, "too_many_attachments": FILERS - 5}
    attachments = races.city.appeals.sides.filed(affair.appeal_id).attachments
    assert [one.n for one in attachments] == [1, 2, 3, 4, 5]
    assert all(races.city.blobs.get(one.key) for one in attachments)


def _filed(affair: Affair, one: Creation, city: City) -> object:
    return affair.file(city, one)


def _risen(affair: Affair, number: int, city: City) -> object:
    filings = city.appeals.filings
    text = f"第{number}次请求上级复核，理由如前所述。"
    return filings.escalate(affair.appeal_id, text, by=affair.holder, creation=wish(), now=city.clock())


def _attached(affair: Affair, city: City) -> object:
    png = b"\x89PNG\r\n\x1a\n" + bytes(64)
    return city.appeals.attachings.attach(affair.appeal_id, png, by=affair.holder, creation=wish(), now=city.clock())
