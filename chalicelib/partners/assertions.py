"""Client assertions (RFC 7523, 3): a client signs a JWT with its SM2 key instead of sending a secret.

    {"alg":"1.2.156.10197.1.501","kid":"<key id>"}
    {"iss":"<client id>","sub":"<client id>","aud":"urn:yima:<region>","iat":…,"exp":…,"jti":"…"}

`alg` is the object identifier of SM2 with SM3, as our status lists have it, for JOSE has registered no name; the
signature is r‖s (GB/T 32918.2, signer ID 1234567812345678). What JWS demands is left to PyJWT; its clock is not ours,
so times are compared here.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any, Literal, NamedTuple

import jwt
import msgspec
from jwt.algorithms import Algorithm

from chalicelib.platform.crypto import sm2
from chalicelib.platform.crypto.hashing import sm3

ALGORITHM = "1.2.156.10197.1.501"
TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST = 4096
LIFETIME_S = 300
SKEW_S = 60
"""How far the clock of a server may be from ours: it asks the network for the time."""

NO_KEY = bytes(64)
"""No point of the curve: what a stranger's signature is compared with."""


class WrongAssertion(ValueError):
    """It does not show that it comes from the client it names; it is not said why."""


class WrongAssertionTime(WrongAssertion):
    """It comes from that client, and is not for now."""


class Head(msgspec.Struct):
    """The header."""

    alg: Literal["1.2.156.10197.1.501"]
    kid: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{8}$")]


class Claims(msgspec.Struct):
    """What a client says. `aud` is this city alone: an assertion for two could be used by either at the other.

    `nbf` may be left out, and is heeded where it is not (RFC 7523, 3).
    """

    iss: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    sub: str
    aud: str | Annotated[list[str], msgspec.Meta(max_length=1)]
    exp: int | float
    iat: int | float
    jti: Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
    nbf: int | float = 0


class Claimed(NamedTuple):
    """Who an assertion says it is from, and by which key; nothing of it is verified."""

    client_id: str
    key_id: str


class Sm2Signature(Algorithm):
    """SM2 with SM3, as PyJWT asks for it. Keys are X‖Y to verify, a pair to sign."""

    def prepare_key(self, key: Any) -> Any:
        """As it is."""
        return key

    def sign(self, msg: bytes, key: Any) -> bytes:
        """r‖s."""
        return sm2.sign(key, msg)

    def verify(self, msg: bytes, key: Any, sig: bytes) -> bool:
        """Whether it is the key's; never for no key."""
        return sm2.verify(key, msg, sig)

    @staticmethod
    def to_jwk(key_obj: Any, as_dict: bool = False) -> Any:
        """JOSE has no form for these keys."""
        raise NotImplementedError

    @staticmethod
    def from_jwk(jwk: Any) -> Any:
        """Likewise."""
        raise NotImplementedError


@lru_cache(maxsize=1)
def signatures() -> jwt.PyJWS:
    """JWS by SM2 alone: no other algorithm can be talked into it."""
    jws = jwt.PyJWS(algorithms=[])
    jws.register_algorithm(ALGORITHM, Sm2Signature())
    return jws


def claimed(text: str) -> Claimed:
    """Whom an assertion names; raises `WrongAssertion`."""
    try:
        if len(text) > LONGEST:
            raise WrongAssertion
        head = msgspec.convert(signatures().get_unverified_header(text), Head)
        payload = jwt.utils.base64url_decode(text.split(".")[1])
        return Claimed(msgspec.json.decode(payload, type=Claims).iss, head.kid)
    except (jwt.PyJWTError, msgspec.DecodeError, ValueError, IndexError, RecursionError) as error:
        raise WrongAssertion from error


def verified(text: str, key: bytes | None, *, client_id: str, audience: str, now: float) -> Claims:
    """What a client says, from whom it is known to be; `key` is X‖Y, None for a stranger.

    1. The signature is by the key.
    2. Issuer and subject are the client, and the audience is this city and nobody else.
    3. It has begun and is not over, was not made in the future, and lasts no longer than five minutes.

    Raises `WrongAssertion`, and `WrongAssertionTime` where only the time is wrong.
    """
    try:
        payload = signatures().decode(text, key or NO_KEY, algorithms=[ALGORITHM])
        said = msgspec.json.decode(payload, type=Claims)
    except (jwt.PyJWTError, msgspec.DecodeError, ValueError, RecursionError) as error:
        raise WrongAssertion from error
    if (said.iss, said.sub) != (client_id, client_id) or said.aud not in (audience, [audience]):
        raise WrongAssertion
    begun = max(said.iat, said.nbf) <= now + SKEW_S
    if not (begun and now - SKEW_S < said.exp <= said.iat + LIFETIME_S):
        raise WrongAssertionTime
    return said


def nonce_of(client_id: str, said: Claims) -> str:
    """Under which name an assertion is remembered."""
    return f"{client_id}#assertion#{sm3(said.jti.encode('utf-8', 'surrogatepass')).hex()}"
