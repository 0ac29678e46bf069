"""Access tokens: JWTs (RFC 7519) signed with the ring's newest token key, checked without a database call.

They are ours alone: we issue them and we check them, so a shared-key algorithm is right (docs/adr/).
"""

from __future__ import annotations

from typing import Any

import jwt

from chalicelib.platform.http.operation import Principal
from chalicelib.platform.http.refusals import ExpiredToken, InvalidToken
from chalicelib.platform.times import rfc3339
from chalicelib.trust.model import TRUSTED_STATES, KeyUse
from chalicelib.trust.ring import KeyRing

ALGORITHM = "HS256"
CLOCK_TOLERANCE_S = 20


class Tokens:
    """Issues and checks the access tokens of holders and verifiers."""

    def __init__(self, ring: KeyRing, region: str) -> None:
        self._ring = ring
        self._issuer = f"yima:{region}"

    def issue(self, principal: Principal, *, now: float, lifetime: int) -> str:
        """A token for someone we have just recognised, good for `lifetime` seconds."""
        key = self._ring.signing(KeyUse.TOKEN, now=now)
        claims = {
            "iss": self._issuer,
            "sub": principal.subject,
            "scope": " ".join(sorted(principal.scopes)),
            "name": principal.name,
            "iat": int(now),
            "exp": int(now) + lifetime,
        }
        return jwt.encode(claims, key.secret, ALGORITHM, headers={"kid": key.record.kid})

    def authenticate(self, token: str, *, now: float) -> Principal:
        """Check signature, issuer and time; raises `InvalidToken` or `ExpiredToken`."""
        claims = self._claims(token, now)
        if now > claims["exp"] + CLOCK_TOLERANCE_S:
            raise ExpiredToken(expired_at=rfc3339(claims["exp"]), server_time=rfc3339(now))
        return Principal(claims["sub"], frozenset(claims["scope"].split()), claims["name"])

    def _claims(self, token: str, now: float) -> dict[str, Any]:
        """The claims of a token that one of our keys signed."""
        try:
            kid = jwt.get_unverified_header(token).get("kid", "")
            record = self._ring.find(kid, now=now)
            if record is None or record.use is not KeyUse.TOKEN or record.state not in TRUSTED_STATES:
                raise InvalidToken
            claims: dict[str, Any] = jwt.decode(
                token,
                self._ring.open(record).secret,
                [ALGORITHM],
                issuer=self._issuer,
                options={"verify_exp": False, "verify_iat": False, "require": ["sub", "scope", "exp", "iat", "name"]},
            )
        except (jwt.InvalidTokenError, ValueError, TypeError) as error:
            raise InvalidToken from error
        return claims
