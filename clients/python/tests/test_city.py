"""The client before the real API: scans, reports, keys, consents, disclosures."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yima
from yima.answers import Card, Document, Fact
from yima.transport import Wish

from chalicelib.people.sandbox import RESIDENTS, SandboxIdentityProvider

SCANNING = ("code:verify",)
PARTNER = ("code:verify", "consent:ask", "disclosure:read", "webhook:write")


@pytest.fixture(scope="module")
def gate(open_city: Any) -> yima.City:
    city: yima.City = open_city.asked_by(open_city.client("library", *SCANNING))
    return city


def test_a_code_is_verified_and_by_another_gate_it_is_replayed(open_city: Any, gate: yima.City) -> None:
    other = open_city.asked_by(open_city.client("park", *SCANNING))
    code = open_city.holder().codes()[0].code
    seen = gate.verify(code, purpose="entry", place="east gate")
    assert (seen.accepted, seen.reason, seen.colour, seen.carrier) == (True, None, "green", "screen")
    assert gate.verify(code, purpose="entry", place="east gate").accepted
    assert other.verify(code, purpose="entry").reason == "replayed"


def test_a_code_is_good_online_and_offline(open_city: Any, gate: yima.City) -> None:
    trust = gate.trust_list()
    for issued in open_city.holder().codes(ahead=2):
        now = issued.issued_at.timestamp()
        seen = gate.verify_offline(issued.code, trust, now=now)
        assert (seen.reason, seen.colour, seen.list_authentic) == (None, issued.colour, True)
        assert gate.verify_offline(issued.code, trust, now=now + 61).reason == "expired"


def test_a_trust_list_that_another_root_would_have_to_sign_is_refused(open_city: Any) -> None:
    stranger = yima.City(open_city.base_url, root="04" + "11" * 64)
    with pytest.raises(yima.NotAuthentic):
        stranger.trust_list()


def test_a_refusal_is_a_problem_with_its_evidence(open_city: Any, gate: yima.City) -> None:
    with pytest.raises(yima.Problem) as caught:
        gate.verify(Document("resident_id", "11010519491231002X"), purpose="entry", place="desk")
    assert (caught.value.code, caught.value.status) == ("insufficient_scope", 403)
    assert caught.value.evidence["needed"] == "document:verify"
    with pytest.raises(yima.Problem, match="insufficient_scope"):
        gate.verify(Card("transit_card", "1"), purpose="entry")


def test_a_wrong_secret_is_named(open_city: Any) -> None:
    secret = open_city.client("kiosk", *SCANNING)
    with pytest.raises(yima.Problem, match="invalid_client"):
        open_city.asked_by(yima.Secret(secret.client_id, "wrong")).verify("YM1:", purpose="entry")


def fact(number: int, resident: int = 0) -> Fact:
    who = RESIDENTS[resident].identity
    return Fact(
        document_type=who.document_type,
        document_number=who.document_number,
        kind="test_result",
        happened_at=datetime.now(UTC) - timedelta(hours=1),
        reference=f"lab-{number}",
        attributes={"result": "negative", "method": "pcr"},
    )


def test_facts_are_reported_once_and_repeats_are_said_to_be(open_city: Any) -> None:
    lab = open_city.asked_by(open_city.client("lab", "evidence:write"))
    same = fact(1)
    assert [lab.report(same).repeated for _ in range(2)] == [False, True]


def test_a_batch_tells_of_each_fact_in_its_order(open_city: Any) -> None:
    lab = open_city.asked_by(open_city.client("lab 2", "evidence:write"))
    wrong = fact(2)
    wrong.kind = "rumour"
    outcomes = list(lab.report_batch([fact(1), wrong, fact(3)]))
    assert [one.outcome for one in outcomes] == ["accepted", "refused", "accepted"]
    assert outcomes[1].problem is not None


def test_holders_see_their_scans_and_sessions_go_on(open_city: Any) -> None:
    holder = open_city.holder(1)
    holder.refresh()
    assert holder.codes()[0].colour
    assert list(holder.scans()) == []


def test_a_key_takes_the_place_of_a_secret(open_city: Any) -> None:
    gate = open_city.asked_by(open_city.key("clinic", *SCANNING))
    assert gate.verify(open_city.holder(2).codes()[0].code, purpose="entry").accepted
    assert gate.scopes() == frozenset(SCANNING)


def test_a_key_that_nobody_registered_gets_no_token(open_city: Any) -> None:
    other = yima.Key(open_city.client("nobody", *SCANNING).client_id, "22" * 32)
    with pytest.raises(yima.Problem, match="invalid_client"):
        open_city.asked_by(other).verify("YM1:", purpose="entry")


def test_signed_requests_are_answered_with_signed_replies(open_city: Any) -> None:
    partner = open_city.asked_by(open_city.key("insurer", *PARTNER), signed=True)
    assert partner.verify(open_city.holder(3).codes()[0].code, purpose="entry").accepted
    assert list(partner.consents.list()) == []
    odd = Wish("GET", "/v1/consent-requests", query={"cursor": "a b/ü+~c&d=e", "b": "2"})
    with pytest.raises(yima.Problem, match="unknown_cursor"):
        partner._transport.raw(odd, partner._way)


def test_a_signed_request_of_a_wrong_clock_is_refused_by_name(open_city: Any) -> None:
    key = open_city.key("late", *SCANNING)
    http = httpx.Client(base_url=open_city.base_url, trust_env=False)
    late = yima.City("", key, signed=True, http=http, clock=lambda: open_city.clock() - 4000)
    with pytest.raises(yima.Problem, match="signature_wrong_time"):
        late.verify("YM1:", purpose="entry")


def test_a_reply_that_the_city_did_not_sign_is_not_believed(open_city: Any) -> None:
    def forged(request: httpx.Request) -> httpx.Response:
        answer = httpx.Client(trust_env=False).send(request)
        if not request.url.path.endswith("verifications"):
            return httpx.Response(answer.status_code, content=answer.content)
        content = answer.content.replace(b"rejected", b"accepted")
        return httpx.Response(
            answer.status_code, content=content, headers={"Yima-Signature": answer.headers["Yima-Signature"]}
        )

    http = httpx.Client(base_url=open_city.base_url, transport=httpx.MockTransport(forged))
    key = open_city.key("watched", *SCANNING)
    with pytest.raises(yima.NotAuthentic):
        yima.City("", key, signed=True, http=http, clock=open_city.clock).verify("YM1:", purpose="entry")


def test_fields_are_asked_for_agreed_to_and_disclosed_once(open_city: Any) -> None:
    clinic, patient = open_city.asked_by(open_city.client("hospital", *PARTNER)), open_city.holder(0)
    seen = clinic.verify(patient.codes()[0].code, purpose="medical", place="window 3")
    assert seen.holder is not None
    assert seen.pairwise_id
    with pytest.raises(yima.Problem, match="consent_needed"):
        clinic.disclose(["birth_date"], exchange_token=seen.exchange_token)
    asked = clinic.consents.ask(seen.exchange_token, ["birth_date"], why="for the record")
    assert asked.state == "asked"
    told = patient.receipt(asked.consent_id)
    patient.agree(asked.consent_id, text_version=told["text"]["version"])
    assert clinic.consents.get(asked.consent_id).state == "agreed"
    again = clinic.verify(patient.codes()[0].code, purpose="medical", place="window 3")
    disclosed = clinic.disclose(["birth_date"], exchange_token=again.exchange_token)
    assert disclosed.fields["birth_date"].value
    assert (disclosed.basis, disclosed.consent_id) == ("consent", asked.consent_id)
    assert [one.state for one in clinic.consents.list()] == ["used"]


def test_a_holder_refuses_or_withdraws(open_city: Any) -> None:
    clinic, patient = open_city.asked_by(open_city.client("dentist", *PARTNER)), open_city.holder(2)
    seen = clinic.verify(patient.codes()[0].code, purpose="medical")
    first = clinic.consents.ask(seen.exchange_token, ["birth_date"])
    second = clinic.consents.ask(
        seen.exchange_token, ["name"], use="period", until=datetime.now(UTC) + timedelta(days=9)
    )
    patient.refuse(first.consent_id)
    patient.agree(second.consent_id, text_version=patient.receipt(second.consent_id)["text"]["version"])
    patient.withdraw(second.consent_id)
    states = {one["consent_id"]: one["state"] for one in patient.consents()}
    assert states == {first.consent_id: "refused", second.consent_id: "withdrawn"}


def test_the_first_scan_of_the_readme_works(
    open_city: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text()
    gate = open_city.client("demo gate", *SCANNING)
    demo = {
        "base_url": open_city.base_url,
        "root_public_key": open_city.root,
        "verifiers": [{"client_id": gate.client_id, "client_secret": gate.client_secret}],
        "residents": [{"login": SandboxIdentityProvider.login(RESIDENTS[0])}],
    }
    (tmp_path / ".local").mkdir()
    (tmp_path / ".local/city.json").write_text(json.dumps(demo))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    exec(readme.split("```python\n")[1].split("```")[0], {})
    assert capsys.readouterr().out == "accepted green\nNone\n"
