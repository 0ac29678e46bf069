"""A small city for tests: its clock stands still until told, its store is empty, and somebody lives in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import msgspec
from chalice.app import Chalice
from chalice.local import LocalChalice
from chalice.test import Client

from app import build_app
from chalicelib.partners.clients import Credentials
from chalicelib.people.sandbox import RESIDENTS, SandboxIdentityProvider, SandboxResident
from chalicelib.platform import tables
from chalicelib.platform.aws import kms, s3, tuned_dynamodb
from chalicelib.platform.blobs import Blobs, blobs
from chalicelib.platform.permissions import Role
from chalicelib.platform.settings import Settings
from chalicelib.platform.uploads import Uploads, uploads
from chalicelib.status.evidence.model import MANUAL
from chalicelib.status.evidence.store import EvidenceItem
from chalicelib.status.model import Colour, Scan
from chalicelib.status.policy.rulebook import Entry
from chalicelib.status.policy.shipped import shipped
from chalicelib.status.policy.store import PolicyItem
from chalicelib.status.timeline import EVER
from chalicelib.trust.model import RotationPlan
from chalicelib.wiring import City
from tests import founding

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client

NOON = 1_790_000_000
"""A Monday, 2026-09-21 14:13:20 UTC: the instant at which every test begins."""

JSON = "application/json"


class StoppedClock:
    """Time that passes only when a test says so, in Unix seconds."""

    def __init__(self, now: float = NOON) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


@dataclass(frozen=True)
class Reply:
    """What the API answered."""

    status: int
    headers: dict[str, str]
    body: Any

    @property
    def code(self) -> str:
        """The code of the problem document."""
        assert self.headers["Content-Type"] == "application/problem+json", self
        code: str = self.body["code"]
        return code


class Pass(str):
    """The access token of a session, with what renews it: a test may keep it for days, as an app on a phone does."""

    __slots__ = ("newest", "refresh_token", "session_id")
    newest: str
    refresh_token: str
    session_id: str

    @classmethod
    def of(cls, session: dict[str, Any]) -> Pass:
        """What came of a log-in."""
        held = cls(session["token"])
        held.session_id = session["session_id"]
        held.take(session)
        return held

    def take(self, session: dict[str, Any]) -> None:
        """Hold the tokens that were given last."""
        self.newest = session["token"]
        self.refresh_token = session["refresh_token"]


class Caller:
    """Calls the API as a gateway would: Lambda event in, response out."""

    def __init__(self, app: Chalice) -> None:
        self._http = Client(app).http

    def send(
        self,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        token: str | None = None,
        media: str = JSON,
        key: str | None = None,
        proof: str | None = None,
    ) -> Reply:
        """One request, repeated with a renewed token where a session's has expired.

        `key` is its Idempotency-Key, `proof` that of a device key.
        """
        if not isinstance(token, Pass):
            return self.once(method, path, body=body, token=token, media=media, key=key, proof=proof)
        reply = self.once(method, path, body=body, token=token.newest, media=media, key=key, proof=proof)
        if reply.status != 401 or reply.code != "expired_token" or not self._renewed(token):
            return reply
        return self.once(method, path, body=body, token=token.newest, media=media, key=key, proof=proof)

    def _renewed(self, token: Pass) -> bool:
        """Whether a session gives another token."""
        reply = self.post("/v1/sessions/refresh", {"refresh_token": token.refresh_token})
        if reply.status == 200:
            token.take(reply.body)
        return reply.status == 200

    def once(
        self,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        token: str | None = None,
        media: str = JSON,
        key: str | None = None,
        proof: str | None = None,
    ) -> Reply:
        """One request."""
        headers = {"Content-Type": media} if body else {}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if key is not None:
            headers["Idempotency-Key"] = key
        if proof is not None:
            headers["DPoP"] = proof
        answer = self._http.request(method, path, headers=headers, body=body)
        return Reply(answer.status_code, answer.headers, json.loads(answer.body))

    def get(self, path: str, *, token: str | None = None) -> Reply:
        """GET."""
        return self.send("GET", path, token=token)

    def post(
        self, path: str, payload: Any, *, token: str | None = None, key: str | None = None, proof: str | None = None
    ) -> Reply:
        """POST a JSON body."""
        return self.send("POST", path, body=json.dumps(payload).encode(), token=token, key=key, proof=proof)

    def delete(self, path: str, *, token: str | None = None) -> Reply:
        """DELETE."""
        return self.send("DELETE", path, token=token)

    def log_in(self, resident: SandboxResident = RESIDENTS[0], role: Role | None = None) -> Pass:
        """A session token of a holder, or of an officer, renewed for as long as the session lasts."""
        login = SandboxIdentityProvider.login(resident)
        reply = self.post("/v1/sessions", login | ({"role": role} if role else {}))
        assert reply.status == 201, reply
        return Pass.of(reply.body)

    def token_for(self, credentials: Credentials) -> str:
        """A verifier's access token."""
        form = urlencode({"grant_type": "client_credentials", **credentials._asdict()}).encode()
        reply = self.send("POST", "/v1/oauth/token", body=form, media="application/x-www-form-urlencoded")
        assert reply.status == 200, reply
        token: str = reply.body["access_token"]
        return token

    def code(self, token: str) -> str:
        """A fresh code of the holder."""
        reply = self.post("/v1/codes", {}, token=token)
        assert reply.status == 201, reply
        code: str = reply.body["code"]
        return code

    def verify(self, code: str, token: str, **more: str) -> Reply:
        """A scan at a door."""
        return self.post("/v1/verifications", {"code": code, "purpose": "entry", **more}, token=token)


def found_city(clock: StoppedClock, *, plan: RotationPlan | None = None) -> City:
    """A city in the present store: tables, keys, trust list, the sandbox as identity provider."""
    settings = Settings.from_environment()
    tables.connect(settings)
    usual = plan is None and clock() == NOON and founding.is_empty(settings)
    if usual and founding.put_back(settings):
        return another_process(clock)
    tables.create_all()
    city = another_process(clock, plan=plan)
    city.custodian.run(now=int(clock()))
    if usual:
        founding.keep(settings)
    return city


def another_process(clock: StoppedClock, *, plan: RotationPlan | None = None) -> City:
    """The same city as another function instance sees it: same store, own clock, own copy of the keys."""
    base = Settings.from_environment()
    settings = Settings(
        key_wrap=base.key_wrap,
        root_key_wrap=base.root_key_wrap,
        attachments=base.attachments,
        uploads=base.uploads,
        identity_provider="sandbox",
        aws_region=base.aws_region,
        dynamodb_endpoint=base.dynamodb_endpoint,
    )
    city = City(settings, clock=clock, plan=plan, dynamodb=_dynamodb(settings))
    city.kms = _kms(settings)
    city.blobs = _blobs(settings)
    city.uploads = _uploads(settings)
    return city


@lru_cache
def _dynamodb(settings: Settings) -> DynamoDBClient:
    """One client per store: making one takes longer than most tests."""
    return tuned_dynamodb(settings)


@lru_cache
def _kms(settings: Settings) -> KMSClient:
    """One custodian per store, likewise."""
    return kms(settings)


@lru_cache
def _blobs(settings: Settings) -> Blobs:
    """One keeper of files per store, likewise; its client is made when a test sends the first file."""
    return blobs(settings.attachments, partial(_s3, settings))


@lru_cache
def _uploads(settings: Settings) -> Uploads:
    """One keeper of whole files per store, likewise."""
    return uploads(settings.uploads, partial(_s3, settings))


@lru_cache
def _s3(settings: Settings) -> S3Client:
    return s3(settings)


def caller(city: City) -> Caller:
    """The API of a city. Concurrent calls are kept apart, as on the local server."""
    return Caller(build_app(city, LocalChalice))


def moved_in(city: City, resident: SandboxResident = RESIDENTS[0]) -> str:
    """The holder id of a resident who lives here, with the colour the demo gives them."""
    holder = city.registration.register(resident.identity, now=city.clock())
    if resident.colour is not Colour.GREEN:
        coloured(city, holder, resident.colour)
    return holder


def coloured(city: City, holder: str, colour: Colour) -> None:
    """Give a holder a colour from now on, as an approved override does."""
    now = int(city.clock())
    EvidenceItem(
        holder,
        f"{now:024x}",
        kind=MANUAL,
        happened_at=now,
        reported_at=now,
        attributes=json.dumps({"colour": colour, "override": "of-a-test"}),
        source="",
        source_name="",
        reference="",
    ).save()
    city.recompute.holder(holder, now=now, cause="evidence")


def in_office(city: City, resident: SandboxResident, role: Role = Role.HEALTH_OFFICER) -> str:
    """The holder id of a resident who lives here and is an officer."""
    holder = moved_in(city, resident)
    city.officers.appoint(holder, role, name=resident.identity.name)
    return holder


def scan_by(verifier: str, *, at: float = NOON, fields: str = "") -> Scan:
    """A scan at the city's east gate, which tells the colour and these fields."""
    name = verifier.title()
    return Scan(verifier, verifier_name=name, purpose="entry", place="east gate", at=int(at), fields=fields)


def governed(city: City, *names: str, since: int = EVER) -> None:
    """Put shipped policies in force, each from an instant on, the first of them from `since`; a day lies between."""
    for number, name in enumerate(names):
        policy, book = shipped(name), city.rulebooks.current()
        document = msgspec.json.encode(policy).decode()
        PolicyItem(policy.key, text="", document=document, digest="", loaded_by="", loaded_at=0).save()
        entry = Entry(since + number * 86_400, policy.key)
        kept = tuple(one for one in book.entries if one.since < entry.since)
        assert city.rulebooks.add((*kept, entry), after=book, by="a test", now=int(city.clock()))
