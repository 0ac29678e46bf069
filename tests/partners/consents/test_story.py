"""From a scan to the fields, as everybody meets it: asked, agreed, told once, written down, taken back."""

from __future__ import annotations

from tests.partners.consents.counter import Counter
from tests.people.family.home import LIN


def test_from_a_scan_to_the_fields_and_not_a_second_time(counter: Counter) -> None:
    code = counter.api.code(counter.session(LIN))
    clinic = counter.token("clinic")
    token = counter.api.verify(code, clinic, purpose="medical").body["exchange_token"]
    wish = {"exchange_token": token, "fields": ["birth_date"]}
    assert counter.api.post("/v1/disclosures", wish, token=clinic).code == "consent_needed"
    made = counter.asked(LIN, exchange_token=token, fields=["birth_date"], why="核对年龄")
    assert counter.api.post("/v1/disclosures", wish, token=clinic).code == "consent_needed", "asking is nothing yet"
    counter.answer(made, "agreement", LIN)
    told = counter.api.post("/v1/disclosures", wish, token=clinic)
    assert (told.status, told.body["consent_id"]) == (200, made), told
    assert counter.api.post("/v1/disclosures", wish, token=clinic).body["fields"] == told.body["fields"]
    assert counter.state(made) == "used"
    assert counter.seen(LIN)[0]["uses"] == 1
    counter.later(60)
    code = counter.api.code(counter.session(LIN))
    clinic = counter.token("clinic")
    token = counter.api.verify(code, clinic, purpose="medical").body["exchange_token"]
    again = counter.api.post("/v1/disclosures", wish | {"exchange_token": token}, token=clinic)
    assert again.code == "consent_needed", "once was once"


def test_a_partner_looks_without_a_scan_until_the_holder_takes_it_back(counter: Counter) -> None:
    made = counter.agreed(LIN, fields=["colour"], unattended=True, **counter.period(30))
    wish = {"consent_id": made, "fields": ["colour"]}
    for _ in range(2):
        counter.later(60)
        told = counter.api.post("/v1/disclosures", wish, token=counter.token("clinic"))
        assert told.body["fields"]["colour"]["value"] == "green", told
    assert counter.seen(LIN)[0]["uses"] == 2
    assert counter.api.post("/v1/disclosures", wish, token=counter.token("insurer")).status == 404
    counter.answer(made, "withdrawal", LIN)
    counter.later(60)
    assert counter.api.post("/v1/disclosures", wish, token=counter.token("clinic")).code == "consent_ended"
