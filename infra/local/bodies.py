"""Reading a request's body off the wire: as long as it says, no longer than the gateway takes, and not for ever."""

from __future__ import annotations

import time
from email.message import Message
from io import BufferedIOBase

from chalicelib.platform.http.refusals import BodyTooLarge
from infra.local.refusals import RequestTimeout, UnreadableRequest

LIMIT_BYTES = 10 * 1024 * 1024
"""What API Gateway takes (10 MB)."""

WITHIN_S = 20.0
LONGEST_CHUNK_LINE = 256


def declared_length(headers: Message, *, limit_bytes: int = LIMIT_BYTES) -> int | None:
    """The length of the body, None where it comes in chunks; raises a `Refusal` for what cannot be or is too long."""
    coding = headers.get_all("Transfer-Encoding", [])
    lengths = {text.strip() for text in headers.get_all("Content-Length", [])}
    if coding:
        if lengths or [text.strip().lower() for text in coding] != ["chunked"]:
            raise UnreadableRequest(where="Transfer-Encoding")
        return None
    if not lengths:
        return 0
    text = lengths.pop()
    if lengths or not (text.isascii() and text.isdigit()):
        raise UnreadableRequest(where="Content-Length")
    if len(text) > 11 or int(text) > limit_bytes:
        raise BodyTooLarge(limit_bytes=limit_bytes)
    return int(text)


def read_body(headers: Message, stream: BufferedIOBase) -> bytes:
    """The whole body; raises a `Refusal` after which nothing more can be read from the connection."""
    length = declared_length(headers)
    deadline = time.monotonic() + WITHIN_S
    try:
        return _chunks(stream, deadline) if length is None else _exactly(stream, length, deadline)
    except TimeoutError:
        raise RequestTimeout from None


def _exactly(stream: BufferedIOBase, length: int, deadline: float) -> bytes:
    """So many bytes, however small the pieces they come in."""
    parts: list[bytes] = []
    while length:
        if time.monotonic() > deadline:
            raise TimeoutError
        part = stream.read1(length)
        if not part:
            raise UnreadableRequest(where="the body ends before its Content-Length")
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _chunks(stream: BufferedIOBase, deadline: float) -> bytes:
    """A chunked body (RFC 9112, 7.1); trailers are read and dropped."""
    body = bytearray()
    while size := _chunk_size(stream):
        _check(len(body) + size)
        body += _exactly(stream, size, deadline)
        if _line(stream):
            raise UnreadableRequest(where="chunk")
    while _line(stream):
        if time.monotonic() > deadline:
            raise TimeoutError
    return bytes(body)


def _chunk_size(stream: BufferedIOBase) -> int:
    """The size line of a chunk; extensions are ignored."""
    digits = _line(stream).partition(b";")[0].strip()
    if not (0 < len(digits) <= 8 and all(digit in b"0123456789abcdefABCDEF" for digit in digits)):
        raise UnreadableRequest(where="chunk size")
    return int(digits, 16)


def _line(stream: BufferedIOBase) -> bytes:
    line = stream.readline(LONGEST_CHUNK_LINE)
    if not line.endswith(b"\n"):
        raise UnreadableRequest(where="chunk line")
    return line.rstrip(b"\r\n")


def _check(length: int) -> None:
    if length > LIMIT_BYTES:
        raise BodyTooLarge(limit_bytes=LIMIT_BYTES)
