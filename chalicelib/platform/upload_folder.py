"""Uploads in a folder: for a laptop, or a data centre without S3, whose web server opens the door `PUT /uploads/…`.

Whoever opens that door asks `admit` first. What admits is a token in a header, `<expiry>.<length>.<HMAC-SM3>`:
addresses are written into logs, headers are not. Its secret lies beside the files, so that API and door need only share
the folder.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from chalicelib.platform.blobs import checked
from chalicelib.platform.crypto.hashing import hmac_sm3, same
from chalicelib.platform.http.refusals import BodyTooLarge, Forbidden
from chalicelib.platform.uploads import PIECE_BYTES, Link, UploadChanged, Uploaded

DOOR = "/uploads/"
HEADER = "Yima-Upload"
LARGEST_BYTES = 5 * 1024**3
"""As much as S3 takes at once, so that a city may move from one to the other."""

SECRET_BYTES = 32


class UploadNotAdmitted(Forbidden):
    """No link was given for this, or it is too old. It is not said which."""

    code = "upload_not_admitted"
    title = "This upload is not expected"
    detail = (
        "Send the file with method, address and headers of the link, before it expires; ask for a new link if it has."
    )


class FolderUploads:
    """Files in a folder that only its owner can read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def link(self, key: str, *, size: int | None, expires_in: int, now: float) -> Link:
        """A path below the API's own address, and the token that opens it."""
        expires_at = int(now) + expires_in
        length = "" if size is None else str(size)
        headers = {HEADER: f"{expires_at}.{length}.{self._tag(checked(key), str(expires_at), length)}"}
        if size is not None:
            headers["Content-Length"] = length
        return Link("PUT", DOOR + key, headers, expires_at)

    def admit(self, key: str, token: str, *, now: float) -> int | None:
        """The length that a file must have (None: any) to be taken; raises `UploadNotAdmitted`."""
        expires_at, _, rest = token.partition(".")
        length, _, tag = rest.partition(".")
        with suppress(ValueError):
            good = same(self._tag(checked(key), expires_at, length).encode(), tag.encode())
            if good and now < int(expires_at):
                return int(length) if length else None
        raise UploadNotAdmitted

    def take(self, key: str, pieces: Iterable[bytes]) -> Uploaded:
        """Write beside, then rename: the file is there whole or not. Raises `BodyTooLarge`, and what `pieces` does."""
        path = self._path(key)
        self._open()
        descriptor, beside = tempfile.mkstemp(dir=self._folder, prefix=".")
        try:
            with os.fdopen(descriptor, "wb") as file:
                _write(file, pieces)
            Path(beside).replace(path)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
        return _seen(path.stat())

    def find(self, key: str) -> Uploaded | None:
        """What lies there."""
        try:
            return _seen(self._path(key).stat())
        except FileNotFoundError:
            return None

    def stream(self, key: str, *, version: str, start: int) -> Iterator[bytes]:
        """Read on from a byte. Whoever replaces the file meanwhile replaces its name alone: this one is read on."""
        try:
            file = self._path(key).open("rb")
        except FileNotFoundError as error:
            raise UploadChanged from error
        with file:
            if _seen(os.fstat(file.fileno())).version != version:
                raise UploadChanged
            file.seek(start)
            while piece := file.read(PIECE_BYTES):
                yield piece

    def put(self, key: str, data: bytes) -> None:
        """Write the file."""
        self.take(key, [data])

    def delete(self, key: str) -> None:
        """Remove the file."""
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        """Where a key lies: in one flat folder, so that no key is another's folder."""
        return self._folder / quote(checked(key), safe="")

    def _tag(self, *said: str) -> str:
        return hmac_sm3(self._secret, "\x1f".join(said).encode()).hex()

    @cached_property
    def _secret(self) -> bytes:
        """The secret of this folder's links, made by whoever needs it first. No key begins with a dot."""
        self._open()
        file = self._folder / ".secret"
        with suppress(FileExistsError):
            descriptor, beside = tempfile.mkstemp(dir=self._folder, prefix=".secret-")
            with os.fdopen(descriptor, "wb") as draft:
                draft.write(secrets.token_bytes(SECRET_BYTES))
            try:
                os.link(beside, file)
            finally:
                Path(beside).unlink()
        return file.read_bytes()

    def _open(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def _seen(told: os.stat_result) -> Uploaded:
    """A file as the disk tells of it."""
    return Uploaded(told.st_size, f"{told.st_ino:x}-{told.st_mtime_ns:x}-{told.st_size:x}")


def _write(file: BinaryIO, pieces: Iterable[bytes]) -> None:
    """Write pieces as they come, no more of them than a file may have, and not before the disk has them all."""
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > LARGEST_BYTES:
            raise BodyTooLarge(limit_bytes=LARGEST_BYTES)
        file.write(piece)
    file.flush()
    os.fsync(file.fileno())
