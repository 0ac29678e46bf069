"""What is sent, how it is signed, and what an answer means."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from chalicelib.partners.webhooks.addresses import Addresses
from chalicelib.partners.webhooks.model import EndpointState, Secret, envelope
from chalicelib.partners.webhooks.sending import Sender
from chalicelib.partners.webhooks.sending_outcome import Kind, Outcome, answered, retry_after
from chalicelib.platform.outgoing import Answer
from chalicelib.trust.model import KeyUse
from chalicelib.wiring import City
from tests.partners.webhooks.delivering import SECRET, Scene, event, fails, verified
from tests.partners.webhooks.test_addresses import resolves_to
from tests.world import NOON, StoppedClock

OTHER = "whsec_" + "b2xk" * 8


@pytest.fixture
def scene(city: City, clock: StoppedClock) -> Scene:
    return Scene(city, clock)


def test_a_delivery_is_a_cloud_event_signed_by_secret_and_by_the_citys_key(scene: Scene, city: City) -> None:
    scene.endpoint()
    scene.tell(1)
    scene.run()
    ((host, headers, body),) = scene.receiver.got
    key = city.ring.signing(KeyUse.REQUEST, now=NOON).record
    assert (host, headers["yima-key-id"], headers["webhook-timestamp"]) == ("here.example", key.kid, str(NOON))
    assert verified(headers, body, key=key.public_key)
    assert not verified(headers, body + b" ", key=None)
    said = json.loads(body)
    assert said["specversion"] == "1.0"
    assert said["id"] == headers["webhook-id"] == event(1).event_id
    assert body == envelope(event(1), "310000")
    assert headers["Content-Type"] == "application/cloudevents+json"


def test_while_a_secret_rotates_both_sign_and_then_only_the_new(scene: Scene) -> None:
    scene.endpoint(secrets=(Secret(SECRET), Secret(OTHER, until=NOON + 60)))
    scene.tell(1)
    scene.run()
    scene.tell(2)
    scene.after(60)
    (_, first, body), (_, second, later) = scene.receiver.got
    assert verified(first, body)
    assert verified(first, body, secret=OTHER)
    assert verified(second, later)
    assert not verified(second, later, secret=OTHER)


def test_a_name_that_leads_inside_is_sent_nothing(scene: Scene, city: City) -> None:
    scene.endpoint()
    sender = Sender(Addresses(resolve=resolves_to("10.0.0.1")), scene.receiver.post, city.ring)
    outcome = sender.send(scene.registry.known["here"], "evt_1", b"{}", NOON)
    assert (outcome.kind, outcome.reason, scene.receiver.got) == (Kind.FAILED, "unsafe_address", [])


def test_a_receiver_that_does_not_answer_is_an_outcome_and_no_error(scene: Scene) -> None:
    scene.endpoint()
    scene.receiver.says = fails("certificate")
    delivery = scene.tell(1)
    scene.run()
    assert scene.outcomes(delivery) == ["certificate"]
    assert scene.registry.known["here"].state is EndpointState.ACTIVE


MEANINGS = {
    200: (Kind.DELIVERED, ""),
    204: (Kind.DELIVERED, ""),
    299: (Kind.DELIVERED, ""),
    301: (Kind.FAILED, "redirected"),
    307: (Kind.FAILED, "redirected"),
    400: (Kind.FAILED, "status"),
    410: (Kind.GONE, "gone"),
    429: (Kind.RETRY_LATER, "busy"),
    500: (Kind.FAILED, "status"),
    503: (Kind.RETRY_LATER, "busy"),
}


@pytest.mark.parametrize("status", MEANINGS)
def test_what_a_status_means(status: int) -> None:
    outcome = answered(status, {}, b"said", ms=3, now=NOON)
    assert (outcome.kind, outcome.reason) == MEANINGS[status]
    assert (outcome.status, outcome.ms) == (status, 3)
    assert "said" not in repr(outcome)


IN_AN_HOUR = format_datetime(datetime.fromtimestamp(NOON + 3600, UTC), usegmt=True)
ASKED = {
    "120": 120,
    " 120 ": 120,
    "0": 0,
    "99999999999999999999": 86400,
    IN_AN_HOUR: 3600,
    "Mon, 01 Jan 2001 00:00:00 GMT": 0,
    "Fri, 31 Dec 9999 23:59:59 GMT": 86400,
    "Mon, 21 Sep 2026 15:13:20": 3600,
    "-5": 0,
    "1.5": 0,
    "١٢": 0,
    "soon": 0,
    "Mon, 99 Sep 2026 15:13:20 GMT": 0,
    "": 0,
}


@pytest.mark.parametrize("text", ASKED)
def test_when_a_receiver_asks_us_to_come_again(text: str) -> None:
    assert retry_after(text, now=NOON) == ASKED[text]


def test_what_a_receiver_said_is_shown_to_who_challenged_it_and_kept_by_nobody(scene: Scene) -> None:
    scene.endpoint()
    scene.receiver.says = lambda headers, body: Answer(200, {}, b"word")
    delivery = scene.tell(1)
    scene.run()
    assert "word" not in repr(scene.state(delivery))
    assert answered(200, {}, b"word", ms=0, now=NOON) == Outcome(Kind.DELIVERED, "", 200, 0, 0, b"word")
