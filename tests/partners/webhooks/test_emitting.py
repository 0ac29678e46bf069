"""What the records of streams tell, record by record: the same for the same, nothing for what is nobody's business."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import msgspec
import pytest

from chalicelib.partners.webhooks.audience import EVERYONE, Addressed, own
from chalicelib.partners.webhooks.emitting.alerts import alert_events
from chalicelib.partners.webhooks.emitting.appeals import appeal_events
from chalicelib.partners.webhooks.emitting.carriers import carrier_events
from chalicelib.partners.webhooks.emitting.consents import consent_events
from chalicelib.partners.webhooks.emitting.imports import import_events
from chalicelib.partners.webhooks.emitting.keys import key_events
from chalicelib.partners.webhooks.emitting.scans import scan_events
from chalicelib.partners.webhooks.emitting.statuses import status_events
from chalicelib.partners.webhooks.kinds import EVENT_TYPES
from chalicelib.partners.webhooks.model import EventType, envelope
from chalicelib.platform.crypto.hashing import sm3
from chalicelib.platform.times import rfc3339
from chalicelib.status.appeals.model import Event as Happened
from chalicelib.status.appeals.model import Step
from chalicelib.trust.model import DAY_S, KeyRecord, KeyState, KeyUse
from chalicelib.trust.rotation import CLOCKS_APART_S
from chalicelib.trust.status_lists.store import Revoked
from chalicelib.trust.trust_list import TrustedKey, TrustList
from tests.world import NOON

Change = dict[str, Any]
HOLDER = "0123456789abcdef01234567"
NAMES = {"holder": HOLDER, "client_name": "张三", "verifier_name": "张三", "name": "张三", "new": "red"}
GONE: Change = {"Keys": {}, "OldImage": {"holder": {"S": HOLDER}}}
"""What a stream tells of an item that time has taken away."""


def image(**values: str | int) -> Change:
    """An item as a stream shows it."""
    return {name: {"N": str(value)} if isinstance(value, int) else {"S": value} for name, value in values.items()}


def hidden(*parts: str) -> str:
    return sm3("|".join(parts).encode()).hex()


def types(told: list[Addressed]) -> list[str]:
    return [one.event.type for one in told]


# ---- scans

SCAN: dict[str, Any] = {
    "scan_id": "1790000000-00",
    "verifier": "metro",
    "purpose": "entry",
    "place": "某某家门口",
    "at": NOON,
}
SCANNED: Change = {"NewImage": image(**NAMES, **SCAN, terminal="gate-7", fields="name")}


def test_a_scan_is_told_to_who_scanned() -> None:
    [told] = scan_events(SCANNED, hidden)
    assert (told.event.type, told.audience, told.event.at) == (EventType.SCAN_ACCEPTED, own("metro"), NOON)
    assert told.event.data["terminal"] == "gate-7"
    assert told.event.subject == f"scan/{told.event.data['scan']}"


def test_a_scan_that_time_has_taken_away_is_not_told() -> None:
    assert scan_events(GONE, hidden) == []


# ---- statuses


class Watching(NamedTuple):
    consent_id: str
    client_id: str
    agreed_at: int


CHANGED: Change = {"NewImage": image(**NAMES, sequence=4, at=NOON, old="green", cause="evidence")}
CONSENTS = [
    Watching("c-of-a-clinic", "clinic", NOON - 9),
    Watching("c-of-a-school", "school", NOON),
    Watching("c-later", "hotel", NOON + 1),
]


def test_a_change_of_colour_is_told_under_each_consent_that_ran_by_then() -> None:
    told = status_events(CHANGED, lambda holder, now: CONSENTS, hidden, now=NOON + 5)
    assert [(one.audience, one.event.subject) for one in told] == [
        (own("clinic"), "consent/c-of-a-clinic"),
        (own("school"), "consent/c-of-a-school"),
    ]
    assert len({one.event.event_id for one in told}) == 2
    assert told[0].event.data == {
        "consent_id": "c-of-a-clinic",
        "at": rfc3339(NOON),
        "fetch": "POST /v1/disclosures",
    }


def test_nobody_is_told_of_a_colour_that_nobody_may_watch() -> None:
    assert status_events(CHANGED, lambda holder, now: [], hidden, now=NOON) == []
    assert status_events(GONE, lambda holder, now: CONSENTS, hidden, now=NOON) == []


# ---- consents

ASKED = image(**NAMES, consent_id="c1", client_id="clinic", state="asked", fields="name", asked_at=NOON)
AGREED = ASKED | image(state="agreed", agreed_at=NOON + 1)
ONCE = AGREED | image(uses=1, last_use=NOON + 2)
USED_UP = ONCE | image(state="used", closed_at=NOON + 2)
STEPS: dict[str, tuple[Change, Change, list[str]]] = {
    "asked": ({}, ASKED, []),
    "agreed to": (ASKED, AGREED, ["consent.given"]),
    "refused": (ASKED, ASKED | image(state="refused", closed_at=NOON + 1), ["consent.refused"]),
    "withdrawn": (ONCE, ONCE | image(state="withdrawn", closed_at=NOON + 9), ["consent.withdrawn"]),
    "used": (AGREED, ONCE, ["consent.used"]),
    "used up": (AGREED, USED_UP, ["consent.used"]),
    "used again": (ONCE, ONCE | image(uses=2, last_use=NOON + 8), ["consent.used"]),
    "tidied": (ONCE, ONCE | {"recent": {"SS": ["d1"]}}, []),
    "its reason forgotten": (AGREED | {"why": {"B": "AA=="}}, AGREED, []),
}


@pytest.mark.parametrize(("old", "new", "expected"), STEPS.values(), ids=STEPS)
def test_what_becomes_of_a_consent_is_told_to_who_asked(old: Change, new: Change, expected: list[str]) -> None:
    told = consent_events({"OldImage": old, "NewImage": new} if old else {"NewImage": new})
    assert types(told) == expected
    assert {one.audience for one in told} <= {own("clinic")}
    assert {one.event.subject for one in told} <= {"consent/c1"}


def test_each_use_of_a_consent_is_an_event_of_its_own() -> None:
    first, second = (
        consent_events({"OldImage": STEPS[step][0], "NewImage": STEPS[step][1]}) for step in ("used", "used again")
    )
    assert first[0].event.event_id != second[0].event.event_id


# ---- appeals


def appeal(*events: Happened) -> Change:
    steps = tuple(Step(n, event, HOLDER, "张三", NOON + n) for n, event in enumerate(events, 1))
    return image(**NAMES, appeal_id="a1", level=1, steps=msgspec.json.encode(steps).decode())


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((), (Happened.FILED,), ["appeal.filed"]),
        ((Happened.FILED,), (Happened.FILED, Happened.TAKEN), []),
        ((Happened.FILED,), (Happened.FILED, Happened.WITHDRAWN), []),
        ((Happened.FILED, Happened.TAKEN), (Happened.FILED, Happened.TAKEN, Happened.UPHELD), ["appeal.decided"]),
        ((Happened.FILED, Happened.TAKEN), (Happened.FILED, Happened.TAKEN, Happened.REJECTED), ["appeal.decided"]),
        ((Happened.FILED,), (Happened.FILED,), []),
    ],
)
def test_appeals_are_told_when_they_are_filed_and_decided(
    before: tuple[Happened, ...], after: tuple[Happened, ...], expected: list[str]
) -> None:
    told = appeal_events({"OldImage": appeal(*before), "NewImage": appeal(*after)})
    assert types(told) == expected
    assert {one.audience for one in told} <= {EVERYONE}


def test_how_an_appeal_was_decided_is_not_told() -> None:
    outcomes = (Happened.UPHELD, Happened.REJECTED)
    told = [appeal_events({"OldImage": appeal(), "NewImage": appeal(outcome)}) for outcome in outcomes]
    assert told[0] == told[1]


# ---- status lists


def written(part: str, number: int) -> Change:
    return {"Keys": {"part": {"S": part}, "number": {"N": str(number)}}}


def test_a_list_is_told_where_something_was_revoked_on_it() -> None:
    [told] = carrier_events(written("tokens", 3), lambda number: Revoked(5, NOON))
    assert (told.audience, told.event.subject, told.event.at) == (EVERYONE, "status-list/3", NOON)
    assert carrier_events(written("tokens", 3), lambda number: Revoked(5, NOON)) == [told]
    assert carrier_events(written("tokens", 3), lambda number: Revoked(6, NOON))[0].event != told.event


def test_a_list_on_which_nothing_was_revoked_is_not_told() -> None:
    assert carrier_events(written("tokens", 3), lambda number: Revoked()) == []
    assert carrier_events(written("shelf", 3), lambda number: Revoked(5, NOON)) == []


# ---- keys

LISTED = {"Keys": {"scope": {"S": "310000#public"}, "kid": {"S": "trust-list"}}}


def key(kid: str, state: KeyState, *, use: KeyUse = KeyUse.CODE, since: int = NOON, from_: int = NOON) -> KeyRecord:
    public = b"" if use in {KeyUse.TOKEN, KeyUse.FIELD} else bytes(64)
    return KeyRecord(kid, use, state, public, b"wrapped", from_, NOON + DAY_S, since)


def told_of_keys(*keys: KeyRecord, listed: str = "") -> list[tuple[str, str]]:
    on_it = [TrustedKey(kid, "04" + "00" * 64, rfc3339(NOON), rfc3339(NOON), "active") for kid in listed.split()]
    trust = TrustList("310000", on_it, rfc3339(NOON), rfc3339(NOON), "")
    events = key_events(LISTED, lambda: (trust, keys), now=NOON + DAY_S)
    assert {one.audience for one in events} <= {EVERYONE}
    return [(one.event.type, str(one.event.data["kid"])) for one in events]


def test_keys_are_told_once_they_are_listed_and_once_they_are_not_any_more() -> None:
    assert told_of_keys(key("a", KeyState.PENDING), listed="a") == [("key.published", "a")]
    assert told_of_keys(key("a", KeyState.PENDING)) == []
    urgent = key("b", KeyState.ACTIVE, from_=NOON - CLOCKS_APART_S)
    assert told_of_keys(urgent, listed="b") == [("key.published", "b")]
    assert told_of_keys(key("c", KeyState.REVOKED), listed="c") == []
    assert told_of_keys(key("c", KeyState.REVOKED)) == [("key.revoked", "c")]


def test_what_time_does_to_keys_and_what_nobody_sees_is_not_told() -> None:
    changed_over = key("a", KeyState.ACTIVE, since=NOON + 600)
    old = [key("b", KeyState.RETIRING), key("c", KeyState.RETIRED), key("d", KeyState.REVOKED, since=NOON - 8 * DAY_S)]
    secret = [key("e", KeyState.PENDING, use=KeyUse.TOKEN), key("f", KeyState.REVOKED, use=KeyUse.FIELD)]
    assert told_of_keys(changed_over, *old, *secret, listed="a b") == []


def test_a_key_as_such_tells_nothing_before_the_list_does() -> None:
    stored = {"Keys": {"scope": {"S": "310000"}, "kid": {"S": "0a1b2c3d"}}}
    assert key_events(stored, lambda: pytest.fail("nobody asks"), now=NOON) == []
    assert key_events(LISTED, lambda: None, now=NOON) == []


# ---- alerts and imports

ALERT = image(**NAMES, alert_id="al1", rule="far-above-usual", at=NOON, subject="client-1", state="open")
RECORD = json.dumps({"finished_at": NOON + 7, "client_name": "张三"})
IMPORT = image(import_id="i1", client_id="clinic", state="finished", rows=3, record=RECORD)


def test_an_alert_is_one_event_also_after_it_was_closed() -> None:
    first = alert_events({"NewImage": ALERT})
    assert types(first) == ["alert.raised"]
    assert alert_events({"NewImage": ALERT | image(state="closed")}) == first
    assert alert_events(GONE) == []


@pytest.mark.parametrize("state", ["finished", "failed"])
def test_an_import_that_is_over_is_told_to_its_department(state: str) -> None:
    [told] = import_events({"NewImage": IMPORT | image(state=state)})
    assert (told.audience, told.event.data["state"], told.event.at) == (own("clinic"), state, NOON + 7)


@pytest.mark.parametrize("state", ["waiting", "running", "cancelled"])
def test_an_import_that_goes_on_tells_nothing(state: str) -> None:
    assert import_events({"NewImage": IMPORT | image(state=state)}) == []


# ---- all of them

EVERYTHING: dict[str, list[Addressed]] = {
    "scan": scan_events(SCANNED, hidden),
    "status": status_events(CHANGED, lambda holder, now: CONSENTS, hidden, now=NOON),
    "consents": [told for old, new, _ in STEPS.values() for told in consent_events({"OldImage": old, "NewImage": new})],
    "appeal": appeal_events({"OldImage": appeal(), "NewImage": appeal(Happened.FILED, Happened.UPHELD)}),
    "list": carrier_events(written("tokens", 1), lambda number: Revoked(1, NOON)),
    "alert": alert_events({"NewImage": ALERT}),
    "import": import_events({"NewImage": IMPORT}),
}


@pytest.mark.parametrize("told", EVERYTHING.values(), ids=EVERYTHING)
def test_events_carry_what_is_documented_and_nothing_of_anybody(told: list[Addressed]) -> None:
    assert told
    for event, audience in told:
        assert set(event.data) == set(EVENT_TYPES[event.type].data)
        assert (audience == EVERYONE) != EVENT_TYPES[event.type].own
        body = envelope(event, "310000").decode()
        assert not {secret for secret in (HOLDER, "张三", "red", "green", "某某") if secret in body}
