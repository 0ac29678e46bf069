"""Who asks: a program with a secret, a program with an SM2 key, or nobody. Secrets never show in a repr."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from yima import sm2
from yima.trust import encoded

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHM = "1.2.156.10197.1.501"
ASSERTION_LIFETIME_S = 120


@dataclass(frozen=True, slots=True)
class Secret:
    """A client id and the secret that was shown once; a terminal's likewise."""

    client_id: str
    client_secret: str = field(repr=False)

    def form(self, region: str, now: float) -> dict[str, str]:
        """What is sent for a token (RFC 6749, 2.3.1)."""
        return {"client_id": self.client_id, "client_secret": self.client_secret}


@dataclass(frozen=True, slots=True)
class Key:
    """A client id and an SM2 private key (64 hex digits) whose public key operators have registered.

    Nothing that is sent can be used by whoever reads it: an assertion is good once and for two minutes.
    """

    client_id: str
    private_key: str = field(repr=False)
    key_id: str = ""

    def __post_init__(self) -> None:
        """Fill the key id in; raises ValueError where the key is none."""
        object.__setattr__(self, "key_id", self.key_id or sm2.key_id(sm2.public_of(self.private)))

    @property
    def private(self) -> bytes:
        """The private key's 32 bytes."""
        return bytes.fromhex(self.private_key)

    @property
    def public_key(self) -> str:
        """Hex 04‖X‖Y, to be registered by operators."""
        return "04" + sm2.public_of(self.private).hex()

    def form(self, region: str, now: float) -> dict[str, str]:
        """What is sent for a token (RFC 7523, 2.2). `region` is whom the assertion is for."""
        header = {"alg": ALGORITHM, "kid": self.key_id, "typ": "JWT"}
        issued = int(now)
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": f"urn:yima:{region}",
            "iat": issued,
            "exp": issued + ASSERTION_LIFETIME_S,
            "jti": secrets.token_urlsafe(16),
        }
        said = ".".join(encoded(msgspec.json.encode(part)) for part in (header, claims))
        assertion = f"{said}.{encoded(sm2.sign(self.private, said.encode()))}"
        return {"client_id": self.client_id, "client_assertion_type": JWT_BEARER, "client_assertion": assertion}

    @classmethod
    def read(cls, file: Path) -> Key:
        """The key in a file that `yima key new` wrote; raises ValueError where there is none."""
        try:
            said = msgspec.json.decode(file.read_bytes(), type=KeyFile)
        except msgspec.DecodeError as error:
            raise ValueError(f"{file.name} is no key file of `yima key new`") from error
        return cls(said.client_id, said.private_key)


class KeyFile(msgspec.Struct):
    """A key at rest. The file is for its owner's eyes only."""

    client_id: str
    private_key: str


Credentials = Secret | Key
