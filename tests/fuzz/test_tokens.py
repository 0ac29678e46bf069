"""Wrong, missing, tampered, borrowed and expired tokens: 401 or 403 by name, before anything else is looked at."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.partners.clients import VERIFIER_SCOPES
from chalicelib.platform.http.bodies import JSON
from chalicelib.platform.http.operation import Principal
from chalicelib.platform.times import parse_rfc3339
from chalicelib.trust.model import KeyUse
from chalicelib.trust.ring import KeyRing
from chalicelib.trust.tokens import CLOCK_TOLERANCE_S, Tokens
from chalicelib.wiring import City
from tests.fuzz.conftest import Badges
from tests.fuzz.stranger import Stranger
from tests.world import Reply, StoppedClock

NEEDS = {
    ("POST", "/v1/imports"): "import:write",
    ("GET", "/v1/imports"): "import:write",
    ("GET", "/v1/imports/{import_id}"): "import:write",
    ("GET", "/v1/imports/{import_id}/refused"): "import:write",
    ("DELETE", "/v1/imports/{import_id}"): "import:write",
    ("POST", "/v1/webhooks"): "webhook:write",
    ("GET", "/v1/webhooks"): "webhook:write",
    ("GET", "/v1/webhooks/{webhook_id}"): "webhook:write",
    ("DELETE", "/v1/webhooks/{webhook_id}"): "webhook:write",
    ("POST", "/v1/webhooks/{webhook_id}/challenge"): "webhook:write",
    ("POST", "/v1/webhooks/{webhook_id}/events"): "webhook:write",
    ("POST", "/v1/webhooks/{webhook_id}/secrets"): "webhook:write",
    ("POST", "/v1/webhooks/{webhook_id}/pause"): "webhook:write",
    ("POST", "/v1/webhooks/{webhook_id}/resumption"): "webhook:write",
    ("POST", "/v1/webhooks/{webhook_id}/test"): "webhook:write",
    ("GET", "/v1/webhooks/{webhook_id}/deliveries"): "webhook:write",
    ("POST", "/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/redelivery"): "webhook:write",
    ("POST", "/v1/assistances"): "assist:person",
    ("GET", "/v1/assistances/{assistance_id}"): "assist:person",
    ("POST", "/v1/assistances/{assistance_id}/acts"): "assist:person",
    ("POST", "/v1/assistances/{assistance_id}/close"): "assist:person",
    ("GET", "/v1/assistances/{assistance_id}/receipt"): "assist:person",
    ("GET", "/v1/account/export"): "account:write",
    ("POST", "/v1/account/name"): "account:write",
    ("POST", "/v1/account/documents"): "account:write",
    ("POST", "/v1/account/cancellation"): "account:write",
    ("GET", "/v1/account/cancellation"): "account:write",
    ("DELETE", "/v1/account/cancellation"): "account:write",
    ("POST", "/v1/codes"): "code:issue",
    ("GET", "/v1/scans"): "scan:read",
    ("POST", "/v1/papers"): "carrier:write",
    ("GET", "/v1/papers"): "carrier:read",
    ("POST", "/v1/papers/{paper_id}/loss"): "carrier:write",
    ("GET", "/v1/papers/{paper_id}/document"): "carrier:read",
    ("POST", "/v1/verifications"): "code:verify",
    ("POST", "/v1/disclosures"): "disclosure:read",
    ("GET", "/v1/disclosures"): "scan:read",
    ("POST", "/v1/consent-requests"): "consent:ask",
    ("GET", "/v1/consent-requests"): "consent:ask",
    ("GET", "/v1/consent-requests/{consent_id}"): "consent:ask",
    ("GET", "/v1/consents"): "consent:read",
    ("GET", "/v1/consents/{consent_id}"): "consent:read",
    ("POST", "/v1/consents/{consent_id}/agreement"): "consent:write",
    ("POST", "/v1/consents/{consent_id}/refusal"): "consent:write",
    ("POST", "/v1/consents/{consent_id}/withdrawal"): "consent:write",
    ("POST", "/v1/cards"): "carrier:write",
    ("GET", "/v1/cards"): "carrier:read",
    ("POST", "/v1/cards/{card_id}/loss"): "carrier:write",
    ("DELETE", "/v1/cards/{card_id}"): "carrier:write",
    ("POST", "/v1/evidence"): "evidence:write",
    ("POST", "/v1/evidence/batch"): "evidence:write",
    ("POST", "/v1/evidence/voids"): "evidence:write",
    ("GET", "/v1/notices"): "notice:read",
    ("GET", "/v1/sessions"): "session:read",
    ("DELETE", "/v1/sessions"): "session:write",
    ("DELETE", "/v1/sessions/{session_id}"): "session:write",
    ("POST", "/v1/tags"): "tag:report",
    ("GET", "/v1/tags"): "tag:read-own",
    ("POST", "/v1/tags/{tag}/consent"): "tag:write",
    ("DELETE", "/v1/tags/{tag}/consent"): "tag:write",
    ("POST", "/v1/channels"): "channel:write",
    ("GET", "/v1/channels"): "channel:write",
    ("DELETE", "/v1/channels/{channel_id}"): "channel:write",
    ("GET", "/v1/status"): "status:read",
    ("GET", "/v1/status/history"): "status:read",
    ("GET", "/v1/appeals/queue"): "appeal:review",
    ("POST", "/v1/appeals/{appeal_id}/assignment"): "appeal:review",
    ("POST", "/v1/appeals/{appeal_id}/release"): "appeal:review",
    ("GET", "/v1/appeals/{appeal_id}/case"): "appeal:review",
    ("GET", "/v1/appeals/{appeal_id}/case/attachments/{n}"): "appeal:review",
    ("POST", "/v1/appeals/{appeal_id}/decision"): "appeal:review",
    ("GET", "/v1/appeal-statistics"): "appeal:read",
    ("POST", "/v1/appeals"): "appeal:file",
    ("GET", "/v1/appeals"): "appeal:file",
    ("GET", "/v1/appeals/{appeal_id}"): "appeal:file",
    ("POST", "/v1/appeals/{appeal_id}/withdrawal"): "appeal:file",
    ("POST", "/v1/appeals/{appeal_id}/escalation"): "appeal:file",
    ("POST", "/v1/appeals/{appeal_id}/attachments"): "appeal:file",
    ("GET", "/v1/appeals/{appeal_id}/attachments/{n}"): "appeal:file",
    ("POST", "/v1/delegations"): "delegation:write",
    ("GET", "/v1/delegations"): "delegation:read",
    ("POST", "/v1/delegations/{delegation_id}/agreement"): "delegation:write",
    ("POST", "/v1/delegations/{delegation_id}/refusal"): "delegation:write",
    ("POST", "/v1/delegations/{delegation_id}/end"): "delegation:write",
    ("GET", "/v1/office-log"): "audit:read",
    ("GET", "/v1/retention-reports"): "audit:read",
    ("POST", "/v1/clients"): "client:write",
    ("GET", "/v1/clients"): "client:read",
    ("GET", "/v1/clients/{client_id}"): "client:read",
    ("POST", "/v1/clients/{client_id}/approval"): "client:approve",
    ("POST", "/v1/clients/{client_id}/refusal"): "client:approve",
    ("POST", "/v1/clients/{client_id}/scopes"): "client:write",
    ("POST", "/v1/clients/{client_id}/suspension"): "client:write",
    ("POST", "/v1/clients/{client_id}/resumption"): "client:write",
    ("POST", "/v1/clients/{client_id}/secrets"): "client:write",
    ("POST", "/v1/clients/{client_id}/keys"): "client:write",
    ("DELETE", "/v1/clients/{client_id}/keys/{key_id}"): "client:write",
    ("POST", "/v1/terminals"): "terminal:write",
    ("GET", "/v1/terminals"): "terminal:write",
    ("POST", "/v1/terminals/{terminal_id}/secrets"): "terminal:write",
    ("POST", "/v1/terminals/{terminal_id}/suspension"): "terminal:write",
    ("GET", "/v1/alerts"): "alert:read",
    ("GET", "/v1/alerts/{alert_id}"): "alert:read",
    ("POST", "/v1/alerts/{alert_id}/closing"): "alert:close",
    ("POST", "/v1/overrides"): "override:propose",
    ("POST", "/v1/overrides/{override_id}/approval"): "override:approve",
    ("POST", "/v1/overrides/{override_id}/rejection"): "override:approve",
    ("POST", "/v1/overrides/{override_id}/withdrawal"): "override:propose",
    ("POST", "/v1/overrides/{override_id}/end"): "override:approve",
    ("GET", "/v1/overrides/{override_id}"): "override:read",
    ("GET", "/v1/overrides"): "override:read",
    ("GET", "/v1/override-report"): "override:read",
    ("GET", "/v1/override-grounds"): "override:read",
    ("POST", "/v1/policies"): "policy:write",
    ("GET", "/v1/policies"): "policy:read",
    ("GET", "/v1/policies/{policy_key}"): "policy:read",
    ("POST", "/v1/dry-runs"): "policy:write",
    ("GET", "/v1/dry-runs/{dry_run_id}"): "policy:read",
    ("POST", "/v1/roll-outs"): "policy:write",
    ("GET", "/v1/roll-outs"): "policy:read",
    ("GET", "/v1/roll-outs/{roll_out_id}"): "policy:read",
    ("POST", "/v1/roll-outs/{roll_out_id}/approval"): "policy:write",
    ("POST", "/v1/roll-outs/{roll_out_id}/rejection"): "policy:write",
    ("POST", "/v1/roll-outs/{roll_out_id}/rollback"): "policy:write",
}
every_operation = pytest.mark.parametrize(("method", "path"), NEEDS)


def encoded(document: object) -> str:
    return urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()


def ask(stranger: Stranger, header: str | None, method: str = "POST", path: str = "/v1/verifications") -> Reply:
    """A request with this `Authorization`, and a body that is broken, as nobody should look at it yet."""
    headers = {"content-type": JSON} | ({} if header is None else {"authorization": header})
    return stranger.ask(method, path, headers, b"{broken")


def test_every_operation_that_needs_a_token_is_tried(stranger: Stranger) -> None:
    paths = stranger.get("/v1/openapi.json").body["paths"]
    guarded = {
        (method.upper(), path)
        for path, methods in paths.items()
        for method, operation in methods.items()
        if operation["security"]
    }
    assert guarded == set(NEEDS)


HEADERS = {
    "none": (None, "missing_token"),
    "an empty one": ("", "missing_token"),
    "the scheme alone": ("Bearer", "missing_token"),
    "the scheme and blanks": ("Bearer   ", "missing_token"),
    "another scheme": ("Basic bWV0cm86eA==", "missing_token"),
    "two schemes": ("Basic Bearer x", "missing_token"),
    "a comma-separated list": ("Bearer a, Bearer b", "invalid_token"),
    "a word": ("Bearer nonsense", "invalid_token"),
    "dots": ("Bearer ...", "invalid_token"),
    "a NUL": ("Bearer a\0b", "invalid_token"),
    "a line end": ("Bearer a\r\nX-Admin: 1", "invalid_token"),
    "a character beyond Latin": ("Bearer 张三.李四.王五", "invalid_token"),
    "a lone surrogate": ("Bearer \ud800.a.b", "invalid_token"),
    "100,000 letters": ("Bearer " + "x" * 100_000, "invalid_token"),
    "100,000 dots": ("Bearer " + "." * 100_000, "invalid_token"),
    "a JWT that is not signed": (f"Bearer {encoded({'alg': 'none'})}.{encoded({'sub': 'a'})}.", "invalid_token"),
    "a JWT": (f"Bearer {encoded({'alg': 'HS256', 'kid': 1})}.{encoded({'sub': 'a'})}.c2ln", "invalid_token"),
    "a JWT that is nothing but brackets": (f"Bearer {'W1tb' * 2500}.W1tb.W1tb", "invalid_token"),
}


@every_operation
@pytest.mark.parametrize("case", HEADERS)
def test_a_header_without_a_token_of_ours(stranger: Stranger, method: str, path: str, case: str) -> None:
    header, code = HEADERS[case]
    reply = ask(stranger, header, method, path)
    assert (reply.status, reply.code) == (401, code)
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")


@every_operation
def test_a_token_that_does_not_reach_says_what_would(
    stranger: Stranger, badges: Badges, method: str, path: str
) -> None:
    needed = NEEDS[method, path]
    wrong = badges.holder if needed in VERIFIER_SCOPES else badges.verifier
    reply = ask(stranger, f"Bearer {wrong}", method, path)
    assert (reply.status, reply.code, reply.body["needed"]) == (403, "insufficient_scope", needed)


def test_the_scheme_may_be_written_in_any_case(stranger: Stranger, badges: Badges) -> None:
    for scheme in ("bearer", "BEARER", "BeArEr"):
        assert ask(stranger, f"{scheme} {badges.verifier}").code == "malformed_body", "let in, and the body read"


def test_a_token_with_any_character_changed_is_refused(stranger: Stranger, badges: Badges) -> None:
    token = badges.verifier
    for place, was in enumerate(token[:-1]):  # the last character has bits that stand for nothing
        for other in {".", "A", "z", "-", "=", "\0"} - {was}:
            reply = ask(stranger, f"Bearer {token[:place]}{other}{token[place + 1 :]}")
            assert (reply.status, reply.code) == (401, "invalid_token"), place


def test_a_token_with_anything_cut_off_or_added_is_refused(stranger: Stranger, badges: Badges) -> None:
    token = badges.verifier
    for length in range(1, len(token)):
        assert ask(stranger, f"Bearer {token[:length]}").code == "invalid_token", length
        assert ask(stranger, f"Bearer {token[length:]}").code == "invalid_token", length
    for more in (".", "a", ".a", " a", f".{token}"):
        assert ask(stranger, f"Bearer {token}{more}").code == "invalid_token", more


class OtherSecrets:
    """Unwraps every key to a secret that is not the city's."""

    def wrap(self, secret: bytes, *, label: str) -> bytes:
        raise NotImplementedError

    def unwrap(self, wrapped: bytes, *, label: str) -> bytes:
        return bytes(64)


METRO = Principal("metro", frozenset({"code:verify"}), "metro")


def spliced(one: str, other: str) -> str:
    """What one token says, with what another one proves."""
    return one.rpartition(".")[0] + "." + other.rpartition(".")[2]


def forgeries(city: City, badges: Badges) -> dict[str, str]:
    """Tokens in good form, each by somebody who lacks one thing."""
    now = city.clock()
    strangers_ring = KeyRing(lambda: city.key_store, OtherSecrets, max_age=60)
    code_kid = city.ring.signing(KeyUse.CODE, now=now).record.kid
    kid, content, proof = badges.verifier.split(".")
    claims = json.loads(urlsafe_b64decode(content + "=="))
    return {
        "made with another key under the same id": Tokens(strangers_ring, "310000").issue(METRO, now=now, lifetime=300),
        "made by another city": Tokens(city.ring, "210100").issue(METRO, now=now, lifetime=300),
        "the key of codes": f"{code_kid}.{content}.{proof}",
        "a key that nobody has": f"ffffffff.{content}.{proof}",
        "no key": f".{content}.{proof}",
        "another name": f"{kid}.{encoded(claims | {'sub': 'police'})}.{proof}",
        "more scopes": f"{kid}.{encoded(claims | {'scopes': ['code:issue', 'code:verify']})}.{proof}",
        "a longer life": f"{kid}.{encoded(claims | {'exp': 2**40})}.{proof}",
        "a holder's words, a verifier's proof": spliced(badges.holder, badges.verifier),
        "a verifier's words, a holder's proof": spliced(badges.verifier, badges.holder),
        "no proof": f"{kid}.{content}.",
        "the proof left out": f"{kid}.{content}",
        "a proof of zeros": f"{kid}.{content}.{'A' * 43}",
        "a code instead": Stranger(city).code(badges.holder),
    }


def test_a_token_that_lacks_one_thing_is_refused(city: City, stranger: Stranger, badges: Badges) -> None:
    for case, token in forgeries(city, badges).items():
        for method, path in NEEDS:
            reply = ask(stranger, f"Bearer {token}", method, path)
            assert (reply.status, reply.code) == (401, "invalid_token"), case


def test_an_expired_token_says_so_with_both_times(city: City, stranger: Stranger, clock: StoppedClock) -> None:
    clock.advance(600)
    now = int(clock())
    token = city.tokens.issue(METRO, now=now - 300, lifetime=300 - CLOCK_TOLERANCE_S)
    assert stranger.verify("YM1:", token).status == 200, "a clock may be wrong by as much"
    token = city.tokens.issue(METRO, now=now - 301, lifetime=300 - CLOCK_TOLERANCE_S)
    reply = stranger.verify("YM1:", token)
    assert (reply.status, reply.code) == (401, "expired_token")
    assert parse_rfc3339(reply.body["expired_at"]) == now - 1 - CLOCK_TOLERANCE_S
    assert parse_rfc3339(reply.body["server_time"]) == now


@settings(max_examples=150)
@given(header=st.text(max_size=80) | st.text(max_size=80).map("Bearer ".__add__) | st.binary(max_size=60).map(repr))
def test_random_headers_let_nobody_in(stranger: Stranger, header: str) -> None:
    assert ask(stranger, header).code in {"missing_token", "invalid_token"}


@settings(max_examples=100)
@given(headers=st.dictionaries(st.text(max_size=12).map(str.lower), st.text(max_size=40), max_size=6))
def test_headers_that_nobody_asked_for_do_no_harm(stranger: Stranger, badges: Badges, headers: dict[str, str]) -> None:
    stranger.ask("POST", "/v1/codes", headers | {"authorization": f"Bearer {badges.holder}"}, b"{}")
