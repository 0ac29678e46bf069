"""The client before the real API: scans, reports, keys, consents, disclosures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yima
from yima.answers import Card, Document, Fact
from yima.credentials import Key

from chalicelib.people.sandbox import RESIDENTS

SCANNING = ("code:verify",)


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
        attributes={"result": "negative", "test": "pcr"},
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


def with_key(open_city: Any, *scopes: str) -> Key:
    """A client whose key operators have registered."""
    from yima import sm2

    made = open_city.client("with a key", *scopes)
    key = Key(made.client_id, sm2.generate().hex())
    open_city.inside.clients.add_key(made.client_id, bytes.fromhex(key.public_key)[1:], now=open_city.clock())
    return key


def test_a_key_takes_the_place_of_a_secret(open_city: Any) -> None:
    gate = open_city.asked_by(with_key(open_city, *SCANNING))
    assert gate.verify(open_city.holder(2).codes()[0].code, purpose="entry").accepted
    assert gate.scopes() == frozenset(SCANNING)


def test_a_key_that_nobody_registered_gets_no_token(open_city: Any) -> None:
    key = with_key(open_city, *SCANNING)
    other = Key(key.client_id, "22" * 32)
    with pytest.raises(yima.Problem, match="invalid_client"):
        open_city.asked_by(other).verify("YM1:", purpose="entry")


Asked = Callable[..., Any]
