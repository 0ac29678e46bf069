"""One API operation: authenticated, parsed, carried out, answered, described. Routes stay one verb long.

    api = Api("codes", clock=clock, authenticator=tokens)

    @api.operation("POST", "/v1/codes", summary="…", body=IssueCode, answer=IssuedCode, status=201, needs="code:issue")
    def issue_code(call: Call[IssueCode]) -> IssuedCode: ...

Whatever happens inside, the answer is the declared one or a problem document (RFC 9457).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import parse_qs

import msgspec
from chalice.app import Blueprint, CORSConfig, Request, Response

from chalicelib.platform import telemetry
from chalicelib.platform.aws import is_passing_fault
from chalicelib.platform.clock import Clock
from chalicelib.platform.http.refusals import (
    BodyTooLarge,
    InsufficientScope,
    InternalFault,
    MalformedBody,
    MissingToken,
    Refusal,
    StorageUnavailable,
    UnsupportedMediaType,
)

BODY_LIMIT_BYTES = 64 * 1024
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
PROBLEM = "application/problem+json"
CORS = CORSConfig(allow_origin="*", allow_headers=["Authorization", "Content-Type"], max_age=600)

Body = TypeVar("Body")
View = Callable[["Call[Any]"], Any]
Front = Callable[[str], "Api"]
"""Opens the API of a room by its name; the clock and the authenticator are already behind it."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking, as their token says it: subject (holder or client id), scopes, and the claims beside them."""

    subject: str
    scopes: frozenset[str]
    name: str = ""


class Authenticator(Protocol):
    """Tells who stands behind a bearer token without asking the database."""

    def authenticate(self, token: str, *, now: float) -> Principal:
        """Raises `InvalidToken` or `ExpiredToken`."""


@dataclass(frozen=True, slots=True)
class Call(Generic[Body]):
    """One request, already authenticated and parsed. `now` is the only clock reading of the operation."""

    now: float
    body: Body
    principal: Principal
    query: dict[str, str]


@dataclass(frozen=True, slots=True)
class Operation:
    """What one operation takes and answers; the description served as OpenAPI is made of these.

    `answer` is a type, or a tuple of types of which one is answered.
    """

    name: str
    method: str
    path: str
    summary: str
    body: type[Any] | None
    answer: Any
    status: int
    needs: str | None
    media: str
    refusals: tuple[type[Refusal], ...]
    query: dict[str, str]
    headers: dict[str, str]
    decode: Callable[[bytes], Any] = field(repr=False)


NOBODY = Principal(subject="", scopes=frozenset())


class Api:
    """A blueprint of operations that share a clock and an authenticator."""

    def __init__(self, name: str, *, clock: Clock, authenticator: Authenticator) -> None:
        self.blueprint = Blueprint(name)
        self.operations: list[Operation] = []
        self._clock = clock
        self._authenticator = authenticator

    def operation(
        self,
        method: str,
        path: str,
        *,
        summary: str,
        answer: Any,
        body: type[Any] | None = None,
        status: int = 200,
        needs: str | None = None,
        media: str = JSON,
        refusals: tuple[type[Refusal], ...] = (),
        query: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Callable[[View], View]:
        """Register a view. `needs` is the scope a token must carry, None for a public operation."""

        def register(view: View) -> View:
            operation = Operation(
                name=view.__name__,
                method=method,
                path=path,
                summary=summary,
                body=body,
                answer=answer,
                status=status,
                needs=needs,
                media=media,
                refusals=refusals,
                query=query or {},
                headers=headers or {},
                decode=_decoder(body, media),
            )
            self.operations.append(operation)
            self._route(operation, view)
            return view

        return register

    def _route(self, operation: Operation, view: View) -> None:
        """Let Chalice call the operation; media types are checked by us so that a refusal is a problem document."""

        def entry() -> Response:
            return self._answer(operation, view, self.blueprint.current_request)

        options: dict[str, Any] = {"content_types": [], "cors": CORS, "name": operation.name}
        self.blueprint.route(operation.path, methods=[operation.method], **options)(entry)

    def _answer(self, operation: Operation, view: View, request: Request) -> Response:
        """Carry the operation out; every exception leaves as a problem document."""
        now = self._clock()
        try:
            answer = view(self._call(operation, request, now))
        except Refusal as refusal:
            return _problem(refusal)
        except Exception as error:
            return _problem(_as_refusal(operation, error, request))
        return _response(answer, JSON, operation.headers, operation.status)

    def _call(self, operation: Operation, request: Request, now: float) -> Call[Any]:
        """Authenticate, then parse: a stranger learns nothing about our bodies."""
        headers = request.headers
        principal = NOBODY
        if operation.needs is not None:
            principal = self._authenticator.authenticate(bearer(headers.get("authorization")), now=now)
            if operation.needs not in principal.scopes:
                raise InsufficientScope(needed=operation.needs)
        body = None
        if operation.body is not None:
            body = _parse(operation, headers.get("content-type"), request)
        return Call(now=now, body=body, principal=principal, query=dict(request.query_params or {}))


def bearer(header: str | None) -> str:
    """The token of an `Authorization: Bearer` header (RFC 6750); raises `MissingToken`."""
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise MissingToken
    return token.strip()


def _parse(operation: Operation, content_type: str | None, request: Request) -> Any:
    """Read a body into its struct; raises a `Refusal` that names the place."""
    try:
        raw = request.raw_body
        if len(raw) > BODY_LIMIT_BYTES:
            raise BodyTooLarge(limit_bytes=BODY_LIMIT_BYTES)
        if (content_type or JSON).partition(";")[0].strip().lower() != operation.media:
            raise UnsupportedMediaType(expected=operation.media)
        return operation.decode(raw.encode() if isinstance(raw, str) else raw)
    except (msgspec.DecodeError, UnicodeError, ValueError, RecursionError) as error:
        raise MalformedBody(where=_place(error)) from error


def _decoder(body: type[Any] | None, media: str) -> Callable[[bytes], Any]:
    """The function that turns raw bytes into the struct, built once per operation."""
    if media == FORM:
        return lambda raw: msgspec.convert(_form(raw), body, strict=False)
    decode: Callable[[bytes], Any] = msgspec.json.Decoder(body).decode
    return lambda raw: decode(raw or b"{}")


def _form(raw: bytes) -> dict[str, str]:
    """Form fields, each at most once (RFC 6749, 3.2)."""
    fields = parse_qs(raw.decode(), keep_blank_values=True, strict_parsing=bool(raw), max_num_fields=32)
    if any(len(values) > 1 for values in fields.values()):
        raise ValueError("a field is repeated")
    return {name: values[0] for name, values in fields.items()}


def _place(error: Exception) -> str:
    """Where and how a body is wrong. Only schema words: what was sent may be personal and is not repeated."""
    if not isinstance(error, msgspec.ValidationError):
        return "the body is not well-formed"
    what, at, place = str(error).rpartition(" - at ")
    return f"Invalid value{at}{place}" if what.startswith("Invalid") else str(error)


def _as_refusal(operation: Operation, error: Exception, request: Request) -> Refusal:
    """An unexpected exception as what the caller may know of it."""
    telemetry.count("Faults", operation=operation.name, kind=type(error).__name__)
    if is_passing_fault(error):
        return StorageUnavailable()
    request_id = str(request.context.get("requestId", ""))
    telemetry.fault(operation.name, error, request_id=request_id)
    return InternalFault(request_id=request_id)


def _problem(refusal: Refusal) -> Response:
    """A refusal as its problem document."""
    return _response(refusal.problem(), PROBLEM, refusal.headers, refusal.status)


def _response(body: Any, media: str, headers: dict[str, str], status: int) -> Response:
    """A JSON response; unless the operation says otherwise nobody may cache it."""
    all_headers: dict[str, str | list[str]] = {"Content-Type": media, "Cache-Control": "no-store", **headers}
    return Response(msgspec.json.encode(body).decode(), all_headers, status)
