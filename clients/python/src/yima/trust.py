"""The city's trust list and status lists, and what makes them believable. Formats: docs/wire-formats.md."""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime

import msgspec

from yima import sm2
from yima.problems import NotAuthentic

STATUS_LIST_ALGORITHM = "1.2.156.10197.1.501"
LARGEST_STATUS_LIST = 2**17
CLOCKS_APART_S = 20


class TrustedKey(msgspec.Struct, frozen=True):
    """A key of the city. `use` is `code`, `carrier` (papers and status lists) or `request` (replies and webhooks)."""

    kid: str
    public_key: str
    not_before: datetime
    not_after: datetime
    state: str
    use: str = "code"

    @property
    def xy(self) -> bytes:
        """X‖Y; something that is no key where the list has none."""
        try:
            return bytes.fromhex(self.public_key)[1:]
        except ValueError:
            return b""

    def may_have_signed(self, instant: float) -> bool:
        """Whether it was entitled at an instant (Unix seconds)."""
        return self.not_before.timestamp() <= instant <= self.not_after.timestamp()


class TrustList(msgspec.Struct, frozen=True):
    """The published keys. `document` is the text it was read from, which is what to keep in a file."""

    issuer: str
    keys: list[TrustedKey]
    issued_at: datetime
    expires_at: datetime
    signature: str
    document: str = ""

    @classmethod
    def read(cls, document: str | bytes) -> TrustList:
        """Read a trust list; raises ValueError where it is none. Nothing is verified yet."""
        text = document if isinstance(document, str) else document.decode()
        try:
            return msgspec.structs.replace(msgspec.json.decode(text, type=cls), document=text)
        except msgspec.DecodeError as error:
            raise ValueError("this is no trust list") from error

    def key(self, kid: str, use: str, *, at: float) -> TrustedKey | None:
        """The key of this id and use, where it was entitled at an instant."""
        key = next((key for key in self.keys if key.kid == kid), None)
        return key if key and key.use == use and key.may_have_signed(at) else None

    def of_use(self, use: str, *, at: float) -> list[TrustedKey]:
        """Every key of a use that was entitled at an instant."""
        return [key for key in self.keys if key.use == use and key.may_have_signed(at)]

    def is_signed_by(self, root: str) -> bool:
        """Whether a root key that was pinned beforehand (hex 04‖X‖Y) signed exactly this document."""
        said = json.loads(self.document)
        signature = said.pop("signature")
        canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        try:
            return sm2.verify(bytes.fromhex(root)[1:], canonical.encode(), bytes.fromhex(signature))
        except ValueError:
            return False

    def believed(self, root: str) -> TrustList:
        """This list, where the pinned root signed it; raises `NotAuthentic`. Without a root, nothing is asked."""
        if root and not self.is_signed_by(root):
            raise NotAuthentic("the trust list is not signed by the pinned root key")
        return self


class _Bits(msgspec.Struct, frozen=True):
    bits: int
    lst: str


class _Claims(msgspec.Struct, frozen=True):
    sub: str
    iat: int
    exp: int
    status_list: _Bits


class _Header(msgspec.Struct, frozen=True):
    alg: str
    kid: str
    typ: str


class StatusList(msgspec.Struct, frozen=True):
    """A status list as the city answers it: the three parts of a JWT, the claims as plain text."""

    number: int
    protected: str
    claims: str
    signature: str

    def age(self, now: float) -> int:
        """Its age in seconds, as it says itself."""
        return int(now) - msgspec.json.decode(self.claims, type=_Claims).iat

    def bits(self, trust: TrustList, *, expected_sub: str, now: float) -> bytes | None:
        """Its bits, None where it cannot be believed.

        1. It is a status list, signed in the way we read, and the one that was asked for.
        2. It has begun and has not expired.
        3. A carrier key on the trust list signed it, entitled when it did.
        4. Its bits can be read, and are not more than a list has.
        """
        try:
            header = msgspec.json.decode(_decoded(self.protected), type=_Header)
            claims = msgspec.json.decode(self.claims, type=_Claims)
            compressed, signature = _decoded(claims.status_list.lst), _decoded(self.signature)
        except (msgspec.DecodeError, ValueError):
            return None
        if (header.typ, header.alg, claims.sub) != ("statuslist+jwt", STATUS_LIST_ALGORITHM, expected_sub):
            return None
        if not claims.iat - CLOCKS_APART_S <= int(now) <= claims.exp or claims.status_list.bits != 1:
            return None
        key = trust.key(header.kid, "carrier", at=claims.iat)
        signed = f"{self.protected}.{encoded(self.claims.encode())}".encode()
        return _inflated(compressed) if key and sm2.verify(key.xy, signed, signature) else None


def _inflated(compressed: bytes) -> bytes | None:
    """The bits, None where they would fill the memory or are cut off."""
    inflater = zlib.decompressobj()
    try:
        bits = inflater.decompress(compressed, LARGEST_STATUS_LIST + 1)
    except zlib.error:
        return None
    return bits if inflater.eof and not inflater.unused_data and len(bits) <= LARGEST_STATUS_LIST else None


def encoded(raw: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    """The bytes behind base64url; raises ValueError."""
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encoded(raw) != text:
        raise ValueError("not base64url")
    return raw
