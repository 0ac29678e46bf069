"""Through two channels at once, on both stores: one person is one holder, one account is one person's."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

from chalicelib.people.proofing.attempts import document_key
from chalicelib.people.proofing.attempts_model import FREE_ATTEMPTS
from chalicelib.people.proofing.channel_store import ChannelAccountItem
from chalicelib.people.proofing.provider import Assurance
from chalicelib.people.proofing.refusals import ChannelNotBound, TooManyAttempts
from chalicelib.people.sandbox import RESIDENTS, SandboxIdentityProvider
from chalicelib.people.store import HolderItem, IdentityItem
from chalicelib.status.store import StatusItem
from chalicelib.wiring import City
from tests.faults.test_races import at_once
from tests.fuzz.stranger import Stranger
from tests.world import StoppedClock, another_process, moved_in


def functions(city: City) -> list[Stranger]:
    """Three functions of one city."""
    assert isinstance(city.clock, StoppedClock)
    return [Stranger(another_process(city.clock)) for _ in range(3)]


def test_one_person_registering_through_two_channels_at_once_is_one_holder(anywhere: City) -> None:
    doors = functions(anywhere)
    for number, person in enumerate(RESIDENTS[:3]):
        login: dict[str, Any] = SandboxIdentityProvider.login(person)
        app = {"wechat": f"sandbox-w{number}", "alipay": f"sandbox-a{number}"}
        wishes = [login | {"channel": {"name": name, "code": code}} for name, code in app.items()]
        replies = at_once([partial(doors[turn].post, "/v1/sessions", wishes[turn % 2]) for turn in range(2)])
        assert [reply.status for reply in replies] == [201, 201]
        again = [doors[2].post("/v1/sessions", {"channel": wish["channel"]}) for wish in wishes]
        tokens = [reply.body["token"] for reply in (*replies, *again)]
        assert len({anywhere.tokens.authenticate(token, now=anywhere.clock()).subject for token in tokens}) == 1
    assert IdentityItem.count() == HolderItem.count() == StatusItem.count() == 3
    assert ChannelAccountItem.count() == 6


def test_of_two_people_binding_one_account_at_once_one_has_it(anywhere: City) -> None:
    doors = functions(anywhere)
    people = [doors[0].log_in(RESIDENTS[number]) for number in range(2)]
    for number in range(4):
        wish = {"name": "wechat", "code": f"sandbox-shared-{number}"}
        replies = at_once(
            [partial(doors[turn].post, "/v1/channels", wish, token=person) for turn, person in enumerate(people)]
        )
        assert Counter(reply.status for reply in replies) == {201: 1, 409: 1}
        (winner,) = [person for person, reply in zip(people, replies, strict=True) if reply.status == 201]
        opened = doors[2].post("/v1/sessions", {"channel": wish}).body["token"]
        authenticate = partial(anywhere.tokens.authenticate, now=anywhere.clock())
        assert authenticate(opened).subject == authenticate(str(winner)).subject


def test_of_many_attempts_at_once_no_more_are_let_in_than_one_after_another(anywhere: City) -> None:
    assert isinstance(anywhere.clock, StoppedClock)
    processes = [another_process(anywhere.clock).attempts for _ in range(3)]
    key = document_key("f" * 64)

    def attempt(number: int) -> bool:
        try:
            processes[number % 3].admit([key], anywhere.clock())
        except TooManyAttempts:
            return False
        return True

    assert sum(at_once([partial(attempt, number) for number in range(24)])) == FREE_ATTEMPTS


def test_binding_and_removing_at_once_leaves_nothing_half_done(anywhere: City) -> None:
    assert isinstance(anywhere.clock, StoppedClock)
    holder = moved_in(anywhere, RESIDENTS[3])
    processes = [another_process(anywhere.clock).channel_accounts for _ in range(2)]
    bind = partial(
        processes[0].bind, holder, "wechat", "sandbox-turn", assurance=Assurance.REAL_PERSON, now=anywhere.clock()
    )

    def remove(channel_id: str) -> None:
        processes[1].unbind(holder, channel_id, now=anywhere.clock())

    for _ in range(4):
        channel_id = bind().channel_id
        at_once([bind, partial(remove, channel_id)])
        try:
            remove(channel_id)
        except ChannelNotBound:
            assert ChannelAccountItem.count(channel_id) == 0
