"""Clients: a secret for a short token, and nothing for anybody else."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from chalicelib.partners.clients import TOKEN_LIFETIME_S
from chalicelib.partners.clients.store import ClientItem
from chalicelib.partners.refusals import InvalidClient
from chalicelib.wiring import City
from tests.world import Caller, Reply, StoppedClock

FORM = "application/x-www-form-urlencoded"


def ask(api: Caller, **form: str) -> Reply:
    return api.send("POST", "/v1/oauth/token", body=urlencode(form).encode(), media=FORM)


def test_a_verifier_gets_a_token_for_five_minutes(api: Caller, city: City) -> None:
    client = city.clients.register("地铁二号线")
    reply = ask(api, grant_type="client_credentials", **client._asdict())
    assert reply.status == 200
    assert reply.body["token_type"] == "Bearer"
    assert reply.body["expires_in"] == TOKEN_LIFETIME_S
    assert reply.body["scope"] == "code:verify terminal:write webhook:write"
    assert reply.headers["Cache-Control"] == "no-store"


def test_only_the_digest_of_a_secret_is_kept(city: City) -> None:
    client = city.clients.register("地铁")
    item = ClientItem.get(client.client_id)
    assert len(bytes.fromhex(client.client_secret)) == 32
    assert client.client_secret not in str(item.to_dynamodb_dict())


REFUSALS = {
    "a wrong secret": ({"client_secret": "0" * 64}, 401, "invalid_client"),
    "an empty secret": ({"client_secret": ""}, 401, "invalid_client"),
    "a stranger": ({"client_id": "client-0000000000000000"}, 401, "invalid_client"),
    "no id": ({"client_id": ""}, 401, "invalid_client"),
    "another grant": ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    "more than it was given": ({"scope": "code:verify code:issue"}, 400, "invalid_scope"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_refusal_has_our_code_and_the_name_oauth_gives_it(api: Caller, city: City, case: str) -> None:
    change, status, code = REFUSALS[case]
    client = city.clients.register("地铁")
    reply = ask(api, **{"grant_type": "client_credentials", **client._asdict(), **change})
    assert (reply.status, reply.code, reply.body["error"]) == (status, code, code)


def test_a_suspended_client_is_out_within_five_minutes(api: Caller, city: City, clock: StoppedClock) -> None:
    client = city.clients.register("地铁")
    token = api.token_for(client)
    code = api.code(api.log_in())
    city.clients.suspend(client.client_id)
    assert ask(api, grant_type="client_credentials", **client._asdict()).code == "invalid_client"
    clock.advance(301)
    assert api.verify(code, token).code == "expired_token"


def test_only_a_client_that_exists_can_be_suspended(city: City) -> None:
    with pytest.raises(InvalidClient):
        city.clients.suspend("client-0000000000000000")


def test_a_token_can_be_asked_for_less(api: Caller, city: City) -> None:
    client = city.clients.register("地铁", scopes=frozenset({"code:verify", "card:verify"}))
    reply = ask(api, grant_type="client_credentials", scope="card:verify", **client._asdict())
    assert reply.body["scope"] == "card:verify"
    code = api.code(api.log_in())
    refused = api.verify(code, reply.body["access_token"])
    assert (refused.status, refused.code, refused.body["needed"]) == (403, "insufficient_scope", "code:verify")
