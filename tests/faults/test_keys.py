"""The custodian of keys, or the table they rest in, is away: who has the keys serves on, who has none says so."""

from __future__ import annotations

import pytest

from chalicelib.partners.clients import Credentials
from chalicelib.trust.model import KeyUse, due_events
from chalicelib.trust.ring import RETRY_AFTER_S, STALE_LIMIT_S
from chalicelib.wiring import City
from tests.faults.weather import BEFORE, Fault, Weather, Where, kms, on
from tests.world import Caller, StoppedClock, another_process, caller

KEYS = on("Query", "keys")
AWAY = {"the keys table": KEYS, "KMS": kms}
FAULTS = {name: BEFORE[name] for name in ("throttled", "an error on their side", "no answer in time")}
in_any_weather = pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)


@pytest.fixture
def metro(city: City) -> Credentials:
    return city.clients.register("metro")


def serves(api: Caller, metro: Credentials) -> bool:
    """Whether a whole visit succeeds: log in, take a code, have it scanned."""
    return bool(api.verify(api.code(api.log_in()), api.token_for(metro)).body["verdict"] == "accepted")


def codes_asked(api: Caller, token: str) -> tuple[int, str]:
    reply = api.post("/v1/codes", {}, token=token)
    return reply.status, reply.code


@in_any_weather
def test_a_warm_function_serves_on_without_the_keys_table(
    api: Caller, metro: Credentials, weather: Weather, clock: StoppedClock, fault: Fault
) -> None:
    assert serves(api, metro)
    weather.brings(fault, to=on("", "keys"))
    for _ in range(STALE_LIMIT_S // 60):
        clock.advance(60)
        assert serves(api, metro)


@in_any_weather
def test_a_warm_function_serves_on_without_kms(
    api: Caller, metro: Credentials, weather: Weather, clock: StoppedClock, fault: Fault
) -> None:
    assert serves(api, metro)
    weather.clears()
    weather.brings(fault, to=kms)
    for _ in range(5):
        clock.advance(3600)
        assert serves(api, metro)
    assert weather.count(kms) == 0


@in_any_weather
def test_keys_that_are_too_old_to_trust_are_not_used(
    api: Caller, metro: Credentials, weather: Weather, clock: StoppedClock, fault: Fault
) -> None:
    assert serves(api, metro)
    holder = api.log_in()
    weather.brings(fault, to=KEYS)
    clock.advance(STALE_LIMIT_S + 1)
    assert codes_asked(api, holder) == (503, "unavailable")
    weather.clears()
    assert serves(api, metro)


@in_any_weather
@pytest.mark.parametrize("away", AWAY.values(), ids=AWAY)
def test_a_cold_function_says_that_it_cannot_tell_and_recovers(
    api: Caller, metro: Credentials, weather: Weather, clock: StoppedClock, fault: Fault, away: Where
) -> None:
    holder = api.log_in()
    cold = caller(another_process(clock))
    weather.brings(fault, to=away)
    assert codes_asked(cold, holder) == (503, "unavailable")
    assert codes_asked(cold, holder) == (503, "unavailable")
    weather.clears()
    assert serves(cold, metro)


def test_a_warm_function_changes_keys_while_kms_is_away(
    city: City, api: Caller, metro: Credentials, weather: Weather, clock: StoppedClock
) -> None:
    """It opened the successors while they were waiting, and a key that changes state stays open."""
    assert serves(api, metro)
    successors = {city.custodian.rotate(use, now=int(clock())).kid for use in (KeyUse.CODE, KeyUse.TOKEN)}
    clock.advance(61)
    assert serves(api, metro)
    weather.clears()
    weather.brings(BEFORE["no answer in time"], to=kms)
    for _ in range(8):
        clock.advance(city.plan.lead / 6)
        move_keys_on(city, now=int(clock()))
        assert serves(api, metro)
    signing = {city.ring.signing(use, now=clock()).record.kid for use in (KeyUse.CODE, KeyUse.TOKEN)}
    assert signing == successors
    assert weather.count(kms) == 0


def move_keys_on(city: City, *, now: int) -> None:
    """What the scheduled run writes about keys that are there, without making or publishing any."""
    keys = city.key_store.records()
    for use in (KeyUse.CODE, KeyUse.TOKEN):
        for key, event in due_events([key for key in keys if key.use is use], city.plan, now=now):
            city.key_store.move(key.after(event, now=now), was=key.state)


def test_a_successor_that_cannot_be_opened_yet_harms_nobody(
    city: City, api: Caller, metro: Credentials, weather: Weather, clock: StoppedClock
) -> None:
    assert serves(api, metro)
    city.custodian.rotate(KeyUse.CODE, now=int(clock()))
    weather.brings(BEFORE["an error on their side"], to=kms)
    for _ in range(5):
        clock.advance(61)
        assert serves(api, metro)
    weather.clears()
    clock.advance(city.plan.lead)
    assert serves(api, metro)


def test_a_warm_function_does_not_ask_again_with_every_request(
    api: Caller, metro: Credentials, weather: Weather, clock: StoppedClock
) -> None:
    assert serves(api, metro)
    weather.brings(BEFORE["no answer in time"], to=KEYS)
    clock.advance(61)
    serves(api, metro)
    asked = weather.count(KEYS)
    for _ in range(10):
        serves(api, metro)
    assert weather.count(KEYS) == asked
    clock.advance(RETRY_AFTER_S)
    serves(api, metro)
    assert asked < weather.count(KEYS) <= 2 * asked


def test_an_outage_while_the_clock_was_wrong_ends_with_the_outage(
    city: City, api: Caller, metro: Credentials, weather: Weather, clock: StoppedClock
) -> None:
    """A clock that ran a year ahead and came back must not keep old keys in use for a year."""
    year = 365 * 24 * 3600
    assert serves(api, metro)
    clock.advance(60)
    city.ring.find("00000000", now=clock())
    clock.advance(year)
    city.ring.find("00000000", now=clock())
    weather.brings(BEFORE["throttled"], to=KEYS)
    clock.advance(60)
    city.ring.find("00000000", now=clock())
    weather.clears()
    clock.advance(-year)
    revoked = city.ring.signing(KeyUse.CODE, now=clock()).record.kid
    city.custodian.revoke(revoked, now=int(clock()))
    clock.advance(61)
    assert city.ring.signing(KeyUse.CODE, now=clock()).record.kid != revoked
