"""The hall where appeals are heard: who objects, who reviews, and the streams behind them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from itertools import count
from typing import Any

import boto3

from chalicelib.people.family.store import DelegationItem
from chalicelib.people.sandbox import RESIDENTS, SandboxResident
from chalicelib.platform.permissions import Role
from chalicelib.status.appeals.items import AppealItem, MatterItem
from chalicelib.status.evidence.store import EvidenceItem
from chalicelib.status.overrides.store import OverrideItem
from chalicelib.trust.chain import Sound, check
from chalicelib.wiring import City
from infra.local.functions import Streamed
from infra.local.streams import Positions, StreamPump
from tests.faults.colours import Record
from tests.status.evidence.department import Department, fact
from tests.world import Caller, Reply, StoppedClock, governed, in_office, moved_in

LIN, ZHOU, SHEN, GU, LU, OUYANG, XU = RESIDENTS[:7]
"""Lin objects; Zhou and Shen review, Gu and Lu on the level above; Ouyang audits; Xu is a child."""

HOUR = 3600
DAY = 24 * HOUR
TEXT = "我在该时段不在本市，有车票为证，请复核。"
ANSWER = "经核对铁路出行记录，申诉人当日不在本市。"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
_keys = count()


def fresh() -> str:
    """An Idempotency-Key that was never used."""
    return f"hall-{next(_keys)}"


def document(resident: SandboxResident) -> dict[str, str]:
    """A dependant as a guardian names them."""
    identity = resident.identity
    return {"document_type": identity.document_type, "document_number": identity.document_number}


class Hall:
    """What people do about appeals over the API, and what follows from it."""

    def __init__(self, city: City, api: Caller) -> None:
        assert isinstance(city.clock, StoppedClock)
        governed(city, "epidemic")
        self.city, self.api, self.clock = city, api, city.clock
        self.lin = moved_in(city, LIN)
        self.reviewers = {one: in_office(city, one, Role.APPEAL_REVIEWER) for one in (ZHOU, SHEN)}
        self.seniors = {one: in_office(city, one, Role.SENIOR_REVIEWER) for one in (GU, LU)}
        self.auditor = in_office(city, OUYANG, Role.AUDITOR)
        self.department = Department(city, api)
        self._tokens: dict[tuple[SandboxResident, Role | None], str] = {}
        self._pumps = [self._pump(*each) for each in self._followers()]

    def forget(self) -> None:
        """All that was said and done is forgotten; people stay who they are, and time goes on."""
        self.follow()
        holders = {item.subject for item in EvidenceItem.scan()}
        for table in (AppealItem, MatterItem, EvidenceItem, OverrideItem, DelegationItem):
            for item in table.scan():
                item.delete()
        for holder in holders:
            self.city.recompute.holder(holder, now=int(self.clock()), cause="evidence")
        self._tokens.clear()
        self.follow()

    def token(self, who: SandboxResident, role: Role | None = None) -> str:
        """A session, kept until `new_hour`."""
        if (who, role) not in self._tokens:
            self._tokens[who, role] = self.api.log_in(who, role)
        return self._tokens[who, role]

    def office(self, who: SandboxResident) -> str:
        """A session in the office that somebody holds."""
        roles = {ZHOU: Role.APPEAL_REVIEWER, SHEN: Role.APPEAL_REVIEWER, OUYANG: Role.AUDITOR}
        return self.token(who, roles.get(who, Role.SENIOR_REVIEWER))

    def wait(self, seconds: float) -> None:
        """Let time pass; everybody logs in anew."""
        self.clock.advance(seconds)
        self.city.custodian.run(now=int(self.clock()))
        self._tokens.clear()

    def file(
        self,
        by: SandboxResident = LIN,
        *,
        key: str | None = None,
        whom: dict[str, str] | None = None,
        **body: Any,
    ) -> Reply:
        """File an appeal, for `whom` it may concern."""
        wish = {"text": TEXT, **body} | ({"for": whom} if whom else {})
        return self.api.post("/v1/appeals", wish, token=self.token(by), key=key or fresh())

    def filed(self, by: SandboxResident = LIN, **body: Any) -> str:
        """The id of a new appeal."""
        reply = self.file(by, **body)
        assert reply.status == 201, reply
        appeal_id: str = reply.body["appeal_id"]
        return appeal_id

    def escalate(self, appeal_id: str, by: SandboxResident = LIN, *, text: str = TEXT, key: str | None = None) -> Reply:
        """Go one level up."""
        path = f"/v1/appeals/{appeal_id}/escalation"
        return self.api.post(path, {"text": text}, token=self.token(by), key=key or fresh())

    def attach(
        self, appeal_id: str, by: SandboxResident = LIN, *, data: bytes = PNG, key: str | None = None, name: str = ""
    ) -> Reply:
        """Send a file along."""
        body = {"media_type": name or "image/png", "content": base64.b64encode(data).decode()}
        return self.api.post(f"/v1/appeals/{appeal_id}/attachments", body, token=self.token(by), key=key or fresh())

    def see(self, appeal_id: str, by: SandboxResident = LIN) -> Reply:
        """Read an appeal as its holder's side."""
        return self.api.get(f"/v1/appeals/{appeal_id}", token=self.token(by))

    def withdraw(self, appeal_id: str, by: SandboxResident = LIN) -> Reply:
        """Take an appeal back."""
        return self.api.send("POST", f"/v1/appeals/{appeal_id}/withdrawal", token=self.token(by))

    def take(self, appeal_id: str, by: SandboxResident = ZHOU) -> Reply:
        """Take an appeal to review it."""
        return self.api.send("POST", f"/v1/appeals/{appeal_id}/assignment", token=self.office(by))

    def release(self, appeal_id: str, by: SandboxResident = ZHOU) -> Reply:
        """Give an appeal back."""
        return self.api.send("POST", f"/v1/appeals/{appeal_id}/release", token=self.office(by))

    def case(self, appeal_id: str, by: SandboxResident = ZHOU, rest: str = "") -> Reply:
        """Read the case of an appeal."""
        return self.api.get(f"/v1/appeals/{appeal_id}/case{rest}", token=self.office(by))

    def decide(self, appeal_id: str, outcome: str, by: SandboxResident = ZHOU, **more: Any) -> Reply:
        """Answer an appeal."""
        body = {"outcome": outcome, "reason": ANSWER, **more}
        return self.api.post(f"/v1/appeals/{appeal_id}/decision", body, token=self.office(by))

    def rejected(self, by: SandboxResident = ZHOU, **body: Any) -> str:
        """The id of an appeal of Lin's that a reviewer has rejected."""
        appeal_id = self.filed(**body)
        assert self.take(appeal_id, by).status == 200
        assert self.decide(appeal_id, "rejected", by).status == 200
        return appeal_id

    def queue(self, by: SandboxResident = ZHOU, query: str = "") -> Reply:
        """Read the queue."""
        return self.api.get(f"/v1/appeals/queue{query}", token=self.office(by))

    def report(self, who: SandboxResident = LIN, **other: Any) -> str:
        """A department reports an arrival from a risk area; answers its `about`."""
        self.department.token = self.api.token_for(self.department.credentials)
        reply = self.department.report(fact(who.identity, happened_at=self.clock() - HOUR, **other))
        assert reply.status == 201, reply
        self.follow()
        return f"evidence:{reply.body['evidence_id']}"

    def follow(self) -> None:
        """What the streams bring since they were followed last: appeals, then overrides, then evidence."""
        for pump in self._pumps:
            pump.pump()

    def _followers(self) -> list[tuple[str, Callable[[list[Record]], list[str]]]]:
        city = self.city
        return [
            ("appeals", lambda records: city.appeals.follower.record(records, now=city.clock())),
            ("overrides", lambda records: city.override_follower.record(records, now=int(city.clock()))),
            ("evidence", lambda records: city.evidence_follower.record(records, now=int(city.clock()))),
        ]

    def _pump(self, contents: str, record: Callable[[list[Record]], list[str]]) -> StreamPump:
        """A function on the stream of a table, which must take all that comes."""

        def call(event: dict[str, Any]) -> None:
            assert record(event["Records"]) == []

        arn = self.city.dynamodb.describe_table(TableName=f"yima-{contents}")["Table"]["LatestStreamArn"]
        streams = boto3.client("dynamodbstreams", endpoint_url=self.city.settings.dynamodb_endpoint)
        function = Streamed(contents, contents, batch=100, call=call)
        return StreamPump(streams, arn, function, positions=Positions(), report=print)

    def colour(self, resident: SandboxResident = LIN) -> str:
        """The colour on the code that a resident shows at this moment."""
        reply = self.api.post("/v1/codes", {}, token=self.token(resident))
        assert reply.status == 201, reply
        colour: str = reply.body["colour"]
        return colour

    def status(self, resident: SandboxResident = LIN) -> dict[str, Any]:
        """The status as its holder reads it."""
        body: dict[str, Any] = self.api.get("/v1/status", token=self.token(resident)).body
        return body

    def journalled(self, appeal_id: str = "") -> list[str]:
        """The events that the journal holds of an appeal, or of all; the chain must be sound."""
        entries = list(self.city.journal.entries("appeals"))
        assert isinstance(check(entries), Sound)
        return [one.what["event"] for one in entries if appeal_id in one.step_id]


def events(reply: Reply) -> list[str]:
    """The steps of an appeal as it was answered."""
    assert reply.status in {200, 201}, reply
    return [step["event"] for step in reply.body["steps"]]
