"""Creating a record once, however often it is asked for: the header `Idempotency-Key`.

The caller makes up a key per record (draft-ietf-httpapi-idempotency-key-header). The record's id is made of the key,
so that the same request again meets the same record in the room's own table; and the record keeps a digest of the
request, so that another request under the same key is refused and not taken for the first. The digest is made under
the caller's key, which is kept nowhere: whoever reads our tables cannot try out what was said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from chalicelib.platform.crypto.hashing import hmac_sm3, sm3
from chalicelib.platform.http.refusals import IdempotencyKeyMalformed, IdempotencyKeyMissing

HEADER = "Idempotency-Key"
PATTERN = r'^(?:"[!#-~]{1,255}"|[!#-~]{1,255})$'
"""Visible ASCII but for the quote; the draft has it between quotes (RFC 9651, 3.3.3), most programs do without."""

SEPARATOR = b"\x1f"
ID_DIGITS = 24

_key = re.compile(PATTERN[1:-1])


class Creation(NamedTuple):
    """One wish to create a record: the id that the record has or will have, and what was wished, as hex of HMAC-SM3."""

    record_id: str
    digest: str


NO_CREATION = Creation("", "")
"""Of operations that create nothing."""


def creation(header: str | None, *, subject: str, operation: str, path: Iterable[str], body: bytes) -> Creation:
    """What a request wishes to create; raises `IdempotencyKeyMissing` or `IdempotencyKeyMalformed`.

    `path` are the request's path parameters. Without any, the digest is that of the body alone.
    """
    key = _read(header).encode()
    names = [subject.encode(), operation.encode(), key]
    wished = [*(value.encode() for value in path), body]
    return Creation(sm3(SEPARATOR.join(names)).hex()[:ID_DIGITS], hmac_sm3(key, SEPARATOR.join(wished)).hex())


def _read(header: str | None) -> str:
    """The key, the same with quotes around it and without."""
    if header is None:
        raise IdempotencyKeyMissing
    if not _key.fullmatch(header):
        raise IdempotencyKeyMalformed
    return header.strip('"')
