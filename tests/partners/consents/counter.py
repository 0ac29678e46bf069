"""A clinic, an insurer and a hotel that ask people for consent over the API, and the stream behind the consents."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

import boto3

from chalicelib.partners.consents.model import DAY_S
from chalicelib.partners.consents.store import ConsentItem
from chalicelib.partners.consents.texts import CURRENT
from chalicelib.people.family.store import DelegationItem
from chalicelib.people.notices import NoticeItem
from chalicelib.people.proofing.attempts_store import AttemptItem
from chalicelib.people.sandbox import SandboxResident
from chalicelib.platform.permissions import Kind, of_kind, on_request
from chalicelib.platform.times import rfc3339
from chalicelib.status.model import Scan
from chalicelib.wiring import City
from infra.local.functions import Streamed
from infra.local.streams import Positions, StreamPump
from tests.world import Caller, Pass, Reply, StoppedClock, moved_in

TOKEN_S = 200
KINDS = {"clinic": Kind.PARTNER, "insurer": Kind.PARTNER, "hotel": Kind.VERIFIER}
FIELDS = ["birth_date", "name"]
_keys = count()


class Counter:
    """What clients ask for and people answer, and what follows from it."""

    def __init__(self, city: City, api: Caller) -> None:
        assert isinstance(city.clock, StoppedClock)
        self.city, self.api, self.clock = city, api, city.clock
        self._sessions: dict[SandboxResident, Pass] = {}
        self._clients = {name: self._registered(name, kind) for name, kind in KINDS.items()}
        self._tokens: dict[str, tuple[str, float]] = {}
        self._positions = Positions()

    def _registered(self, name: str, kind: Kind) -> Any:
        scopes = of_kind(kind) | {one for one in ("disclosure:read", "consent:ask") if one in on_request(kind)}
        return self.city.clients.register(name, scopes=scopes, kind=kind)

    @property
    def now(self) -> int:
        return int(self.clock())

    def forget(self) -> None:
        """Nobody was asked for anything, and nobody was told."""
        for table in (ConsentItem, NoticeItem, DelegationItem, AttemptItem):
            for item in table.scan():
                item.delete()
        self.follow()

    def later(self, seconds: float) -> None:
        """Time passes; keys are rotated as ever."""
        until = self.clock.now + seconds
        while self.clock.now < until:
            self.clock.now = min(until, self.clock.now + 20 * DAY_S)
            self.city.custodian.run(now=self.now)

    def session(self, who: SandboxResident) -> Pass:
        """A session; months later it is another."""
        held = self._sessions.get(who)
        if held is None or self.api.get("/v1/notices", token=held).status != 200:
            held = self._sessions[who] = self.api.log_in(who)
        return held

    def holder(self, who: SandboxResident) -> str:
        return moved_in(self.city, who)

    def client_id(self, client: str) -> str:
        return str(self._clients[client].client_id)

    def token(self, client: str) -> str:
        token, since = self._tokens.get(client, ("", 0.0))
        if self.now - since > TOKEN_S:
            token = self.api.token_for(self._clients[client])
            self._tokens[client] = token, self.clock()
        return token

    def exchange_token(
        self, who: SandboxResident, client: str = "clinic", purpose: str = "medical", *, scan_id: str = "s"
    ) -> str:
        """What a scan of somebody gave: made as the scan makes it."""
        scan = Scan(self.client_id(client), client, purpose, "窗口", self.now)
        return self.city.exchange.seal(self.holder(who), scan, scan_id, now=self.now)

    def ask(self, who: SandboxResident, client: str = "clinic", **more: Any) -> Reply:
        """A client asks somebody at its counter."""
        key = more.pop("key", None) or f"counter-{next(_keys)}"
        token = more.pop("exchange_token", None) or self.exchange_token(who, client, more.pop("purpose", "medical"))
        body = {"exchange_token": token, "fields": FIELDS, "use": "once", **more}
        return self.api.post("/v1/consent-requests", body, token=self.token(client), key=key)

    def asked(self, who: SandboxResident, client: str = "clinic", **more: Any) -> str:
        """A request that waits for an answer; answers its id."""
        reply = self.ask(who, client, **more)
        assert (reply.status, reply.body["state"]) == (201, "asked"), reply
        return str(reply.body["consent_id"])

    def period(self, days: float) -> dict[str, Any]:
        """For so many days."""
        return {"use": "period", "until": rfc3339(self.now + days * DAY_S)}

    def agreed(self, who: SandboxResident, client: str = "clinic", **more: Any) -> str:
        """What somebody has agreed to; answers its id."""
        made = self.asked(who, client, **more)
        reply = self.answer(made, "agreement", who)
        assert (reply.status, reply.body["state"]) == (200, "agreed"), reply
        return made

    def answer(self, consent_id: str, verb: str, who: SandboxResident, **more: Any) -> Reply:
        """`agreement`, `refusal` or `withdrawal`."""
        body = ({"text_version": CURRENT} if verb == "agreement" else {}) | more
        return self.api.post(f"/v1/consents/{consent_id}/{verb}", body, token=self.session(who))

    def seen(self, who: SandboxResident, query: str = "") -> list[dict[str, Any]]:
        reply = self.api.get(f"/v1/consents{query}", token=self.session(who))
        assert reply.status == 200, reply
        return list(reply.body["consents"])

    def state(self, consent_id: str, client: str = "clinic") -> str:
        """How a request stands, to its client."""
        reply = self.api.get(f"/v1/consent-requests/{consent_id}", token=self.token(client))
        assert reply.status == 200, reply
        return str(reply.body["state"])

    def told(self, who: SandboxResident) -> list[tuple[str, str]]:
        """What somebody was told about consents, oldest first: of what, as whom."""
        page = self.city.notices.page(self.holder(who), before=None, size=50)
        facts = [(item.kind, json.loads(item.facts)) for item in reversed(page)]
        return [(kind, fact["you"]) for kind, fact in facts if kind.startswith("consent_")]

    def records(self) -> list[dict[str, Any]]:
        """What the stream has told since it was last asked, as Lambda hands it over."""
        found: list[dict[str, Any]] = []
        listener = Streamed("listener", "consents", batch=100, call=lambda event: found.extend(event["Records"]))
        arn = self.city.dynamodb.describe_table(TableName="yima-consents")["Table"]["LatestStreamArn"]
        streams = boto3.client("dynamodbstreams", endpoint_url=self.city.settings.dynamodb_endpoint)
        StreamPump(streams, arn, listener, positions=self._positions, report=print).pump()
        return found

    def deliver(self, records: list[dict[str, Any]]) -> str | None:
        """Hand a batch to what stands behind the function; answers the sequence number to resume from, if any."""
        failed = self.city.consents.follower.record(records, now=self.now)
        return failed[0] if failed else None

    def follow(self) -> None:
        """The function on the stream has caught up."""
        assert self.deliver(self.records()) is None
