"""Why a session is not renewed, or not found."""

from __future__ import annotations

from chalicelib.platform.http.refusals import NotFound, Unauthorized


class InvalidRefreshToken(Unauthorized):
    """The refresh token was not issued here, or was changed."""

    code = "invalid_refresh_token"
    title = "The refresh token is not valid"
    detail = "Send `refresh_token` exactly as it was given, or log in again at POST /v1/sessions."


class RefreshTokenReused(Unauthorized):
    """A refresh token came a second time. Somebody else has it as well, so the session is over for both."""

    code = "refresh_token_reused"
    title = "This refresh token was used before, so its session was ended"
    detail = "Log in again at POST /v1/sessions; keep only the newest refresh token, and in one place."


class SessionEnded(Unauthorized):
    """The session is over: signed out, revoked, or its time has run out."""

    code = "session_ended"
    title = "The session has ended"
    detail = "Log in again at POST /v1/sessions; `reason` says why."


class DeviceProofMissing(Unauthorized):
    """The session is bound to a device, and nothing shows that this is the one."""

    code = "device_proof_missing"
    title = "The session is bound to a device key"
    detail = "Send the header DPoP with a proof by the key you logged in with (RFC 9449), or log in again."


class DeviceProofInvalid(Unauthorized):
    """What is in the header DPoP is no proof for this request."""

    code = "device_proof_invalid"
    title = "The proof in the header DPoP cannot be taken"
    detail = "Sign a `dpop+jwt` with ES256 over htm, htu, iat and jti of this very request (RFC 9449)."


class DeviceProofStale(Unauthorized):
    """The proof was made too long ago, or by a clock that is ahead."""

    code = "device_proof_stale"
    title = "The proof in the header DPoP is not of this moment"
    detail = "Make a new proof; compare your clock with `server_time`."


class DeviceProofUsed(Unauthorized):
    """The proof was presented before, with another refresh token."""

    code = "device_proof_used"
    title = "This proof was used before"
    detail = "Make a new proof, with a new `jti`, for each request."


class WrongDevice(Unauthorized):
    """The proof is good, by a key that the session does not belong to."""

    code = "wrong_device"
    title = "The session belongs to another device"
    detail = "Sign with the key you logged in with, or log in again at POST /v1/sessions."


class SessionNotFound(NotFound):
    """There is no such session, or it is somebody else's."""

    code = "session_not_found"
    title = "You have no such session"
    detail = "Use a `session_id` from GET /v1/sessions."


PROOFS = (DeviceProofInvalid, DeviceProofStale)
REFRESH = (
    InvalidRefreshToken,
    RefreshTokenReused,
    SessionEnded,
    DeviceProofMissing,
    DeviceProofUsed,
    WrongDevice,
    *PROOFS,
)
