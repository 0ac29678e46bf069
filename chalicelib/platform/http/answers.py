"""What an operation answers, as the gateway takes it: a success, or a problem document (RFC 9457)."""

from __future__ import annotations

from typing import Any

import msgspec
from chalice.app import Response

from chalicelib.platform import telemetry
from chalicelib.platform.http.refusals import InternalFault, Refusal, StorageUnavailable
from chalicelib.platform.passing import is_passing_fault

PROBLEM = "application/problem+json"


def response(body: Any, media: str, headers: dict[str, str], status: int) -> Response:
    """A JSON response; unless the operation says otherwise nobody may cache it."""
    all_headers: dict[str, str | list[str]] = {"Content-Type": media, "Cache-Control": "no-store", **headers}
    return Response(msgspec.json.encode(body).decode(), all_headers, status)


def problem(refusal: Refusal) -> Response:
    """A refusal as its problem document."""
    return response(refusal.problem(), PROBLEM, refusal.answer_headers(), refusal.status)


def as_refusal(operation: str, error: Exception, request_id: str) -> Refusal:
    """An unexpected exception as what the caller may know of it."""
    telemetry.count("Faults", operation=operation, kind=type(error).__name__)
    if is_passing_fault(error):
        return StorageUnavailable()
    telemetry.fault(operation, error, request_id=request_id)
    return InternalFault(request_id=request_id)
