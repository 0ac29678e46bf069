"""People who act for each other over the API, a gate that scans them, and the stream behind the delegations."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

import boto3

from chalicelib.people.family.consent import CURRENT
from chalicelib.people.family.store import ConsentItem, DelegationItem
from chalicelib.people.model import Identity
from chalicelib.people.notices import NoticeItem
from chalicelib.people.proofing.attempts_store import AttemptItem
from chalicelib.people.sandbox import RESIDENTS, SandboxResident
from chalicelib.platform.times import parse_rfc3339
from chalicelib.status.store import StatusItem
from chalicelib.wiring import City
from infra.local.functions import Streamed
from infra.local.streams import Positions, StreamPump
from tests.world import Caller, Reply, StoppedClock, moved_in

Record = dict[str, Any]
BY_NAME = {resident.identity.name: resident for resident in RESIDENTS}
LIN, ZHOU, SHEN, GU = (BY_NAME[name] for name in ("林晚晴", "周牧之", "沈若溪", "顾南"))
HE, GUO, YIFAN, XU = (BY_NAME[name] for name in ("周小禾", "沈果果", "顾一帆", "许小满"))
"""Xiaohe is nine and the child of Lin and Zhou, Guoguo is in Shen's care; Yifan, Gu's, comes of age at the end of the
year; Xiaoman is sixteen, and the child of Su."""

WANG, SU, EMMA = (BY_NAME[name] for name in ("王秀英", "苏念安", "Emma Tremblay"))
"""A grandmother without a phone, Xiaoman's parent, and somebody with a passport."""

DAY = 86_400
CONSENT = {"guardian_consent": {"version": CURRENT}}
TOKEN_S = 200
_keys = count()


def fresh() -> str:
    """An Idempotency-Key that was never used."""
    return f"home-{next(_keys)}"


def named(identity: Identity) -> dict[str, str]:
    """A dependant as a guardian names them."""
    return {
        "name": identity.name,
        "document_type": identity.document_type,
        "document_number": identity.document_number,
    }


class Home:
    """What people do about delegations, and what follows from it."""

    def __init__(self, city: City, api: Caller) -> None:
        assert isinstance(city.clock, StoppedClock)
        self.city, self.api, self.clock = city, api, city.clock
        self._gates: dict[str, tuple[str, float]] = {}
        self._tokens: dict[SandboxResident, tuple[str, float]] = {}
        self._positions = Positions()

    @property
    def now(self) -> int:
        """This second."""
        return int(self.clock())

    def forget(self) -> None:
        """Nobody acts for anybody any more, nobody was told anything, and nobody tried anything in vain."""
        for table in (DelegationItem, ConsentItem, NoticeItem, AttemptItem):
            for item in table.scan():
                item.delete()
        self.follow()

    def token(self, who: SandboxResident) -> str:
        """A session; access tokens live shorter than these stories."""
        token, since = self._tokens.get(who, ("", 0.0))
        if self.now - since > TOKEN_S:
            token = self.api.log_in(who)
            self._tokens[who] = token, self.clock()
        return token

    def holder(self, who: SandboxResident) -> str:
        """The holder id of somebody who lives here."""
        return moved_in(self.city, who)

    def propose(self, guardian: SandboxResident, whom: SandboxResident, kind: str, **more: Any) -> Reply:
        """Ask to act for somebody."""
        key = more.pop("key", None) or fresh()
        body = {"kind": kind, "dependant": named(whom.identity), **more}
        return self.api.post("/v1/delegations", body, token=self.token(guardian), key=key)

    def child(self, guardian: SandboxResident, child: SandboxResident, **more: Any) -> str:
        """A parent's delegation, running; answers its id."""
        reply = self.propose(guardian, child, "child", **CONSENT | more)
        assert (reply.status, reply.body["state"]) == (201, "active"), reply
        return str(reply.body["delegation_id"])

    def proposed(self, guardian: SandboxResident, whom: SandboxResident, **more: Any) -> str:
        """A proposal to another adult; answers its id."""
        reply = self.propose(guardian, whom, "adult", **more)
        assert (reply.status, reply.body["state"]) == (201, "proposed"), reply
        return str(reply.body["delegation_id"])

    def adult(self, guardian: SandboxResident, whom: SandboxResident) -> str:
        """What another adult has agreed to; answers its id."""
        made = self.proposed(guardian, whom)
        reply = self.act(made, "agreement", whom)
        assert (reply.status, reply.body["state"]) == (200, "active"), reply
        return made

    def act(self, delegation_id: str, verb: str, who: SandboxResident) -> Reply:
        """`agreement`, `refusal` or `end`."""
        return self.api.send("POST", f"/v1/delegations/{delegation_id}/{verb}", token=self.token(who))

    def seen(self, who: SandboxResident) -> list[dict[str, Any]]:
        """Somebody's delegations as they see them."""
        reply = self.api.get("/v1/delegations", token=self.token(who))
        assert reply.status == 200, reply
        return list(reply.body["delegations"])

    def codes(self, guardian: SandboxResident, delegation_id: str, **more: Any) -> Reply:
        """Ask for the code of somebody else."""
        return self.api.post("/v1/codes", {"for": delegation_id, **more}, token=self.token(guardian))

    def code(self, guardian: SandboxResident, delegation_id: str) -> str:
        """A code of somebody else."""
        reply = self.codes(guardian, delegation_id)
        assert reply.status == 201, reply
        return str(reply.body["code"])

    def scan(self, code: str, gate: str = "metro", purpose: str = "entry") -> Reply:
        """Somebody is let in, or is not."""
        made, since = self._gates.get(gate, ("", 0.0))
        if self.now - since > TOKEN_S:
            made = self.api.token_for(self.city.clients.register(gate))
            self._gates[gate] = made, self.clock()
        return self.api.verify(code, made, purpose=purpose)

    def reason(self, code: str) -> str | None:
        """Why a code is not accepted, None where it is."""
        reason: str | None = self.scan(code).body["reason"]
        return reason

    def at(self, text: str) -> None:
        """Let it be this instant; keys are rotated as ever."""
        now = parse_rfc3339(text)
        while self.clock.now < now:
            self.clock.now = min(now, self.clock.now + 20 * DAY)
            self.city.custodian.run(now=int(self.clock()))

    def marks(self, who: SandboxResident) -> dict[str, int]:
        """The rights to show somebody's code as they stand where codes are verified."""
        key = {"holder": {"S": self.holder(who)}}
        item = self.city.dynamodb.get_item(TableName=StatusItem.Meta.table_name, Key=key)["Item"]
        return {name: int(value["N"]) for name, value in item.items() if name.startswith("delegation_")}

    def told(self, who: SandboxResident) -> list[tuple[str, str, str]]:
        """What somebody was told, oldest first: of what, as which side, about whom."""
        page = self.city.notices.page(self.holder(who), before=None, size=50)
        facts = [(item.kind, json.loads(item.facts)) for item in reversed(page)]
        return [(kind, fact["you"], fact["other"]) for kind, fact in facts if kind.startswith("delegation_")]

    def records(self) -> list[Record]:
        """What the stream has told since it was last asked, as Lambda hands it over."""
        found: list[Record] = []
        listener = Streamed("listener", "delegations", batch=100, call=lambda event: found.extend(event["Records"]))
        endpoint = self.city.settings.dynamodb_endpoint
        arn = self.city.dynamodb.describe_table(TableName="yima-delegations")["Table"]["LatestStreamArn"]
        streams = boto3.client("dynamodbstreams", endpoint_url=endpoint)
        StreamPump(streams, arn, listener, positions=self._positions, report=print).pump()
        return found

    def follow(self) -> None:
        """The function on the stream has caught up."""
        assert self.deliver(self.records()) is None

    def deliver(self, records: list[Record]) -> str | None:
        """Hand a batch to what stands behind the function; answers the sequence number to resume from, if any."""
        failed = self.city.delegation_follower.record(records, now=self.clock())
        return failed[0] if failed else None
