"""The API behind the local server: chalice's stand-in for API Gateway, corrected where it differs from the original."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

import msgspec
from chalice.app import Chalice
from chalice.config import Config
from chalice.local import LocalGateway, RouteMatcher

from chalicelib.platform.http.answers import PROBLEM
from chalicelib.platform.http.refusals import Refusal
from infra.local.refusals import MethodNotAllowed


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came off the wire. Header names are lower case; `path` still has its query."""

    method: str
    path: str
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    from_here: bool
    """Whether the caller is on this machine and called it by a name that only this machine has."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A response as it goes onto the wire. `resource` is what the access log calls it: never a path with an id."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    resource: str = "-"


def refused(refusal: Refusal, resource: str = "-", **headers: str) -> Answer:
    """A refusal as its problem document (RFC 9457)."""
    shown = {"Content-Type": PROBLEM, "Cache-Control": "no-store", **refusal.headers, **headers}
    return Answer(refusal.status, list(shown.items()), msgspec.json.encode(refusal.problem()), resource)


class Gateway(LocalGateway):
    """One for all connections. Chalice's own makes one per connection and answers unknown paths in its own words."""

    def __init__(self, app: Chalice) -> None:
        super().__init__(app, Config())
        self._routes = app.routes
        self._matcher = RouteMatcher(list(app.routes))

    def answer(self, request: Request) -> Answer | None:
        """What the API answers, None where it has no such path."""
        try:
            resource = self._matcher.match_route(request.path).route
        except ValueError:
            return None
        allowed = sorted({*self._routes[resource], "OPTIONS"})
        if request.method not in allowed:
            return refused(MethodNotAllowed(allowed=allowed), resource, Allow=", ".join(allowed))
        response = self.handle_request(request.method, request.path, request.headers, request.body)
        return Answer(response["statusCode"], _headers(response), _body(response), resource)

    def _generate_lambda_event(
        self, method: str, path: str, headers: dict[str, Any], body: bytes | None
    ) -> dict[str, Any]:
        """Chalice's event, with text as text and a request id, as Lambda gets them from API Gateway."""
        event: dict[str, Any] = super()._generate_lambda_event(method, path, headers, body or None)
        if isinstance(event["body"], bytes):
            event["body"] = event["body"].decode(errors="replace")
        event["requestContext"]["requestId"] = self._generate_lambda_context().aws_request_id
        return event


def _headers(response: dict[str, Any]) -> list[tuple[str, str]]:
    """Single and repeated headers of a Lambda response."""
    repeated = [(name, value) for name, values in response["multiValueHeaders"].items() for value in values]
    return [*response["headers"].items(), *repeated]


def _body(response: dict[str, Any]) -> bytes:
    """The bytes of a Lambda response."""
    body = response.get("body") or ""
    if response.get("isBase64Encoded"):
        return base64.b64decode(body)
    return body.encode() if isinstance(body, str) else body
