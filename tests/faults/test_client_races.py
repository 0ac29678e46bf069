"""Operators and programs at once, on both stores: one decision stands, and what is good once is taken once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from chalicelib.partners.assertions import TYPE
from chalicelib.partners.clients.model import key_id_of
from chalicelib.platform.permissions import Role
from chalicelib.trust.signed_requests import Request, sign_request
from chalicelib.wiring import City
from tests.faults.test_races import at_once
from tests.fuzz.stranger import Stranger
from tests.partners.clients.registry import GU, SHEN, ZHOU, Registry, ask, claims, signed
from tests.partners.clients.test_terminals import Verifier
from tests.world import Reply, StoppedClock, another_process

RACES = 3


class Offices:
    """A registry, and a function of its own for each operator to ask."""

    def __init__(self, city: City) -> None:
        assert isinstance(city.clock, StoppedClock)
        self.city = city
        self.registry = Registry(city, Stranger(city))
        self.functions = {who: Stranger(another_process(city.clock)) for who in (ZHOU, SHEN, GU)}
        self.tokens = {who: api.log_in(who, Role.OPERATOR) for who, api in self.functions.items()}

    def act(self, verb: str, client_id: str, who: object, body: object) -> Reply:
        api, token = self.functions[who], self.tokens[who]  # type: ignore[index]
        return api.post(f"/v1/clients/{client_id}/{verb}", body, token=token)

    def events(self, client_id: str) -> list[str]:
        return [step["event"] for step in self.registry.show(client_id)["steps"]]


@pytest.fixture(scope="module")
def offices(anywhere: City) -> Offices:
    return Offices(anywhere)


def test_of_two_operators_who_approve_at_once_one_does(offices: Offices) -> None:
    for _ in range(RACES):
        client_id = offices.registry.proposed()
        replies = at_once([partial(offices.act, "approval", client_id, who, {"proposal": 1}) for who in (SHEN, GU)])
        assert Counter(reply.status for reply in replies) == {200: 1, 409: 1}
        assert offices.events(client_id) == ["proposed", "approved"]


def test_an_approval_and_a_refusal_at_once_are_one_of_the_two(offices: Offices) -> None:
    for _ in range(RACES):
        client_id = offices.registry.proposed()
        acts = [("approval", SHEN), ("refusal", ZHOU)]
        replies = at_once([partial(offices.act, verb, client_id, who, {"proposal": 1}) for verb, who in acts])
        assert Counter(reply.status for reply in replies) == {200: 1, 409: 1}
        assert len(offices.events(client_id)) == 2


def test_a_suspension_comes_through_whatever_happens_at_once(offices: Offices) -> None:
    for _ in range(RACES):
        client_id = offices.registry.active()
        acts = [("suspension", SHEN, {}), ("secrets", ZHOU, {}), ("scopes", GU, {"scopes": ["code:verify"]})]
        replies = at_once([partial(offices.act, *act[:1], client_id, *act[1:]) for act in acts])
        assert replies[0].status == 200
        assert offices.registry.show(client_id)["standing"] == "suspended"


def test_two_rotations_at_once_leave_no_more_than_two_secrets(offices: Offices) -> None:
    for _ in range(RACES):
        client_id = offices.registry.active()
        offices.registry.secret(client_id)
        replies = at_once([partial(offices.act, "secrets", client_id, who, {}) for who in (SHEN, GU)])
        assert Counter(reply.status for reply in replies) == {201: 1, 409: 1}
        assert len(offices.registry.show(client_id)["secrets"]) == 2


def test_an_assertion_sent_often_at_once_is_taken_once(offices: Offices) -> None:
    client_id = offices.registry.active()
    pair = offices.registry.pair(client_id)
    for _ in range(RACES):
        text = signed(pair, claims(client_id, offices.city.clock()))
        form = {"client_assertion": text, "client_assertion_type": TYPE}
        asking: list[Callable[[], Any]] = [partial(ask, api, **form) for api in offices.functions.values()]
        assert Counter(reply.status for reply in at_once(asking)) == {200: 1, 401: 2}


def test_a_signed_request_that_reaches_many_functions_at_once_is_taken_once(offices: Offices) -> None:
    client_id = offices.registry.active()
    pair = offices.registry.pair(client_id)
    for number in range(RACES):
        header = sign_request(
            pair,
            Request("GET", "/v1/terminals", b""),
            issuer=client_id,
            key_id=key_id_of(pair.public),
            timestamp=int(offices.city.clock()),
            nonce=f"nonce-0000000000-{number}",
        )
        headers = {"authorization": header}
        asking = [partial(api.ask, "GET", "/v1/terminals", headers) for api in offices.functions.values()]
        codes = Counter(reply.body.get("code", "") for reply in at_once(list(asking)))
        assert codes == {"": 1, "signature_replayed": 2}


def test_the_same_terminal_asked_for_at_once_is_one_and_shows_its_secret_once(offices: Offices) -> None:
    verifier = Verifier(offices.city, offices.registry.api)
    for number in range(RACES):
        replies = at_once([partial(verifier.register, key=f"race-{number}")] * 3)
        assert {reply.status for reply in replies} == {201}
        assert len({reply.body["terminal_id"] for reply in replies}) == 1
        assert sum(reply.body["client_secret"] is not None for reply in replies) == 1
