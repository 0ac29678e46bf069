"""A phone: it signs in, keeps what it was given, and proves with a key of its own that it is the same phone."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from chalicelib.people.sandbox import RESIDENTS, SandboxIdentityProvider, SandboxResident
from chalicelib.wiring import City
from tests.world import Caller, Reply

_jti = count()
HOME = "https://city.example/stage"


class DeviceKey:
    """A key that never leaves its device."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.jwk: dict[str, Any] = json.loads(ECAlgorithm.to_jwk(self.private.public_key()))

    def proof(self, path: str, *, now: float, head: dict[str, Any] | None = None, **claims: Any) -> str:
        """A DPoP proof for a POST, with whatever a test wants to be otherwise."""
        usual = {"htm": "POST", "htu": HOME + path, "iat": int(now), "jti": f"proof-{next(_jti)}"}
        header = {"typ": "dpop+jwt", "jwk": self.jwk} | (head or {})
        return jwt.encode(usual | claims, self.private, algorithm="ES256", headers=header)


class Phone:
    """Somebody's phone. `key` is None for one that keeps none."""

    def __init__(
        self, city: City, api: Caller, *, resident: SandboxResident = RESIDENTS[0], bound: bool = True
    ) -> None:
        self.city, self.api, self.resident = city, api, resident
        self.key = DeviceKey() if bound else None
        self.held: dict[str, Any] = {}

    def log_in(self, **more: Any) -> Reply:
        """Sign in, and keep the tokens where there are some."""
        login = SandboxIdentityProvider.login(self.resident) | more
        return self._kept(self.api.post("/v1/sessions", login, proof=self._proof("/v1/sessions")))

    def refresh(self, token: str | None = None, *, proof: str | None = None) -> Reply:
        """Go on with the session, or with another token; keeps what is given."""
        sent = token or self.held["refresh_token"]
        proof = proof or self._proof("/v1/sessions/refresh")
        return self._kept(self.api.post("/v1/sessions/refresh", {"refresh_token": sent}, proof=proof))

    def _proof(self, path: str) -> str | None:
        return self.key.proof(path, now=self.city.clock()) if self.key else None

    def _kept(self, reply: Reply) -> Reply:
        if reply.status in {200, 201}:
            self.held = reply.body
        return reply


def signed_in(city: City, api: Caller, **how: Any) -> Phone:
    """A phone whose owner has just logged in."""
    phone = Phone(city, api, **how)
    assert phone.log_in().status == 201
    return phone
