"""The door for whole files of a local city: only for who has a link, past the gateway's limit, and never in memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from chalicelib.platform.upload_folder import HEADER, FolderUploads
from functions.run_imports import PATTERN
from infra.local.bodies import LIMIT_BYTES
from infra.local.functions import Eventful
from infra.local.server import CityServer
from infra.local.uploads import UploadDoor, matches, object_created, teller
from tests.world import NOON

KEY = "imports/0a1b2c"
MEGABYTE = b"x" * 2**20


class Yard:
    """A server with the door alone, and who was told of what came."""

    def __init__(self, folder: Path) -> None:
        self.uploads = FolderUploads(folder)
        self.told: list[dict[str, Any]] = []
        self.said: list[str] = []
        self.server = CityServer("127.0.0.1", 0, report=self.said.append)
        self.server.inlet = UploadDoor(self.uploads, tell=self.told.append, clock=lambda: NOON)
        self.server.serve()

    def link(self, size: int | None = None) -> dict[str, str]:
        return dict(self.uploads.link(KEY, size=size, expires_in=60, now=NOON).headers)

    def put(self, body: Any, headers: dict[str, str], *, method: str = "PUT", path: str = f"/uploads/{KEY}") -> Any:
        connection = HTTPConnection("127.0.0.1", self.server.server_port, timeout=20)
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text


@pytest.fixture
def yard(tmp_path: Path) -> Iterator[Yard]:
    yard = Yard(tmp_path)
    yield yard
    yard.server.stop()


def test_a_file_that_is_expected_is_taken_and_told_of(yard: Yard) -> None:
    assert yard.put(b"a,b\n", yard.link()) == (200, "")
    found = yard.uploads.find(KEY)
    assert found
    assert found.size == 4
    assert [one["detail"]["object"] for one in yard.told] == [{"key": KEY, "size": 4}]


def test_a_file_may_be_larger_than_a_request_and_is_not_held(yard: Yard) -> None:
    number = LIMIT_BYTES // len(MEGABYTE) + 10
    headers = yard.link(number * len(MEGABYTE))
    tracemalloc.start()
    status, _ = yard.put((MEGABYTE for _ in range(number)), headers)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert status == 200
    assert peak < 4 * len(MEGABYTE), "both ends of the connection are in this process"


def test_who_has_no_link_is_not_let_in(yard: Yard) -> None:
    for headers in ({}, {HEADER: "x"}, {HEADER: yard.link()[HEADER] + "0"}):
        status, text = yard.put(b"a", headers)
        assert (status, "upload_not_admitted" in text) == (403, True)
    status, _ = yard.put(b"a", yard.link(), path="/uploads/imports/another")
    assert status == 403
    assert yard.put(b"", yard.link(), method="POST")[0] == 405
    assert yard.told == []


def test_a_file_has_the_length_that_was_said(yard: Yard) -> None:
    headers = yard.link(5) | {"Content-Length": "4"}
    assert yard.put(b"1234", headers)[0] == 400
    assert yard.put(iter([b"12", b"34"]), yard.link())[0] == 400, "in chunks nobody knows how long it is"
    assert yard.uploads.find(KEY) is None


def test_a_caller_who_hangs_up_leaves_nothing(yard: Yard, tmp_path: Path) -> None:
    connection = HTTPConnection("127.0.0.1", yard.server.server_port, timeout=20)
    connection.putrequest("PUT", f"/uploads/{KEY}")
    for name, value in (yard.link() | {"Content-Length": "100"}).items():
        connection.putheader(name, value)
    connection.endheaders(b"half")
    assert connection.sock is not None
    connection.sock.shutdown(1)
    assert connection.getresponse().status == 400
    connection.close()
    assert [one.name for one in tmp_path.iterdir()] == [".secret"]


def test_a_caller_who_asks_first_is_told_to_go_on(yard: Yard) -> None:
    length = str(LIMIT_BYTES + 1)
    connection = HTTPConnection("127.0.0.1", yard.server.server_port, timeout=20)
    connection.putrequest("PUT", f"/uploads/{KEY}")
    for name, value in (yard.link() | {"Content-Length": length, "Expect": "100-continue"}).items():
        connection.putheader(name, value)
    connection.endheaders()
    assert connection.sock is not None
    assert connection.sock.recv(100).startswith(b"HTTP/1.1 100")
    connection.close()


def test_whoever_waits_for_such_files_is_told(yard: Yard) -> None:
    heard: list[Any] = []
    said: list[str] = []

    def fails(event: Any) -> None:
        raise ZeroDivisionError

    functions = [
        Eventful("fails", PATTERN, fails),
        Eventful("hears", PATTERN, heard.append),
        Eventful("other", {"source": ["aws.ec2"]}, fails),
    ]
    teller(functions, report=said.append)(object_created(KEY, 4))
    assert [one["detail"]["object"]["key"] for one in heard] == [KEY]
    assert [line.partition(" ")[0] for line in said] == ["fails"]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (object_created("imports/1", 1), True),
        (object_created("appeals/1", 1), False),
        (object_created("imports/1", 1) | {"source": "aws.ec2"}, False),
        ({"source": "aws.s3", "detail-type": "Object Created"}, False),
        ({}, False),
    ],
)
def test_a_pattern_says_which_events_are_waited_for(event: dict[str, Any], expected: bool) -> None:
    assert matches(PATTERN, event) is expected
