"""Cards and numbers under bad weather: nobody is told who stands there unwritten, and no card is two people's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from chalicelib.codes.cards.model import CardState
from chalicelib.codes.cards.store import CardItem
from chalicelib.codes.documents.store import AllowanceItem
from chalicelib.people.notices import NoticeItem
from chalicelib.people.sandbox import RESIDENTS
from chalicelib.platform.http.creation import Creation
from chalicelib.status.store import StatusItem
from chalicelib.wiring import City
from infra.local.dynamo import Store
from tests.codes.cards.wallet import OTHER_SENIOR, SENIOR, bind, wish
from tests.faults.weather import AFTER, BEFORE, KILLED_AFTER, KILLED_BEFORE, Crash, Fault, Weather, everywhere, on
from tests.world import NOON, Caller, Reply, StoppedClock, caller, found_city, moved_in

PERSON = RESIDENTS[0]
CARD = {"card": {"card_type": SENIOR[0], "card_number": SENIOR[1]}}
DOCUMENT = {
    "document": {
        "document_type": PERSON.identity.document_type,
        "document_number": PERSON.identity.document_number,
    }
}
STEPS = {
    "a card is looked for": (CARD, on("GetItem", "cards")),
    "a card's holder is looked at": (CARD, on("UpdateItem", "statuses")),
    "a look-up is counted": (DOCUMENT, on("UpdateItem", "allowances")),
    "a document is looked for": (DOCUMENT, on("GetItem", "identities")),
    "a document's holder is looked at": (DOCUMENT, on("UpdateItem", "statuses")),
}


@pytest.fixture(scope="module")
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture(scope="module")
def city(embedded_store: Store, clock: StoppedClock) -> Iterator[City]:
    """One city for all these tests; each begins with no cards and nobody looked at."""
    yield found_city(clock)
    embedded_store.clear()


@pytest.fixture
def holder(city: City) -> str:
    forget()
    holder = moved_in(city, PERSON)
    StatusItem(holder).update([StatusItem.last_look.remove(), StatusItem.look_id.remove()])
    return holder


@pytest.fixture
def api(city: City) -> Caller:
    return caller(city)


@pytest.fixture
def gate(city: City) -> str:
    """The token of somebody who reads cards and numbers."""
    scopes = frozenset({"code:verify", "card:verify", "document:verify"})
    return caller(city).token_for(city.clients.register("gate", scopes=scopes))


def forget() -> None:
    for table in (CardItem, NoticeItem, AllowanceItem):
        for item in table.scan():
            item.delete()


def ask(api: Caller, gate: str, shown: dict[str, dict[str, str]]) -> Reply:
    return api.post("/v1/verifications", {"purpose": "medical", "place": "east gate", **shown}, token=gate)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("fault", BEFORE.values(), ids=BEFORE)
def test_whatever_fails_nobody_is_told_and_asking_again_answers(
    city: City, api: Caller, holder: str, gate: str, weather: Weather, step: str, fault: Fault
) -> None:
    shown, where = STEPS[step]
    bind(city, holder)
    weather.brings(fault, to=where)
    reply = ask(api, gate, shown)
    assert (reply.status, reply.code) == (503, "unavailable")
    assert int(reply.headers["Retry-After"]) >= 1
    weather.clears()
    assert StatusItem.get(holder).last_look is None, "no answer, no look"
    assert ask(api, gate, shown).body["verdict"] == "accepted"
    assert StatusItem.get(holder).last_look is not None


@pytest.mark.parametrize("shown", [CARD, DOCUMENT], ids=["card", "document"])
@pytest.mark.parametrize("fault", AFTER.values(), ids=AFTER)
def test_a_look_whose_answer_was_lost_is_written_and_asking_later_is_another(
    city: City,
    api: Caller,
    holder: str,
    gate: str,
    weather: Weather,
    clock: StoppedClock,
    shown: dict[str, dict[str, str]],
    fault: Fault,
) -> None:
    bind(city, holder)
    weather.brings(fault, to=on("UpdateItem", "statuses"))
    assert ask(api, gate, shown).status == 503
    weather.clears()
    unanswered = StatusItem.get(holder).look_id
    assert ask(api, gate, shown).body["verdict"] == "accepted"
    assert StatusItem.get(holder).look_id == unanswered, "in the same second it is the same look"
    clock.advance(1)
    assert ask(api, gate, shown).body["verdict"] == "accepted"
    assert StatusItem.get(holder).look_id != unanswered


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("fault", (BEFORE | AFTER).values(), ids=BEFORE | AFTER)
def test_one_fault_is_not_even_noticed(
    city: City, api: Caller, holder: str, gate: str, weather: Weather, step: str, fault: Fault
) -> None:
    shown, where = STEPS[step]
    bind(city, holder)
    weather.brings(fault, to=where, times=1)
    assert ask(api, gate, shown).body["verdict"] == "accepted"


def test_a_look_up_that_came_to_nothing_was_counted(api: Caller, holder: str, gate: str, weather: Weather) -> None:
    weather.brings(BEFORE["throttled"], to=on("GetItem", "identities"))
    ask(api, gate, DOCUMENT)
    weather.clears()
    assert [int(item.used) for item in AllowanceItem.scan()] == [1], "a limit that a fault resets is none"


def steps_of(weather: Weather, act: Callable[[], object]) -> int:
    """How often something asks AWS, once its function is warm."""
    weather.clears()
    act()
    return weather.count(everywhere)


@pytest.mark.parametrize("killed", [KILLED_BEFORE, KILLED_AFTER], ids=["before", "after"])
def test_wherever_a_binding_dies_its_repeat_completes_it(
    city: City, holder: str, weather: Weather, killed: Fault
) -> None:
    def replaced(creation: Creation) -> None:
        bind(city, holder, OTHER_SENIOR, replaces=old, creation=creation)

    old = bind(city, holder).card_id
    steps = steps_of(weather, partial(replaced, wish()))
    assert steps >= 6
    for step in range(steps):
        weather.clears()
        forget()
        old, creation = bind(city, holder).card_id, wish()
        weather.brings(killed, after=step, times=1)
        with pytest.raises(Crash):
            replaced(creation)
        weather.clears()
        replaced(creation)
        states = {card.card_id == old: card.state for card in city.cards.of(holder)}
        assert states == {True: CardState.REPLACED, False: CardState.ACTIVE}, step
        kinds = sorted(item.kind for item in NoticeItem.query(holder))
        assert kinds == ["card_bound", "card_bound", "card_replaced"], step


@pytest.mark.parametrize("killed", [KILLED_BEFORE, KILLED_AFTER], ids=["before", "after"])
def test_wherever_the_report_of_a_loss_dies_its_repeat_tells_it_once(
    city: City, holder: str, weather: Weather, killed: Fault
) -> None:
    def lose(*, at: int) -> None:
        city.cards.lose(card, holder=holder, now=at)

    card = bind(city, holder).card_id
    for step in range(steps_of(weather, partial(lose, at=NOON))):
        weather.clears()
        forget()
        card = bind(city, holder).card_id
        weather.brings(killed, after=step, times=1)
        try:
            lose(at=NOON + 1)
        except Crash:
            weather.clears()
            lose(at=NOON + 7)
        assert [item.kind for item in NoticeItem.query(holder)] == ["card_bound", "card_lost"], step


@pytest.mark.parametrize("fault", AFTER.values(), ids=AFTER)
def test_a_claim_whose_answer_was_lost_is_the_claim_of_its_repeat(
    city: City, holder: str, weather: Weather, fault: Fault
) -> None:
    creation = wish()
    weather.brings(fault, to=on("PutItem", "cards"), times=1)
    card = bind(city, holder, creation=creation)
    weather.clears()
    assert (card.state, bind(city, holder, creation=creation)) == (CardState.ACTIVE, card)
    assert CardItem.count() == 1
