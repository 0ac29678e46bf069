"""Secrets are shown once and rotate with an overlap; keys come and go; what is wrong is refused alike for everybody."""

from __future__ import annotations

from base64 import b64encode

import pytest

from chalicelib.partners import secrets
from chalicelib.partners.clients import TOKEN_LIFETIME_S, Client, Credentials
from chalicelib.partners.clients.store import ClientItem, ClientStore
from chalicelib.partners.secrets import OVERLAP_S
from chalicelib.platform.crypto import sm2
from chalicelib.platform.crypto.hashing import same
from chalicelib.trust.tokens import CLOCK_TOLERANCE_S
from chalicelib.wiring import City
from tests.fuzz.stranger import Stranger
from tests.infra.permissions import watched
from tests.partners.clients.registry import ZHOU, Registry, basic, claims, signed
from tests.world import NOON, Caller, StoppedClock


def test_a_secret_is_shown_once_and_kept_nowhere(registry: Registry, api: Caller) -> None:
    client = registry.let_in()
    assert len(bytes.fromhex(client.client_secret)) == 32
    kept = str(ClientItem.get(client.client_id).to_dynamodb_dict()) + str(registry.show(client.client_id))
    assert client.client_secret not in kept


def test_half_rotated_both_secrets_work_and_then_only_the_new_one(registry: Registry, clock: StoppedClock) -> None:
    old = registry.let_in()
    new = registry.secret(old.client_id)
    assert old.client_secret != new.client_secret
    for one in (old, new, old):
        assert registry.ask_by(one).status == 200
    clock.advance(OVERLAP_S - 1)
    assert registry.ask_by(old).status == 200
    clock.advance(1)
    assert (registry.ask_by(old).code, registry.ask_by(new).status) == ("invalid_client", 200)


def test_a_leaked_secret_ends_at_once(registry: Registry) -> None:
    leaked = registry.let_in()
    also = registry.secret(leaked.client_id)
    new = registry.secret(leaked.client_id, overlap_s=0)
    assert [registry.ask_by(one).status for one in (leaked, also, new)] == [401, 401, 200]


def test_a_client_that_was_suspended_for_a_leak_comes_back_without_the_leaked_secret(registry: Registry) -> None:
    leaked = registry.let_in()
    registry.act("suspension", leaked.client_id)
    new = registry.secret(leaked.client_id, overlap_s=0)
    assert registry.ask_by(new).code == "invalid_client", "a secret alone brings nobody back"
    registry.act("resumption", leaked.client_id, by=ZHOU)
    assert registry.approve(leaked.client_id).status == 200
    assert [registry.ask_by(one).status for one in (leaked, new)] == [401, 200]


def test_a_third_secret_asks_which_of_two_gives_way(registry: Registry) -> None:
    used = registry.let_in()
    lost = registry.secret(used.client_id)
    assert registry.act("secrets", used.client_id, by=ZHOU).code == "two_secrets_live"
    again = registry.secret(used.client_id, replaces="newest")
    assert [registry.ask_by(one).status for one in (used, lost, again)] == [200, 401, 200]
    newer = registry.secret(used.client_id, replaces="oldest")
    assert [registry.ask_by(one).status for one in (used, again, newer)] == [401, 200, 200]


def test_what_one_operator_is_shown_another_does_not_take_away_in_that_second(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both mean the secret that was lost; neither has seen the other's."""
    used = registry.let_in()
    registry.secret(used.client_id)
    shown: list[str] = []
    replace = ClientStore.replace

    def after_another(store: ClientStore, old: Client, new: Client) -> bool:
        monkeypatch.setattr(ClientStore, "replace", replace)
        shown.append(registry.secret(used.client_id, replaces="newest").client_secret)
        return replace(store, old, new)

    monkeypatch.setattr(ClientStore, "replace", after_another)
    assert registry.act("secrets", used.client_id, {"replaces": "newest"}).code == "two_secrets_live"
    assert registry.ask_by(Credentials(used.client_id, shown[0])).status == 200


def test_an_overlap_is_never_made_longer_by_rotating_again(registry: Registry, clock: StoppedClock) -> None:
    old = registry.let_in()
    registry.secret(old.client_id, overlap_s=60)
    registry.secret(old.client_id, overlap_s=7 * 86_400, replaces="newest")
    clock.advance(60)
    assert registry.ask_by(old).code == "invalid_client"


@pytest.mark.parametrize("overlap", [-1, 7 * 86_400 + 1])
def test_an_overlap_has_bounds(registry: Registry, overlap: int) -> None:
    assert registry.act("secrets", registry.active(), {"overlap_s": overlap}, by=ZHOU).code == "malformed_body"


def test_a_token_costs_one_read_of_the_client(registry: Registry) -> None:
    client = registry.let_in()
    with watched() as deeds:
        assert registry.ask_by(client).status == 200
    assert [str(deed.permission.action) for deed in deeds] == ["dynamodb:GetItem"]


def test_a_wrong_secret_takes_the_same_path_for_anybody(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same reads and the same comparisons: neither an answer nor its time says whether there is such a client."""
    client = registry.let_in()
    compared: list[bytes] = []

    def counted(left: bytes, right: bytes) -> bool:
        compared.append(left)
        return same(left, right)

    monkeypatch.setattr(secrets, "same", counted)
    paths = []
    for name in (client.client_id, "client-0000000000000000"):
        compared.clear()
        with watched() as deeds:
            reply = registry.ask(client_id=name, client_secret="0" * 64)
        paths.append((reply.body, len(compared), [deed.permission for deed in deeds]))
    assert paths[0] == paths[1]
    assert paths[0][1] == 2


def test_keys_come_and_go_and_many_may_be_good_at_once(registry: Registry) -> None:
    client_id = registry.active()
    pairs = [registry.pair(client_id) for _ in range(8)]
    shown = registry.show(client_id)["keys"]
    assert [key["public_key"] for key in shown] == [f"04{pair.public.hex()}" for pair in pairs]
    for pair in pairs:
        assert registry.assert_by(signed(pair, claims(client_id, NOON))).status == 200
    again = registry.act("keys", client_id, {"public_key": shown[0]["public_key"]}, by=ZHOU)
    assert len(again.body["keys"]) == 8
    ninth = {"public_key": f"04{sm2.generate().public.hex()}"}
    assert registry.act("keys", client_id, ninth, by=ZHOU).code == "too_many_keys"
    for _ in range(2):
        path = f"/v1/clients/{client_id}/keys/{shown[0]['key_id']}"
        assert len(registry.api.delete(path, token=registry.token(ZHOU)).body["keys"]) == 7
    assert registry.assert_by(signed(pairs[0], claims(client_id, NOON))).code == "invalid_client"


def test_id_and_secret_may_stand_in_the_header(city: City, registry: Registry) -> None:
    client = registry.let_in()
    stranger, form = Stranger(city), b"grant_type=client_credentials"
    media = {"content-type": "application/x-www-form-urlencoded"}

    def ask(header: str, body: bytes = form) -> tuple[int, str]:
        reply = stranger.ask("POST", "/v1/oauth/token", media | {"authorization": header}, body)
        return reply.status, reply.body.get("error", "")

    assert ask(basic(*client)) == (200, "")
    assert ask(basic(client.client_id, "wrong")) == (401, "invalid_client")
    assert ask("Basic %%%") == ask("Basic") == (401, "invalid_client")
    twice = form + f"&client_id={client.client_id}&client_secret={client.client_secret}".encode()
    assert ask(basic(*client), twice) == (400, "invalid_request")
    assert ask(basic(*client), form + b"&client_id=somebody-else") == (400, "invalid_request")
    assert ask("Bearer x", twice) == (200, ""), "another scheme says nothing about who asks for a token"


ODD = {
    "nothing": b"",
    "no colon": b"client-0",
    "a colon alone": b":",
    "no UTF-8": b"\xff:\xfe",
    "a NUL": b"a\x00:b",
    "half a surrogate": b"%ED%A0%80:%ED%A0%80",
    "percent signs that stand for nothing": b"%:%zz",
    "a terminal that is none": b"terminal-%00:x",
    "an id longer than any key of the store": b"a" * 3000 + b":b",
    "an id that is long once it is read": b"%E5%BC%A0" * 257 + b":b",
    "a long secret": b"client-0:" + b"b" * 3000,
}


@pytest.mark.parametrize("case", ODD)
def test_whatever_the_header_says_in_odd_ways_is_nobody(city: City, case: str) -> None:
    stranger, form = Stranger(city), b"grant_type=client_credentials"
    header = f"Basic {b64encode(ODD[case]).decode()}"
    media = {"content-type": "application/x-www-form-urlencoded", "authorization": header}
    with watched() as deeds:
        reply = stranger.ask("POST", "/v1/oauth/token", media, form)
    assert (reply.status, reply.code) == (401, "invalid_client")
    if "long" in case:
        assert not deeds, "what is longer than an id can be is looked up nowhere: the store would call it our mistake"


def test_a_token_of_a_client_names_no_terminal(city: City, registry: Registry) -> None:
    token = registry.ask_by(registry.let_in()).body["access_token"]
    principal = city.tokens.authenticate(token, now=city.clock())
    assert (principal.terminal, principal.place) == ("", "")


def test_what_stands_for_nobody_is_no_secret_of_anybody(registry: Registry) -> None:
    """A client without a secret is compared with 32 zeros, which no text has as its digest."""
    client_id = registry.active()
    for text in ("", "0" * 64):
        assert registry.ask_by(Credentials(client_id, text)).code == "invalid_client"
    assert TOKEN_LIFETIME_S + CLOCK_TOLERANCE_S <= 300
