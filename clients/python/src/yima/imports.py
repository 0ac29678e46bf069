"""Handing in whole files: sent as a stream, read by the city in turns, watched until the end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import msgspec

from yima.paging import pages
from yima.problems import FileChanged, Problem, Unreachable, YimaError
from yima.retrying import pause
from yima.transport import Transport, Way, Wish, at, problem_of, reply_of

PATH = at("imports")
PIECE_BYTES = 256 * 1024
OVER = frozenset({"finished", "failed", "cancelled"})
FORMATS = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
LOOK_EVERY_S = 1.0

Progress = Callable[[str, int, int], None]
"""Told as work goes on: the phase (`upload`, `read`), how many bytes are done, and how many there are."""


class Import(msgspec.Struct):
    """A file and what became of it. `rows` = `accepted` + `repeated` + `refused`, as far as the city has read.

    `bytes` is None before the file has come; `problem` says why a whole file could not be read.
    """

    import_id: str
    state: str
    rows: int = 0
    accepted: int = 0
    repeated: int = 0
    refused: int = 0
    bytes_done: int = 0
    bytes: int | None = None
    problem: dict[str, Any] | None = None

    @property
    def over(self) -> bool:
        """Whether nothing more becomes of it."""
        return self.state in OVER


class Refused(msgspec.Struct):
    """A row that was not taken, by its line in the file, and why. `evidence` is what `detail` names, such as `where`;
    what stood in the row is not repeated."""

    line: int
    code: str
    detail: str = ""
    evidence: dict[str, Any] = {}


class _Upload(msgspec.Struct):
    method: str
    url: str
    headers: dict[str, str] = {}


class _Begun(msgspec.Struct):
    import_id: str
    upload: _Upload | None = None


class Imports:
    """The files of a department."""

    def __init__(self, transport: Transport, way: Way) -> None:
        self._transport, self._way = transport, way

    def upload(
        self, path: Path, kind: str, *, encoding: str = "utf-8", format: str = "", progress: Progress | None = None
    ) -> Import:
        """Hand a file in; then `wait` for the city to read it. The same file again only repeats its rows.

        An import whose file could not be sent is cancelled, or the city would wait for it for a day.
        """
        said = {"kind": kind, "format": format or format_of(path), "encoding": encoding}
        wish = Wish("POST", PATH, said | {"size": path.stat().st_size}, creates=True)
        begun = self._transport.ask(wish, _Begun, self._way)
        if begun.upload is not None:
            self._send_or_cancel(path, begun, begun.upload, progress or _quietly)
        return self.get(begun.import_id)

    def get(self, import_id: str) -> Import:
        """How far a file is."""
        return self._transport.ask(Wish("GET", _path(import_id)), Import, self._way)

    def list(self) -> Iterator[Import]:
        """Every file, newest first."""
        return pages(self._transport, self._way, PATH, "imports", Import)

    def cancel(self, import_id: str) -> None:
        """Read no further. What was read stays."""
        self._transport.raw(Wish("DELETE", _path(import_id)), self._way)

    def wait(self, import_id: str, *, progress: Progress | None = None) -> Import:
        """Look until a file is over. It goes on without us: stop at any time, and wait again."""
        tell = progress or _quietly
        while True:
            seen = self._looked(import_id)
            if seen is not None:
                tell("read", seen.bytes_done, seen.bytes or 0)
                if seen.over:
                    return seen
            self._transport.sleep(LOOK_EVERY_S)

    def refused(self, import_id: str) -> Iterator[Refused]:
        """The rows that were not taken."""
        return pages(self._transport, self._way, _path(import_id, "refused"), "rows", Refused)

    def _looked(self, import_id: str) -> Import | None:
        """How far a file is, None where the city is too busy to say: the file goes on all the same."""
        try:
            return self.get(import_id)
        except Problem as problem:
            if problem.status not in {429, 503}:
                raise
            return None

    def _send_or_cancel(self, path: Path, begun: _Begun, upload: _Upload, progress: Progress) -> None:
        try:
            self._send(path, begun.import_id, upload, progress)
        except BaseException:
            with suppress(YimaError):
                self.cancel(begun.import_id)
            raise

    def _send(self, path: Path, import_id: str, upload: _Upload, progress: Progress) -> None:
        """Send the file, again from its beginning where the way there broke off.

        It may have come all the same, and only the answer was lost: another in its place would end an import that is
        being read.
        """
        attempt = 1
        while True:
            try:
                return self._send_once(path, upload, progress)
            except (Problem, Unreachable) as error:
                seconds = pause(attempt, error, repeatable=True, now=self._transport.clock())
                if seconds is None:
                    raise
            self._transport.sleep(seconds)
            if self._has_come(import_id):
                return None
            attempt += 1

    def _has_come(self, import_id: str) -> bool:
        """Whether the city has the file, as far as it can be asked."""
        with suppress(YimaError):
            return self.get(import_id).bytes is not None
        return False

    def _send_once(self, path: Path, upload: _Upload, progress: Progress) -> None:
        """One attempt. Whoever keeps the file needs no token of ours: the address and its headers are the pass."""
        size = path.stat().st_size
        headers = httpx.Headers(upload.headers)
        headers["Content-Length"] = str(size)  # whether or not the link says it: without it httpx would send chunks
        target = self._transport.http.base_url.join(upload.url)
        try:
            answer = self._transport.http.request(
                upload.method, target, content=pieces(path, size, progress), headers=headers, timeout=httpx.Timeout(60)
            )
        except httpx.TransportError:
            raise Unreachable from None
        if not answer.is_success:
            raise problem_of(reply_of(answer))


def _without_pass(record: logging.LogRecord) -> bool:
    """Whoever has the link to a bucket may send the file in our place, so httpx is not to log what makes it one."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            part.copy_with(query=None) if isinstance(part, httpx.URL) and "X-Amz-Signature" in part.params else part
            for part in record.args
        )
    return True


logging.getLogger("httpx").addFilter(_without_pass)


def pieces(path: Path, size: int, progress: Progress) -> Iterator[bytes]:
    """A file piece by piece; raises `FileChanged` rather than to send another length than was said."""
    sent = 0
    progress("upload", 0, size)
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            sent += len(piece)
            if sent > size:
                raise FileChanged
            yield piece
            progress("upload", sent, size)
    if sent < size:
        raise FileChanged


def format_of(path: Path) -> str:
    """What a file is by its name; raises ValueError where the name does not say."""
    try:
        return FORMATS[path.suffix.lower()]
    except KeyError:
        raise ValueError(f"say the format of {path.name}: csv or jsonl") from None


def _path(import_id: str, *more: str) -> str:
    return at("imports", import_id, *more)


def _quietly(phase: str, done: int, total: int) -> None:
    """Tell nobody."""
