"""Bodies that no honest program sends, to every operation that takes one: refused by name, or answered as declared."""

from __future__ import annotations

import json
from itertools import count
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import build_app
from chalicelib.people.sandbox import RESIDENTS, SandboxIdentityProvider
from chalicelib.platform.http.bodies import BODY_LIMIT_BYTES, FORM, JSON, LARGEST_BODY_BYTES
from chalicelib.platform.http.paths import parameters
from chalicelib.status.evidence.routes import BATCH_LIMIT_BYTES
from chalicelib.status.overrides.routes import BODY_LIMIT_BYTES as OVERRIDE_LIMIT_BYTES
from chalicelib.status.policy.routes import POLICY_LIMIT_BYTES
from chalicelib.wiring import City
from tests.fuzz.conftest import Badges
from tests.fuzz.stranger import Stranger
from tests.world import Reply

LOGIN = SandboxIdentityProvider.login(RESIDENTS[0])
SCAN = {"code": "YM1:", "purpose": "entry", "place": "east gate"}
FACT = {
    "document_type": LOGIN["document_type"],
    "document_number": LOGIN["document_number"],
    "kind": "arrival",
    "happened_at": "2026-09-20T10:00:00+08:00",
    "attributes": {"risk": "low"},
    "reference": "ENTRY-1",
    "valid_until": "2027-09-20T10:00:00+08:00",
}
OVERRIDE = {
    "colour": "yellow",
    "people": [{"document_type": LOGIN["document_type"], "document_number": LOGIN["document_number"]}],
    "ground": "medical-observation",
    "reason": "与确诊病例同乘一节车厢，须居家观察。",
    "hours": 48,
    "group": "三号楼",
}
TAG = {
    "document_type": LOGIN["document_type"],
    "document_number": LOGIN["document_number"],
    "tag": "veteran",
    "expires_at": "2036-09-20T10:00:00+08:00",
    "reference": "VETERAN-1",
}
IMPORT = {"kind": "evidence", "format": "csv", "encoding": "gb18030", "size": 1000}
NOTE = {"note": "已核实"}
ROLL_OUT = {"policy_key": "calm@1", "reason": "疫情平稳", "effective_from": "2026-09-22T00:00:00+08:00"}
APPEAL = {
    "text": "我在该时段不在本市，有车票为证，请复核。",
    "about": "status",
    "for": {"document_type": LOGIN["document_type"], "document_number": LOGIN["document_number"]},
}
ANSWER = {"outcome": "upheld", "reason": "经核对铁路出行记录，申诉人当日不在本市。", "voids": []}
DELEGATION = {
    "kind": "child",
    "dependant": {name: value for name, value in LOGIN.items() if name != "liveness_token"},
    "until": "2026-12-31T00:00:00+08:00",
    "guardian_consent": {"version": "2026-1"},
}
VISIT = {name: LOGIN[name] for name in ("name", "document_type", "document_number")} | {
    "why": "no_phone",
    "place": "窗口",
    "document_seen": True,
}
WEBHOOK = {"url": "https://hooks.example.org/yima", "events": ["key.published"], "order": "subject"}
CONSENT = {
    "exchange_token": "x1.AAAA",
    "fields": ["name"],
    "use": "period",
    "until": "2026-12-31T00:00:00+08:00",
    "unattended": False,
    "why": "办理住院登记",
}
GOOD: dict[str, tuple[str | None, str, dict[str, Any]]] = {
    "/v1/sessions": (None, JSON, LOGIN | {"device": {"name": "phone", "device_id": "1"}}),
    "/v1/sessions/refresh": (None, JSON, {"refresh_token": f"r1.{'0' * 24}.{'0' * 24}.0.{'0' * 64}"}),
    "/v1/codes": ("code:issue", JSON, {"ahead": 1, "picture": "svg"}),
    "/v1/verifications": ("code:verify", JSON, SCAN),
    "/v1/disclosures": ("disclosure:read", JSON, {"fields": ["name"], "exchange_token": "x1.AAAA"}),
    "/v1/consent-requests": ("consent:ask", JSON, CONSENT),
    "/v1/consents/{consent_id}/agreement": ("consent:write", JSON, {"text_version": "2026-1", "for": "0" * 24}),
    "/v1/consents/{consent_id}/refusal": ("consent:write", JSON, {"for": "0" * 24}),
    "/v1/consents/{consent_id}/withdrawal": ("consent:write", JSON, {"for": "0" * 24}),
    "/v1/clients": ("client:write", JSON, {"name": "地铁", "kind": "verifier", "scopes": ["code:verify"]}),
    "/v1/clients/{client_id}/approval": ("client:approve", JSON, {"proposal": 1}),
    "/v1/clients/{client_id}/refusal": ("client:approve", JSON, {"proposal": 1}),
    "/v1/clients/{client_id}/scopes": ("client:write", JSON, {"scopes": ["code:verify"]}),
    "/v1/clients/{client_id}/secrets": ("client:write", JSON, {"overlap_s": 60, "replaces": "oldest"}),
    "/v1/clients/{client_id}/keys": ("client:write", JSON, {"public_key": "04" + "0" * 128}),
    "/v1/terminals": ("terminal:write", JSON, {"name": "三号闸机", "place": "东门"}),
    "/v1/terminals/{terminal_id}/secrets": ("terminal:write", JSON, {"overlap_s": 60, "replaces": "oldest"}),
    "/v1/cards": ("carrier:write", JSON, {"card_type": "senior_card", "card_number": "3101990012345678"}),
    "/v1/evidence": ("evidence:write", JSON, FACT),
    "/v1/evidence/batch": ("evidence:write", JSON, {"items": [FACT]}),
    "/v1/tags": ("tag:report", JSON, TAG),
    "/v1/evidence/voids": ("evidence:write", JSON, {"reference": "ENTRY-0", "reason": "withdrawn"}),
    "/v1/overrides": ("override:propose", JSON, OVERRIDE),
    "/v1/alerts/{alert_id}/closing": ("alert:close", JSON, {"verdict": "legitimate"}),
    "/v1/overrides/{override_id}/approval": ("override:approve", JSON, NOTE),
    "/v1/overrides/{override_id}/rejection": ("override:approve", JSON, NOTE),
    "/v1/overrides/{override_id}/withdrawal": ("override:propose", JSON, NOTE),
    "/v1/channels": ("channel:write", JSON, {"name": "wechat", "code": "sandbox-1"}),
    "/v1/overrides/{override_id}/end": ("override:approve", JSON, NOTE),
    "/v1/policies": ("policy:write", JSON, {"text": "policy: calm"}),
    "/v1/dry-runs": ("policy:write", JSON, {"policy_key": "calm@1", "at": "2026-09-22T00:00:00+08:00"}),
    "/v1/roll-outs": ("policy:write", JSON, ROLL_OUT),
    "/v1/roll-outs/{roll_out_id}/rejection": ("policy:write", JSON, {"reason": "尚不必要"}),
    "/v1/roll-outs/{roll_out_id}/rollback": ("policy:write", JSON, {"reason": "条件有误"}),
    "/v1/appeals": ("appeal:file", JSON, APPEAL),
    "/v1/appeals/{appeal_id}/escalation": ("appeal:file", JSON, {"text": APPEAL["text"]}),
    "/v1/appeals/{appeal_id}/attachments": ("appeal:file", JSON, {"media_type": "image/png", "content": "iVBORw=="}),
    "/v1/appeals/{appeal_id}/decision": ("appeal:review", JSON, ANSWER),
    "/v1/delegations": ("delegation:write", JSON, DELEGATION),
    "/v1/papers": ("carrier:write", JSON, {"for": "0" * 24}),
    "/v1/papers/{paper_id}/loss": ("carrier:write", JSON, {"for": "0" * 24}),
    "/v1/assistances": ("assist:person", JSON, VISIT),
    "/v1/assistances/{assistance_id}/acts": ("assist:person", JSON, {"act": {"name": "issue_paper", "form": "card"}}),
    "/v1/account/name": ("account:write", JSON, {"name": "林晚"}),
    "/v1/account/documents": ("account:write", JSON, LOGIN | {"liveness_token": "face"}),
    "/v1/imports": ("import:write", JSON, IMPORT),
    "/v1/webhooks": ("webhook:write", JSON, WEBHOOK),
    "/v1/webhooks/{webhook_id}/events": ("webhook:write", JSON, {"events": ["key.revoked"], "order": "none"}),
    "/v1/oauth/token": (None, FORM, {"grant_type": "client_credentials", "client_id": "x", "client_secret": "y"}),
}
"""A good body for every operation that takes one: whose token, which media type, what it says."""

LIMITS = {
    "/v1/appeals/{appeal_id}/attachments": LARGEST_BODY_BYTES,
    "/v1/evidence/batch": BATCH_LIMIT_BYTES,
    "/v1/overrides": OVERRIDE_LIMIT_BYTES,
    "/v1/policies": POLICY_LIMIT_BYTES,
}
"""Operations that take more than others."""

MAY_SAY_NOTHING = {
    f"/v1/overrides/{{override_id}}/{verb}": ("override_not_found",)
    for verb in ("approval", "rejection", "withdrawal", "end")
} | {
    "/v1/clients/{client_id}/secrets": ("client_not_found",),
    "/v1/terminals/{terminal_id}/secrets": ("terminal_not_found",),
    "/v1/papers": ("holder_suspended", "not_your_dependant", "too_many_papers"),
    "/v1/papers/{paper_id}/loss": ("paper_not_found", "not_your_dependant"),
    "/v1/consents/{consent_id}/refusal": ("consent_not_found", "not_your_dependant"),
    "/v1/consents/{consent_id}/withdrawal": ("consent_not_found", "not_your_dependant"),
}
"""Operations that take an empty body, and what they answer then: fields that are not theirs are not read."""

ANY_ID = "0" * 24
"""Stands in for every id in a path; bodies are read before anybody looks for it."""

every_path = pytest.mark.parametrize("path", GOOD)


class Sender:
    """Sends bodies to any operation, as somebody who may."""

    def __init__(self, stranger: Stranger, badges: Badges) -> None:
        self._stranger, self._badges = stranger, badges
        self._keys = count()

    def send(self, path: str, body: bytes, media: str | None = None) -> Reply:
        """To an operation that wants ids in its path, or a key for what it creates, both are given."""
        scope, usual, _ = GOOD[path]
        somewhere = path.format_map(dict.fromkeys(parameters(path), ANY_ID))
        token, key = self._badges.of(scope), f"key-{next(self._keys)}"
        return self._stranger.send("POST", somewhere, body=body, token=token, media=media or usual, key=key)

    def say(self, path: str, document: Any) -> Reply:
        return self.send(path, json.dumps(document).encode("utf-8", "surrogatepass"))


@pytest.fixture(scope="module")
def sender(stranger: Stranger, badges: Badges) -> Sender:
    return Sender(stranger, badges)


def test_every_operation_with_a_body_is_tried(stranger: Stranger) -> None:
    paths = stranger.get("/v1/openapi.json").body["paths"]
    assert {path for path, methods in paths.items() if any("requestBody" in each for each in methods.values())} == set(
        GOOD
    )


BROKEN = {
    "one byte that is no text": b"\xff",
    "half a character": b'{"picture":"\xe5\xbc","for":"\xe5\xbc"}',
    "UTF-16": "{}".encode("utf-16"),
    "a byte-order mark": b"\xef\xbb\xbf{}",
    "a NUL": b"\0",
    "a NUL behind": b"{}\0",
    "two documents": b"{}{}",
    "an open bracket": b"{",
    "100,000 brackets": b"[" * 100_000,
    "60,000 brackets": b"[" * 60_000,
    "10,000 objects in each other": b'{"x":' * 10_000,
    "deep inside a field that is not ours": b'{"x":' + b"[" * 60_000 + b"]" * 4_000 + b"}",
    "one megabyte of blanks": b" " * 2**20,
    "one megabyte of letters": b'"' + b"a" * 2**20 + b'"',
    "one megabyte in a field": b'{"name":"' + b"a" * 2**20 + b'"}',
    "one byte too many": b" " * (BODY_LIMIT_BYTES + 1),
    "a list": b"[]",
    "a word": b"nonsense",
    "null": b"null",
    "NaN": b'{"ahead":NaN}',
    "a form without values": b"&&&===",
    "a form of 33 fields": b"&".join(b"f%d=1" % number for number in range(33)),
    "a broken percent sign": b"grant_type=%zz&client_id=%&client_secret=%f",
}


@every_path
@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_a_body_that_cannot_be_read_is_refused_by_name(sender: Sender, path: str, body: bytes) -> None:
    reply = sender.send(path, body)
    assert reply.code in (
        {"body_too_large"}
        if len(body) > LIMITS.get(path, BODY_LIMIT_BYTES)
        else {"malformed_body", "invalid_client", "unsupported_grant_type", *MAY_SAY_NOTHING.get(path, ())}
    ), reply


WRONG: dict[str, Any] = {
    "nothing": None,
    "truth": True,
    "a number": 7,
    "a negative number": -1,
    "a huge number": 10**400,
    "a fraction": 0.5,
    "a list": ["entry"],
    "an object": {"$ne": ""},
    "a very long text": "界" * 5000,
    "a lone surrogate": "\ud800",
}
MAY_BE_LEFT_OUT = {
    ("/v1/imports", "size"),
    ("/v1/clients/{client_id}/secrets", "replaces"),
    ("/v1/terminals/{terminal_id}/secrets", "replaces"),
    ("/v1/delegations", "until"),
    ("/v1/delegations", "guardian_consent"),
    ("/v1/sessions", "liveness_token"),
    ("/v1/sessions", "device"),
    ("/v1/verifications", "code"),
    ("/v1/disclosures", "exchange_token"),
    ("/v1/codes", "ahead"),
    ("/v1/codes", "picture"),
    ("/v1/evidence", "valid_until"),
    ("/v1/dry-runs", "at"),
    ("/v1/appeals", "for"),
    ("/v1/papers", "for"),
    ("/v1/papers/{paper_id}/loss", "for"),
    ("/v1/consent-requests", "until"),
    ("/v1/consents/{consent_id}/agreement", "for"),
    ("/v1/consents/{consent_id}/refusal", "for"),
    ("/v1/consents/{consent_id}/withdrawal", "for"),
    ("/v1/appeals/{appeal_id}/decision", "voids"),
    ("/v1/roll-outs", "effective_from"),
}
OF_THE_RIGHT_KIND = {
    ("size", "a number"),
    ("ahead", "a number"),
    ("hours", "a number"),
    ("overlap_s", "a number"),
    ("proposal", "a number"),
    ("scopes", "a list"),
    ("items", "a list"),
    ("events", "a list"),
    ("people", "a list"),
    ("voids", "a list"),
    ("fields", "a list"),
    ("attributes", "an object"),
    ("device", "an object"),
    ("text", "a very long text"),
    ("document_seen", "truth"),
    ("unattended", "truth"),
}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize(
    ("path", "name"), [(path, name) for path in GOOD if path != "/v1/oauth/token" for name in GOOD[path][2]]
)
def test_a_field_of_the_wrong_kind_is_refused_by_its_name(sender: Sender, path: str, name: str, wrong: str) -> None:
    if (path, name) in MAY_BE_LEFT_OUT and wrong == "nothing":
        return
    if (name, wrong) in OF_THE_RIGHT_KIND:
        return
    reply = sender.say(path, GOOD[path][2] | {name: WRONG[wrong]})
    assert reply.code == "malformed_body"
    assert wrong == "a lone surrogate" or f"`$.{name}`" in reply.body["where"]


STRANGE = {
    "nothing in it": "",
    "a NUL": "\0",
    "line ends": "\r\n",
    "a text that turns round": "\u202e",
    "an emoji family": "👨\u200d👩\u200d👧",
    "a query": "' OR 1=1 --",
    "a template": "{{7*7}}${7*7}",
    "an escape": "\x1b[31m",
    "a path": "../../etc/passwd",
    "the last character": "\U0010ffff",
}


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE)
@pytest.mark.parametrize(("path", "name"), [(path, name) for path in GOOD for name in GOOD[path][2] if name != "ahead"])
def test_a_strange_text_is_no_mistake_of_ours(sender: Sender, path: str, name: str, text: str) -> None:
    _, media, good = GOOD[path]
    document = good | {name: text}
    sender.send(path, json.dumps(document).encode() if media == JSON else urlencode(document).encode())


def test_a_field_that_is_given_twice(sender: Sender) -> None:
    """In a form it is refused, as OAuth demands; in JSON the last one counts, as everywhere."""
    form = b"grant_type=client_credentials&client_id=a&client_id=b&client_secret=c"
    assert sender.send("/v1/oauth/token", form).code == "malformed_body"
    twice = sender.send("/v1/codes", b'{"ahead":2,"ahead":3}')
    assert len(twice.body["codes"]) == 3


@every_path
@settings(max_examples=40)
@given(body=st.binary(max_size=200))
def test_random_bytes_are_refused(sender: Sender, path: str, body: bytes) -> None:
    reply = sender.send(path, body)
    if body.strip() not in {b"", b"{}"}:
        assert reply.code == "malformed_body"


DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@every_path
@settings(max_examples=40)
@given(data=st.data())
def test_random_documents_are_answered_as_declared(sender: Sender, path: str, data: st.DataObject) -> None:
    fields = {name: DOCUMENTS | st.just(good) for name, good in GOOD[path][2].items()}
    document = data.draw(st.fixed_dictionaries({}, optional=fields) | DOCUMENTS)
    sender.say(path, document)


MEDIA = {
    "plain text": "text/plain",
    "a form where JSON is due, or the other way round": "swap",
    "many parts": "multipart/form-data; boundary=x",
    "XML": "application/xml",
    "JSON by another name": "application/vnd.api+json",
    "nonsense": "\x00;;=",
    "a picture": "image/png",
    "any": "*/*",
}


@every_path
@pytest.mark.parametrize("media", MEDIA.values(), ids=MEDIA)
def test_a_body_of_another_media_type_is_not_taken(sender: Sender, path: str, media: str) -> None:
    usual = GOOD[path][1]
    sent = media if media != "swap" else FORM if usual == JSON else JSON
    reply = sender.send(path, b"{}", media=sent)
    assert reply.code == "unsupported_media_type"
    assert reply.body["expected"] == usual


def test_a_refusal_repeats_nothing_that_was_sent(sender: Sender) -> None:
    """Not even a value that is no member of a short list: it may have been typed into the wrong field."""
    reply = sender.say("/v1/codes", {"picture": "张三 - at `$.name`"})
    assert reply.body["where"] == "Invalid value - at `$.picture`"


def test_an_unknown_purpose_is_answered_with_the_list(sender: Sender) -> None:
    reply = sender.say("/v1/verifications", SCAN | {"purpose": "curiosity"})
    assert (reply.status, reply.code) == (422, "unknown_purpose")
    assert "entry" in reply.body["registered"]
    assert "curiosity" not in json.dumps(reply.body)


EVENTS: dict[str, dict[str, Any]] = {
    "text with a lone surrogate": {"body": "\ud800", "isBase64Encoded": False},
    "Base64 that is none": {"body": "a", "isBase64Encoded": True},
    "Base64 of what is no text": {"body": "/w==", "isBase64Encoded": True},
    "no body at all": {"body": None, "isBase64Encoded": False},
}


@every_path
@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_a_gateway_that_hands_on_nonsense(city: City, badges: Badges, path: str, event: dict[str, Any]) -> None:
    scope, media, _ = GOOD[path]
    headers = {"content-type": media, "authorization": f"Bearer {badges.of(scope)}", "idempotency-key": "key"}
    context = {"httpMethod": "POST", "resourcePath": path, "identity": {}, "path": path}
    ids = dict.fromkeys(parameters(path), ANY_ID)
    around = {"requestContext": context, "headers": headers, "pathParameters": ids, "stageVariables": {}}
    answer = build_app(city)({**around, "multiValueQueryStringParameters": None, **event}, None)
    told = json.loads(answer["body"])
    assert answer["statusCode"] == 201 or told["code"] in {"malformed_body", *MAY_SAY_NOTHING.get(path, ())}
