"""What docs/webhooks.md and docs/wire-formats.md show to partners: a delivery, an assertion, a signed query."""

from __future__ import annotations

import json
import re
from base64 import b64decode

from chalicelib.partners import assertions
from chalicelib.partners.webhooks.kinds import EVENT_TYPES
from chalicelib.partners.webhooks.model import Event, EventType, envelope
from chalicelib.partners.webhooks.sending_signing import by_secret, signed_text
from chalicelib.platform.crypto import sm2
from chalicelib.platform.http.signed import target
from chalicelib.platform.times import parse_rfc3339
from infra.docs import DOCS
from tests.crypto.vectors import OFFICIAL

WEBHOOKS = (DOCS / "webhooks.md").read_text()
FORMATS = (DOCS / "wire-formats.md").read_text()
CLIENT = "client-0123456789abcdef01234567"

[(HEAD, BODY)] = re.findall(r"```http\n(.*?)\n\n(.*?)\n```", WEBHOOKS, re.DOTALL)
HEADERS = dict(line.split(": ", 1) for line in HEAD.splitlines()[1:])
[SECRET] = re.findall(r"`(whsec_\S{20,})`", WEBHOOKS)


def test_the_delivery_it_shows_is_signed_as_it_says() -> None:
    text = signed_text(HEADERS["webhook-id"], int(HEADERS["webhook-timestamp"]), BODY.encode())
    by_hmac, by_the_city = HEADERS["webhook-signature"].split()
    assert by_hmac == f"v1,{by_secret(SECRET, text)}"
    assert sm2.verify(OFFICIAL.public, text, b64decode(by_the_city.removeprefix("v1sm2,")))
    assert HEADERS["yima-key-id"] in FORMATS


def test_its_body_is_an_event_as_it_is_sent() -> None:
    said = json.loads(BODY)
    type = EventType(said["type"])
    event = Event(said["id"], type, parse_rfc3339(said["time"]), said["subject"], said["data"])
    assert envelope(event, "310000").decode() == BODY
    assert said["id"] == HEADERS["webhook-id"]
    assert set(said["data"]) == set(EVENT_TYPES[type].data)


def test_every_outcome_of_an_attempt_is_named() -> None:
    """They stand in the log of deliveries."""
    [named] = re.findall(r"outcomes of attempts are (.*?)\.$", WEBHOOKS, re.MULTILINE)
    source = "".join(
        (DOCS.parent / f"chalicelib/partners/webhooks/{file}.py").read_text()
        for file in ("sending", "sending_wire", "sending_outcome", "delivering", "addresses_refusals")
    )
    for outcome in re.findall(r"`(\w+)`", named):
        assert f'"{outcome}"' in source, outcome


def test_the_assertion_it_shows_gets_a_token() -> None:
    [shown] = re.findall(r"```\n(eyJ\S+)\n```", FORMATS)
    said = assertions.claimed(shown)
    assert said == (CLIENT, "3d92bed6")
    assertions.verified(shown, OFFICIAL.public, client_id=CLIENT, audience="urn:yima:310000", now=1_790_000_001)


def test_a_query_is_signed_as_it_says() -> None:
    [signed] = re.findall(r"is signed as `(\?.*?)`", FORMATS)
    assert target("/v1/things", {}, [("b", "2"), ("a", "x y"), ("b", "1")]) == f"/v1/things{signed}"
