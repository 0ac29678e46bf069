"""Consents in bad weather: wherever a request dies, nothing is used that does not run, and nobody is left untold."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest

from chalicelib.partners.consents.acting import Acting
from chalicelib.partners.consents.refusals import ConsentEnded
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
from tests.partners.consents.counter import Counter
from tests.people.family.home import HE, LIN
from tests.world import another_process, caller

CONSENTS = on("", "consents")
NOTICES = on("PutItem", "notices")
killed_around_it = pytest.mark.parametrize("killed", [KILLED_BEFORE, KILLED_AFTER], ids=["before", "after"])


@pytest.fixture
def counter(city: City) -> Counter:
    counter = Counter(city, caller(city))
    counter.session(LIN)
    return counter


def attempts(weather: Weather, act: Callable[[], object]) -> int:
    """How often an act asks AWS."""
    weather.clears()
    act()
    return weather.count(everywhere)


@killed_around_it
def test_wherever_asking_dies_its_repeat_asks_once(counter: Counter, weather: Weather, killed: Fault) -> None:
    counter.token("clinic")
    steps = attempts(weather, lambda: counter.ask(LIN))
    for step in range(steps):
        weather.clears()
        counter.forget()
        token = counter.exchange_token(LIN)
        weather.clears()
        weather.brings(killed, after=step)
        with suppress(Crash):
            counter.ask(LIN, key=f"key-{step}", exchange_token=token)
        weather.clears()
        assert counter.ask(LIN, key=f"key-{step}", exchange_token=token).status == 201
        assert len(counter.seen(LIN)) == 1, step


@killed_around_it
@pytest.mark.parametrize("verb", ["agreement", "refusal", "withdrawal"])
def test_wherever_an_answer_dies_its_repeat_is_once_and_everybody_is_told(
    counter: Counter, weather: Weather, killed: Fault, verb: str
) -> None:
    def begun() -> str:
        counter.forget()
        return counter.asked(LIN) if verb != "withdrawal" else counter.agreed(LIN, **counter.period(30))

    made = begun()
    steps = attempts(weather, lambda: counter.answer(made, verb, LIN))
    for step in range(steps):
        made = begun()
        weather.clears()
        weather.brings(killed, after=step)
        with pytest.raises(Crash):
            counter.answer(made, verb, LIN)
        weather.clears()
        assert counter.answer(made, verb, LIN).status == 200, step
        counter.follow()
        assert [kind for kind, _ in counter.told(LIN)].count(KIND[verb]) == 1


KIND = {"agreement": "consent_given", "refusal": "consent_refused", "withdrawal": "consent_withdrawn"}


@killed_around_it
def test_a_function_killed_between_the_answer_and_the_notice_tells_when_it_comes_again(
    counter: Counter, weather: Weather, killed: Fault
) -> None:
    guardians, child = counter.city.guardians, counter.holder(HE)
    delegation = guardians.add(counter.holder(LIN), child, relation="parent", now=counter.now).delegation_id
    made = counter.asked(HE, **counter.period(30))
    counter.answer(made, "agreement", LIN, **{"for": delegation})
    records = counter.records()
    for step in range(4):
        weather.brings(killed, to=NOTICES, after=step, times=1)
        with pytest.raises(Crash):
            counter.deliver(records)
        weather.clears()
    assert counter.deliver(records) is None
    for who, you in ((HE, "holder"), (LIN, "guardian")):
        assert sorted(counter.told(who)) == [("consent_asked", you), ("consent_given", you)]


@pytest.mark.parametrize("fault", [BEFORE["throttled"], AFTER["carried out, the answer late"]], ids=["no", "late"])
def test_a_batch_that_fails_half_way_names_the_record_to_resume_from(
    counter: Counter, weather: Weather, fault: Fault
) -> None:
    counter.agreed(LIN, **counter.period(30))
    records = counter.records()
    weather.brings(fault, to=NOTICES, after=2)
    failed = counter.deliver(records)
    weather.clears()
    assert failed is not None
    rest = [one for one in records if int(one["dynamodb"]["SequenceNumber"]) >= int(failed)]
    assert 0 < len(rest) < len(records)
    assert counter.deliver(rest) is None
    assert len(counter.told(LIN)) == 2


@pytest.mark.parametrize("fault", AFTER.values(), ids=AFTER)
def test_a_use_whose_answer_was_lost_is_one_use(counter: Counter, weather: Weather, fault: Fault) -> None:
    for client, how in {"clinic": {}, "insurer": counter.period(30)}.items():
        made = counter.agreed(LIN, client, **how)
        consent = counter.city.consents.of_client(counter.client_id(client), made)
        assert consent is not None
        weather.brings(fault, to=on("UpdateItem", "consents"), times=1)
        counter.city.consents.use(consent, "d1", counter.now)
        weather.clears()
    assert [one["uses"] for one in counter.seen(LIN)] == [1, 1]


@pytest.mark.parametrize("fault", BEFORE.values(), ids=BEFORE)
def test_a_store_in_trouble_is_said_to_be_unavailable_and_nothing_is_half_done(
    counter: Counter, weather: Weather, fault: Fault
) -> None:
    token = counter.exchange_token(LIN)
    counter.token("clinic")
    weather.brings(fault, to=CONSENTS)
    reply = counter.ask(LIN, key="k", exchange_token=token)
    assert (reply.status, reply.code) == (503, "unavailable")
    weather.clears()
    made = counter.asked(LIN, key="k", exchange_token=token)
    weather.brings(fault, to=on("UpdateItem", "consents"))
    assert counter.answer(made, "agreement", LIN).code == "unavailable"
    weather.clears()
    assert counter.state(made) == "asked"
    assert counter.answer(made, "agreement", LIN).status == 200


@pytest.mark.parametrize("use", ["once", "period"])
def test_a_withdrawal_between_finding_and_using_wins(counter: Counter, weather: Weather, use: str) -> None:
    made = counter.agreed(LIN, **(counter.period(30) if use == "period" else {}))
    here, there = counter.city.consents, another_process(counter.clock).consents
    consent = here.of_client(counter.client_id("clinic"), made)
    assert consent is not None
    withdraw = partial(there.answers.withdraw, made, Acting(consent.holder), now=counter.now)
    weather.brings(meanwhile(withdraw), to=on("UpdateItem", "consents"), times=1)
    with pytest.raises(ConsentEnded) as refused:
        here.use(consent, "d1", counter.now)
    weather.clears()
    assert refused.value.evidence == {"state": "withdrawn"}
    assert counter.seen(LIN)[0]["uses"] == 0


def test_who_leaves_and_is_stopped_half_way_goes_on_there(counter: Counter, weather: Weather) -> None:
    for client in ("clinic", "insurer"):
        counter.agreed(LIN, client, why="办理", **counter.period(30))
    forget = partial(counter.city.consents.answers.forget, counter.holder(LIN), now=counter.now)
    for step in range(4):
        weather.brings(KILLED_AFTER, to=on("UpdateItem", "consents"), after=step, times=1)
        with suppress(Crash):
            forget()
        weather.clears()
    forget()
    assert {(one["state"], one["why"]) for one in counter.seen(LIN)} == {("withdrawn", "")}
