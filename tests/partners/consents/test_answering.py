"""What holders are shown, what they answer, and what it is worth from then on."""

from __future__ import annotations

import pytest

from chalicelib.codes.purposes import Field, Purpose
from chalicelib.partners.consents.model import DAY_S
from chalicelib.partners.consents.receipt import digest
from chalicelib.partners.consents.refusals import ConsentEnded
from chalicelib.partners.consents.texts import CURRENT, FIELDS, PURPOSES, TEXTS
from chalicelib.people.sandbox import SandboxIdentityProvider
from chalicelib.platform.times import parse_rfc3339
from chalicelib.wiring.farewell import steps
from tests.partners.consents.counter import Counter
from tests.people.family.home import LIN, ZHOU

BORN = frozenset({Field.BIRTH_DATE})


def use(counter: Counter, consent_id: str, disclosure: str = "d1") -> str:
    """A disclosure uses a consent; answers `done` or the code of the refusal."""
    consent = counter.city.consents.of_client(counter.client_id("clinic"), consent_id)
    assert consent is not None
    try:
        counter.city.consents.use(consent, disclosure, counter.now)
    except ConsentEnded as refusal:
        return refusal.code
    return "done"


def covered(counter: Counter, fields: frozenset[Field] = BORN, purpose: Purpose = Purpose.MEDICAL) -> str | None:
    client = counter.client_id("clinic")
    found = counter.city.consents.covering(counter.holder(LIN), client, purpose, fields, counter.now)
    return found.consent_id if found else None


def test_the_holder_reads_who_asks_for_what_and_why_in_words(counter: Counter) -> None:
    made = counter.asked(LIN, why="办理住院登记", **counter.period(30))
    (seen,) = counter.seen(LIN)
    assert (seen["consent_id"], seen["client_name"], seen["why"]) == (made, "clinic", "办理住院登记")
    assert seen["purpose"] == {"name": "medical", "zh": "就医", "en": "medical care"}
    assert [field["zh"] for field in seen["fields"]] == ["出生日期", "姓名"]
    text = counter.api.get("/v1/consents", token=counter.session(LIN)).body["text"]
    assert (text["version"], text["zh"]) == (CURRENT, TEXTS[CURRENT].zh)


def test_every_field_and_every_purpose_has_its_words() -> None:
    assert set(FIELDS) == set(Field)
    assert set(PURPOSES) == set(Purpose)


def test_what_is_agreed_to_counts_and_nothing_beyond_it(counter: Counter) -> None:
    made = counter.asked(LIN)
    assert covered(counter) is None, "asking is nothing yet"
    counter.answer(made, "agreement", LIN)
    assert covered(counter) == made
    assert covered(counter, frozenset({Field.BIRTH_DATE, Field.NAME})) == made
    assert covered(counter, frozenset({Field.BIRTH_DATE, Field.DOCUMENT_NUMBER})) is None
    assert covered(counter, purpose=Purpose.GOVERNMENT) is None
    insurer = counter.client_id("insurer")
    assert counter.city.consents.covering(counter.holder(LIN), insurer, Purpose.MEDICAL, BORN, counter.now) is None


def test_once_is_once_and_the_same_disclosure_again_is_the_same_use(counter: Counter) -> None:
    made = counter.agreed(LIN)
    assert [use(counter, made), use(counter, made), use(counter, made, "d2")] == ["done", "done", "consent_ended"]
    assert counter.state(made) == "used"
    assert covered(counter) is None
    assert counter.answer(made, "withdrawal", LIN).body["state"] == "used"


def test_a_period_has_as_many_uses_as_it_takes_and_they_are_counted(counter: Counter) -> None:
    made = counter.agreed(LIN, **counter.period(30))
    for disclosure in ("d1", "d2", "d2", "d3"):
        counter.later(60)
        assert use(counter, made, disclosure) == "done"
    seen = counter.seen(LIN)[0]
    assert (seen["uses"], parse_rfc3339(seen["last_use"])) == (3, counter.now)
    counter.later(30 * DAY_S)
    assert use(counter, made, "d4") == "consent_ended"
    assert counter.state(made) == "ended"


def test_a_hundred_uses_are_counted_and_a_repeat_among_the_last_is_known(counter: Counter) -> None:
    made = counter.agreed(LIN, **counter.period(30))
    for number in range(100):
        assert use(counter, made, f"{number:010d}") == "done"
    assert use(counter, made, f"{99:010d}") == "done"
    consent = counter.city.consents.of_client(counter.client_id("clinic"), made)
    assert consent is not None
    assert consent.uses == 100
    assert len(consent.recent) < 100


def test_withdrawing_counts_for_the_very_next_use(counter: Counter) -> None:
    made = counter.agreed(LIN, **counter.period(30))
    found = counter.city.consents.of_client(counter.client_id("clinic"), made)
    assert found is not None
    assert counter.answer(made, "withdrawal", LIN).body["state"] == "withdrawn"
    with pytest.raises(ConsentEnded):
        counter.city.consents.use(found, "d1", counter.now)
    assert counter.answer(made, "withdrawal", LIN).status == 200, "again is once"
    assert counter.state(made) == "withdrawn"


def test_what_runs_for_a_period_is_used_before_anything_is_used_up(counter: Counter) -> None:
    counter.agreed(LIN)
    period = counter.agreed(LIN, **counter.period(30))
    assert covered(counter) == period


def test_a_request_that_nobody_answers_lapses_after_a_day(counter: Counter) -> None:
    made = counter.asked(LIN, **counter.period(30))
    counter.later(DAY_S)
    assert counter.state(made) == "lapsed"
    reply = counter.answer(made, "agreement", LIN)
    assert (reply.status, reply.code, reply.body["state"]) == (409, "consent_closed", "lapsed")


def test_who_has_answered_has_answered(counter: Counter) -> None:
    refused = counter.asked(LIN)
    assert counter.answer(refused, "refusal", LIN).body["state"] == "refused"
    assert counter.answer(refused, "refusal", LIN).status == 200
    assert counter.answer(refused, "agreement", LIN).code == "consent_closed"
    given = counter.agreed(LIN, "insurer")
    assert counter.answer(given, "agreement", LIN).body["state"] == "agreed"
    assert counter.answer(given, "refusal", LIN).code == "consent_closed", "what was given is withdrawn"
    assert counter.answer(counter.asked(ZHOU), "withdrawal", ZHOU).code == "consent_closed"


def test_only_the_text_of_today_can_be_agreed_to(counter: Counter) -> None:
    reply = counter.answer(counter.asked(LIN), "agreement", LIN, text_version="2025-9")
    assert (reply.status, reply.code, reply.body["version"]) == (409, "consent_text_changed", CURRENT)
    assert reply.body["zh"] == TEXTS[CURRENT].zh


def test_who_only_knew_a_name_and_a_number_agrees_to_nothing_but_may_refuse(counter: Counter) -> None:
    made = counter.asked(LIN)
    login = SandboxIdentityProvider.login(LIN)
    del login["liveness_token"]
    token = counter.api.post("/v1/sessions", login).body["token"]
    agreeing = counter.api.post(f"/v1/consents/{made}/agreement", {"text_version": CURRENT}, token=token)
    assert agreeing.code == "assurance_too_low"
    assert counter.api.post(f"/v1/consents/{made}/refusal", {}, token=token).status == 200


def test_the_consents_of_others_are_not_there(counter: Counter) -> None:
    made = counter.asked(LIN)
    for verb in ("agreement", "refusal", "withdrawal"):
        assert counter.answer(made, verb, ZHOU).code == "consent_not_found"
    assert counter.api.get(f"/v1/consents/{made}", token=counter.session(ZHOU)).code == "consent_not_found"


def test_the_receipt_proves_what_was_agreed_to(counter: Counter) -> None:
    made = counter.asked(LIN, why="办理住院登记", **counter.period(30))
    before = counter.api.get(f"/v1/consents/{made}", token=counter.session(LIN)).body
    assert (before["terms"], before["digest"]) == (None, None)
    counter.answer(made, "agreement", LIN)
    use(counter, made)
    receipt = counter.api.get(f"/v1/consents/{made}", token=counter.session(LIN)).body
    assert receipt["digest"] == digest(receipt["terms"])
    assert receipt["terms"] | {"fields": ["birth_date", "name"], "why": "办理住院登记"} == receipt["terms"]
    assert receipt["text"]["version"] == receipt["terms"]["text_version"] == CURRENT
    assert receipt["consent"]["uses"] == 1
    counter.answer(made, "withdrawal", LIN)
    after = counter.api.get(f"/v1/consents/{made}", token=counter.session(LIN)).body
    assert (after["terms"], after["digest"]) == (receipt["terms"], receipt["digest"])


def test_open_requests_come_first_then_what_runs_then_what_is_over(counter: Counter) -> None:
    over = counter.asked(LIN, "insurer")
    counter.answer(over, "refusal", LIN)
    runs = counter.agreed(LIN)
    waits = counter.asked(LIN)
    assert [one["consent_id"] for one in counter.seen(LIN)] == [waits, runs, over]


def test_everybody_is_told_once_of_every_step(counter: Counter) -> None:
    made = counter.asked(LIN, **counter.period(30))
    counter.answer(made, "agreement", LIN)
    records = counter.records()
    for _ in range(2):
        assert counter.deliver(records) is None
    use(counter, made)
    counter.later(60)
    counter.answer(made, "withdrawal", LIN)
    counter.answer(counter.asked(LIN, "insurer"), "refusal", LIN)
    counter.follow()
    kinds = sorted(kind for kind, _ in counter.told(LIN))
    assert kinds == ["consent_asked"] * 2 + ["consent_given", "consent_refused", "consent_withdrawn"]


def test_who_watches_a_colour_is_known_by_what_runs(counter: Counter) -> None:
    made = counter.agreed(LIN, "clinic", fields=["colour"], unattended=True, **counter.period(30))
    counter.agreed(LIN, "insurer", fields=["name"], unattended=True, **counter.period(30))
    counter.agreed(LIN, "insurer", fields=["colour"], **counter.period(30))
    watching = counter.city.consents.watching_colour
    assert [one.consent_id for one in watching(counter.holder(LIN), counter.now)] == [made]
    assert watching(counter.holder(ZHOU), counter.now) == []
    counter.answer(made, "withdrawal", LIN)
    assert watching(counter.holder(LIN), counter.now) == []


def test_who_leaves_takes_every_consent_back_and_the_words_of_clients_go(counter: Counter) -> None:
    given, waits = counter.agreed(LIN, why="办理住院登记", **counter.period(30)), counter.asked(LIN)
    counter.city.consents.answers.forget(counter.holder(LIN), now=counter.now)
    counter.city.consents.answers.forget(counter.holder(LIN), now=counter.now)
    assert (counter.state(given), counter.state(waits)) == ("withdrawn", "refused")
    assert {one["why"] for one in counter.seen(LIN)} == {""}
    receipt = counter.api.get(f"/v1/consents/{given}", token=counter.session(LIN)).body
    assert receipt["digest"], "what was agreed to stays provable"


def test_what_is_asked_for_while_somebody_leaves_goes_as_well(counter: Counter) -> None:
    leaving = steps(counter.city)
    leaving["consents"](counter.holder(LIN), counter.now)
    late = counter.asked(LIN, why="办理住院登记")
    leaving["late consents"](counter.holder(LIN), counter.now)
    assert counter.state(late) == "refused"
    assert {one["why"] for one in counter.seen(LIN)} == {""}


def test_the_export_tells_of_consents(counter: Counter) -> None:
    made = counter.agreed(LIN, why="办理住院登记")
    known = counter.api.get("/v1/account/export", token=counter.session(LIN)).body["sections"]["consents"]
    assert [(one["consent_id"], one["to"], one["why"]) for one in known] == [(made, "clinic", "办理住院登记")]
