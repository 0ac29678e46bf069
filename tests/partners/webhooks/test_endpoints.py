"""A client registers where it wants to be told of what, proves that the address is its own, and changes its mind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chalicelib.partners.webhooks.endpoints import MOST_ENDPOINTS
from chalicelib.partners.webhooks.proving import MOST_A_MINUTE
from chalicelib.partners.webhooks.store import EndpointStore, WebhookItem
from chalicelib.platform.permissions import Kind
from chalicelib.wiring import City
from tests.partners.webhooks.partner import Listening, Partner, fresh, honest, listening
from tests.world import Caller, StoppedClock

DAY = 24 * 3600
HERE = "https://hooks.example.org/yima"
KEYS = ("key.published", "key.revoked")


@pytest.fixture
def partner(city: City, api: Caller) -> Partner:
    return Partner(city, api)


@pytest.fixture
def receiver() -> Iterator[Listening]:
    with listening() as here:
        yield here


def test_an_endpoint_is_told_nothing_before_it_has_answered_a_challenge(partner: Partner, receiver: Listening) -> None:
    registered = partner.registers(receiver.url, *KEYS)
    assert (registered.status, registered.body["state"]) == (201, "pending")
    assert registered.body["secret"].startswith("whsec_")
    assert partner.does("test", registered.body["webhook_id"]).code == "webhook_state_forbids"
    proven = partner.does("challenge", registered.body["webhook_id"])
    assert (proven.status, proven.body["state"]) == (200, "active")
    assert "secret" not in proven.body


@pytest.mark.parametrize(
    "says",
    [
        lambda event: (200, event["data"].get("challenge", "").encode()),
        lambda event: (202, f'"{event["data"].get("challenge", "")}"\n'.encode()),
        honest,
    ],
    ids=["as text", "as a JSON text", "as an object"],
)
def test_a_challenge_is_answered_in_any_of_three_ways(partner: Partner, receiver: Listening, says: Any) -> None:
    receiver.says = says
    partner.listens(receiver, *KEYS)


@pytest.mark.parametrize(
    ("says", "outcome", "status"),
    [
        (lambda event: (204, b""), "another_answer", 204),
        (lambda event: (200, b"welcome"), "another_answer", 200),
        (lambda event: (200, b'{"challenge": 7}'), "another_answer", 200),
        (lambda event: (200, b"[" * 60_000), "another_answer", 200),
        (lambda event: (200, b"\xff\xfe"), "another_answer", 200),
        (lambda event: (401, event["data"]["challenge"].encode()), "status", 401),
        (lambda event: (301, event["data"]["challenge"].encode()), "redirected", 301),
        (lambda event: (410, b""), "gone", 410),
        (lambda event: (503, b""), "busy", 503),
    ],
)
def test_another_answer_proves_nothing(
    partner: Partner, receiver: Listening, says: Any, outcome: str, status: int
) -> None:
    receiver.says = says
    webhook = partner.registers(receiver.url, *KEYS).body["webhook_id"]
    refused = partner.does("challenge", webhook)
    assert (refused.code, refused.body["outcome"], refused.body["status_received"]) == (
        "challenge_failed",
        outcome,
        status,
    )
    assert partner.sees(webhook).body["state"] == "pending"


def test_who_does_not_answer_is_left_alone_for_a_while(
    partner: Partner, receiver: Listening, clock: StoppedClock
) -> None:
    receiver.says = lambda event: (500, b"")
    webhook = partner.registers(receiver.url, *KEYS).body["webhook_id"]
    assert partner.does("challenge", webhook).code == "challenge_failed"
    assert partner.does("challenge", webhook).code == "challenged_too_soon"
    assert len(receiver.got) == 1
    clock.advance(10)
    receiver.says = honest
    assert partner.does("challenge", webhook).status == 200
    assert partner.does("challenge", webhook).status == 200, "asked again, it is active still"
    assert len(receiver.got) == 2


def test_one_endpoint_after_the_other_does_not_bother_a_stranger_more_often(
    partner: Partner, receiver: Listening, clock: StoppedClock
) -> None:
    receiver.says = lambda event: (500, b"")

    def bothered() -> str | None:
        webhook = partner.registers(receiver.url, *KEYS).body["webhook_id"]
        refused = partner.does("challenge", webhook)
        partner.api.delete(f"/v1/webhooks/{webhook}", token=partner.token)
        return refused.code

    assert [bothered() for _ in range(MOST_A_MINUTE + 2)] == ["challenge_failed"] * MOST_A_MINUTE + [
        "challenged_too_soon"
    ] * 2
    assert len(receiver.got) == MOST_A_MINUTE
    clock.advance(60)
    assert bothered() == "challenge_failed"


UNFIT = {
    "http://hooks.example.org/": "scheme",
    "ftp://hooks.example.org/": "scheme",
    "hooks.example.org": "host",
    "https://": "host",
    "https:///hooks": "host",
    "https://user:secret@hooks.example.org/": "credentials",
    "https://@hooks.example.org/": "credentials",
    "https://hooks.example.org/#part": "fragment",
    "https://hooks.example.org:0/": "host",
    "https://hooks.example.org:99999/": "malformed",
    "https://[::1/": "malformed",
    "https://hooks.example.org/a b": "characters",
    "https://hooks.example.org/\n": "characters",
    "https://hooks.example.org\\@evil.example/": "characters",
    "https://一码通城.example/": "characters",
}


@pytest.mark.parametrize(("url", "because"), UNFIT.items())
def test_an_address_that_nothing_is_sent_to_is_refused_with_the_reason(
    partner: Partner, url: str, because: str
) -> None:
    refused = partner.registers(url, *KEYS)
    assert (refused.code, refused.body["because"]) == ("webhook_url_unfit", because)


ALLOWED = {
    Kind.VERIFIER: {"scan.accepted", "consent.given", "status.changed", "key.revoked", "carriers.revoked"},
    Kind.DEPARTMENT: {"import.finished", "key.revoked"},
    Kind.PARTNER: {"scan.accepted", "consent.given", "key.revoked"},
    Kind.SYSTEM: {"appeal.filed", "alert.raised", "key.revoked"},
}


@pytest.mark.parametrize("kind", Kind)
def test_a_client_is_told_what_it_may_know(city: City, api: Caller, kind: Kind) -> None:
    partner = Partner(city, api, kind)
    assert partner.registers(HERE, *ALLOWED[kind]).status == 201
    others = set[str]().union(*ALLOWED.values()) - ALLOWED[kind] - ALLOWED[Kind.VERIFIER]
    refused = partner.registers(HERE, *ALLOWED[kind], *others)
    assert (refused.code, refused.body["events"]) == ("event_not_for_client", sorted(others))


@pytest.mark.parametrize("type", ["webhook.challenge", "webhook.test", "everything"])
def test_nobody_subscribes_to_what_is_for_the_endpoint_itself(partner: Partner, type: str) -> None:
    assert partner.registers(HERE, type).code in {"event_not_for_client", "malformed_body"}


def test_the_same_wish_again_meets_the_same_endpoint_and_while_it_is_pending_its_secret(
    partner: Partner, receiver: Listening
) -> None:
    key = fresh()
    first, again = (partner.registers(receiver.url, *KEYS, key=key) for _ in range(2))
    assert first.body == again.body
    assert partner.registers(receiver.url, "key.revoked", key=key).code == "idempotency_key_reused"
    partner.does("challenge", first.body["webhook_id"])
    assert partner.registers(receiver.url, *KEYS, key=key).body["secret"] is None
    assert len(partner.api.get("/v1/webhooks", token=partner.token).body["webhooks"]) == 1


def test_a_client_has_a_few_and_not_more(partner: Partner) -> None:
    made = [partner.registers(HERE, *KEYS).body["webhook_id"] for _ in range(MOST_ENDPOINTS)]
    refused = partner.registers(HERE, *KEYS)
    assert (refused.code, refused.body["limit"]) == ("too_many_webhooks", MOST_ENDPOINTS)
    partner.api.delete(f"/v1/webhooks/{made[0]}", token=partner.token)
    assert partner.registers(HERE, *KEYS).status == 201


def test_of_two_that_are_registered_at_once_no_eleventh_stays(
    partner: Partner, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that came first is kept last: by its age alone it would stay."""
    for _ in range(MOST_ENDPOINTS - 1):
        partner.registers(HERE, *KEYS)
    add, key, between = EndpointStore.add, fresh(), list[Any]()

    def late(self: EndpointStore, endpoint: Any, *, now: float) -> bool:
        monkeypatch.setattr(EndpointStore, "add", add)
        clock.advance(1)
        between.append(partner.registers(HERE, *KEYS, key=key))
        return add(self, endpoint, now=now)

    monkeypatch.setattr(EndpointStore, "add", late)
    assert partner.registers(HERE, *KEYS).code == "too_many_webhooks"
    assert between[0].status == 201
    assert partner.registers(HERE, *KEYS, key=key).body == between[0].body
    assert len(partner.api.get("/v1/webhooks", token=partner.token).body["webhooks"]) == MOST_ENDPOINTS


CALLS: dict[str, Callable[[Partner, str], Any]] = {
    "read": lambda one, webhook: one.sees(webhook),
    "deliveries": lambda one, webhook: one.sees(webhook, "/deliveries"),
    "challenge": lambda one, webhook: one.does("challenge", webhook),
    "events": lambda one, webhook: one.does("events", webhook, events=["key.revoked"], order="none"),
    "secrets": lambda one, webhook: one.does("secrets", webhook),
    "pause": lambda one, webhook: one.does("pause", webhook),
    "resumption": lambda one, webhook: one.does("resumption", webhook),
    "test": lambda one, webhook: one.does("test", webhook),
    "redelivery": lambda one, webhook: one.does(f"deliveries/{'1' * 10}-{'a' * 24}/redelivery", webhook),
    "delete": lambda one, webhook: one.api.delete(f"/v1/webhooks/{webhook}", token=one.token),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_the_endpoint_of_another_client_is_not_there(city: City, api: Caller, partner: Partner, call: Any) -> None:
    webhook = partner.registers(HERE, *KEYS).body["webhook_id"]
    stranger = Partner(city, api, Kind.SYSTEM, "another")
    for name in (webhook, "nothing", "client-0." + "0" * 24, ".", "client-0."):
        assert call(stranger, name).code == "webhook_not_found"
    assert partner.sees(webhook).body["state"] == "pending"


def test_a_new_secret_and_the_old_one_sign_for_a_day(
    partner: Partner, receiver: Listening, clock: StoppedClock
) -> None:
    webhook = partner.listens(receiver, *KEYS)

    def signatures() -> int:
        partner.does("test", webhook)
        partner.delivered()
        return receiver.got[-1][0]["webhook-signature"].count("v1,")

    assert signatures() == 1
    rotated = partner.does("secrets", webhook)
    assert rotated.status == 201
    assert rotated.body["old_secret_until"] == partner.sees(webhook).body["old_secret_until"]
    assert signatures() == 2
    partner.does("secrets", webhook)
    assert signatures() == 2, "of three secrets the first is not believed in any more"
    clock.advance(DAY)
    assert signatures() == 1
    assert partner.sees(webhook).body["old_secret_until"] is None


def test_a_challenge_is_signed_with_both_secrets_too(
    city: City, partner: Partner, receiver: Listening, clock: StoppedClock
) -> None:
    webhook = partner.listens(receiver, *KEYS)
    partner.does("secrets", webhook)
    city.endpoints.disable(webhook, "gone", clock())
    clock.advance(10)
    assert partner.does("challenge", webhook).status == 200
    assert receiver.got[-1][0]["webhook-signature"].count("v1,") == 2


def test_a_rotation_asked_for_twice_is_one(partner: Partner) -> None:
    webhook = partner.registers(HERE, *KEYS).body["webhook_id"]
    path, key = f"/v1/webhooks/{webhook}/secrets", fresh()
    first, again = (partner.api.post(path, {}, token=partner.token, key=key) for _ in range(2))
    assert first.body == again.body


def test_what_happens_during_a_pause_comes_afterwards(partner: Partner, receiver: Listening) -> None:
    webhook = partner.listens(receiver, *KEYS)
    assert partner.does("test", webhook).status == 201
    assert partner.does("pause", webhook).body["state"] == "paused"
    assert partner.does("pause", webhook).status == 200
    partner.delivered()
    assert receiver.events == []
    assert partner.does("resumption", webhook).body["state"] == "active"
    partner.delivered()
    assert receiver.types == ["webhook.test"]


def test_who_is_gone_is_disabled_and_comes_back_with_a_new_challenge(
    partner: Partner, receiver: Listening, clock: StoppedClock
) -> None:
    webhook = partner.listens(receiver, *KEYS)
    receiver.says = lambda event: (410, b"")
    partner.does("test", webhook)
    partner.delivered()
    seen = partner.sees(webhook).body
    assert (seen["state"], seen["because"]) == ("disabled", "gone")
    assert partner.does("resumption", webhook).code == "webhook_state_forbids"
    receiver.says = honest
    clock.advance(60)
    assert partner.does("challenge", webhook).body["state"] == "active"
    assert partner.sees(webhook).body["because"] is None


@pytest.mark.parametrize("first", ["disabled", "deleted"])
def test_several_lanes_may_hear_at_once_that_it_is_gone(
    city: City, partner: Partner, receiver: Listening, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    webhook = partner.listens(receiver, *KEYS)
    replace, now = EndpointStore.replace, city.clock()

    def late(self: EndpointStore, endpoint: Any, *, now: float) -> bool:
        monkeypatch.setattr(EndpointStore, "replace", replace)
        if first == "disabled":
            city.endpoints.disable(webhook, "gone", now)
        else:
            city.endpoints.delete(partner.client_id, webhook, now=now)
        return replace(self, endpoint, now=now)

    monkeypatch.setattr(EndpointStore, "replace", late)
    city.endpoints.disable(webhook, "unanswered", now)
    assert [one.because for one in city.endpoints.of(partner.client_id, now=now)] in (["gone"], [])


def test_deliveries_tell_each_attempt_and_are_brought_again_when_asked(
    partner: Partner, receiver: Listening, clock: StoppedClock
) -> None:
    webhook = partner.listens(receiver, *KEYS)
    receiver.says = lambda event: (500, b"somebody's name")
    sent = partner.does("test", webhook).body
    partner.delivered()
    page = partner.sees(webhook, "/deliveries").body
    assert page["next_cursor"] is None
    [delivery] = page["deliveries"]
    assert (delivery["event_id"], delivery["delivery_id"]) == (sent["event_id"], sent["delivery_id"])
    assert (delivery["state"], delivery["type"]) == ("pending", "webhook.test")
    [attempt] = delivery["attempts"]
    assert (attempt["outcome"], attempt["status"]) == ("status", 500)
    assert "somebody" not in str(page)
    receiver.says = honest
    clock.advance(3600)
    again = partner.does(f"deliveries/{sent['delivery_id']}/redelivery", webhook)
    assert again.status == 200
    partner.delivered()
    assert partner.sees(webhook, "/deliveries").body["deliveries"][0]["state"] == "delivered"
    assert partner.does(f"deliveries/{'1' * 10}-{'a' * 24}/redelivery", webhook).code == "delivery_not_found"
    assert partner.sees(webhook, "/deliveries?cursor=nonsense").code == "unknown_cursor"


def test_a_test_that_is_asked_for_twice_is_one(partner: Partner, receiver: Listening, clock: StoppedClock) -> None:
    webhook = partner.listens(receiver, *KEYS)
    path, key = f"/v1/webhooks/{webhook}/test", fresh()
    first = partner.api.post(path, {}, token=partner.token, key=key)
    clock.advance(2)
    assert partner.api.post(path, {}, token=partner.token, key=key).body == first.body
    partner.delivered()
    assert receiver.types == ["webhook.test"]


def test_a_deleted_endpoint_is_told_nothing_more(partner: Partner, receiver: Listening) -> None:
    webhook = partner.listens(receiver, *KEYS)
    partner.does("test", webhook)
    assert partner.api.delete(f"/v1/webhooks/{webhook}", token=partner.token).status == 200
    partner.delivered()
    assert receiver.events == []
    assert partner.sees(webhook).code == "webhook_not_found"


def test_a_client_that_is_suspended_is_told_nothing_within_a_minute(
    partner: Partner, receiver: Listening, clock: StoppedClock
) -> None:
    webhook = partner.listens(receiver, *KEYS)
    partner.does("test", webhook)
    partner.city.clients.suspend(partner.client_id)
    clock.advance(60)
    partner.delivered()
    assert receiver.events == []


def test_neither_address_nor_secret_rests_readable(partner: Partner) -> None:
    secret = partner.registers("https://hooks.example.org/?token=theirs", *KEYS).body["secret"]
    [item] = WebhookItem.scan()
    assert b"theirs" not in item.sealed
    assert secret.encode() not in item.sealed
    assert "theirs" not in str(item.attribute_values)
