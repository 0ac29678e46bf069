"""Refusals: each reason is a class with its own stable code, each family has one HTTP status.

A refusal becomes a problem document (RFC 9457) that says what to do; its public fields are the evidence.
"""

from __future__ import annotations

from typing import Any, ClassVar


class Refusal(Exception):
    """A command that the city does not carry out, with the reason by name. Keyword arguments are the evidence.

    Evidence goes into the problem document, so it never holds anything personal.
    """

    status: ClassVar[int]
    code: ClassVar[str]
    title: ClassVar[str]
    detail: ClassVar[str]
    """One sentence that says what the caller can do about it."""

    headers: ClassVar[dict[str, str]] = {}

    def __init__(self, **evidence: Any) -> None:
        super().__init__(self.code)
        self.evidence = evidence

    def answer_headers(self) -> dict[str, str]:
        """The headers of the answer; their names are those of `headers`, by which they are described."""
        return self.headers

    def problem(self) -> dict[str, Any]:
        """The problem document: `type`, `title`, `status`, `detail`, `code`, then the evidence."""
        return {
            "type": f"urn:yima:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            **self.evidence,
        }


class BadRequest(Refusal):
    """The request cannot be read."""

    status = 400


class Unauthorized(Refusal):
    """Nobody, or nobody we know, is asking."""

    status = 401
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": 'Bearer realm="yima"'}


class Forbidden(Refusal):
    """We know who is asking, and they may not."""

    status = 403


class Conflict(Refusal):
    """The request is right, and what it is about is not in a state to be changed so."""

    status = 409


class NotFound(Refusal):
    """There is no such thing here."""

    status = 404


class Unprocessable(Refusal):
    """The request is readable and means something we cannot do."""

    status = 422


class TooManyRequests(Refusal):
    """The request is right, and too many came before it."""

    status = 429
    headers: ClassVar[dict[str, str]] = {"Retry-After": "1"}

    def __init__(self, *, retry_after_s: int = 1, **evidence: Any) -> None:
        super().__init__(**evidence)
        self._retry_after_s = retry_after_s

    def answer_headers(self) -> dict[str, str]:
        """When to come again."""
        return {**self.headers, "Retry-After": str(self._retry_after_s)}


class Unavailable(Refusal):
    """We cannot tell now; the same request may be sent again."""

    status = 503
    headers: ClassVar[dict[str, str]] = {"Retry-After": "1"}


class MalformedBody(BadRequest):
    """The body is not the JSON (or form) that this operation takes."""

    code = "malformed_body"
    title = "The body cannot be read"
    detail = "Send the body as described in /v1/openapi.json; `where` names the place that could not be read."


class NoSuchOperation(NotFound):
    """The path leads nowhere: it is none of ours, or what stands in place of an id cannot be one."""

    code = "not_found"
    title = "There is no such operation"
    detail = "Look up the path and method in /v1/openapi.json."


class IdempotencyKeyMissing(BadRequest):
    """The operation creates a record, and cannot know that record again when the request is repeated."""

    code = "idempotency_key_missing"
    title = "A key is needed that makes this request safe to repeat"
    detail = "Send the header Idempotency-Key with a new random value per record, and the same value with each repeat."


class IdempotencyKeyMalformed(BadRequest):
    """The key that makes a request safe to repeat is no short text."""

    code = "idempotency_key_malformed"
    title = "The Idempotency-Key cannot be read"
    detail = "Send 1 to 255 visible ASCII characters, for example a UUID; quotes may stand around them, not inside."


class IdempotencyKeyReused(Unprocessable):
    """The key belongs to a record that another request created."""

    code = "idempotency_key_reused"
    title = "This Idempotency-Key was used for another request"
    detail = "Send a new Idempotency-Key for a new record; repeat a request only with exactly the same body."


class BodyTooLarge(Refusal):
    """The body is larger than any honest request."""

    status = 413
    code = "body_too_large"
    title = "The body is too large"
    detail = "Send at most `limit_bytes` bytes."


class UnsupportedMediaType(Refusal):
    """The body is in a format that this operation does not take."""

    status = 415
    code = "unsupported_media_type"
    title = "This media type is not taken here"
    detail = "Send the body with the Content-Type given in `expected`."


class UnknownCursor(Unprocessable):
    """The cursor was not given out for this list."""

    code = "unknown_cursor"
    title = "This cursor is not known"
    detail = "Start the list again without a cursor, or use `next_cursor` exactly as it was given."


class MissingToken(Unauthorized):
    """The operation needs a bearer token and none was sent."""

    code = "missing_token"
    title = "An access token is needed"
    detail = "Send `Authorization: Bearer <token>` with a token from /v1/sessions or /v1/oauth/token."


class InvalidToken(Unauthorized):
    """The token was not issued here, was changed, or its key is gone."""

    code = "invalid_token"
    title = "The access token is not valid"
    detail = "Get a new token from /v1/sessions or /v1/oauth/token."


class ExpiredToken(Unauthorized):
    """The token was ours and its time is over."""

    code = "expired_token"
    title = "The access token has expired"
    detail = "Get a new token from /v1/sessions/refresh or /v1/oauth/token; compare your clock with `server_time`."


class InsufficientScope(Forbidden):
    """The token is good and does not reach this operation."""

    code = "insufficient_scope"
    title = "The token does not reach this operation"
    detail = "Use a token that carries the scope given in `needed`."


class StorageUnavailable(Unavailable):
    """The store was throttled, late or unreachable, so nobody can tell. Nothing is lost by asking again."""

    code = "unavailable"
    title = "The city cannot answer right now"
    detail = "Send the same request again after the seconds given in Retry-After; it is safe to repeat."


class InternalFault(Refusal):
    """A mistake of ours. It is logged without anything personal, and counted."""

    status = 500
    code = "internal_fault"
    title = "Something went wrong on our side"
    detail = "Try again; if it stays, tell the operator the `request_id`."
