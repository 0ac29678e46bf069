"""The API as an OpenAPI 3.1 document, made from the operations themselves, so that it cannot be out of date."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from chalicelib.platform.http import creation, paths, signed
from chalicelib.platform.http.answers import PROBLEM
from chalicelib.platform.http.bodies import JSON
from chalicelib.platform.http.operation import Operation
from chalicelib.platform.http.refusals import (
    BodyTooLarge,
    ExpiredToken,
    IdempotencyKeyMalformed,
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    InsufficientScope,
    InternalFault,
    InvalidToken,
    MalformedBody,
    MissingToken,
    NoSuchOperation,
    Refusal,
    UnsupportedMediaType,
)
from chalicelib.platform.permissions import PERMISSIONS

VERSION = "1.0.0"
OF_ANY: tuple[type[Refusal], ...] = (InternalFault,)
OF_BODIES: tuple[type[Refusal], ...] = (MalformedBody, BodyTooLarge, UnsupportedMediaType)
OF_TOKENS: tuple[type[Refusal], ...] = (MissingToken, InvalidToken, ExpiredToken, InsufficientScope)
OF_PATHS: tuple[type[Refusal], ...] = (NoSuchOperation,)
OF_CREATIONS: tuple[type[Refusal], ...] = (IdempotencyKeyMissing, IdempotencyKeyMalformed, IdempotencyKeyReused)
OF_PROGRAMS = frozenset(scope for scope, one in PERMISSIONS.items() if one.clients or one.on_request)
"""What is reached by who may sign their requests instead of bearing a token."""

PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What to do about it"},
        "code": {"type": "string", "description": "Stable; decide by this"},
    },
}


def describe(operations: Sequence[Operation]) -> dict[str, Any]:
    """The whole document."""
    types = list({repr(kind): kind for operation in operations for kind in _types(operation)}.values())
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    shapes = dict(zip(map(repr, types), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, shapes)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Yima 一码",
            "version": VERSION,
            "summary": "One code per person for the whole city.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": {**components, "Problem": PROBLEM_SCHEMA},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "signature": {"type": "http", "scheme": "YIMA-SM2", "description": signed.DESCRIBED},
            },
        },
    }


def _types(operation: Operation) -> list[Any]:
    """What goes in and what comes out."""
    answers = operation.answer if isinstance(operation.answer, tuple) else (operation.answer,)
    return [kind for kind in (operation.body, *answers) if kind is not None]


def _answer_schema(operation: Operation, shapes: dict[str, Any]) -> dict[str, Any]:
    """The shape of a success, or a choice of shapes."""
    if isinstance(operation.answer, tuple):
        return {"anyOf": [shapes[repr(kind)] for kind in operation.answer]}
    schema: dict[str, Any] = shapes[repr(operation.answer)]
    return schema


def _operation(operation: Operation, shapes: dict[str, Any]) -> dict[str, Any]:
    """One operation with everything it may answer."""
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "responses": {
            str(operation.status): {
                "description": operation.summary,
                "content": {JSON: {"schema": _answer_schema(operation, shapes)}},
            },
            **_problems(refusals_of(operation)),
        },
        "security": [
            *({"bearer": [scope]} for scope in operation.needs),
            *({"signature": [scope]} for scope in operation.needs if scope in OF_PROGRAMS),
        ],
    }
    if operation.body is not None:
        content = {operation.media: {"schema": shapes[repr(operation.body)]}}
        needed = any(field.required for field in msgspec.structs.fields(operation.body))
        described["requestBody"] = {"required": needed, "content": content}
    if parameters := _parameters(operation):
        described["parameters"] = parameters
    return described


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    """What an operation takes beside a body: in the path, in a header, in the query."""
    an_id = {"type": "string", "pattern": paths.PATTERN}
    a_key = {"type": "string", "pattern": creation.PATTERN}
    told = "Yours for this record, new and random; a repeat with the same key and body answers the same record."
    in_path = [{"name": name, "in": "path", "required": True, "schema": an_id} for name in operation.parameters]
    a_wish = {"name": creation.HEADER, "in": "header", "required": True, "description": told, "schema": a_key}
    in_header = [
        {"name": name, "in": "header", "required": False, "description": text, "schema": {"type": "string"}}
        for name, text in operation.reads.items()
    ]
    in_query = [
        {"name": name, "in": "query", "required": False, "description": text, "schema": {"type": "string"}}
        for name, text in operation.query.items()
    ]
    return [*in_path, *([a_wish] if operation.creates else []), *in_header, *in_query]


def refusals_of(operation: Operation) -> list[type[Refusal]]:
    """Every refusal an operation may answer, declared or shared."""
    shared = OF_ANY
    if operation.body is not None:
        shared += OF_BODIES
    if operation.needs:
        shared += OF_TOKENS + signed.SIGNING
    if operation.parameters:
        shared += OF_PATHS
    if operation.creates:
        shared += OF_CREATIONS
    return [*operation.refusals, *shared]


def _problems(refusals: Iterable[type[Refusal]]) -> dict[str, Any]:
    """Problem responses by HTTP status, each naming its codes."""
    by_status: dict[str, list[type[Refusal]]] = {}
    for refusal in refusals:
        by_status.setdefault(str(refusal.status), []).append(refusal)
    return {
        status: {
            "description": "; ".join(f"`{refusal.code}`: {refusal.title}" for refusal in group),
            "headers": {
                name: {"required": True, "schema": {"type": "string"}}
                for name in sorted({name for refusal in group for name in refusal.headers})
            },
            "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, group in sorted(by_status.items())
    }
