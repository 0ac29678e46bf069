"""What a request's body may be: of the right media type, no longer than an honest one, and of the declared shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import msgspec

from chalicelib.platform.http.refusals import BodyTooLarge, MalformedBody, UnsupportedMediaType

BODY_LIMIT_BYTES = 64 * 1024
"""As long as an honest body is, unless its operation says otherwise."""

LARGEST_BODY_BYTES = 5 * 1024 * 1024
"""No operation may take more: Lambda takes 6 MB, and the event around the body is part of it."""

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
Decode = Callable[[bytes], Any]


def parse(raw: bytes, content_type: str | None, *, media: str, limit_bytes: int, decode: Decode) -> Any:
    """A body as its struct; raises `BodyTooLarge` or `UnsupportedMediaType`, and ValueErrors where it is malformed."""
    if len(raw) > limit_bytes:
        raise BodyTooLarge(limit_bytes=limit_bytes)
    if (content_type or JSON).partition(";")[0].strip().lower() != media:
        raise UnsupportedMediaType(expected=media)
    return decode(raw)


def malformed(error: Exception) -> MalformedBody:
    """What to tell whoever sent a body that could not be read."""
    return MalformedBody(where=_place(error))


def decoder(body: type[Any] | None, media: str) -> Decode:
    """The function that turns raw bytes into the struct, built once per operation."""
    if media == FORM:
        return lambda raw: msgspec.convert(_form(raw), body, strict=False)
    decode: Decode = msgspec.json.Decoder(body).decode
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
