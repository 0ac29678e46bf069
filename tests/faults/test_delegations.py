"""Delegations in bad weather: wherever a request dies, the right to show somebody is in the end what the table says."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest

from chalicelib.codes.model import Accepted
from chalicelib.people.family.model import Delegation, State
from chalicelib.people.family.refusals import DelegationClosed
from chalicelib.status.model import Scan
from chalicelib.wiring import City
from tests.faults.weather import (
    AFTER,
    BEFORE,
    KILLED_AFTER,
    KILLED_BEFORE,
    Crash,
    Fault,
    Weather,
    everywhere,
    meanwhile,
    on,
)
from tests.people.family.circle import wish
from tests.people.family.home import CONSENT, HE, LIN, WANG, ZHOU, Home, fresh
from tests.world import StoppedClock, another_process, caller, moved_in

GIVING = on("UpdateItem", "statuses")
NOTICES = on("PutItem", "notices")


class Pair:
    """A guardian, a dependant, and a delegation between them that nobody has agreed to yet."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.guardian, self.dependant = moved_in(city, ZHOU), moved_in(city, WANG)
        self.made = wish(self.guardian, self.dependant, now=int(city.clock()))
        city.delegations.begin(self.made, claimed=False)

    def agree(self, city: City | None = None) -> Delegation:
        here = city or self.city
        return here.family.agreements.agree(self.made.delegation_id, self.dependant, now=here.clock())

    def end(self, city: City | None = None) -> Delegation:
        here = city or self.city
        return here.family.endings.end(self.made.delegation_id, self.guardian, now=here.clock())

    def kept(self) -> Delegation:
        found = self.city.delegations.get(self.guardian, self.made.delegation_id)
        assert found is not None
        return found

    def may_show(self) -> bool:
        """Whether a gate accepts a code under this delegation: made past the question whether it may be made."""
        now = self.city.clock()
        code = self.city.issuer.issue(self.dependant, now=now, delegation=self.kept().mark)[0]
        scan = Scan("metro", "Metro", "entry", "east gate", int(now))
        verdict = self.city.verifier.verify(code.text, scan=scan, now=now)
        return isinstance(verdict, Accepted)

    def agrees_with_itself(self) -> bool:
        return self.may_show() == self.kept().runs(self.city.clock())


@pytest.fixture
def home(city: City) -> Home:
    return Home(city, caller(city))


@pytest.fixture
def pair(city: City) -> Pair:
    return Pair(city)


def attempts(weather: Weather, act: Callable[[], object]) -> int:
    """How often an act asks AWS."""
    weather.clears()
    act()
    return weather.count(everywhere)


@pytest.mark.parametrize("killed", [KILLED_BEFORE, KILLED_AFTER], ids=["before", "after"])
@pytest.mark.parametrize("verb", ["agree", "end"])
def test_wherever_an_act_dies_the_stream_puts_the_right_in_order(
    home: Home, weather: Weather, killed: Fault, verb: str
) -> None:
    def begun() -> Pair:
        pair = Pair(home.city)
        if verb == "end":
            pair.agree()
        return pair

    steps = attempts(weather, getattr(begun(), verb)) if verb == "agree" else attempts(weather, begun().end)
    for step in range(steps):
        weather.clears()
        pair = begun()
        weather.brings(killed, after=step)
        with pytest.raises(Crash):
            getattr(pair, verb)()
        weather.clears()
        home.follow()
        assert pair.agrees_with_itself(), step
        getattr(pair, verb)()
        assert pair.kept().state is (State.ACTIVE if verb == "agree" else State.ENDED)
        assert pair.agrees_with_itself(), "the repeat has done it itself"
        pair.end()
        home.follow()


@pytest.mark.parametrize("killed", [KILLED_BEFORE, KILLED_AFTER], ids=["before", "after"])
def test_wherever_the_request_for_a_child_dies_its_repeat_completes_it(
    home: Home, weather: Weather, killed: Fault
) -> None:
    home.child(LIN, HE)
    home.forget()
    asked = attempts(weather, lambda: home.child(LIN, HE))
    for step in range(asked):
        weather.clears()
        home.forget()
        home.clock.advance(2)
        key = fresh()
        weather.brings(killed, after=step)
        with pytest.raises(Crash):
            home.propose(LIN, HE, "child", key=key, **CONSENT)
        weather.clears()
        made = home.child(LIN, HE, key=key)
        assert home.reason(home.code(LIN, made)) is None, step
        assert len(home.seen(LIN)) == len(home.seen(HE)) == 1


@pytest.mark.parametrize("fault", AFTER.values(), ids=AFTER)
def test_answers_that_were_lost_change_nothing(city: City, pair: Pair, weather: Weather, fault: Fault) -> None:
    for act in (pair.agree, pair.end):
        weather.brings(fault, to=on("UpdateItem"), times=1)
        act()
        weather.clears()
        assert pair.agrees_with_itself()


@pytest.mark.parametrize("fault", BEFORE.values(), ids=BEFORE)
def test_a_store_in_trouble_is_said_to_be_unavailable_and_nothing_is_half_done(
    home: Home, weather: Weather, fault: Fault
) -> None:
    made = home.proposed(ZHOU, WANG)
    home.token(WANG)
    for table in ("delegations", "statuses"):
        weather.brings(fault, to=on("UpdateItem", table))
        reply = home.act(made, "agreement", WANG)
        assert (reply.status, reply.code) == (503, "unavailable")
        weather.clears()
    assert home.act(made, "agreement", WANG).status == 200
    weather.brings(fault, to=on("GetItem", "delegations"))
    assert home.codes(ZHOU, made).code == "unavailable"
    weather.clears()
    assert home.reason(home.code(ZHOU, made)) is None


def test_who_gives_the_right_late_takes_it_back_where_it_was_ended_meanwhile(
    city: City, pair: Pair, weather: Weather
) -> None:
    other = another_process(_stopped(city))
    other.family.reader  # noqa: B018 - made ready: making a client is no attempt of the act
    weather.brings(meanwhile(partial(pair.end, other)), to=GIVING, times=1)
    pair.agree()
    weather.clears()
    assert pair.kept().state is State.ENDED
    assert not pair.may_show()


def test_whenever_an_end_comes_between_the_right_is_gone(home: Home, weather: Weather) -> None:
    other = another_process(home.clock)
    steps = attempts(weather, Pair(home.city).agree)
    for step in range(steps):
        weather.clears()
        pair = Pair(home.city)
        weather.brings(meanwhile(partial(pair.end, other)), after=step, times=1)
        with suppress(DelegationClosed):
            pair.agree()
        weather.clears()
        assert pair.kept().state in {State.REFUSED, State.WITHDRAWN, State.ENDED}
        assert not pair.may_show(), step


def test_records_that_come_twice_late_and_in_any_order_do_no_harm(home: Home) -> None:
    chance, pair = random.Random(7), Pair(home.city)
    for _ in range(3):
        pair.agree()
        home.clock.advance(5)
        pair.end()
        pair.made = wish(pair.guardian, pair.dependant, now=home.now)
        home.city.delegations.begin(pair.made, claimed=False)
    pair.agree()
    records = home.records()
    home.follow()
    for _ in range(5):
        batch = records + chance.choices(records, k=10)
        chance.shuffle(batch)
        assert home.deliver(batch) is None
        assert pair.may_show()
        assert len(home.marks(WANG)) == 1
        home.clock.advance(1)
    told = home.told(ZHOU)
    assert [kind for kind, _, _ in told].count("delegation_started") == 4
    assert len(told) == 7, "four beginnings, three ends, each told once"


@pytest.mark.parametrize("fault", [BEFORE["throttled"], AFTER["carried out, the answer late"]], ids=["no", "late"])
def test_a_batch_that_fails_half_way_names_the_record_to_resume_from(
    home: Home, weather: Weather, fault: Fault
) -> None:
    made = home.adult(ZHOU, WANG)
    home.act(made, "end", ZHOU)
    records = home.records()
    weather.brings(fault, to=NOTICES, after=1)
    failed = home.deliver(records)
    weather.clears()
    rest = [one for one in records if failed is not None and int(one["dynamodb"]["SequenceNumber"]) >= int(failed)]
    assert 0 < len(rest) < len(records)
    assert home.deliver(rest) is None
    assert len(home.told(ZHOU)) == 2


def test_a_dependants_code_takes_one_question_more_than_ones_own(home: Home, weather: Weather) -> None:
    made = home.child(LIN, HE)
    token = home.token(LIN)
    home.api.code(token)
    assert attempts(weather, lambda: home.api.code(token)) == 1
    assert attempts(weather, lambda: home.code(LIN, made)) == 2


def test_when_the_record_has_lived_its_time_nothing_is_left_of_it(home: Home) -> None:
    made = home.child(LIN, HE)
    home.follow()
    kept = home.city.delegations.get(home.holder(LIN), made)
    assert kept is not None
    home.city.dynamodb.delete_item(
        TableName="yima-delegations", Key={"holder": {"S": kept.guardian}, "delegation_id": {"S": made}}
    )
    assert home.marks(HE)
    home.follow()
    assert home.marks(HE) == {}
    assert home.city.delegations.find(kept.dependant, made) is None


def _stopped(city: City) -> StoppedClock:
    assert isinstance(city.clock, StoppedClock)
    return city.clock
