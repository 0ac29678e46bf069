"""The local server over a real loopback socket: what it answers, what it refuses, and that nothing brings it down."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from chalice.app import Chalice, CORSConfig, Response
from chalice.local import LocalChalice

from infra.local.bodies import LIMIT_BYTES
from infra.local.environment import Refused
from infra.local.gateway import Gateway
from infra.local.pages import Site
from infra.local.server import CityServer, door


def small_app() -> Chalice:
    """An app that shows what reaches it."""
    app = LocalChalice("small")

    @app.route("/v1/echo", methods=["GET", "POST"], content_types=[], cors=CORSConfig(allow_origin="*"))
    def echo() -> Response:
        request = app.current_request
        raw, query = request.raw_body, request.query_params
        seen = {
            "body": raw if isinstance(raw, str) else raw.decode("latin-1"),
            "query": {name: query.getlist(name) for name in query} if query else {},
            "lambda_body": type(request.to_original_event()["body"]).__name__,
            "has_request_id": bool(request.context.get("requestId")),
        }
        return Response(json.dumps(seen), {"Content-Type": "application/json", "Set-Cookie": ["a=1", "b=2"]})

    @app.route("/v1/picture", content_types=[])
    def picture() -> Response:
        return Response(b"\x89PNG\x00", {"Content-Type": "image/png"})

    @app.route("/v1/nothing", methods=["DELETE"], content_types=[])
    def nothing() -> Response:
        return Response("", {}, 204)

    return app


class World:
    """A running server with pages, and what it reported."""

    def __init__(self, folder: Path) -> None:
        web = folder / "web"
        (web / "scan").mkdir(parents=True)
        (web / "tests").mkdir()
        (folder / "secret.html").write_text("secret")
        (web / "index.html").write_text("<h1>一码</h1>")
        (web / "scan/index.html").write_text("scan")
        (web / "scan/app.js").write_text("export {};")
        (web / "package.json").write_text("{}")
        (web / "notes.txt").write_text("not a page")
        (web / "tests/index.html").write_text("not a page")
        (web / "link.html").symlink_to(folder / "secret.html")
        (folder / "qr.js").write_text("vendor")
        self.reports: list[str] = []
        self.server = CityServer("127.0.0.1", 0, idle_s=0.3, report=self.reports.append)
        site = Site(web, {"/vendor/qr.js": folder / "qr.js"}, {"/city.json": lambda: b'{"secret": 1}'})
        self.server.answer = door(Gateway(small_app()), site)
        self.server.serve()
        self.http = httpx.Client(base_url=self.server.base_url, trust_env=False)

    def raw(self, sent: bytes, *, then: bytes = b"") -> tuple[int, dict[str, Any]]:
        """Send bytes as they are and hang up our half; answers status and problem document."""
        with socket.create_connection(("127.0.0.1", self.server.server_port), timeout=10) as connection:
            connection.sendall(sent)
            if then:
                connection.sendall(then)
            return self._read(connection)

    @staticmethod
    def _read(connection: socket.socket) -> tuple[int, dict[str, Any]]:
        received = b"".join(iter(lambda: connection.recv(65536), b""))
        head, _, body = received.partition(b"\r\n\r\n")
        return int(head.split()[1]), json.loads(body)

    def lives(self) -> bool:
        """Whether it still answers."""
        return self.http.get("/v1/echo").status_code == 200


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("city"))
    yield world
    world.http.close()
    world.server.stop()


# ---- the API, as API Gateway would answer ---------------------------------------------------------------------------


def test_a_body_and_a_query_arrive_as_lambda_sees_them(world: World) -> None:
    answer = world.http.post("/v1/echo?a=1&a=2&b=", content="码".encode(), headers={"Content-Type": "text/plain"})
    assert answer.json() == {
        "body": "码".encode().decode("latin-1"),
        "query": {"a": ["1", "2"], "b": [""]},
        "lambda_body": "str",
        "has_request_id": True,
    }


def test_a_binary_body_arrives_byte_for_byte(world: World) -> None:
    answer = world.http.post("/v1/echo", content=b"\x00\xff", headers={"Content-Type": "application/octet-stream"})
    assert answer.json()["body"] == "\x00\xff"


def test_a_body_in_chunks_arrives_whole(world: World) -> None:
    answer = world.http.post("/v1/echo", content=iter([b"one ", b"two"]))
    assert answer.json()["body"] == "one two"


def test_repeated_headers_are_all_sent(world: World) -> None:
    assert world.http.get("/v1/echo").headers.get_list("set-cookie") == ["a=1", "b=2"]


def test_binary_answers_are_bytes(world: World) -> None:
    answer = world.http.get("/v1/picture", headers={"Accept": "image/png"})
    assert answer.content == b"\x89PNG\x00"


def test_an_answer_without_content_has_no_length(world: World) -> None:
    answer = world.http.delete("/v1/nothing")
    assert answer.status_code == 204
    assert "content-length" not in answer.headers


def test_a_browser_may_ask_before_it_calls_from_another_origin(world: World) -> None:
    answer = world.http.options("/v1/echo")
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"


def test_one_connection_serves_many_requests(world: World) -> None:
    with socket.create_connection(("127.0.0.1", world.server.server_port), timeout=10) as connection:
        connection.sendall(b"GET /v1/echo HTTP/1.1\r\nHost: x\r\n\r\n" * 3 + b"GET / HTTP/1.0\r\n\r\n")
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    assert received.count(b"HTTP/1.1 200 OK") == 4


# ---- what it refuses ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/v1/nowhere", "/v1", "/v1/echo/more", "/nowhere.html", "/v1//echo", "/%", "/[", "*"])
def test_an_unknown_path_is_a_problem_document(world: World, path: str) -> None:
    status, problem = world.raw(f"GET {path} HTTP/1.1\r\nConnection: close\r\n\r\n".encode())
    assert (status, problem["code"], problem["status"]) == (404, "not_found", 404)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD", "PATCH", "TRACE", "BREW"])
def test_a_wrong_method_says_which_are_right(world: World, method: str) -> None:
    answer = world.http.request(method, "/v1/echo")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, OPTIONS, POST"
    assert answer.headers["content-type"] == "application/problem+json"
    if method != "HEAD":
        assert answer.json()["code"] == "method_not_allowed"


def test_a_page_cannot_be_posted_to(world: World) -> None:
    answer = world.http.post("/", content=b"x")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_more_than_ten_megabytes_are_refused_before_they_are_read(world: World) -> None:
    head = f"POST /v1/echo HTTP/1.1\r\nContent-Length: {LIMIT_BYTES + 1}\r\n\r\n".encode()
    assert world.raw(head, then=bytes(100_000))[0] == 413
    assert world.raw(head)[1]["limit_bytes"] == LIMIT_BYTES
    assert world.raw(head.replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n"))[1]["code"] == "body_too_large"


def test_ten_megabytes_are_taken(world: World) -> None:
    answer = world.http.post("/v1/echo", content=b"a" * LIMIT_BYTES, timeout=30)
    assert len(answer.json()["body"]) == LIMIT_BYTES


BROKEN = {
    "a negative length": b"POST /v1/echo HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    "a length in words": b"POST /v1/echo HTTP/1.1\r\nContent-Length: ten\r\n\r\n",
    "a length that Python would read": b"POST /v1/echo HTTP/1.1\r\nContent-Length: 1_0\r\n\r\n0123456789",
    "two lengths": b"POST /v1/echo HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "length and chunks": b"POST /v1/echo HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "an unknown coding": b"POST /v1/echo HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
    "a chunk of no size": b"POST /v1/echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "no HTTP at all": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "another version of HTTP": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a version that is none": "GET / HTTP/1.².\r\n\r\n".encode(),
    "an endless line": b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
    "an endless header": b"GET / HTTP/1.1\r\nA: " + b"a" * 70_000 + b"\r\n\r\n",
    "endless headers": b"GET / HTTP/1.1\r\n" + b"A: a\r\n" * 200 + b"\r\n",
}


@pytest.mark.parametrize("sent", BROKEN.values(), ids=BROKEN.keys())
def test_broken_http_is_a_problem_document(world: World, sent: bytes) -> None:
    status, problem = world.raw(sent)
    assert (status, problem["code"]) == (400, "bad_request")
    assert world.lives()


def test_a_body_that_never_ends_is_given_up(world: World) -> None:
    status, problem = world.raw(b"POST /v1/echo HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc")
    assert (status, problem["code"]) == (408, "request_timeout")
    status, problem = world.raw(b"POST /v1/echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab")
    assert (status, problem["code"]) == (408, "request_timeout")


def test_a_caller_who_stops_half_way_is_let_go(world: World) -> None:
    with socket.create_connection(("127.0.0.1", world.server.server_port), timeout=10) as connection:
        connection.sendall(b"GET / HT")
        assert connection.recv(1) == b""


def test_callers_who_hang_up_at_any_point_are_no_news(world: World) -> None:
    request = b"POST /v1/echo HTTP/1.1\r\nContent-Length: 4\r\n\r\nabcd"
    for end in range(len(request)):
        with socket.create_connection(("127.0.0.1", world.server.server_port)) as connection:
            connection.sendall(request[:end])
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # reset, not end
    assert world.lives()
    assert not [line for line in world.reports if "connection failed" in line]


def test_a_fault_of_ours_is_a_problem_document_and_no_trace(world: World) -> None:
    kept = world.server.answer
    world.server.answer = lambda request: {}["张三"]  # type: ignore[index]
    try:
        answer = world.http.get("/")
    finally:
        world.server.answer = kept
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_fault")
    assert any(line.startswith("a request failed: KeyError at test_server.py:") for line in world.reports)
    assert not any("张三" in line for line in world.reports)


# ---- pages ----------------------------------------------------------------------------------------------------------


def test_pages_have_their_media_types_and_a_strict_policy(world: World) -> None:
    page, script = world.http.get("/"), world.http.get("/scan/app.js")
    assert page.text == "<h1>一码</h1>"
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"


def test_a_folder_has_one_address(world: World) -> None:
    answer = world.http.get("/scan?x=1")
    assert (answer.status_code, answer.headers["location"]) == (308, "/scan/")
    assert world.http.get("/scan/").text == "scan"


def test_a_page_that_has_not_changed_is_not_sent_again(world: World) -> None:
    tag = world.http.get("/").headers["etag"]
    again = world.http.get("/", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_head_tells_of_a_page_without_sending_it(world: World) -> None:
    answer = world.http.head("/")
    assert (answer.status_code, answer.headers["content-length"], answer.content) == (200, "15", b"")


def test_a_file_from_elsewhere_has_its_own_name(world: World) -> None:
    assert world.http.get("/vendor/qr.js").text == "vendor"


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.html",
        "/scan/../../secret.html",
        "/%2e%2e/secret.html",
        "/..%2fsecret.html",
        "/scan/..%5c..%5csecret.html",
        "//etc/passwd.html",
        "/link.html",
        "/index.html%00.js",
        "/package.json",
        "/notes.txt",
        "/tests/",
        "/.hidden.html",
        "/%ff.html",
    ],
)
def test_nothing_but_pages_is_served(world: World, path: str) -> None:
    status, problem = world.raw(f"GET {path} HTTP/1.1\r\nConnection: close\r\n\r\n".encode())
    assert (status, problem["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200),
        ("localhost", 200),
        ("[::1]:8000", 200),
        ("evil.example", 404),
        ("127.0.0.1.evil.example", 404),
        ("", 404),
        ("[", 404),
    ],
)
def test_the_secrets_of_the_demo_city_are_for_this_machine_only(world: World, host: str, status: int) -> None:
    request = f"GET /city.json HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    assert world.raw(request.encode())[0] == status


# ---- the log, the port, the end -------------------------------------------------------------------------------------


def test_the_log_names_resources_and_nothing_personal(world: World) -> None:
    world.reports.clear()
    world.http.post("/v1/echo?name=secret", content=b"secret", headers={"Authorization": "Bearer secret"})
    world.http.get("/secret")
    world.http.get("/")
    assert [line.split()[1:4] for line in world.reports] == [["POST", "/v1/echo", "200"], ["GET", "-", "404"]]
    assert "secret" not in "".join(world.reports)


def test_pages_that_look_again_and_again_do_not_drown_the_log(world: World) -> None:
    world.reports.clear()
    world.server.looked_at.clear()
    for _ in range(3):
        world.http.get("/v1/picture")
        world.http.post("/v1/echo", content=b"x")
    assert [line.split()[1] for line in world.reports] == ["GET", "POST", "POST", "POST"]


def test_a_busy_port_says_so(world: World) -> None:
    port = world.server.server_port
    with pytest.raises(Refused, match=rf"Port {port} is busy.*make run PORT={port + 1}"):
        CityServer("127.0.0.1", port)


def test_a_port_that_is_none_says_so() -> None:
    with pytest.raises(Refused, match=r"Cannot listen on 127\.0\.0\.1 port 70000"):
        CityServer("127.0.0.1", 70000)


def test_a_stopped_server_gives_its_port_back(tmp_path: Path) -> None:
    world = World(tmp_path)
    assert world.lives()
    world.http.close()
    world.server.stop()
    CityServer("127.0.0.1", world.server.server_port).server_close()


def test_random_bytes_never_bring_it_down(world: World) -> None:
    for _ in range(200):
        with socket.create_connection(("127.0.0.1", world.server.server_port), timeout=10) as connection:
            connection.sendall(os.urandom(64) + b"\r\n\r\n")
    assert world.lives()
    assert not [line for line in world.reports if "failed" in line and "test_server" not in line]
