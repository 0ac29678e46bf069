"""Counting attempts and binding accounts in bad weather: told as 503, carried out once, and right afterwards."""

from __future__ import annotations

import pytest

from chalicelib.people.notices import NoticeItem
from chalicelib.people.proofing.attempts import document_key
from chalicelib.people.proofing.attempts_store import AttemptItem
from chalicelib.people.proofing.channel_store import ChannelAccountItem
from chalicelib.people.sandbox import RESIDENTS, SandboxIdentityProvider
from chalicelib.wiring import City
from tests.faults.weather import AFTER, BEFORE, KILLED_AFTER, Crash, Fault, Weather, on
from tests.world import Caller

LOGIN = SandboxIdentityProvider.login(RESIDENTS[0])
WECHAT = {"name": "wechat", "code": "sandbox-1"}


@pytest.mark.parametrize("fault", AFTER.values(), ids=AFTER)
def test_an_attempt_whose_answer_was_lost_is_counted_once(city: City, weather: Weather, fault: Fault) -> None:
    key = document_key("a" * 64)
    weather.brings(fault, to=on("PutItem", "attempts"), times=1)
    city.attempts.admit([key], city.clock())
    assert AttemptItem.get(key).failures == 1
    weather.clears()
    weather.brings(fault, to=on("PutItem", "attempts"), times=1)
    city.attempts.took_no_place([key], city.clock())
    assert AttemptItem.get(key).failures == 0


@pytest.mark.parametrize("operation", ["GetItem", "PutItem"])
@pytest.mark.parametrize("fault", BEFORE.values(), ids=BEFORE)
def test_while_attempts_cannot_be_counted_nobody_is_let_in(
    api: Caller, weather: Weather, operation: str, fault: Fault
) -> None:
    weather.brings(fault, to=on(operation, "attempts"))
    reply = api.post("/v1/sessions", LOGIN)
    assert (reply.status, reply.code) == (503, "unavailable")
    weather.clears()
    assert api.post("/v1/sessions", LOGIN).status == 201


@pytest.mark.parametrize("fault", AFTER.values(), ids=AFTER)
def test_a_binding_whose_answer_was_lost_is_a_binding(api: Caller, weather: Weather, fault: Fault) -> None:
    holder = api.log_in()
    weather.brings(fault, to=on("PutItem", "channel_accounts"), times=1)
    assert api.post("/v1/channels", WECHAT, token=holder).status == 201
    weather.clears()
    (account,) = api.get("/v1/channels", token=holder).body["channels"]
    weather.brings(fault, to=on("DeleteItem", "channel_accounts"), times=1)
    assert api.delete(f"/v1/channels/{account['channel_id']}", token=holder).status == 200
    assert ChannelAccountItem.count() == 0


def test_a_binding_that_died_before_it_was_told_of_is_told_of_by_its_repeat(api: Caller, weather: Weather) -> None:
    holder = api.log_in()
    weather.brings(KILLED_AFTER, to=on("PutItem", "channel_accounts"))
    with pytest.raises(Crash):
        api.post("/v1/channels", WECHAT, token=holder)
    weather.clears()
    assert NoticeItem.count() == 0
    assert api.post("/v1/channels", WECHAT, token=holder).status == 201
    assert NoticeItem.count() == 1
