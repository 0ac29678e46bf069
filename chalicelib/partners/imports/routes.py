"""Imports over HTTP: open one and get a link, see how far it is, read what was refused, cancel it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from chalicelib.partners.imports.model import KEPT_S, Encoding, Format, ImportKind, State
from chalicelib.partners.imports.refusals import OPENING, ImportContended, ImportNotFound, ImportOver
from chalicelib.platform.http.operation import Api, Call, Front, out_of_reach
from chalicelib.platform.http.refusals import IdempotencyKeyReused, StorageUnavailable, UnknownCursor
from chalicelib.platform.times import rfc3339
from chalicelib.status.evidence.reported import Source

if TYPE_CHECKING:
    from chalicelib.partners.imports.model import Import
    from chalicelib.partners.imports.service import Imports
    from chalicelib.partners.imports.store import RefusedRow
    from chalicelib.platform.uploads import Link

PAGE = 50
REFUSED_PAGE = 500
CURSOR = {"cursor": "Where the page before ended"}


class OpenImport(msgspec.Struct):
    """A file to be handed in: what its rows are, how it is written, and how many bytes it has, if that is known."""

    kind: ImportKind
    format: Format
    encoding: Encoding = Encoding.UTF_8
    size: Annotated[int, msgspec.Meta(ge=0, le=2**53)] | None = None


class UploadLink(msgspec.Struct):
    """Where to put the file: send its bytes with `method` to `url`, with these headers, before `expires_at`.

    A `url` that begins with a slash is meant at the address of this API.
    """

    method: str
    url: str
    headers: dict[str, str]
    expires_at: str


class ShownImport(msgspec.Struct):
    """How far an import is. `accepted` rows were new, `repeated` ones were known, `refused` ones are told of.

    `problem` says why a whole file could not be read. `bytes` is null before the file has come.
    """

    import_id: str
    kind: ImportKind
    format: Format
    encoding: Encoding
    state: State
    rows: int
    accepted: int
    repeated: int
    refused: int
    bytes_done: int
    bytes: int | None
    problem: dict[str, Any] | None
    created_at: str
    finished_at: str | None
    kept_until: str
    server_time: str


class OpenedImport(ShownImport):
    """An import, and where to put its file; `upload` is null when the file has come."""

    upload: UploadLink | None


class ShownImports(msgspec.Struct):
    """Imports, newest first. `next_cursor` is null on the last page."""

    imports: list[ShownImport]
    next_cursor: str | None


class ShownRefusal(msgspec.Struct):
    """A row that was refused: the line it begins in, why, and what to do. `evidence` says where and what more exactly.

    The row itself is not repeated.
    """

    line: int
    code: str
    detail: str
    evidence: dict[str, Any]


class ShownRefusals(msgspec.Struct):
    """Rows that were refused, in the order of the file. `next_cursor` is null on the last page so far."""

    rows: list[ShownRefusal]
    next_cursor: str | None


def api(imports: Callable[[], Imports], front: Front) -> Api:
    """The operations of this room."""
    api = front("imports")

    @api.operation(
        "POST",
        "/v1/imports",
        summary="Hand in a whole file of evidence, tags or cards",
        body=OpenImport,
        answer=OpenedImport,
        status=201,
        needs="import:write",
        creates=True,
        refusals=(*OPENING, IdempotencyKeyReused, StorageUnavailable),
    )
    def open_import(call: Call[OpenImport]) -> OpenedImport:
        from chalicelib.partners.imports.rows import ROWS
        from chalicelib.partners.imports.service import Wish

        wish, scope = Wish(*msgspec.structs.astuple(call.body)), ROWS[call.body.kind].scope
        if scope not in call.principal.scopes:
            raise out_of_reach(scope)
        source = Source(call.principal.subject, call.principal.name)
        opened = imports().open(source, wish, call.creation, now=call.now)
        shown = msgspec.structs.asdict(_shown(opened.one, call.now))
        return OpenedImport(**shown, upload=_link(opened.link) if opened.link else None)

    @api.operation(
        "GET",
        "/v1/imports",
        summary="The files that I have handed in",
        answer=ShownImports,
        needs="import:write",
        query=CURSOR,
        refusals=(UnknownCursor, StorageUnavailable),
    )
    def list_imports(call: Call[None]) -> ShownImports:
        from chalicelib.partners.imports.store import cursor

        page = imports().page(call.principal.subject, before=_before(call), size=PAGE)
        more = cursor(page[-1]) if len(page) == PAGE else None
        return ShownImports([_shown(one, call.now) for one in page], more)

    @api.operation(
        "GET",
        "/v1/imports/{import_id}",
        summary="How far a file of mine is",
        answer=ShownImport,
        needs="import:write",
        refusals=(ImportNotFound, StorageUnavailable),
    )
    def get_import(call: Call[None]) -> ShownImport:
        return _shown(imports().get(call.path["import_id"], client_id=call.principal.subject), call.now)

    @api.operation(
        "GET",
        "/v1/imports/{import_id}/refused",
        summary="The rows of a file of mine that were refused",
        answer=ShownRefusals,
        needs="import:write",
        query=CURSOR,
        refusals=(ImportNotFound, UnknownCursor, StorageUnavailable),
    )
    def list_refused_rows(call: Call[None]) -> ShownRefusals:
        client_id, after = call.principal.subject, _after(call)
        rows = imports().refused(call.path["import_id"], client_id=client_id, after=after, size=REFUSED_PAGE)
        more = str(rows[-1].line) if len(rows) == REFUSED_PAGE else None
        return ShownRefusals([_refusal(row) for row in rows], more)

    @api.operation(
        "DELETE",
        "/v1/imports/{import_id}",
        summary="Read a file of mine no further",
        answer=ShownImport,
        needs="import:write",
        refusals=(ImportNotFound, ImportOver, ImportContended, StorageUnavailable),
    )
    def cancel_import(call: Call[None]) -> ShownImport:
        one = imports().cancel(call.path["import_id"], client_id=call.principal.subject, now=call.now)
        return _shown(one, call.now)

    return api


def _before(call: Call[Any]) -> str:
    """The cursor of a list of imports; raises `UnknownCursor`."""
    text = call.query.get("cursor", "")
    at, _, import_id = text.partition("-")
    if text and not (len(at) == 10 and at.isascii() and at.isdigit() and import_id.isalnum() and len(import_id) == 24):
        raise UnknownCursor
    return text


def _after(call: Call[Any]) -> int:
    """The cursor of a list of rows; raises `UnknownCursor`."""
    text = call.query.get("cursor", "0")
    if not (text.isascii() and text.isdigit() and len(text) < 13):
        raise UnknownCursor
    return int(text)


def _shown(one: Import, now: float) -> ShownImport:
    """An import for its department."""
    return ShownImport(
        import_id=one.import_id,
        kind=one.kind,
        format=one.format,
        encoding=one.encoding,
        state=one.state,
        rows=one.rows,
        accepted=one.accepted,
        repeated=one.repeated,
        refused=one.refused,
        bytes_done=one.offset,
        bytes=one.bytes if one.version else None,
        problem=one.problem,
        created_at=rfc3339(one.created_at),
        finished_at=None if one.finished_at is None else rfc3339(one.finished_at),
        kept_until=rfc3339(one.created_at + KEPT_S),
        server_time=rfc3339(now),
    )


def _link(link: Link) -> UploadLink:
    return UploadLink(link.method, link.url, dict(link.headers), rfc3339(link.expires_at))


def _refusal(row: RefusedRow) -> ShownRefusal:
    """A refused row: what every problem document has, and what this one has beside it."""
    usual = ("type", "title", "status", "detail", "code")
    evidence = {name: value for name, value in row.problem.items() if name not in usual}
    return ShownRefusal(row.line, row.problem["code"], row.problem["detail"], evidence)
