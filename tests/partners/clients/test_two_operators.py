"""Two operators stand behind whatever a client reaches, one is enough to stop it, and the journal has every step."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.partners.clients.model import KEPT_STEPS
from chalicelib.partners.clients.store import ClientItem
from chalicelib.people.sandbox import RESIDENTS
from chalicelib.platform.permissions import PERMISSIONS, Kind, Role, of_kind, on_request
from chalicelib.trust.chain import Sound, check
from chalicelib.wiring import City
from functions.follow_clients import follow_clients
from tests.faults.colours import stream_of
from tests.partners.clients.registry import GU, SHEN, ZHOU, Registry
from tests.world import Caller, StoppedClock, in_office

EVERY = sorted(of_kind(Kind.VERIFIER))


def followed(city: City) -> list[tuple[str, str]]:
    """What the journal holds after all that the stream brings."""
    now = int(city.clock())
    assert city.client_follower.record(stream_of(city, "clients"), now=now) == []
    entries = list(city.journal.entries("clients"))
    assert not entries or isinstance(check(entries), Sound)
    return [(entry.step_id, entry.what["event"]) for entry in entries]


def test_a_client_is_asked_for_by_one_and_approved_by_another(registry: Registry) -> None:
    client_id = registry.proposed()
    waiting = registry.show(client_id)
    assert (waiting["scopes"], waiting["waiting"]["scopes"], waiting["waiting"]["by"]) == (
        [],
        EVERY,
        "平台运营员 周*之",
    )
    approved = registry.act("approval", client_id, {"proposal": 1})
    assert (approved.status, approved.body["standing"], approved.body["scopes"]) == (200, "active", EVERY)
    reply = registry.ask_by(registry.secret(client_id))
    assert reply.body["scope"].split() == EVERY


def test_before_the_approval_there_is_nothing_to_log_in_with(registry: Registry) -> None:
    client_id = registry.proposed()
    assert registry.act("secrets", client_id, by=ZHOU).code == "client_out_of_turn"
    assert registry.act("keys", client_id, {"public_key": "04" + "0" * 128}, by=ZHOU).code == "unusable_key"


def test_nobody_approves_their_own_proposal_of_any_kind(registry: Registry) -> None:
    client_id = registry.proposed()
    assert registry.approve(client_id, by=ZHOU).code == "own_proposal"
    assert registry.approve(client_id).status == 200
    registry.act("scopes", client_id, {"scopes": ["code:verify"]}, by=ZHOU)
    assert registry.approve(client_id, by=ZHOU).code == "own_proposal"
    registry.act("suspension", client_id, by=SHEN)
    registry.act("resumption", client_id, by=SHEN)
    assert registry.approve(client_id, by=SHEN).code == "own_proposal"
    assert registry.show(client_id)["standing"] == "suspended"


def test_the_proposer_may_take_it_back_and_a_refused_client_stays_refused(registry: Registry) -> None:
    client_id = registry.proposed()
    assert registry.act("refusal", client_id, {"proposal": 1}, by=ZHOU).body["standing"] == "refused"
    for verb, body in (("approval", {"proposal": 1}), ("suspension", {}), ("resumption", {}), ("secrets", {})):
        assert registry.act(verb, client_id, body).code == "client_out_of_turn"


def test_an_approval_is_of_what_was_read_and_of_nothing_that_took_its_place(registry: Registry) -> None:
    client_id = registry.active()
    registry.act("scopes", client_id, {"scopes": ["code:verify"]}, by=ZHOU)
    read = registry.show(client_id)["waiting"]["proposal"]
    registry.act("refusal", client_id, {"proposal": read}, by=ZHOU)
    registry.act("scopes", client_id, {"scopes": ["code:verify", "document:verify"]}, by=ZHOU)
    reply = registry.act("approval", client_id, {"proposal": read})
    assert (reply.status, reply.code, reply.body["waiting"]) == (409, "client_out_of_turn", read + 2)
    assert registry.show(client_id)["scopes"] == EVERY


def test_an_answer_that_was_lost_is_given_again(registry: Registry) -> None:
    first, again = (registry.propose(key="the-same") for _ in range(2))
    assert (first.body, first.status) == (again.body, again.status)
    client_id = first.body["client_id"]
    for body in ({"proposal": 1}, {"proposal": 1}):
        assert registry.act("approval", client_id, body).body["standing"] == "active"
    assert registry.act("approval", client_id, {"proposal": 1}, by=GU).code == "client_out_of_turn"
    for _ in range(2):
        assert registry.act("suspension", client_id).body["standing"] == "suspended"
    assert len(registry.show(client_id)["steps"]) == 3
    assert registry.propose(key="the-same", name="别家").code == "idempotency_key_reused"


def test_a_proposer_who_left_office_leaves_nothing_to_approve(city: City, registry: Registry) -> None:
    client_id = registry.proposed()
    city.officers.suspend(registry.operators[ZHOU])
    reply = registry.act("approval", client_id, {"proposal": 1})
    assert (reply.status, reply.code) == (409, "proposer_out_of_office")


OPERATIONS = [
    ("POST", "/v1/clients", {"name": "x", "kind": "verifier"}),
    ("GET", "/v1/clients", None),
    ("GET", "/v1/clients/{}", None),
    ("POST", "/v1/clients/{}/approval", {"proposal": 1}),
    ("POST", "/v1/clients/{}/refusal", {"proposal": 1}),
    ("POST", "/v1/clients/{}/scopes", {"scopes": ["code:verify"]}),
    ("POST", "/v1/clients/{}/suspension", None),
    ("POST", "/v1/clients/{}/resumption", None),
    ("POST", "/v1/clients/{}/secrets", {}),
    ("POST", "/v1/clients/{}/keys", {"public_key": "04" + "0" * 128}),
    ("DELETE", "/v1/clients/{}/keys/00000000", None),
]


def test_the_token_of_who_was_an_operator_opens_nothing(city: City, api: Caller, registry: Registry) -> None:
    """The token itself lives on for minutes; the office is looked at whenever somebody acts."""
    client_id, token = registry.active(), registry.token(GU)
    city.officers.suspend(registry.operators[GU])
    for method, path, body in OPERATIONS:
        sent = b"" if body is None else json.dumps(body).encode()
        reply = api.send(method, path.format(client_id), body=sent, token=token, key="late")
        assert (reply.status, reply.code) == (403, "not_in_office"), path
    assert registry.show(client_id)["standing"] == "active"


def test_an_auditor_reads_and_does_nothing(city: City, api: Caller, registry: Registry) -> None:
    client_id = registry.active()
    in_office(city, RESIDENTS[4], Role.AUDITOR)
    auditor = api.log_in(RESIDENTS[4], Role.AUDITOR)
    assert api.get(f"/v1/clients/{client_id}", token=auditor).status == 200
    assert api.post(f"/v1/clients/{client_id}/suspension", {}, token=auditor).code == "insufficient_scope"


WRONG_SCOPES = {
    "a department that scans": ("department", ["code:verify"]),
    "a verifier that reports": ("verifier", ["code:verify", "evidence:write"]),
    "a verifier with a holder's right": ("verifier", ["code:issue"]),
    "a system with an office's right": ("system", ["client:write"]),
    "a partner with a right that is none": ("partner", ["everything"]),
}


@pytest.mark.parametrize("case", WRONG_SCOPES)
def test_no_client_gets_what_its_kind_may_not_have(registry: Registry, case: str) -> None:
    kind, scopes = WRONG_SCOPES[case]
    reply = registry.propose(kind=kind, scopes=scopes)
    assert (reply.status, reply.code) == (422, "scope_not_for_kind")
    assert set(reply.body["allowed"]) == of_kind(Kind(kind)) | on_request(Kind(kind))
    assert ClientItem.count() == 0


@pytest.mark.parametrize("kind", Kind)
def test_a_client_may_have_just_what_the_one_table_says(registry: Registry, kind: Kind) -> None:
    allowed = of_kind(kind) | on_request(kind)
    client_id = registry.active(kind=kind, scopes=sorted(allowed))
    assert set(registry.ask_by(registry.secret(client_id)).body["scope"].split()) == allowed
    for scope in PERMISSIONS.keys() - allowed:
        assert registry.act("scopes", client_id, {"scopes": [scope]}).code == "scope_not_for_kind"


@pytest.mark.parametrize("name", ["", " ", " 图书馆", "图书馆\n", "图\n书馆", "图\x00书馆", "馆" * 65])
def test_a_name_is_a_line_that_holders_can_read(registry: Registry, name: str) -> None:
    assert registry.propose(name=name).code == "malformed_body"


def test_scopes_change_when_another_approves_and_not_before(registry: Registry) -> None:
    client = registry.let_in(scopes=["code:verify"])
    registry.act("scopes", client.client_id, {"scopes": ["code:verify", "card:verify"]}, by=ZHOU)
    assert registry.ask_by(client, scope="card:verify").code == "invalid_scope"
    assert registry.act("scopes", client.client_id, {"scopes": ["tag:read"]}, by=GU).code == "client_out_of_turn"
    registry.approve(client.client_id)
    assert registry.ask_by(client, scope="card:verify").status == 200


def test_a_suspension_counts_at_once_and_is_lifted_by_two(api: Caller, registry: Registry, clock: StoppedClock) -> None:
    client = registry.let_in()
    code, token = api.code(api.log_in(RESIDENTS[0])), api.token_for(client)
    registry.act("scopes", client.client_id, {"scopes": ["document:verify"]}, by=ZHOU)
    registry.act("suspension", client.client_id, by=SHEN)
    assert registry.show(client.client_id)["waiting"] is None, "nobody approves by mistake what waited before"
    assert registry.ask_by(client).code == "invalid_client"
    clock.advance(300 + 1)
    assert api.verify(code, token).code == "expired_token"
    registry.act("resumption", client.client_id, by=ZHOU)
    assert registry.ask_by(client).code == "invalid_client"
    registry.approve(client.client_id, by=GU)
    assert registry.ask_by(client).status == 200


@pytest.mark.parametrize("by", ["an operator", "the shell"])
def test_who_suspends_once_more_ends_what_was_asked_to_lift_it(registry: Registry, by: str) -> None:
    client_id = registry.active()
    registry.act("suspension", client_id)
    registry.act("resumption", client_id, by=ZHOU)
    asked = registry.show(client_id)["waiting"]["proposal"]
    if by == "the shell":
        registry.city.clients.suspend(client_id)
    else:
        assert registry.act("suspension", client_id).status == 200
    assert registry.act("approval", client_id, {"proposal": asked}, by=GU).code == "client_out_of_turn"
    assert registry.show(client_id)["standing"] == "suspended"


def test_what_the_one_table_gives_no_more_nobody_has_any_more(city: City, registry: Registry) -> None:
    """As if a verifier had been given it when its kind could still have it."""
    client = registry.let_in(scopes=["code:verify"])
    ClientItem(client.client_id).update([ClientItem.scopes.add({"evidence:write"})])
    assert registry.ask_by(client).body["scope"] == "code:verify"
    assert registry.ask_by(client, scope="evidence:write").code == "invalid_scope"
    kept = city.clients.get(client.client_id)
    assert kept is not None
    assert kept.scopes == {"code:verify"}


def test_each_client_stands_in_one_list(registry: Registry, api: Caller, clock: StoppedClock) -> None:
    active, waiting, suspended, refused = (registry.proposed(name=name) for name in "甲乙丙丁")
    for client_id in (active, suspended):
        registry.approve(client_id)
    registry.act("suspension", suspended)
    registry.act("refusal", refused, {"proposal": 1})
    lists = {"waiting": waiting, "active": active, "suspended": suspended, "refused": refused}
    for state, client_id in lists.items():
        listed = api.get(f"/v1/clients?state={state}", token=registry.token(ZHOU)).body
        assert [one["client_id"] for one in listed["clients"]] == [client_id]
        assert listed["next_cursor"] is None
    assert api.get("/v1/clients", token=registry.token(ZHOU)).body["clients"][0]["name"] == "甲"
    assert api.get("/v1/clients?state=all", token=registry.token(ZHOU)).code == "unknown_client_list"
    assert api.get("/v1/clients?cursor=x", token=registry.token(ZHOU)).code == "unknown_cursor"


def test_long_lists_come_in_pages(registry: Registry, api: Caller, clock: StoppedClock) -> None:
    for number in range(51):
        clock.advance(1)
        registry.city.clients.register(f"客户{number}")
    first = api.get("/v1/clients", token=registry.token(ZHOU)).body
    rest = api.get(f"/v1/clients?cursor={first['next_cursor']}", token=registry.token(ZHOU)).body
    assert [one["name"] for one in first["clients"] + rest["clients"]] == [f"客户{n}" for n in reversed(range(51))]
    assert rest["next_cursor"] is None


def test_every_step_stands_in_the_journal_once_and_names_nobody(registry: Registry, city: City) -> None:
    client_id = registry.active(name="图书馆")
    secret = registry.secret(client_id).client_secret
    registry.act("suspension", client_id)
    steps = [
        (f"{client_id}#{n}", event) for n, event in enumerate(("proposed", "approved", "secret_made", "suspended"), 1)
    ]
    assert followed(city) == steps
    assert followed(city) == steps, "records come twice"
    told = str([entry.what for entry in city.journal.entries("clients")])
    assert "平台运营员 周*之" in told
    for unsaid in (secret, *registry.operators.values(), *(who.identity.name for who in (ZHOU, SHEN))):
        assert unsaid not in told


def test_what_is_done_from_the_shell_stands_in_the_journal_too(city: City) -> None:
    client = city.clients.register("地铁")
    city.clients.suspend(client.client_id)
    city.clients.suspend(client.client_id)
    assert [event for _, event in followed(city)] == ["registered", "suspended"]
    assert {entry.what["by"] for entry in city.journal.entries("clients")} == {"shell"}


def test_steps_are_kept_until_the_journal_has_them_and_then_let_go(registry: Registry, city: City) -> None:
    client_id = registry.active()

    def rotate(times: int) -> int:
        for _ in range(times):
            registry.secret(client_id, overlap_s=0)
        return len(registry.show(client_id)["steps"])

    assert rotate(KEPT_STEPS + 5) == KEPT_STEPS + 7, "a stream that is late loses nothing"
    followed(city)
    assert rotate(1) == KEPT_STEPS
    assert len(followed(city)) == KEPT_STEPS + 8


def test_the_function_answers_what_failed(city: City, registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    registry.proposed()
    monkeypatch.setattr("functions.follow_clients.city", lambda: city)
    assert follow_clients({"Records": stream_of(city, "clients")}, None) == {"batchItemFailures": []}

    def fails(*_: Any, **__: Any) -> None:
        raise OSError

    registry.proposed()
    monkeypatch.setattr(city.journal, "append", fails)
    answer = follow_clients({"Records": stream_of(city, "clients")}, None)
    assert len(answer["batchItemFailures"]) == 1
