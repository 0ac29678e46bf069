"""The whole story of a partner through the public API: let in by two, a gate, a scan, consent, fields, and the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from chalicelib.accounts.model import COOLING_OFF_S
from chalicelib.partners.clients import Credentials
from chalicelib.partners.consents.model import DAY_S
from chalicelib.people.sandbox import RESIDENTS
from chalicelib.platform.permissions import Role
from chalicelib.platform.times import rfc3339
from chalicelib.wiring import City
from tests.codes.test_scan_log import told
from tests.faults.colours import stream_of
from tests.partners.webhooks.partner import Listening, listening
from tests.world import Caller, Pass, Reply, StoppedClock, in_office, moved_in

PERSON, PROPOSER, APPROVER, AUDITOR = RESIDENTS[:4]
GATE = {"name": "一号窗口", "place": "安和诊所 1 号窗口"}
FIELDS = ["birth_date", "name"]
_keys = count()


@pytest.fixture
def receiver() -> Iterator[Listening]:
    with listening() as here:
        yield here


@dataclass
class Story:
    """Everybody in it, as they are let in one after the other."""

    api: Caller
    city: City
    clock: StoppedClock
    clinic: Credentials | None = None
    gate: Credentials | None = None

    def post(self, path: str, body: Any, token: str, *, status: int) -> Any:
        reply = self.api.post(path, body, token=token, key=f"story-{next(_keys)}")
        assert reply.status == status, reply
        return reply.body

    def officer(self, number: int, role: Role) -> Pass:
        in_office(self.city, RESIDENTS[number], role)
        return self.api.log_in(RESIDENTS[number], role)

    def let_in(self) -> None:
        """One operator asks, and cannot approve it alone; another approves, and a secret is fetched."""
        first, second = self.officer(1, Role.OPERATOR), self.officer(2, Role.OPERATOR)
        made = self.post("/v1/clients", {"name": "安和诊所", "kind": "partner"}, first, status=201)
        approval = f"/v1/clients/{made['client_id']}/approval", {"proposal": made["waiting"]["proposal"]}
        assert self.api.post(*approval, token=first).code == "own_proposal"
        self.post(*approval, second, status=200)
        shown = self.post(f"/v1/clients/{made['client_id']}/secrets", {}, first, status=201)
        self.clinic = Credentials(made["client_id"], shown["client_secret"])

    def equip(self) -> None:
        """The clinic registers a terminal."""
        made = self.post("/v1/terminals", GATE, self.office, status=201)
        self.gate = Credentials(made["terminal_id"], made["client_secret"])

    def listen(self, receiver: Listening) -> None:
        """The clinic wants to be told of consents, and proves that it is there."""
        wish = {"url": receiver.url, "events": ["consent.given", "consent.withdrawn"], "order": "subject"}
        made = self.post("/v1/webhooks", wish, self.office, status=201)
        assert self.post(f"/v1/webhooks/{made['webhook_id']}/challenge", {}, self.office, status=200)

    @property
    def office(self) -> str:
        assert self.clinic is not None
        return self.api.token_for(self.clinic)

    @property
    def terminal(self) -> str:
        assert self.gate is not None
        return self.api.token_for(self.gate)

    def scan(self, holder: Pass) -> str:
        """A scan at the gate; answers its exchange token."""
        seen = self.api.verify(self.api.code(holder), self.terminal, purpose="medical").body
        assert (seen["verdict"], seen["holder"]) == ("accepted", {"name": "林*晴"}), seen
        return str(seen["exchange_token"])

    def disclose(self, token: str) -> Reply:
        body = {"exchange_token": token, "fields": FIELDS}
        return self.api.post("/v1/disclosures", body, token=self.terminal)

    def follow(self) -> None:
        """The functions on the streams have caught up, and deliveries are made: of one subject, one after the other."""
        assert not self.city.scan_log.record(told(self.city))
        assert self.city.consent_emitter.record(stream_of(self.city, "consents"), now=self.clock()) == []
        while self.city.due_deliveries.run(now=self.clock()):
            self.clock.advance(1)


@pytest.fixture
def story(api: Caller, city: City, clock: StoppedClock) -> Story:
    return Story(api, city, clock)


def test_from_being_let_in_to_being_forgotten(story: Story, receiver: Listening) -> None:
    moved_in(story.city, PERSON)
    story.let_in()
    story.equip()
    story.listen(receiver)
    holder = story.api.log_in(PERSON)

    token = story.scan(holder)
    assert story.disclose(token).code == "consent_needed"
    consent_id = asked(story, token)
    assert story.disclose(token).code == "consent_needed", "asking is nothing yet"
    version = story.api.get("/v1/consents", token=holder).body["text"]["version"]
    story.post(f"/v1/consents/{consent_id}/agreement", {"text_version": version}, holder, status=200)
    disclosed = story.disclose(token)
    assert {name: field["value"] for name, field in disclosed.body["fields"].items()} == {
        "birth_date": "1988-03-14",
        "name": "林晚晴",
    }
    story.post(f"/v1/consents/{consent_id}/withdrawal", {}, holder, status=200)
    story.clock.advance(60)
    assert story.disclose(story.scan(holder)).code == "consent_needed", "taken back is taken back"

    story.follow()
    assert receiver.types == ["consent.given", "consent.withdrawn"]
    assert {event["subject"] for event in receiver.events} == {f"consent/{consent_id}"}
    assert_nothing_personal(receiver)
    assert_written_down(story, holder, consent_id)
    assert_forgotten(story, holder)


def asked(story: Story, token: str) -> str:
    """The desk that scanned asks, and nobody else's token of the scan is any good: not even its own office's."""
    until = rfc3339(story.clock() + 30 * DAY_S)
    wish = {"exchange_token": token, "fields": FIELDS, "use": "period", "until": until, "why": "建立病历"}
    refused = story.api.post("/v1/consent-requests", wish, token=story.office, key="office")
    assert refused.code == "exchange_token_of_another"
    return str(story.post("/v1/consent-requests", wish, story.terminal, status=201)["consent_id"])


def assert_nothing_personal(receiver: Listening) -> None:
    said = b"".join(receiver.bodies).decode()
    assert not any(word in said for word in ("林", "1988", "green", PERSON.identity.document_number))


def assert_written_down(story: Story, holder: Pass, consent_id: str) -> None:
    """The holder reads who looked and what was told, the export has all of it, an auditor what the operators did."""
    scans = story.api.get("/v1/scans", token=holder).body["scans"]
    assert [one["place"] for one in scans] == [GATE["place"]] * 2
    assert story.gate is not None
    assert {one["terminal"] for one in scans} == {story.gate.client_id}
    export = story.api.get("/v1/account/export", token=holder).body["sections"]
    (consent,) = export["consents"]
    assert (consent["consent_id"], consent["state"], consent["uses"]) == (consent_id, "withdrawn", 1)
    (told_once,) = export["disclosures"]
    assert (told_once["consent_id"], sorted(told_once["fields"])) == (consent_id, FIELDS)
    assert [(one["terminal"], one["fields"]) for one in export["scans"]] == [
        (one["terminal"], one["fields"]) for one in scans
    ]
    auditor = story.officer(3, Role.AUDITOR)
    log = story.api.get(f"/v1/office-log?day={rfc3339(story.clock())[:10]}", token=auditor).body["entries"]
    done = [one["operation"] for one in log]
    assert done.count("approve_client") == 2
    assert {"propose_client", "make_client_secret"} <= set(done)


def assert_forgotten(story: Story, holder: Pass) -> None:
    """Days after the holder has asked to leave, nothing tells of them but the log of looks, which the law keeps."""
    story.post("/v1/account/cancellation", {}, holder, status=200)
    whose = story.city.registration.register(PERSON.identity, now=story.clock())
    story.clock.advance(COOLING_OFF_S + 1)
    story.city.custodian.run(now=int(story.clock()))
    assert story.city.leaving.run(now=int(story.clock())) == 1
    now = int(story.clock())
    assert story.city.disclosures.page(whose, before=None, size=10) == []
    assert [one.why for one in story.city.consents.reader.all_of(whose, now=now)] == [""]
    assert len(story.city.scans.page(whose, before=None, size=10)) == 2, "under an id that is nobody's any more"
    assert story.city.identity_records.identity(whose, now=now) is None
