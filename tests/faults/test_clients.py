"""Bad weather at the office where programs are let in: nothing counts twice, no step is lost, and no secret is shown
for a client that does not have it."""

from __future__ import annotations

from contextlib import suppress

import pytest

from chalicelib.partners.clients.store import ClientItem
from chalicelib.partners.nonces import NonceItem
from chalicelib.partners.terminals.store import TerminalItem
from chalicelib.wiring import City
from tests.faults.colours import stream_of
from tests.faults.weather import AFTER, BEFORE, KILLED_AFTER, KILLED_BEFORE, Crash, Fault, Weather, on
from tests.partners.clients.registry import ZHOU, Registry, claims, signed
from tests.partners.clients.test_terminals import Verifier
from tests.world import NOON, Caller

ANY = BEFORE | AFTER
FEW = {
    name: ANY[name]
    for name in ("throttled", "no answer in time", "carried out, the answer late", "carried out, half an answer")
}
weathers = pytest.mark.parametrize("fault", FEW.values(), ids=FEW)


@pytest.fixture
def registry(city: City, api: Caller) -> Registry:
    here = Registry(city, api)
    for who in here.operators:
        here.token(who)
    return here


@weathers
@pytest.mark.parametrize("times", [1, None])
def test_whatever_becomes_of_the_write_the_same_request_comes_out_right(
    registry: Registry, weather: Weather, fault: Fault, times: int | None
) -> None:
    client_id = registry.proposed()
    for verb, body in (("approval", {"proposal": 1}), ("suspension", {})):
        weather.brings(fault, to=on("PutItem", "clients"), times=times)
        first = registry.act(verb, client_id, body)
        weather.clears()
        assert first.status in {200, 503}
        assert registry.act(verb, client_id, body).status == 200
    assert [step["event"] for step in registry.show(client_id)["steps"]] == ["proposed", "approved", "suspended"]


@weathers
def test_a_client_is_proposed_once_whatever_becomes_of_the_answer(
    registry: Registry, weather: Weather, fault: Fault
) -> None:
    weather.brings(fault, to=on("PutItem", "clients"))
    assert registry.propose(key="once").status == 503
    weather.clears()
    assert registry.propose(key="once").status == 201
    assert ClientItem.count() == 1


@weathers
@pytest.mark.parametrize("times", [1, None])
def test_a_secret_that_is_shown_is_good_and_one_that_is_not_shown_costs_nobody_theirs(
    registry: Registry, weather: Weather, fault: Fault, times: int | None
) -> None:
    old = registry.let_in()
    weather.brings(fault, to=on("PutItem", "clients"), times=times)
    reply = registry.act("secrets", old.client_id, {}, by=ZHOU)
    weather.clears()
    shown = [reply.body["client_secret"]] if reply.status == 201 else []
    if not shown:
        assert reply.status == 503
        again = registry.act("secrets", old.client_id, {"replaces": "newest"}, by=ZHOU)
        shown = [again.body["client_secret"]]
    for secret in (*shown, old.client_secret):
        assert registry.ask(client_id=old.client_id, client_secret=secret).status == 200


@pytest.mark.parametrize("kill", [KILLED_BEFORE, KILLED_AFTER], ids=["before", "after"])
@pytest.mark.parametrize("operation", ["PutItem", "UpdateItem"])
def test_a_function_that_dies_between_journal_and_mark_leaves_each_step_written_once(
    registry: Registry, city: City, weather: Weather, kill: Fault, operation: str
) -> None:
    client_id = registry.active()
    registry.act("suspension", client_id)
    records = stream_of(city, "clients")
    table = "journal" if operation == "PutItem" else "clients"
    for after in range(8):
        weather.brings(kill, to=on(operation, table), after=after, times=1)
        with suppress(Crash):
            city.client_follower.record(records, now=NOON)
        weather.clears()
    assert city.client_follower.record(records, now=NOON) == []
    steps = [entry.step_id for entry in city.journal.entries("clients")]
    assert steps == [f"{client_id}#{n}" for n in (1, 2, 3)]


def test_a_client_whose_writer_died_before_the_journal_heard_is_in_it_with_the_next_record(
    registry: Registry, city: City, weather: Weather
) -> None:
    client_id = registry.proposed()
    weather.brings(KILLED_AFTER, to=on("PutItem", "clients"))
    with pytest.raises(Crash):
        registry.act("approval", client_id, {"proposal": 1})
    weather.clears()
    assert registry.show(client_id)["standing"] == "active"
    assert city.client_follower.record(stream_of(city, "clients")[-1:], now=NOON) == []
    assert [entry.what["event"] for entry in city.journal.entries("clients")] == ["proposed", "approved"]


@weathers
def test_a_terminal_is_made_once_and_counted_at_most_once_too_often(
    city: City, api: Caller, weather: Weather, fault: Fault
) -> None:
    verifier = Verifier(city, api)
    weather.brings(fault, to=on("PutItem", "terminals"))
    assert verifier.register(key="once").status in {201, 503}
    weather.clears()
    again = verifier.register(key="once")
    assert again.status == 201
    counter = TerminalItem.get(verifier.credentials.client_id)
    assert (TerminalItem.count(), counter.given in {1, 2}) == (2, True)


@weathers
def test_an_assertion_is_never_called_a_replay_of_itself(registry: Registry, weather: Weather, fault: Fault) -> None:
    """Where the answer to the claim is lost, the store's own repeat of it meets the claim that was carried out."""
    client_id = registry.active()
    pair = registry.pair(client_id)
    weather.brings(fault, to=on("PutItem", "nonces"), times=1)
    reply = registry.assert_by(signed(pair, claims(client_id, NOON)))
    weather.clears()
    assert reply.status in {200, 503}, reply
    assert registry.assert_by(signed(pair, claims(client_id, NOON))).status == 200
    assert NonceItem.count() >= 1


@weathers
def test_an_assertion_is_not_used_up_where_no_token_can_be_made(
    registry: Registry, city: City, weather: Weather, fault: Fault
) -> None:
    """A function that has just begun and cannot read the keys: what it asks to send again can be sent again."""
    client_id = registry.active()
    text = signed(registry.pair(client_id), claims(client_id, NOON))
    city.ring.forget()
    weather.brings(fault, to=on("", "keys"))
    assert registry.assert_by(text).status == 503
    weather.clears()
    city.ring.forget()
    assert registry.assert_by(text).status == 200
