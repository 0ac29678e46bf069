"""Whatever people do to appeals in whatever order: each stays within its life, and refusals change nothing."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple

import pytest

from chalicelib.platform.http.refusals import Refusal
from chalicelib.status.appeals.items import AppealItem, appeal_in
from chalicelib.status.appeals.model import LIFECYCLE, UNDECIDED, Appeal, Event, State
from chalicelib.status.appeals.reviewing import Decision
from tests.status.appeals.affair import Affair, appointed, forget_appeals, wish
from tests.status.appeals.hall import ANSWER, DAY, GU, HOUR, LU, PNG, SHEN, TEXT, ZHOU, Hall

Appeals = dict[str, Appeal]
OFFICERS = {"zhou": ZHOU, "shen": SHEN, "gu": GU, "lu": LU}
SENIORS = {"gu", "lu"}
LIVES, ACTS = 12, 40


class Deed(NamedTuple):
    """Somebody does something to the appeal of some number, counted from the first that was filed."""

    verb: str
    who: str
    which: int


LIKELY = {
    "file": 4,
    "attach": 1,
    "take": 6,
    "release": 1,
    "uphold": 2,
    "reject": 3,
    "withdraw": 1,
    "go up": 3,
    "wait": 1,
    "mark": 1,
}
"""How likely each act is: such that appeals get somewhere."""


class Square:
    """One holder with one fact about them, four officers, and all appeals about it."""

    def __init__(self, hall: Hall) -> None:
        self.hall, self.city = hall, hall.city
        self.holders = {**hall.reviewers, **hall.seniors}
        self.affair = Affair(hall.city, appointed(hall.city))
        self.order: list[str] = []

    def any_deed(self, chance: random.Random) -> Deed:
        """Anybody does anything; most often to the newest appeal, and by who has it on their desk."""
        (verb,) = chance.choices(list(LIKELY), list(LIKELY.values()))
        which = len(self.order) - 1 if chance.random() < 0.8 else chance.randint(0, 9)
        names = {self.holders[officer]: name for name, officer in OFFICERS.items()}
        newest = self.appeals().get(self.order[-1]) if self.order else None
        on_desk = names.get(newest.reviewer if newest else "")
        return Deed(verb, on_desk if on_desk and chance.random() < 0.7 else chance.choice(sorted(OFFICERS)), which)

    def do(self, deed: Deed) -> None:
        """Do it; raises the refusal."""
        verbs: dict[str, Callable[[str, str], object]] = {
            "file": lambda _, __: self._filed(self.affair.file(self.city, wish())),
            "attach": self._attach,
            "take": lambda one, by: self.city.appeals.reviews.take(one, by=by, now=self.hall.clock()),
            "release": lambda one, by: self.city.appeals.reviews.release(one, by=by, now=self.hall.clock()),
            "uphold": lambda one, by: self._decide(one, by, Event.UPHELD),
            "reject": lambda one, by: self._decide(one, by, Event.REJECTED),
            "withdraw": self._withdraw,
            "go up": self._rise,
            "wait": lambda _, __: self.hall.clock.advance(7 * HOUR),
            "mark": lambda _, __: self.city.appeals.watch.run(now=int(self.hall.clock())),
        }
        one = self.order[deed.which % len(self.order)] if self.order else "0" * 24
        verbs[deed.verb](one, self.holders[OFFICERS[deed.who]])

    def refused(self, deed: Deed) -> bool:
        """Do it, unless it is refused."""
        try:
            self.do(deed)
        except Refusal:
            return True
        return False

    def appeals(self) -> Appeals:
        """All that were filed."""
        found = {item.appeal_id: appeal_in(item) for item in AppealItem.scan()}
        return {key: appeal for key, appeal in found.items() if appeal.state is not State.DRAFTED}

    def _filed(self, appeal: Appeal) -> None:
        if appeal.appeal_id not in self.order:
            self.order.append(appeal.appeal_id)

    def _attach(self, one: str, by: str) -> object:
        attachings = self.city.appeals.attachings
        return attachings.attach(one, PNG, by=self.affair.holder, creation=wish(), now=self.hall.clock())

    def _decide(self, one: str, by: str, outcome: Event) -> object:
        decision = Decision(outcome, ANSWER, None)
        return self.city.appeals.reviews.decide(one, decision, by=by, now=self.hall.clock())

    def _withdraw(self, one: str, by: str) -> object:
        return self.city.appeals.holdings.withdraw(one, by=self.affair.holder, now=self.hall.clock())

    def _rise(self, one: str, by: str) -> None:
        filings, now = self.city.appeals.filings, self.hall.clock()
        self._filed(filings.escalate(one, TEXT, by=self.affair.holder, creation=wish(), now=now))


def assert_within_its_life(appeal: Appeal, appeals: Appeals) -> None:
    """An appeal is where its steps lead, and says so everywhere."""
    state = State.DRAFTED
    for number, step in enumerate(appeal.steps, 1):
        assert step.n == number
        state = LIFECYCLE[state][step.event]
    assert appeal.state is state
    assert [step.at for step in appeal.steps] == sorted(step.at for step in appeal.steps)
    decided = state in {State.UPHELD, State.REJECTED}
    assert bool(appeal.decided_at) is bool(appeal.reason) is decided
    assert bool(appeal.voids) is (state is State.UPHELD)
    assert sum(step.event is Event.OVERDUE for step in appeal.steps) == bool(appeal.overdue_at)
    assert (state is State.IN_REVIEW) <= bool(appeal.reviewer)
    assert len(appeal.attachments) <= 5
    assert_decided_by_the_right(appeal, appeals)


def assert_decided_by_the_right(appeal: Appeal, appeals: Appeals) -> None:
    """On the level above by a senior reviewer who did not decide below, what was rejected there."""
    if appeal.level == 1:
        return
    first = appeals[appeal.first]
    assert first.state is State.REJECTED
    assert appeal.about == first.about
    takers = {step.by for step in appeal.steps if step.event is Event.TAKEN}
    assert first.steps[-1].by not in takers


@pytest.fixture
def square(hall: Hall) -> Square:
    return Square(hall)


def test_every_appeal_stays_within_its_life(square: Square) -> None:
    reached: set[tuple[int, str]] = set()
    for seed in range(LIVES):
        forget_appeals()
        square.order.clear()
        chance = random.Random(seed)
        for _ in range(ACTS):
            before = square.appeals()
            assert not square.refused(square.any_deed(chance)) or square.appeals() == before, (
                "a refusal changes nothing"
            )
        assert_all_within_their_lives(square)
        reached |= {(appeal.level, str(appeal.state)) for appeal in square.appeals().values()}
    ends = {"upheld", "rejected", "withdrawn"}
    assert reached >= {(level, end) for level in (1, 2) for end in ends}, "all that can happen has happened"


def assert_all_within_their_lives(square: Square) -> None:
    """Each is within its life, one at a time waits, and the queues hold that one."""
    after = square.appeals()
    for appeal in after.values():
        assert_within_its_life(appeal, after)
    assert sum(appeal.state in UNDECIDED for appeal in after.values()) <= 1, "one at a time about one thing"
    queued = [one.appeal_id for level in (1, 2) for one in square.city.appeals.reviews._store.queue(level)]
    assert queued == [key for key, appeal in after.items() if appeal.state in UNDECIDED]
    seniors = {square.holders[OFFICERS[name]] for name in SENIORS}
    above = [step for appeal in after.values() if appeal.level == 2 for step in appeal.steps]
    assert {step.by for step in above if step.event is Event.TAKEN} <= seniors


def test_time_alone_decides_nothing(square: Square) -> None:
    square.do(Deed("file", "zhou", 0))
    square.do(Deed("take", "zhou", 0))
    square.hall.wait(90 * DAY)
    square.do(Deed("mark", "zhou", 0))
    (appeal,) = square.appeals().values()
    assert (appeal.state, appeal.is_overdue(square.hall.clock())) == (State.IN_REVIEW, True)
