"""A verifier's gates and phones: each with a credential of its own, and no further than looking reaches."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from chalicelib.partners.clients import Credentials
from chalicelib.partners.clients.model import SCANNING_SCOPES
from chalicelib.partners.terminals import store
from chalicelib.partners.terminals.store import TerminalItem
from chalicelib.platform.permissions import Kind, of_kind, on_request
from chalicelib.wiring import City
from tests.infra.permissions import watched
from tests.partners.clients.registry import ask
from tests.world import Caller, Reply, StoppedClock

EVERYTHING = sorted(of_kind(Kind.PARTNER) | on_request(Kind.PARTNER))
_keys = count()


class Verifier:
    """A client with terminals."""

    def __init__(self, city: City, api: Caller, **more: Any) -> None:
        self.city, self.api = city, api
        self.credentials = city.clients.register("地铁二号线", **more)
        self.token = api.token_for(self.credentials)

    def register(self, name: str = "三号闸机", place: str = "人民广场站东门", key: str | None = None) -> Reply:
        wanted = {"name": name, "place": place}
        return self.api.post("/v1/terminals", wanted, token=self.token, key=key or f"terminal-{next(_keys)}")

    def terminal(self, **more: Any) -> Credentials:
        made = self.register(**more)
        assert made.status == 201, made
        return Credentials(made.body["terminal_id"], made.body["client_secret"])

    def act(self, verb: str, terminal_id: str, body: Any = None) -> Reply:
        return self.api.post(f"/v1/terminals/{terminal_id}/{verb}", body or {}, token=self.token)


@pytest.fixture
def verifier(city: City, api: Caller) -> Verifier:
    return Verifier(city, api)


def login(api: Caller, terminal: Credentials) -> Reply:
    return ask(api, **terminal._asdict())


def test_a_terminal_logs_in_as_its_verifier_at_its_place(city: City, api: Caller, verifier: Verifier) -> None:
    terminal = verifier.terminal()
    principal = city.tokens.authenticate(api.token_for(terminal), now=city.clock())
    assert principal.subject == verifier.credentials.client_id
    assert (principal.name, principal.place) == ("地铁二号线", "人民广场站东门")
    assert principal.terminal == terminal.client_id
    assert principal.scopes == {"code:verify"}


def test_a_terminal_may_look_and_do_nothing_else_that_its_client_may(city: City, api: Caller) -> None:
    partner = Verifier(city, api, scopes=frozenset(EVERYTHING), kind=Kind.PARTNER)
    terminal = partner.terminal()
    token = api.token_for(terminal)
    assert city.tokens.authenticate(token, now=city.clock()).scopes == SCANNING_SCOPES
    for scope in set(EVERYTHING) - SCANNING_SCOPES:
        assert ask(api, **terminal._asdict(), scope=scope).code == "invalid_scope"
    made = api.post("/v1/terminals", {"name": "x", "place": "x"}, token=token, key="a-terminal-makes-none")
    assert (made.code, made.body["needed"]) == ("insufficient_scope", "terminal:write")
    assert api.get("/v1/terminals", token=token).code == "insufficient_scope"


def test_a_suspended_client_has_no_terminals(api: Caller, verifier: Verifier, clock: StoppedClock) -> None:
    terminal = verifier.terminal()
    code, token = api.code(api.log_in()), api.token_for(terminal)
    verifier.city.clients.suspend(verifier.credentials.client_id)
    assert login(api, terminal).code == "invalid_client"
    clock.advance(300)
    assert api.verify(code, token).code == "expired_token", "the token was given in the last second"


def test_a_suspended_terminal_is_out_and_the_others_are_not(api: Caller, verifier: Verifier) -> None:
    lost, other = verifier.terminal(), verifier.terminal()
    for _ in range(2):
        assert verifier.act("suspension", lost.client_id).body["standing"] == "suspended"
    assert (login(api, lost).code, login(api, other).status) == ("invalid_client", 200)
    assert verifier.act("secrets", lost.client_id).code == "terminal_suspended"


def test_a_terminal_of_another_client_is_not_there(city: City, api: Caller, verifier: Verifier) -> None:
    terminal, other = verifier.terminal(), Verifier(city, api)
    for verb in ("secrets", "suspension"):
        assert other.act(verb, terminal.client_id).code == "terminal_not_found"
        assert other.act(verb, other.credentials.client_id).code == "terminal_not_found", "where its number is kept"
    assert api.get("/v1/terminals", token=other.token).body["terminals"] == []
    assert login(api, terminal).status == 200


def test_a_terminals_secret_is_not_its_clients_nor_the_other_way_round(api: Caller, verifier: Verifier) -> None:
    terminal, client = verifier.terminal(), verifier.credentials
    assert ask(api, client_id=client.client_id, client_secret=terminal.client_secret).code == "invalid_client"
    assert ask(api, client_id=terminal.client_id, client_secret=client.client_secret).code == "invalid_client"


def test_a_secret_is_shown_once_and_a_lost_answer_means_another_one(api: Caller, verifier: Verifier) -> None:
    first, again = (verifier.register(key="the-same") for _ in range(2))
    assert first.body | {"client_secret": None} == again.body
    terminal_id = first.body["terminal_id"]
    new = verifier.act("secrets", terminal_id).body["client_secret"]
    assert login(api, Credentials(terminal_id, new)).status == 200
    assert verifier.register(name="别的", key="the-same").code == "idempotency_key_reused"
    assert new not in str(TerminalItem.get(terminal_id).to_dynamodb_dict())


def test_half_rotated_both_secrets_work_and_then_only_the_new_one(
    api: Caller, verifier: Verifier, clock: StoppedClock
) -> None:
    old = verifier.terminal()
    new = Credentials(old.client_id, verifier.act("secrets", old.client_id, {"overlap_s": 60}).body["client_secret"])
    assert [login(api, one).status for one in (old, new)] == [200, 200]
    assert verifier.act("secrets", old.client_id).code == "two_secrets_live"
    clock.advance(60)
    assert [login(api, one).status for one in (old, new)] == [401, 200]


def test_lists_come_in_pages(api: Caller, verifier: Verifier) -> None:
    made = sorted(verifier.terminal(name=f"闸机{number}").client_id for number in range(101))
    first = api.get("/v1/terminals", token=verifier.token).body
    rest = api.get(f"/v1/terminals?cursor={first['next_cursor']}", token=verifier.token).body
    assert [one["terminal_id"] for one in first["terminals"] + rest["terminals"]] == made
    assert rest["next_cursor"] is None
    assert "client_secret" not in first["terminals"][0]
    assert api.get("/v1/terminals?cursor=x", token=verifier.token).code == "unknown_cursor"


def test_there_is_an_end_to_terminals_and_nobody_counts_them_one_by_one(
    verifier: Verifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MOST_TERMINALS", 2)
    made = [verifier.register(key=f"{number}") for number in range(3)]
    assert [reply.status for reply in made] == [201, 201, 409]
    assert made[2].code == "too_many_terminals"
    assert verifier.register(key="0").status == 201, "a repeat is no new one"
    with watched() as deeds:
        verifier.register(key="4")
    assert "dynamodb:Query" not in {deed.permission.action for deed in deeds}


def test_an_unknown_terminal_takes_the_path_of_a_wrong_secret(api: Caller, verifier: Verifier) -> None:
    terminal = verifier.terminal()
    paths = []
    for name in (terminal.client_id, "terminal-000000000000000000000000"):
        with watched() as deeds:
            reply = ask(api, client_id=name, client_secret="0" * 64)
        paths.append((reply.body, [deed.permission for deed in deeds]))
    assert paths[0] == paths[1]


@pytest.mark.parametrize("text", ["", " ", "东门 ", "\n", "东门\n", "东\n门", "东\x00门", "界" * 129])
def test_a_place_is_a_text_that_can_be_read(verifier: Verifier, text: str) -> None:
    assert verifier.register(place=text).code == "malformed_body"
