"""The office at which operators let programs in, and what such a program sends."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from itertools import count
from typing import Any
from urllib.parse import urlencode

import msgspec

from chalicelib.partners.assertions import ALGORITHM, TYPE
from chalicelib.partners.clients import Credentials
from chalicelib.partners.clients.model import key_id_of
from chalicelib.people.sandbox import RESIDENTS, SandboxResident
from chalicelib.platform.crypto import sm2
from chalicelib.platform.crypto.sm2 import KeyPair
from chalicelib.platform.permissions import Role
from chalicelib.wiring import City
from tests.world import Caller, Reply, in_office

ZHOU, SHEN, GU = RESIDENTS[1:4]
FORM = "application/x-www-form-urlencoded"
_keys = count()


class Registry:
    """Three operators, and what they do over the API."""

    def __init__(self, city: City, api: Caller) -> None:
        self.city, self.api = city, api
        self.operators = {who: in_office(city, who, Role.OPERATOR) for who in (ZHOU, SHEN, GU)}
        self._tokens: dict[SandboxResident, str] = {}

    def token(self, who: SandboxResident) -> str:
        """A session in office."""
        if who not in self._tokens:
            self._tokens[who] = self.api.log_in(who, Role.OPERATOR)
        return self._tokens[who]

    def propose(self, *, by: SandboxResident = ZHOU, key: str | None = None, **changes: Any) -> Reply:
        """Ask for a client."""
        wanted = {"name": "地铁二号线", "kind": "verifier"} | changes
        return self.api.post("/v1/clients", wanted, token=self.token(by), key=key or f"registry-{next(_keys)}")

    def proposed(self, **changes: Any) -> str:
        """The id of a client that waits."""
        reply = self.propose(**changes)
        assert (reply.status, reply.body["standing"]) == (201, "proposed"), reply
        client_id: str = reply.body["client_id"]
        return client_id

    def act(self, verb: str, client_id: str, body: Any = None, *, by: SandboxResident = SHEN) -> Reply:
        """`approval`, `refusal`, `scopes`, `suspension`, `resumption`, `secrets` or `keys`."""
        return self.api.post(f"/v1/clients/{client_id}/{verb}", body or {}, token=self.token(by))

    def show(self, client_id: str, *, by: SandboxResident = ZHOU) -> dict[str, Any]:
        """A client as operators see it."""
        reply = self.api.get(f"/v1/clients/{client_id}", token=self.token(by))
        assert reply.status == 200, reply
        body: dict[str, Any] = reply.body
        return body

    def approve(self, client_id: str, *, by: SandboxResident = SHEN) -> Reply:
        """Approve what waits."""
        waiting = self.show(client_id)["waiting"]
        return self.act("approval", client_id, {"proposal": waiting["proposal"] if waiting else 1}, by=by)

    def active(self, **changes: Any) -> str:
        """The id of a client that two operators let in."""
        client_id = self.proposed(**changes)
        assert self.approve(client_id).body["standing"] == "active"
        return client_id

    def secret(self, client_id: str, **body: Any) -> Credentials:
        """A new secret of a client."""
        reply = self.act("secrets", client_id, body, by=ZHOU)
        assert reply.status == 201, reply
        return Credentials(client_id, reply.body["client_secret"])

    def let_in(self, **changes: Any) -> Credentials:
        """A client with a secret."""
        return self.secret(self.active(**changes))

    def pair(self, client_id: str) -> KeyPair:
        """A key pair of a client, the public half known to the city."""
        pair = sm2.generate()
        reply = self.act("keys", client_id, {"public_key": f"04{pair.public.hex()}"}, by=ZHOU)
        assert reply.status == 201, reply
        return pair

    def ask(self, **form: str) -> Reply:
        """Ask for a token."""
        return ask(self.api, **form)

    def ask_by(self, credentials: Credentials, **form: str) -> Reply:
        """Ask for a token by a secret."""
        return ask(self.api, **credentials._asdict(), **form)

    def assert_by(self, assertion: str, **form: str) -> Reply:
        """Ask for a token by an assertion."""
        return ask(self.api, client_assertion_type=TYPE, client_assertion=assertion, **form)


def ask(api: Caller, **form: str) -> Reply:
    """Ask for a token."""
    body = urlencode({"grant_type": "client_credentials"} | form).encode()
    return api.send("POST", "/v1/oauth/token", body=body, media=FORM)


def claims(client_id: str, now: float, **changes: Any) -> dict[str, Any]:
    """What an honest client says of itself."""
    known = {"iss": client_id, "sub": client_id, "aud": "urn:yima:310000"}
    times = {"iat": int(now), "exp": int(now) + 60, "jti": f"assertion-{next(_keys)}"}
    return known | times | changes


def signed(pair: KeyPair, said: Any, **head: Any) -> str:
    """A JWT by an SM2 key, made with none of the city's code for JWTs."""
    header = {"alg": ALGORITHM, "kid": key_id_of(pair.public)} | head
    text = f"{encoded(msgspec.json.encode(header))}.{encoded(msgspec.json.encode(said))}"
    return f"{text}.{encoded(sm2.sign(pair, text.encode()))}"


def encoded(raw: bytes) -> str:
    """base64url without padding (RFC 7515)."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def basic(name: str, secret: str) -> str:
    """`Authorization: Basic`."""
    return f"Basic {b64encode(f'{name}:{secret}'.encode()).decode()}"
