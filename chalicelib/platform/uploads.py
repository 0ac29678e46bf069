"""Whole files that come by a link: too large for a request, so they pass the API by, and are read in pieces.

A department asks for a link, puts its file there, and the store tells us that it came. Who may have a link is for the
room that gives it out; a link takes one file under one key, for a while, and of one length where it was said before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from botocore.exceptions import ClientError

from chalicelib.platform.blobs import BUCKET, checked
from chalicelib.platform.settings import SettingsError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PIECE_BYTES = 64 * 1024


class Link(NamedTuple):
    """Where to put a file: send `method` to `url` with `headers`, before `expires_at` (Unix seconds).

    `url` is a whole address or a path; a path is meant below the address of the API.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    expires_at: int


class Uploaded(NamedTuple):
    """A file that came: how many bytes, and a name for just this content, so that another in its place is noticed."""

    size: int
    version: str


class UploadChanged(Exception):
    """The file is gone, or another has come in its place since it was first looked at."""


class Uploads(Protocol):
    """Takes files by link and gives them back in pieces. Keys are as in blobs.py: made of ids, never told outside."""

    def link(self, key: str, *, size: int | None, expires_in: int, now: float) -> Link:
        """A link for one file, of `size` bytes where that is known."""

    def find(self, key: str) -> Uploaded | None:
        """What came under a key, None where nothing has."""

    def stream(self, key: str, *, version: str, start: int) -> Iterator[bytes]:
        """The bytes from `start` on, in pieces; raises `UploadChanged` where it is not that version any more."""

    def put(self, key: str, data: bytes) -> None:
        """Keep a small file without a link."""

    def delete(self, key: str) -> None:
        """Keep the file no longer; where there is none nothing happens."""


class S3Uploads:
    """Files in a bucket, put there by pre-signed addresses. S3 tells of each through EventBridge."""

    def __init__(self, client: Callable[[], S3Client], bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def link(self, key: str, *, size: int | None, expires_in: int, now: float) -> Link:
        """Signed here, without asking anybody. A declared length is part of what is signed; S3 takes 5 GB at most."""
        place = {"Bucket": self._bucket, "Key": checked(key)}
        length = {} if size is None else {"ContentLength": size}
        url = self._client().generate_presigned_url("put_object", Params=place | length, ExpiresIn=expires_in)
        headers = {} if size is None else {"Content-Length": str(size)}
        return Link("PUT", url, headers, int(now) + expires_in)

    def find(self, key: str) -> Uploaded | None:
        """One HeadObject; raises botocore's errors."""
        try:
            answer = self._client().head_object(Bucket=self._bucket, Key=checked(key))
        except ClientError as error:
            if _status(error) == 404:
                return None
            raise
        return Uploaded(answer["ContentLength"], answer["ETag"])

    def stream(self, key: str, *, version: str, start: int) -> Iterator[bytes]:
        """One GetObject, read as it is needed; raises botocore's errors."""
        try:
            answer = self._client().get_object(
                Bucket=self._bucket, Key=checked(key), IfMatch=version, Range=f"bytes={start}-"
            )
        except ClientError as error:
            if _status(error) == 416:
                return
            if _status(error) in {404, 412}:
                raise UploadChanged from error
            raise
        if answer["ETag"] != version:
            raise UploadChanged
        yield from answer["Body"].iter_chunks(PIECE_BYTES)

    def put(self, key: str, data: bytes) -> None:
        """One PutObject; raises botocore's errors."""
        self._client().put_object(Bucket=self._bucket, Key=checked(key), Body=data)

    def delete(self, key: str) -> None:
        """One DeleteObject; raises botocore's errors."""
        self._client().delete_object(Bucket=self._bucket, Key=checked(key))


def _status(error: ClientError) -> int:
    """The HTTP status of what S3 refused."""
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)


def uploads(address: str, s3: Callable[[], S3Client]) -> Uploads:
    """What a setting names: `s3:<bucket>` or `folder:<path>`; raises `SettingsError`."""
    scheme, _, rest = address.partition(":")
    if scheme == "s3" and BUCKET.fullmatch(rest):
        return S3Uploads(s3, rest)
    if scheme == "folder" and rest:
        from chalicelib.platform.upload_folder import FolderUploads

        return FolderUploads(Path(rest))
    raise SettingsError(f"YIMA_UPLOADS is {address!r}; use s3:<bucket> or folder:<path>")
