"""That a request comes from the device that logged in: a DPoP proof (RFC 9449) by a key that never leaves it.

Only where somebody asks for tokens is a proof looked at; the access token is a plain bearer token of five minutes.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlsplit

import msgspec

from chalicelib.people.sessions.model import NO_PROOF, Proof
from chalicelib.people.sessions.refusals import DeviceProofInvalid, DeviceProofStale
from chalicelib.platform.times import rfc3339

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

LONGEST = 4096
SKEW_S = 120
"""Clocks of phones are wrong more often than proofs are stolen; whoever is refused is told our time."""

Coordinate = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{43}$")]


class DeviceKey(msgspec.Struct, kw_only=True):
    """A public key on P-256 as a JWK (RFC 7518, 6.2.1). The order of fields is that of its thumbprint."""

    crv: Literal["P-256"]
    kty: Literal["EC"]
    x: Coordinate
    y: Coordinate
    d: None = None
    """Who sends a private key has none any more."""

    @property
    def thumbprint(self) -> str:
        """SHA-256 over the required members in their order, base64url (RFC 7638)."""
        from jwt.utils import base64url_encode

        members = {"crv": self.crv, "kty": self.kty, "x": self.x, "y": self.y}
        return base64url_encode(hashlib.sha256(msgspec.json.encode(members)).digest()).decode()


class Head(msgspec.Struct):
    """The header of a proof (RFC 9449, 4.2)."""

    typ: Literal["dpop+jwt"]
    alg: Literal["ES256"]
    jwk: DeviceKey


class Claims(msgspec.Struct):
    """What a proof says: for which request, made when, and what it is called."""

    htm: str
    htu: str
    iat: int | float
    jti: Annotated[str, msgspec.Meta(min_length=1, max_length=256)]


def verified(header: str | None, *, method: str, path: str, now: float) -> Proof:
    """What a DPoP header proves (RFC 9449, 4.3); nothing where there is none.

    1. It is a signed JWT of type `dpop+jwt` by ES256, with a public key on P-256 in its header.
    2. The signature is that key's.
    3. It is for this method and this path. Of the address only its end is compared: what a gateway or a stage puts
       before the path, and under which host it answers, this function is not told.
    4. It was made now, as far as clocks agree.

    Its `jti` need not be remembered for long: each token is renewed once, and the proof before is known by its mark.
    Raises `DeviceProofInvalid` or `DeviceProofStale`.
    """
    if header is None:
        return NO_PROOF
    key, claims = _signed(header)
    if claims.htm != method or not _path(claims.htu).endswith(path):
        raise DeviceProofInvalid
    if not abs(now - claims.iat) <= SKEW_S:
        raise DeviceProofStale(server_time=rfc3339(now))
    return Proof(key.thumbprint, hashlib.sha256(claims.jti.encode("utf-8", "surrogatepass")).hexdigest())


def _signed(header: str) -> tuple[DeviceKey, Claims]:
    """Whose signature it is, and what is signed; raises `DeviceProofInvalid`."""
    import jwt

    if len(header) > LONGEST:
        raise DeviceProofInvalid
    try:
        key = msgspec.convert(jwt.get_unverified_header(header), Head).jwk
        options = {"verify_aud": False, "verify_exp": False, "verify_nbf": False, "verify_iat": False}
        said = jwt.decode(header, _public(key), algorithms=["ES256"], options=options)  # type: ignore[arg-type]
        return key, msgspec.convert(said, Claims)
    except (jwt.PyJWTError, msgspec.ValidationError, ValueError, RecursionError) as error:
        raise DeviceProofInvalid from error


def _public(key: DeviceKey) -> EllipticCurvePublicKey:
    """The key to check with; raises ValueError for a point that is not on the curve."""
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicNumbers
    from jwt.utils import base64url_decode

    x, y = (int.from_bytes(base64url_decode(each), "big") for each in (key.x, key.y))
    return EllipticCurvePublicNumbers(x, y, SECP256R1()).public_key()


def _path(address: str) -> str:
    """The path of an address; raises `DeviceProofInvalid`."""
    try:
        return urlsplit(address).path
    except ValueError as error:
        raise DeviceProofInvalid from error
