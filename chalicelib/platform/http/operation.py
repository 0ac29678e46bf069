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

import msgspec
from chalice.app import Blueprint, CORSConfig, Request, Response

from chalicelib.platform.clock import Clock
from chalicelib.platform.http import bodies, paths
from chalicelib.platform.http.answers import as_refusal, problem, response
from chalicelib.platform.http.bodies import BODY_LIMIT_BYTES, JSON, LARGEST_BODY_BYTES
from chalicelib.platform.http.creation import HEADER, NO_CREATION, Creation, creation
from chalicelib.platform.http.office import Deed, OfficeLog, on_record, scope_used
from chalicelib.platform.http.refusals import InsufficientScope, MissingToken, Refusal
from chalicelib.platform.http.signed import Asked, NotSignedReadably, Recognised, SignedRequests, is_signed, target

PROOF_HEADER = "DPoP"
"""Where a client proves that it holds its device key (RFC 9449)."""

CORS = CORSConfig(allow_origin="*", allow_headers=["Authorization", "Content-Type", HEADER, PROOF_HEADER], max_age=600)

Body = TypeVar("Body")
View = Callable[["Call[Any]"], Any]
Front = Callable[[str], "Api"]
"""Opens the API of a room by its name; the clock and the authenticator are already behind it."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking, as their token says it: subject (holder or client id), scopes, and the claims beside them.

    `session` is the id of a person's session; programs have none. `terminal` is the gate or phone through which a
    verifier asks and `place` where it stands, as it is registered; both are empty for who has none.
    """

    subject: str
    scopes: frozenset[str]
    name: str = ""
    session: str = ""
    terminal: str = ""
    place: str = ""


class Authenticator(Protocol):
    """Tells who stands behind a bearer token without asking the database."""

    def authenticate(self, token: str, *, now: float) -> Principal:
        """Raises `InvalidToken` or `ExpiredToken`."""


@dataclass(frozen=True, slots=True)
class Call(Generic[Body]):
    """One request, already authenticated and parsed. `now` is the only clock reading of the operation.

    `path` are the path parameters by name. `creation` is what to create; the operation must be one that `creates`.
    `headers` are those the operation `reads`, as far as they were sent; `address` is where the request came from as the
    gateway saw it, for counting attempts and never to be stored.
    """

    now: float
    body: Body
    principal: Principal
    query: dict[str, str]
    path: dict[str, str]
    creation: Creation
    headers: dict[str, str] = field(default_factory=dict)
    address: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """What one operation takes and answers; the description served as OpenAPI is made of these.

    `answer` is a type, or a tuple of types of which one is answered. A token must carry one of `needs`.
    """

    name: str
    method: str
    path: str
    summary: str
    body: type[Any] | None
    answer: Any
    status: int
    needs: tuple[str, ...]
    media: str
    refusals: tuple[type[Refusal], ...]
    query: dict[str, str]
    headers: dict[str, str]
    reads: dict[str, str]
    limit_bytes: int
    creates: bool
    parameters: tuple[str, ...]
    decode: bodies.Decode = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse an operation that could not be carried out; raises ValueError when the process starts."""
        if self.limit_bytes > LARGEST_BODY_BYTES:
            raise ValueError(f"{self.name}: no gateway hands on {self.limit_bytes} bytes")
        if self.creates and not self.needs:
            raise ValueError(f"{self.name}: strangers would share each other's idempotency keys")


NOBODY = Principal(subject="", scopes=frozenset())


class Api:
    """A blueprint of operations that share a clock, an authenticator, and where there are any the log of officers and
    who knows signatures."""

    def __init__(
        self,
        name: str,
        *,
        clock: Clock,
        authenticator: Authenticator,
        office_log: Callable[[], OfficeLog] | None = None,
        signed: Callable[[], SignedRequests] | None = None,
    ) -> None:
        self.blueprint = Blueprint(name)
        self.operations: list[Operation] = []
        self._clock = clock
        self._authenticator = authenticator
        self._office_log = office_log
        self._signed = signed

    def operation(
        self,
        method: str,
        path: str,
        *,
        summary: str,
        answer: Any,
        body: type[Any] | None = None,
        status: int = 200,
        needs: str | tuple[str, ...] = (),
        media: str = JSON,
        refusals: tuple[type[Refusal], ...] = (),
        query: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        reads: dict[str, str] | None = None,
        limit_bytes: int = BODY_LIMIT_BYTES,
        creates: bool = False,
    ) -> Callable[[View], View]:
        """Register a view. `needs` is the scope a token must carry, or several of which one will do; none is public.

        `path` may have parameters in braces. What `creates` a record takes the header Idempotency-Key.
        `headers` go with the answer; `reads` are request headers by name, each with what it is for.
        """

        def register(view: View) -> View:
            operation = Operation(
                name=view.__name__,
                method=method,
                path=path,
                summary=summary,
                body=body,
                answer=answer,
                status=status,
                needs=(needs,) if isinstance(needs, str) else needs,
                media=media,
                refusals=refusals,
                query=query or {},
                headers=headers or {},
                reads=reads or {},
                limit_bytes=limit_bytes,
                creates=creates,
                parameters=paths.parameters(path),
                decode=bodies.decoder(body, media),
            )
            self.operations.append(operation)
            self._route(operation, view)
            return view

        return register

    def _route(self, operation: Operation, view: View) -> None:
        """Let Chalice call the operation; media types are checked by us so that a refusal is a problem document."""

        def entry(**path: str) -> Response:
            return self._answer(operation, view, self.blueprint.current_request, path)

        options: dict[str, Any] = {"content_types": [], "cors": CORS, "name": operation.name}
        self.blueprint.route(operation.path, methods=[operation.method], **options)(entry)

    def _answer(self, operation: Operation, view: View, request: Request, path: dict[str, str]) -> Response:
        """Carry the operation out; every exception leaves as a problem document."""
        now, signer = self._clock(), None
        try:
            if operation.needs and is_signed(request.headers.get("authorization")):
                signer = self._signer(operation, request, path, now)
            answer = self._carried_out(operation, view, self._call(operation, request, path, now, signer))
            reply = response(answer, JSON, operation.headers, operation.status)
        except Refusal as refusal:
            reply = problem(refusal)
        except Exception as error:
            reply = problem(as_refusal(operation.name, error, str(request.context.get("requestId", ""))))
        return reply if signer is None else _signed(reply, signer)

    def _signer(self, operation: Operation, request: Request, path: dict[str, str], now: float) -> Recognised:
        """Who has signed the request; raises a `Refusal`, and `MissingToken` where nothing but tokens is taken."""
        if self._signed is None:
            raise MissingToken
        try:
            address = target(operation.path, path or {}, _query(request))
            asked = Asked(operation.method, address, bytes(_raw(request)), request.headers["authorization"])
        except ValueError:
            raise NotSignedReadably from None
        return self._signed().recognise(asked, now=now)

    def _carried_out(self, operation: Operation, view: View, call: Call[Any]) -> Any:
        """What a view answers; where an officer acts, written down before and after."""
        scope = scope_used(operation.method, operation.needs, call.principal.scopes)
        if scope is None or self._office_log is None:
            return view(call)
        deed = Deed(call.principal.subject, scope, operation.name, call.path)
        return on_record(self._office_log(), deed, operation.status, lambda: view(call), now=int(call.now))

    def _call(
        self, operation: Operation, request: Request, path: dict[str, str], now: float, signer: Recognised | None
    ) -> Call[Any]:
        """Authenticate, then parse: a stranger learns nothing about our ids and bodies."""
        headers = request.headers
        principal = NOBODY
        if operation.needs:
            if signer is None:
                principal = self._authenticator.authenticate(bearer(headers.get("authorization")), now=now)
            else:
                principal = signer.principal
            if principal.scopes.isdisjoint(operation.needs):
                raise out_of_reach(*operation.needs)
        if path:
            path = paths.read(path)
        body = None
        if operation.body is not None:
            body = _parse(operation, headers.get("content-type"), request)
        wish = NO_CREATION
        if operation.creates:
            wish = _creation(operation, headers.get(HEADER), request, path, principal)
        read = {name: headers[name] for name in operation.reads if name in headers}
        address = request.context.get("identity", {}).get("sourceIp", "")
        return Call(now, body, principal, dict(request.query_params or {}), path, wish, read, address)


def _signed(reply: Response, signer: Recognised) -> Response:
    """A reply with the city's signature over it."""
    reply.headers.update(signer.sign(reply.status_code, str(reply.body).encode()))
    return reply


def _query(request: Request) -> list[tuple[str, str]]:
    """The fields of a query, those that were sent twice as well."""
    fields = request.query_params
    return [(name, value) for name in fields for value in fields.getlist(name)] if fields else []


def out_of_reach(needed: str, *others: str) -> InsufficientScope:
    """The refusal of a token without the scope an operation needs; it names the others with which it does as well."""
    return InsufficientScope(needed=needed, **{"or_one_of": list(others)} if others else {})


def bearer(header: str | None) -> str:
    """The token of an `Authorization: Bearer` header (RFC 6750); raises `MissingToken`."""
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise MissingToken
    return token.strip()


def _parse(operation: Operation, content_type: str | None, request: Request) -> Any:
    """Read a body into its struct; raises a `Refusal` that names the place."""
    try:
        return bodies.parse(
            _raw(request),
            content_type,
            media=operation.media,
            limit_bytes=operation.limit_bytes,
            decode=operation.decode,
        )
    except (msgspec.DecodeError, UnicodeError, ValueError, RecursionError) as error:
        raise bodies.malformed(error) from error


def _creation(
    operation: Operation, header: str | None, request: Request, path: dict[str, str], principal: Principal
) -> Creation:
    """What the request wishes to create; a body that the operation does not take is no part of the wish."""
    body = _raw(request) if operation.body is not None else b""
    subject = principal.subject
    return creation(header, subject=subject, operation=operation.name, path=path.values(), body=body)


def _raw(request: Request) -> bytes:
    """The body as it came; raises ValueErrors where a gateway handed on what is none."""
    raw = request.raw_body
    return raw.encode() if isinstance(raw, str) else raw
