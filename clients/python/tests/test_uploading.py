"""How a file travels: as a stream, with its length, without our token, and anew where it broke off."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import httpx
import pytest
import yima
from yima.imports import Imports, format_of, pieces
from yima.transport import Openly, Transport

LINK = "https://bucket.test/key?X-Amz-Signature=1"


class Store:
    """A store of files that fails as a test says, and what came to it."""

    def __init__(self, *statuses: int) -> None:
        self.left, self.got, self.waits = list(statuses), list[int](), list[float]()
        self.came: int | None = None
        http = httpx.Client(base_url="https://city.test", transport=httpx.MockTransport(self.answer))
        transport = Transport(http, clock=lambda: 0.0, sleep=self.waits.append)
        self.imports = Imports(transport, Openly())

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.method == "DELETE":
            return httpx.Response(200, json={})
        if request.method == "PUT":
            assert request.url == LINK
            assert request.headers["content-length"] == str(len(request.read()))
            assert "transfer-encoding" not in request.headers
            assert "authorization" not in request.headers
            self.got.append(len(request.content))
            return httpx.Response(self.left.pop(0))
        upload = {"method": "PUT", "url": LINK, "headers": {"content-length": "5"}}
        return httpx.Response(200, json={"import_id": "i", "state": "waiting", "upload": upload, "bytes": self.came})


def test_a_file_whose_way_broke_off_is_sent_again_from_its_beginning(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"a,b,c")
    store, told = Store(503, 503, 200), list[tuple[str, int, int]]()
    store.imports.upload(tmp_path / "a.csv", "evidence", progress=lambda *news: told.append(news))
    assert (store.got, len(store.waits)) == ([5, 5, 5], 2)
    assert told[-1] == ("upload", 5, 5)


def test_a_file_that_came_although_the_answer_was_lost_is_not_sent_over_itself(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"a,b,c")
    store = Store(503, 200)
    store.came = 5
    assert store.imports.upload(tmp_path / "a.csv", "evidence").bytes == 5
    assert store.got == [5]


def test_the_pass_in_a_link_is_not_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "a.csv").write_bytes(b"a,b,c")
    with caplog.at_level("DEBUG"):
        Store(200).imports.upload(tmp_path / "a.csv", "evidence")
    assert "https://bucket.test/key" in caplog.text
    assert "Signature" not in caplog.text


def test_a_large_file_is_never_in_memory(tmp_path: Path) -> None:
    size = 64 * 1024 * 1024
    with (tmp_path / "large.csv").open("wb") as file:
        file.truncate(size)
    tracemalloc.start()
    sent = sum(len(piece) for piece in pieces(tmp_path / "large.csv", size, lambda *_: None))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sent == size
    assert peak < 2 * 1024 * 1024


@pytest.mark.parametrize("status", [400, 403, 413])
def test_a_link_that_is_refused_is_not_tried_again(tmp_path: Path, status: int) -> None:
    (tmp_path / "a.csv").write_bytes(b"a,b,c")
    store = Store(status, 200)
    with pytest.raises(yima.Problem) as caught:
        store.imports.upload(tmp_path / "a.csv", "evidence")
    assert (caught.value.status, store.got) == (status, [5])


@pytest.mark.parametrize(
    ("name", "format"), [("a.csv", "csv"), ("B.CSV", "csv"), ("a.jsonl", "jsonl"), ("a.ndjson", "jsonl")]
)
def test_the_name_says_the_format(name: str, format: str) -> None:
    assert format_of(Path(name)) == format


def test_a_name_that_says_nothing_is_asked_about() -> None:
    with pytest.raises(ValueError, match="format"):
        format_of(Path("facts.xlsx"))
