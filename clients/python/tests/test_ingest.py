"""Whole files: sent as a stream, read by the city's own turns, watched to the end, refused rows written down."""

from __future__ import annotations

import csv
import json
import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
import yima
from yima.imports import Imports

from chalicelib.people.sandbox import RESIDENTS
from chalicelib.platform.http.refusals import Refusal
from chalicelib.platform.upload_folder import DOOR, HEADER, FolderUploads
from infra.local.functions import Streamed
from infra.local.gateway import Answer, Request, refused
from infra.local.streams import Positions, StreamPump

SCOPES = ("import:write", "evidence:write", "tag:report")
COLUMNS = ["document_type", "document_number", "kind", "happened_at", "reference", "attributes.result"]


@pytest.fixture(scope="module", autouse=True)
def functions(open_city: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The door for files, and the functions that read them, as a city on a laptop has them."""
    inside, stop = open_city.inside, threading.Event()
    inside.uploads = FolderUploads(tmp_path_factory.mktemp("uploads"))
    open_city.server.answer = with_uploads(open_city, open_city.server.answer)
    turn = Streamed(
        "continue_imports",
        "imports",
        batch=1,
        call=lambda event: inside.running_imports.continued(event["Records"], clock=open_city.clock),
    )
    arn = inside.dynamodb.describe_table(TableName="yima-imports")["Table"]["LatestStreamArn"]
    pump = StreamPump(boto3.client("dynamodbstreams"), arn, turn, positions=Positions(), report=print)
    thread = threading.Thread(target=pump.run, args=(stop,), daemon=True)
    thread.start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yima.imports, "LOOK_EVERY_S", 0.05)
        yield
    stop.set()
    thread.join(10)


def with_uploads(open_city: Any, api: Callable[[Request], Answer]) -> Callable[[Request], Answer]:
    """Takes files beside the API, and tells that they came."""

    def answer(request: Request) -> Answer:
        if not request.path.startswith(DOOR):
            return api(request)
        key = urlsplit(request.path).path.removeprefix(DOOR)
        uploads: FolderUploads = open_city.inside.uploads
        try:
            length = uploads.admit(key, request.headers.get(HEADER.lower(), ""), now=open_city.clock())
        except Refusal as refusal:
            return refused(refusal)
        assert length == len(request.body)
        uploads.take(key, [request.body])
        open_city.inside.running_imports.arrived(key, now=int(open_city.clock()))
        return Answer(204, [], b"")

    return answer


@pytest.fixture(scope="module")
def department(open_city: Any) -> yima.Secret:
    made: yima.Secret = open_city.client("health office", *SCOPES)
    return made


@pytest.fixture
def logged_in(open_city: Any, department: yima.Secret, yima_command: Callable[..., Any]) -> Callable[..., Any]:
    typed = f"{department.client_id}\n{department.client_secret}\n"
    assert yima_command("login", "--base-url", open_city.base_url, input=typed).exit_code == 0
    return yima_command


def rows(*references: str) -> list[list[str]]:
    who, at = RESIDENTS[0].identity, datetime.now(UTC).isoformat(timespec="seconds")
    return [[who.document_type, who.document_number, "test_result", at, name, "negative"] for name in references]


def written(file: Path, *lines: list[str], encoding: str = "utf-8") -> Path:
    with file.open("w", newline="", encoding=encoding) as out:
        csv.writer(out).writerows([COLUMNS, *lines])
    return file


def test_a_file_is_read_and_what_is_refused_is_written_beside_it(logged_in: Callable[..., Any], tmp_path: Path) -> None:
    bad = rows("lab-2")[0]
    bad[2] = "rumour"
    file = written(tmp_path / "facts.csv", *rows("lab-1"), bad, *rows("lab-3"))
    result = logged_in("ingest", str(file), "--kind", "evidence")
    assert result.stdout == "finished  3 rows: 2 accepted, 0 repeated, 1 refused\n", result.output
    assert result.exit_code == 1
    found = list(csv.DictReader((tmp_path / "facts.csv.refused.csv").open()))
    assert [row["line"] for row in found] == ["3"]
    assert (found[0]["code"], "kind" in found[0]["evidence"]) == ("unknown_kind", True)
    assert result.stderr == f"refused rows, with their lines and reasons: {file}.refused.csv\n"
    assert bad[1] not in (tmp_path / "facts.csv.refused.csv").read_text()


def test_the_same_file_again_only_repeats(logged_in: Callable[..., Any], tmp_path: Path) -> None:
    file = written(tmp_path / "again.csv", *rows("lab-7", "lab-8"))
    assert "2 accepted" in logged_in("ingest", str(file), "--kind", "evidence").stdout
    again = logged_in("ingest", str(file), "--kind", "evidence")
    assert (again.exit_code, again.stdout) == (0, "finished  2 rows: 0 accepted, 2 repeated, 0 refused\n")
    assert not (tmp_path / "again.csv.refused.csv").exists()


def test_a_file_in_another_encoding_says_so(logged_in: Callable[..., Any], tmp_path: Path) -> None:
    line = rows("lab-9")[0]
    line[5] = "阴性" * 50
    file = written(tmp_path / "gbk.csv", line, encoding="gb18030")
    failed = logged_in("ingest", str(file), "--kind", "evidence")
    assert failed.exit_code == 1
    assert "gb18030" in failed.stderr
    assert "1 refused" in logged_in("ingest", str(file), "--kind", "evidence", "--encoding", "gb18030").stdout


def test_a_file_without_the_columns_fails_with_what_to_do(logged_in: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text("a,b\n1,2\n")
    result = logged_in("ingest", str(file), "--kind", "evidence")
    assert (result.exit_code, result.stdout.split()[0]) == (1, "failed")
    assert "header_unreadable" in result.stderr or 'missing: ["document_type"' in result.stderr


def test_json_lines_and_an_empty_file(logged_in: Callable[..., Any], tmp_path: Path) -> None:
    who, file = RESIDENTS[1].identity, tmp_path / "facts.jsonl"
    fact = {
        "document_type": who.document_type,
        "document_number": who.document_number,
        "kind": "test_result",
        "happened_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "reference": "json-1",
        "attributes": {"result": "negative"},
    }
    file.write_text(json.dumps(fact) + "\n")
    assert "1 accepted" in logged_in("ingest", str(file), "--kind", "evidence").stdout
    (tmp_path / "empty.csv").touch()
    assert logged_in("ingest", str(tmp_path / "empty.csv"), "--kind", "evidence").stdout.startswith("f")


def test_ctrl_c_leaves_the_import_running_and_says_how_to_watch_it(
    logged_in: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def impatient(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    file = written(tmp_path / "facts.csv", *rows("lab-20"))
    with monkeypatch.context() as patch:
        patch.setattr(Imports, "wait", impatient)
        result = logged_in("ingest", str(file), "--kind", "evidence")
    assert result.exit_code == 130
    again = re.search(r"yima (imports watch \S+)", result.stderr)
    assert again is not None
    watched = logged_in(*again[1].split(), "--refused", str(tmp_path / "refused.csv"))
    assert (watched.exit_code, "1 accepted" in watched.stdout) == (0, True)
    assert "1 accepted" in logged_in("imports", "list").stdout


def test_an_import_that_is_not_ours_is_not_there(logged_in: Callable[..., Any]) -> None:
    for command in ("watch", "cancel"):
        result = logged_in("imports", command, "0" * 24)
        assert (result.exit_code, "import_not_found" in result.stderr) == (3, True)


def test_a_file_that_shrinks_while_it_is_sent_is_not_waited_for(open_city: Any, department: yima.Secret) -> None:
    city = open_city.asked_by(department)
    before = {each.import_id for each in city.imports.list()}
    with pytest.raises(yima.FileChanged):
        city.imports.upload(Shrinking(), "evidence", format="csv")
    (left,) = (each for each in city.imports.list() if each.import_id not in before)
    assert city.imports.wait(left.import_id).state == "cancelled"


class Shrinking(type(Path())):  # type: ignore[misc]
    """A file of which somebody cuts the end off while it is sent."""

    def __new__(cls) -> Any:
        return super().__new__(cls, __file__)

    def stat(self, **_: Any) -> Any:
        class Told:
            st_size = 10**9

        return Told()
