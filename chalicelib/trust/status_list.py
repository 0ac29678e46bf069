"""Status lists: one bit for each carrier that leaves the house, so that a gate without network knows a lost one.

The list is that of the IETF's Token Status List: one bit per entry, least significant bit first, compressed by zlib.
0 is valid; 1 is revoked, for good, and does not say why. It travels as a JWT (RFC 7519) of type `statuslist+jwt`:

    {"alg":"1.2.156.10197.1.501","kid":"<key id>","typ":"statuslist+jwt"}
    {"exp":1790172800,"iat":1790000000,"status_list":{"bits":1,"lst":"<base64url of zlib>"},
     "sub":"urn:yima:310000:status-list:1","ttl":300}

`alg` is an extension of ours: SM2 with SM3 under the user id of GM/T 0009, named by its object identifier, which is
a collision-resistant name (RFC 7515, 4.1.1); no JOSE registration is claimed. The signature is r‖s (64 bytes) by a key
that the trust list has with `use: "carrier"`.

A JWT is base64url of JSON in which the list is base64url already, and no gateway's compression undoes both. So it is
kept and served unpacked: `protected` and `signature` as they stand in the JWT, `claims` as the very JSON text whose
base64url stands between them. Pure: the offline verifier imports this module and nothing of AWS.
"""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from chalicelib.platform.crypto import sm2
from chalicelib.trust.model import KeyUse, UnwrappedKey
from chalicelib.trust.trust_list import TrustList

SIZE = 2**20
"""Entries of a list: enough that none tells much of its owner, and half of them revoked are 131 KB at the most."""

TTL_S = 300
LIFETIME_S = 48 * 3600
ALGORITHM = "1.2.156.10197.1.501"
TYPE = "statuslist+jwt"
COMPRESSION = 10
"""Of 12 levels: a list of which one in a hundred is revoked gets 7 % shorter than by zlib's best, in half the time."""

CLOCKS_APART_S = 20


class MalformedStatusList(ValueError):
    """The text is no status list token that we read."""


class UntrustedStatusList(Exception):
    """The token is not a list that is good here and now: another's, forged, or past its end."""


@dataclass(frozen=True, slots=True)
class StatusList:
    """The bits of a list, eight entries a byte."""

    bits: bytes

    @classmethod
    def empty(cls, size: int = SIZE) -> StatusList:
        """A list of which nothing is revoked."""
        return cls(bytes(size // 8))

    def __len__(self) -> int:
        """How many entries the list has."""
        return 8 * len(self.bits)

    def is_revoked(self, index: int) -> bool:
        """Whether an entry is; raises IndexError where the list has none such, and so says nothing."""
        if index < 0:
            raise IndexError(index)
        return bool(self.bits[index >> 3] >> (index & 7) & 1)

    def revoking(self, indices: Iterable[int]) -> StatusList:
        """The list with more entries revoked; raises IndexError."""
        bits = bytearray(self.bits)
        for index in indices:
            if index < 0:
                raise IndexError(index)
            bits[index >> 3] |= 1 << (index & 7)
        return StatusList(bytes(bits))

    def compressed(self) -> bytes:
        """The list in zlib's format (RFC 1950), as short as takes a moment. Who only reads lists needs no package."""
        import deflate

        return bytes(deflate.zlib_compress(self.bits, COMPRESSION))

    @classmethod
    def inflated(cls, compressed: bytes) -> StatusList:
        """Read a compressed list; raises `MalformedStatusList`, also for one that would fill the memory."""
        inflater = zlib.decompressobj()
        try:
            bits = inflater.decompress(compressed, SIZE // 8 + 1)
        except zlib.error as error:
            raise MalformedStatusList("the bits are not compressed by zlib") from error
        if not inflater.eof or inflater.unused_data or len(bits) > SIZE // 8:
            raise MalformedStatusList("the bits are cut off, or more than a list has")
        return cls(bits)


class Header(msgspec.Struct, frozen=True):
    """How the token is signed."""

    alg: str
    kid: str
    typ: str


class Bits(msgspec.Struct, frozen=True):
    """The claim `status_list`."""

    bits: int
    lst: str


class Claims(msgspec.Struct, frozen=True):
    """What the token says. Times are Unix seconds; `ttl` is for how many of them a copy need not be renewed."""

    sub: str
    iat: int
    exp: int
    ttl: int
    status_list: Bits


@dataclass(frozen=True, slots=True)
class UnverifiedToken:
    """A token as it was read: well-formed, and nothing more is known of it."""

    header: Header
    claims: Claims
    signed: bytes
    signature: bytes

    def list(self) -> StatusList:
        """The bits; raises `MalformedStatusList`."""
        if self.claims.status_list.bits != 1:
            raise MalformedStatusList("only lists of one bit are read")
        return StatusList.inflated(_decoded(self.claims.status_list.lst))


@dataclass(frozen=True, slots=True)
class VerifiedStatusList:
    """A list that the city signed, good until it expires. Times are Unix seconds."""

    list: StatusList
    issued_at: int
    expires_at: int


def uri(region: str, number: int) -> str:
    """What a list is called. A name and no address: a paper knows its city, and not under which host it is found."""
    return f"urn:yima:{region}:status-list:{number}"


class Unpacked(msgspec.Struct, frozen=True):
    """A token as it is kept and served."""

    protected: str
    claims: str
    signature: str

    @property
    def token(self) -> str:
        """The JWT."""
        return f"{self.protected}.{_encoded(self.claims.encode())}.{self.signature}"


def signed_list(statuses: StatusList, *, sub: str, key: UnwrappedKey, issued_at: int) -> Unpacked:
    """A list as it is published."""
    header = Header(alg=ALGORITHM, kid=key.record.kid, typ=TYPE)
    bits = Bits(bits=1, lst=_encoded(statuses.compressed()))
    claims = Claims(sub=sub, iat=issued_at, exp=issued_at + LIFETIME_S, ttl=TTL_S, status_list=bits)
    protected, said = _encoded(msgspec.json.encode(header)), msgspec.json.encode(claims)
    signature = sm2.sign(key.pair, f"{protected}.{_encoded(said)}".encode())
    return Unpacked(protected, said.decode(), _encoded(signature))


def read_token(text: str) -> UnverifiedToken:
    """Read a token; raises `MalformedStatusList`."""
    signed, _, signature = text.strip().rpartition(".")
    header, _, claims = signed.partition(".")
    try:
        return UnverifiedToken(
            header=msgspec.json.decode(_decoded(header), type=Header),
            claims=msgspec.json.decode(_decoded(claims), type=Claims),
            signed=signed.encode(),
            signature=_decoded(signature),
        )
    except (msgspec.DecodeError, UnicodeError) as error:
        raise MalformedStatusList("the token cannot be read") from error


def verified(token: UnverifiedToken, *, trust: TrustList, expected_sub: str, now: float) -> VerifiedStatusList:
    """Check a token against a trust list that was found good; raises `UntrustedStatusList`.

    1. It is a status list, signed in the way we read.
    2. It is the one that was asked for.
    3. It has begun and has not expired.
    4. A carrier key signed it, entitled when it did.
    5. Its bits can be read.
    """
    header, claims = token.header, token.claims
    if (header.typ, header.alg) != (TYPE, ALGORITHM) or claims.sub != expected_sub:
        raise UntrustedStatusList
    if not claims.iat - CLOCKS_APART_S <= int(now) <= claims.exp:
        raise UntrustedStatusList
    key = trust.key(header.kid)
    if key is None or key.use != KeyUse.CARRIER or not key.may_have_signed(claims.iat):
        raise UntrustedStatusList
    if not sm2.verify(key.xy, token.signed, token.signature):
        raise UntrustedStatusList
    try:
        return VerifiedStatusList(token.list(), issued_at=claims.iat, expires_at=claims.exp)
    except MalformedStatusList as error:
        raise UntrustedStatusList from error


def _encoded(raw: bytes) -> str:
    """Base64url without padding (RFC 7515, 2)."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    """The bytes behind base64url; raises `MalformedStatusList`. Only the one right spelling is read."""
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as error:
        raise MalformedStatusList("the token is not base64url") from error
    if _encoded(raw) != text:
        raise MalformedStatusList("the token is not base64url")
    return raw
