"""Access tokens: signed with the ring's newest token key, checked without a database call.

`<key id>.<base64url of the JSON grant>.<HMAC-SHA256>`. We issue them and we alone read them, so to everyone else they
are opaque and their form may change (docs/adr/0006-small-libraries.md).
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode

import msgspec
from itsdangerous import BadSignature, Signer

from chalicelib.platform.http.operation import Principal
from chalicelib.platform.http.refusals import ExpiredToken, InvalidToken
from chalicelib.platform.times import rfc3339
from chalicelib.trust.model import TRUSTED_STATES, KeyUse
from chalicelib.trust.ring import KeyRing

CLOCK_TOLERANCE_S = 20


class Grant(msgspec.Struct, omit_defaults=True):
    """What a token says: issuer (region), subject, scopes, display name, expiry (Unix seconds), a person's session, a
    verifier's terminal and where it stands."""

    iss: str
    sub: str
    scopes: list[str]
    name: str
    exp: int
    sid: str = ""
    trm: str = ""
    plc: str = ""


_read = msgspec.json.Decoder(Grant).decode


class Tokens:
    """Issues and checks the access tokens of holders and verifiers."""

    def __init__(self, ring: KeyRing, region: str) -> None:
        self._ring = ring
        self._region = region

    def issue(self, principal: Principal, *, now: float, lifetime: int) -> str:
        """A token for someone we have just recognised, good for `lifetime` seconds."""
        key = self._ring.signing(KeyUse.TOKEN, now=now)
        scopes = sorted(principal.scopes)
        expires_at = int(now) + lifetime
        grant = Grant(
            self._region,
            principal.subject,
            scopes,
            principal.name,
            expires_at,
            principal.session,
            principal.terminal,
            principal.place,
        )
        content = urlsafe_b64encode(msgspec.json.encode(grant)).decode()
        return _signer(key.secret).sign(f"{key.record.kid}.{content}").decode()

    def require_key(self, *, now: float) -> None:
        """Make sure that a token could be issued, before something is written that a token must follow.

        Raises `StorageUnavailable`.
        """
        self._ring.signing(KeyUse.TOKEN, now=now)

    def authenticate(self, token: str, *, now: float) -> Principal:
        """Check key, signature, issuer and time; raises `InvalidToken` or `ExpiredToken`."""
        grant = self._grant(token, now)
        if grant.iss != self._region:
            raise InvalidToken
        if now > grant.exp + CLOCK_TOLERANCE_S:
            raise ExpiredToken(expired_at=rfc3339(grant.exp), server_time=rfc3339(now))
        return Principal(grant.sub, frozenset(grant.scopes), grant.name, grant.sid, grant.trm, grant.plc)

    def _grant(self, token: str, now: float) -> Grant:
        """What a token says that one of our keys signed."""
        record = self._ring.find(token.partition(".")[0], now=now)
        if record is None or record.use is not KeyUse.TOKEN or record.state not in TRUSTED_STATES:
            raise InvalidToken
        try:
            signed = _signer(self._ring.open(record).secret).unsign(token)
            return _read(urlsafe_b64decode(signed.partition(b".")[2]))
        except (BadSignature, UnicodeError, msgspec.DecodeError) as error:
            raise InvalidToken from error


def _signer(secret: bytes) -> Signer:
    """HMAC-SHA256 under a key derived for access tokens alone."""
    return Signer(secret, salt=b"yima access token", key_derivation="hmac", digest_method=hashlib.sha256)
