"""The door `PUT /uploads/…` of a city without S3: files go to disk as they come, and EventBridge is told, as S3 does.

The gateway's limit does not hold here, and no file is held in memory.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from email.message import Message
from io import BufferedIOBase
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from chalicelib.platform.upload_folder import DOOR, HEADER, LARGEST_BYTES, FolderUploads
from infra.local.bodies import declared_length
from infra.local.functions import Eventful
from infra.local.gateway import Answer
from infra.local.refusals import MethodNotAllowed, UnreadableRequest
from infra.local.report import Report, described

PIECE_BYTES = 64 * 1024
BUCKET = "yima-uploads"
"""As the bucket is called in the cloud; there is none here."""

Event = dict[str, Any]


class UploadDoor:
    """Takes files for which a link was given."""

    path = DOOR
    limit_bytes = LARGEST_BYTES

    def __init__(self, uploads: FolderUploads, *, tell: Callable[[Event], None], clock: Callable[[], float]) -> None:
        self._uploads = uploads
        self._tell = tell
        self._clock = clock

    def take(self, method: str, path: str, headers: Message, stream: BufferedIOBase) -> Answer:
        """Take a file off the wire; raises a `Refusal`, after which nothing more can be read from the connection."""
        if method != "PUT":
            raise MethodNotAllowed(allowed=["PUT"])
        key = urlsplit(path).path.removeprefix(DOOR)
        expected = self._uploads.admit(key, headers.get(HEADER, ""), now=self._clock())
        length = declared_length(headers, limit_bytes=LARGEST_BYTES)
        if length is None or (expected is not None and length != expected):
            raise UnreadableRequest(where="Content-Length")
        taken = self._uploads.take(key, _pieces(stream, length))
        self._tell(object_created(key, taken.size))
        return Answer(200, [("Cache-Control", "no-store")], b"", DOOR)


def _pieces(stream: BufferedIOBase, length: int) -> Iterator[bytes]:
    """A body as it comes."""
    while length:
        piece = stream.read1(min(length, PIECE_BYTES))
        if not piece:
            raise UnreadableRequest(where="the body ends before its Content-Length")
        length -= len(piece)
        yield piece


def object_created(key: str, size: int) -> Event:
    """The event with which Amazon EventBridge tells of a new file in a bucket."""
    return {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": "123456789012",
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "region": "local",
        "resources": [f"arn:aws:s3:::{BUCKET}"],
        "detail": {"version": "0", "bucket": {"name": BUCKET}, "object": {"key": key, "size": size}},
    }


def teller(functions: Iterable[Eventful], *, report: Report) -> Callable[[Event], None]:
    """Hands an event to every function that waits for such; one that fails is reported, and keeps nobody waiting."""
    waiting = list(functions)

    def tell(event: Event) -> None:
        for function in waiting:
            if not matches(function.pattern, event):
                continue
            try:
                function.call(event)
            except Exception as error:
                report(f"{function.name} failed on an event, which the sweep makes good: {described(error)}")

    return tell


def matches(pattern: Event, event: Any) -> bool:
    """Whether an event is of a pattern, as far as EventBridge's language goes here: names, values and prefixes."""
    return isinstance(event, dict) and all(
        matches(wanted, event.get(name)) if isinstance(wanted, dict) else _is_among(event.get(name), wanted)
        for name, wanted in pattern.items()
    )


def _is_among(value: Any, wanted: list[Any]) -> bool:
    return any(
        isinstance(value, str) and value.startswith(one["prefix"]) if isinstance(one, dict) else value == one
        for one in wanted
    )
