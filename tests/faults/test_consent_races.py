"""Many at once, in real threads, on both stores: once is once, and nobody is asked more than they bear."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

import pytest

from chalicelib.codes.purposes import Field, Purpose
from chalicelib.partners.consents.acting import Acting
from chalicelib.partners.consents.asking import Wish
from chalicelib.partners.consents.model import ANSWER_S, MOST_OPEN, Consent, State, Use
from chalicelib.partners.consents.service import Consents
from chalicelib.partners.consents.texts import CURRENT
from chalicelib.platform.http.creation import Creation
from chalicelib.platform.http.operation import Principal
from chalicelib.platform.http.refusals import Refusal
from chalicelib.status.model import Scan
from chalicelib.wiring import City
from tests.faults.test_races import at_once
from tests.world import StoppedClock, another_process

RACES = 5
MANY = 4
CLIENT = Principal("client-of-races", frozenset({"consent:ask"}), "诊所")
_people, _keys = count(1), count(1)


class Hall:
    """Functions side by side, and somebody who is asked."""

    def __init__(self, city: City) -> None:
        assert isinstance(city.clock, StoppedClock)
        self.city, self.now = city, int(city.clock())
        self.functions = [another_process(city.clock).consents for _ in range(MANY)]

    def person(self) -> str:
        return f"{next(_people):024x}"

    def ask(self, here: Consents, holder: str, use: Use = Use.ONCE, key: int = 0) -> Consent:
        scan = Scan(CLIENT.subject, CLIENT.name, "medical", "窗口", self.now)
        token = self.city.exchange.seal(holder, scan, "s", now=self.now)
        until = self.now + 30 * ANSWER_S if use is Use.PERIOD else None
        creation = Creation(f"{key or next(_keys):024x}", "d")
        return here.asking.ask(
            Wish(token, frozenset({Field.NAME}), use, until), by=CLIENT, creation=creation, now=self.now
        )

    def agreed(self, use: Use) -> Consent:
        asked = self.ask(self.functions[0], self.person(), use)
        return self.answer(self.functions[0], asked, "agree")

    def answer(self, here: Consents, consent: Consent, act: str) -> Consent:
        more = {"text_version": CURRENT} if act == "agree" else {}
        answered: Consent = getattr(here.answers, act)(consent.consent_id, Acting(consent.holder), now=self.now, **more)
        return answered

    def kept(self, consent: Consent) -> Consent:
        found = self.functions[0].of_client(CLIENT.subject, consent.consent_id)
        assert found is not None
        return found


def outcome(act: Callable[[], object]) -> str:
    """`done`, or the code of the refusal."""
    try:
        act()
    except Refusal as refusal:
        return refusal.code
    return "done"


def race(*acts: Callable[[], Any]) -> list[str]:
    """All at once."""
    return at_once([partial(outcome, act) for act in acts])


@pytest.fixture(scope="module")
def hall(anywhere: City) -> Hall:
    return Hall(anywhere)


def test_of_many_uses_at_once_of_what_is_used_once_one_counts(hall: Hall) -> None:
    for _ in range(RACES):
        consent = hall.agreed(Use.ONCE)
        outcomes = race(*(partial(one.use, consent, f"d{n}", hall.now) for n, one in enumerate(hall.functions)))
        assert Counter(outcomes) == {"done": 1, "consent_ended": MANY - 1}
        assert (hall.kept(consent).state, hall.kept(consent).uses) == (State.USED, 1)


def test_one_use_that_comes_many_times_at_once_is_one(hall: Hall) -> None:
    for use in Use:
        consent = hall.agreed(use)
        assert race(*(partial(one.use, consent, "d", hall.now) for one in hall.functions)) == ["done"] * MANY
        assert hall.kept(consent).uses == 1


def test_many_uses_at_once_of_a_period_are_all_counted(hall: Hall) -> None:
    for _ in range(RACES):
        consent = hall.agreed(Use.PERIOD)
        outcomes = race(*(partial(one.use, consent, f"d{n}", hall.now) for n, one in enumerate(hall.functions)))
        assert outcomes == ["done"] * MANY
        assert hall.kept(consent).uses == MANY


def test_a_use_and_a_withdrawal_at_once_leave_one_story(hall: Hall) -> None:
    for use in list(Use) * RACES:
        consent = hall.agreed(use)
        first, second = hall.functions[:2]
        used, withdrawn = race(
            partial(first.use, consent, "d", hall.now), partial(hall.answer, second, consent, "withdraw")
        )
        kept = hall.kept(consent)
        assert kept.uses == (1 if used == "done" else 0)
        assert (kept.state is State.WITHDRAWN) == (withdrawn == "done")
        assert outcome(partial(first.use, consent, "another", hall.now)) == "consent_ended"


def test_of_agreeing_and_refusing_at_once_one_holds(hall: Hall) -> None:
    for _ in range(RACES):
        consent = hall.ask(hall.functions[0], hall.person())
        verbs = ["agree", "refuse"] * (MANY // 2)
        acts = [partial(hall.answer, one, consent, verb) for one, verb in zip(hall.functions, verbs, strict=True)]
        outcomes = race(*acts)
        assert Counter(outcomes) == {"done": MANY / 2, "consent_closed": MANY / 2}
        assert hall.kept(consent).state in {State.AGREED, State.REFUSED}


def test_of_many_requests_at_once_no_more_stay_than_somebody_bears(hall: Hall) -> None:
    for _ in range(RACES):
        holder = hall.person()
        outcomes = race(*(partial(hall.ask, one, holder) for one in hall.functions))
        assert set(outcomes) <= {"done", "too_many_consent_requests"}
        found = hall.functions[0].reader.of(holder, now=hall.now)
        assert len(found) == Counter(outcomes)["done"] <= MOST_OPEN


def test_one_request_that_comes_many_times_at_once_is_one(hall: Hall) -> None:
    for _ in range(RACES):
        holder, key = hall.person(), next(_keys)
        assert race(*(partial(hall.ask, one, holder, Use.ONCE, key) for one in hall.functions)) == ["done"] * MANY
        assert len(hall.functions[0].reader.of(holder, now=hall.now)) == 1


def test_what_covers_is_found_the_moment_it_was_agreed_to(hall: Hall) -> None:
    for _ in range(RACES):
        consent = hall.agreed(Use.PERIOD)
        find = partial(
            hall.functions[1].covering, consent.holder, CLIENT.subject, Purpose.MEDICAL, [Field.NAME], hall.now
        )
        assert find() == consent
        hall.answer(hall.functions[2], consent, "withdraw")
        assert find() is None
