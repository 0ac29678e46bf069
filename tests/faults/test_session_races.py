"""Sessions and log-ins at once, in real threads, on both stores: one pair of tokens, one holder, one account each."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from chalicelib.people.proofing.channel_store import ChannelAccountItem
from chalicelib.people.sandbox import RESIDENTS, SandboxIdentityProvider, SandboxResident
from chalicelib.people.sessions.store import SessionItem
from chalicelib.people.store import HolderItem, IdentityItem
from chalicelib.wiring import City
from tests.faults.test_races import at_once
from tests.fuzz.stranger import Stranger
from tests.world import Reply, StoppedClock, another_process

THREADS = 6


class Functions:
    """A city and several functions of it, each warm."""

    def __init__(self, city: City) -> None:
        assert isinstance(city.clock, StoppedClock)
        self.city, self.clock = city, city.clock
        self.all = [Stranger(another_process(self.clock)) for _ in range(THREADS)]
        for function in self.all:
            function.log_in(RESIDENTS[-1])

    def log_in(self, function: Stranger, resident: SandboxResident, **more: Any) -> Reply:
        return function.post("/v1/sessions", SandboxIdentityProvider.login(resident) | more)

    def refresh(self, function: Stranger, token: str) -> Reply:
        return function.post("/v1/sessions/refresh", {"refresh_token": token})


@pytest.fixture(scope="module")
def functions(anywhere: City) -> Functions:
    return Functions(anywhere)


def test_many_that_renew_at_once_get_the_same_pair(functions: Functions) -> None:
    token = functions.log_in(functions.all[0], RESIDENTS[0]).body["refresh_token"]
    for _ in range(4):
        functions.clock.advance(60)
        replies = at_once([partial(functions.refresh, function, token) for function in functions.all])
        assert {reply.status for reply in replies} == {200}
        pairs = {(reply.body["token"], reply.body["refresh_token"]) for reply in replies}
        assert len(pairs) == 1
        ((_, token),) = pairs


def test_of_a_renewal_and_a_sign_out_at_once_the_sign_out_stays(functions: Functions) -> None:
    for _ in range(4):
        session = functions.log_in(functions.all[0], RESIDENTS[0]).body
        end = partial(functions.all[0].delete, f"/v1/sessions/{session['session_id']}", token=session["token"])
        renew = partial(functions.refresh, functions.all[1], session["refresh_token"])
        ended, renewed = at_once([end, renew])
        assert ended.status == 200
        newest = renewed.body["refresh_token"] if renewed.status == 200 else session["refresh_token"]
        assert functions.refresh(functions.all[2], newest).code == "session_ended"


def test_a_person_who_comes_through_two_apps_at_once_is_one_holder(functions: Functions) -> None:
    for number, resident in enumerate(RESIDENTS[1:4]):
        holders, identities = HolderItem.count(), IdentityItem.count()
        apps = [{"name": name, "code": f"sandbox-{number}"} for name in ("wechat", "alipay", "alipay")]
        replies = at_once(
            [
                partial(functions.log_in, function, resident, channel=app, device={"device_id": f"{number}-{place}"})
                for place, (function, app) in enumerate(zip(functions.all, apps, strict=False))
            ]
        )
        assert {reply.status for reply in replies} == {201}
        now = functions.clock()
        subjects = {functions.city.tokens.authenticate(reply.body["token"], now=now).subject for reply in replies}
        assert len(subjects) == 1
        assert (HolderItem.count(), IdentityItem.count()) == (holders + 1, identities + 1)
        bound = [item for item in ChannelAccountItem.scan() if item.holder in subjects]
        assert sorted(item.name for item in bound) == ["alipay", "wechat"]
        assert SessionItem.count(subjects.pop()) == 3
