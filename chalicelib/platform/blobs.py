"""Files that people send in, such as the photograph of a paper: kept whole under a key, given back as they came.

S3 keeps them in the cloud, encrypted as the bucket says; a folder does where there is no S3. Who may read one is for
the room that keeps it to decide: what lies here is asked for by key only, and keys are never told outside.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import quote

import msgspec

from chalicelib.platform.settings import SettingsError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LONGEST_KEY = 200
_key = re.compile(r"[a-z0-9_-][a-z0-9_.-]*(/[a-z0-9_-][a-z0-9_.-]*)*")
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


class Blob(NamedTuple):
    """A file as it was sent in: its bytes, and what its sender says that they are (`image/jpeg`)."""

    data: bytes
    media_type: str


class Blobs(Protocol):
    """Keeps files by key (`appeals/0a1b/1`). A key is made of ids; raises ValueError for one that is not."""

    def put(self, key: str, data: bytes, *, media_type: str) -> None:
        """Keep a file; keeping it again changes nothing."""

    def get(self, key: str) -> Blob | None:
        """The file, None where there is none."""

    def delete(self, key: str) -> None:
        """Keep the file no longer; where there is none nothing happens."""


class S3Blobs:
    """Files in a bucket. The client is made when the first file is handled: most functions never handle one."""

    def __init__(self, client: Callable[[], S3Client], bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, key: str, data: bytes, *, media_type: str) -> None:
        """One PutObject; raises botocore's errors."""
        self._client().put_object(Bucket=self._bucket, Key=checked(key), Body=data, ContentType=media_type)

    def get(self, key: str) -> Blob | None:
        """One GetObject; raises botocore's errors. Without the right to list the bucket, absence is AccessDenied."""
        client = self._client()
        try:
            answer = client.get_object(Bucket=self._bucket, Key=checked(key))
        except client.exceptions.NoSuchKey:
            return None
        return Blob(answer["Body"].read(), answer["ContentType"])

    def delete(self, key: str) -> None:
        """One DeleteObject; raises botocore's errors."""
        self._client().delete_object(Bucket=self._bucket, Key=checked(key))


class FolderBlobs:
    """Files in a folder that only its owner can read: for a laptop or a data centre without S3."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, key: str, data: bytes, *, media_type: str) -> None:
        """Write beside, then rename: whoever reads, and whenever we are killed, the file is there whole or not."""
        path = self._path(key)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, beside = tempfile.mkstemp(dir=self._folder, prefix=".")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(msgspec.msgpack.encode(Blob(data, media_type)))
                file.flush()
                os.fsync(descriptor)
            Path(beside).replace(path)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise

    def get(self, key: str) -> Blob | None:
        """Read the file."""
        try:
            return msgspec.msgpack.decode(self._path(key).read_bytes(), type=Blob)
        except FileNotFoundError:
            return None

    def delete(self, key: str) -> None:
        """Remove the file."""
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        """Where a key lies: in one flat folder, so that no key is another's folder."""
        return self._folder / quote(checked(key), safe="")


def checked(key: str) -> str:
    """A key that is safe as a name anywhere: no way up, nothing hidden, no upper case for disks that know none."""
    if len(key) > LONGEST_KEY or not _key.fullmatch(key):
        raise ValueError("this is no key of a file")
    return key


def blobs(address: str, s3: Callable[[], S3Client]) -> Blobs:
    """What a setting names: `s3:<bucket>` or `folder:<path>`; raises `SettingsError`."""
    scheme, _, rest = address.partition(":")
    if scheme == "s3" and BUCKET.fullmatch(rest):
        return S3Blobs(s3, rest)
    if scheme == "folder" and rest:
        return FolderBlobs(Path(rest))
    raise SettingsError(f"YIMA_ATTACHMENTS is {address!r}; use s3:<bucket> or folder:<path>")
