"""Whole files that come by a link, into a bucket and into a folder: one suite that both keepers pass."""

from __future__ import annotations

import itertools
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.exceptions import ClientError

from chalicelib.platform.aws import s3
from chalicelib.platform.http.refusals import BodyTooLarge
from chalicelib.platform.passing import is_passing_fault
from chalicelib.platform.settings import Settings, SettingsError
from chalicelib.platform.upload_folder import HEADER, FolderUploads, UploadNotAdmitted
from chalicelib.platform.uploads import PIECE_BYTES, S3Uploads, UploadChanged, Uploads, uploads
from infra.local.dynamo import UPLOADS_BUCKET, Store
from tests.faults import weather as between
from tests.faults.weather import answers, on
from tests.world import NOON

KEY = "imports/0a1b2c"
TEXT = b"0123456789" * PIECE_BYTES


@pytest.fixture(scope="module")
def bucket(embedded_store: Store) -> Iterator[Uploads]:
    """A bucket, by moto."""
    client = s3(Settings())
    yield S3Uploads(lambda: client, UPLOADS_BUCKET)
    embedded_store.clear()


@pytest.fixture(params=["a bucket", "a folder"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Uploads:
    """Either keeper, empty."""
    if request.param == "a folder":
        return FolderUploads(tmp_path / "not made yet")
    request.getfixturevalue("embedded_store").clear()
    bucket: Uploads = request.getfixturevalue("bucket")
    return bucket


def version(kept: Uploads) -> str:
    found = kept.find(KEY)
    assert found
    return found.version


def test_nothing_is_found_before_it_came(kept: Uploads) -> None:
    assert kept.find(KEY) is None
    with pytest.raises(UploadChanged):
        list(kept.stream(KEY, version='"0"', start=0))


@pytest.mark.parametrize("start", [0, 1, PIECE_BYTES, len(TEXT) - 1, len(TEXT)])
def test_a_file_is_read_on_from_any_byte_in_pieces(kept: Uploads, start: int) -> None:
    kept.put(KEY, TEXT)
    found = kept.find(KEY)
    assert found
    assert found.size == len(TEXT)
    pieces = list(kept.stream(KEY, version=found.version, start=start))
    assert b"".join(pieces) == TEXT[start:]
    assert max(map(len, pieces), default=0) <= PIECE_BYTES


def test_an_empty_file_is_found_and_has_no_pieces(kept: Uploads) -> None:
    kept.put(KEY, b"")
    assert list(kept.stream(KEY, version=version(kept), start=0)) == []


def test_another_file_in_its_place_is_noticed(kept: Uploads) -> None:
    kept.put(KEY, TEXT)
    first = version(kept)
    kept.put(KEY, TEXT[:-1])
    with pytest.raises(UploadChanged):
        list(kept.stream(KEY, version=first, start=0))
    assert b"".join(kept.stream(KEY, version=version(kept), start=0)) == TEXT[:-1]


def test_who_reads_a_file_reads_it_to_its_end_whatever_replaces_it(kept: Uploads) -> None:
    kept.put(KEY, TEXT)
    reading = kept.stream(KEY, version=version(kept), start=0)
    first = next(reading)
    kept.put(KEY, b"other")
    assert first + b"".join(reading) == TEXT


def test_a_deleted_file_is_gone_and_may_be_deleted_again(kept: Uploads) -> None:
    kept.put(KEY, TEXT)
    kept.delete(KEY)
    kept.delete(KEY)
    assert kept.find(KEY) is None


@pytest.mark.parametrize("key", ["", "../x", "a/../b", "/a", "a//b", "A", ".secret", "a" * 201])
def test_a_key_that_is_none_is_refused(kept: Uploads, key: str) -> None:
    with pytest.raises(ValueError, match="no key"):
        kept.find(key)


def test_a_link_to_a_bucket_signs_the_length_that_was_declared(bucket: Uploads) -> None:
    link = bucket.link(KEY, size=12, expires_in=600, now=NOON)
    query = parse_qs(urlsplit(link.url).query)
    assert (link.method, link.headers, link.expires_at) == ("PUT", {"Content-Length": "12"}, NOON + 600)
    assert query["X-Amz-SignedHeaders"] == ["content-length;host"]
    assert query["X-Amz-Expires"] == ["600"]
    open_ended = bucket.link(KEY, size=None, expires_in=600, now=NOON)
    assert parse_qs(urlsplit(open_ended.url).query)["X-Amz-SignedHeaders"] == ["host"]
    assert open_ended.headers == {}


@pytest.mark.parametrize("region", ["ap-east-1", "eu-north-1", "cn-north-1"])
def test_a_link_leads_to_the_region_of_the_bucket(embedded_store: Store, region: str) -> None:
    client = s3(Settings(aws_region=region))
    url = S3Uploads(lambda: client, UPLOADS_BUCKET).link(KEY, size=12, expires_in=600, now=NOON).url
    assert str(urlsplit(url).hostname).startswith(f"{UPLOADS_BUCKET}.s3.{region}.amazonaws.com")


def test_a_bucket_in_trouble_is_no_missing_file(bucket: Uploads) -> None:
    with between.weather() as weather:
        for operation in ("HEAD", "GET"):
            weather.brings(answers(503, b""), to=on(operation))
        with pytest.raises(ClientError) as missing:
            bucket.find(KEY)
        with pytest.raises(ClientError) as unread:
            list(bucket.stream(KEY, version='"0"', start=0))
    assert is_passing_fault(missing.value)
    assert is_passing_fault(unread.value)


@pytest.fixture
def folder(tmp_path: Path) -> FolderUploads:
    return FolderUploads(tmp_path)


@pytest.mark.parametrize("size", [None, 12])
def test_a_link_to_a_folder_carries_its_secret_in_a_header(folder: FolderUploads, tmp_path: Path, size: int) -> None:
    link = folder.link(KEY, size=size, expires_in=600, now=NOON)
    assert (link.method, link.url, link.expires_at) == ("PUT", f"/uploads/{KEY}", NOON + 600)
    another = FolderUploads(tmp_path)
    assert another.admit(KEY, link.headers[HEADER], now=NOON + 599) == size, "the door may be another process"


def test_no_other_link_opens_the_door(folder: FolderUploads, tmp_path: Path) -> None:
    token = folder.link(KEY, size=12, expires_in=600, now=NOON).headers[HEADER]
    expires_at, _, tag = token.split(".")
    wrong = [
        "", ".", "..", "a.b.c", f"{expires_at}..{tag}", f"{expires_at}.13.{tag}", f"{int(expires_at) + 1}.12.{tag}",
        FolderUploads(tmp_path / "other").link(KEY, size=12, expires_in=600, now=NOON).headers[HEADER],
        folder.link("imports/1", size=12, expires_in=600, now=NOON).headers[HEADER],
    ]  # fmt: skip
    for one in wrong:
        with pytest.raises(UploadNotAdmitted):
            folder.admit(KEY, one, now=NOON)
    with pytest.raises(UploadNotAdmitted):
        folder.admit(KEY, token, now=NOON + 600)
    with pytest.raises(UploadNotAdmitted):
        folder.admit("../etc/passwd", token, now=NOON)


def test_half_a_file_is_none(folder: FolderUploads, tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        folder.take(KEY, broken())
    assert folder.find(KEY) is None
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_never_ends_is_not_taken(
    folder: FolderUploads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.platform.upload_folder.LARGEST_BYTES", 1000)
    with pytest.raises(BodyTooLarge):
        folder.take(KEY, itertools.repeat(b"x" * 10))
    assert list(tmp_path.iterdir()) == []


def test_nobody_else_on_the_machine_reads_what_was_sent(folder: FolderUploads, tmp_path: Path) -> None:
    folder.put(KEY, TEXT)
    folder.link(KEY, size=None, expires_in=1, now=NOON)
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}


def test_the_setting_names_a_keeper(tmp_path: Path) -> None:
    assert isinstance(uploads("s3:yima-uploads", lambda: s3(Settings())), S3Uploads)
    assert isinstance(uploads(f"folder:{tmp_path}", lambda: s3(Settings())), FolderUploads)
    for wrong in ("", "s3:", "folder:", "ftp:x", "s3:UPPER"):
        with pytest.raises(SettingsError, match="YIMA_UPLOADS"):
            uploads(wrong, lambda: s3(Settings()))
