"""Files that people send in, in a bucket and in a folder: one suite that both keepers pass."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from unittest.mock import patch

import boto3
import pytest
from botocore.exceptions import ClientError

from chalicelib.platform.aws import s3
from chalicelib.platform.blobs import LONGEST_KEY, Blob, Blobs, FolderBlobs, S3Blobs, blobs
from chalicelib.platform.passing import is_passing_fault
from chalicelib.platform.settings import Settings, SettingsError
from infra.local.dynamo import BUCKET, Store
from tests.faults import weather as between
from tests.faults.weather import AFTER, BEFORE, Fault, Weather, answers, on
from tests.world import StoppedClock, another_process

KEY = "appeals/0a1b2c/1"
PHOTO = Blob(b"\xff\xd8\x00 a photograph \xff\xd9", "image/jpeg")


@pytest.fixture(scope="module")
def bucket(embedded_store: Store) -> Iterator[Blobs]:
    """A bucket, by moto."""
    client = s3(Settings())
    yield S3Blobs(lambda: client, BUCKET)
    embedded_store.clear()


@pytest.fixture(params=["a bucket", "a folder"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    """Either keeper, empty."""
    if request.param == "a folder":
        return FolderBlobs(tmp_path / "not made yet")
    request.getfixturevalue("embedded_store").clear()
    bucket: Blobs = request.getfixturevalue("bucket")
    return bucket


@pytest.mark.parametrize("data", [PHOTO.data, b"", b"x" * 5 * 2**20], ids=["a photograph", "nothing", "the largest"])
def test_a_file_is_given_back_as_it_came(kept: Blobs, data: bytes) -> None:
    kept.put(KEY, data, media_type="image/jpeg")
    assert kept.get(KEY) == Blob(data, "image/jpeg")


@pytest.mark.parametrize("media_type", ["text/plain; charset=utf-8", "application/pdf", "a/b"])
def test_its_media_type_is_given_back_too(kept: Blobs, media_type: str) -> None:
    kept.put(KEY, b"", media_type=media_type)
    assert kept.get(KEY) == Blob(b"", media_type)


def test_there_is_no_file_before_it_is_put(kept: Blobs) -> None:
    assert kept.get(KEY) is None


def test_a_file_may_be_put_again(kept: Blobs) -> None:
    for _ in range(2):
        kept.put(KEY, PHOTO.data, media_type=PHOTO.media_type)
    assert kept.get(KEY) == PHOTO


def test_a_file_that_was_deleted_is_gone_and_may_be_deleted_again(kept: Blobs) -> None:
    kept.put(KEY, PHOTO.data, media_type=PHOTO.media_type)
    for _ in range(2):
        kept.delete(KEY)
        assert kept.get(KEY) is None


def test_a_key_is_nobody_elses_folder(kept: Blobs) -> None:
    keys = ["a", "a/b", "a/b/c", "a-b", "a.b"]
    for key in keys:
        kept.put(key, key.encode(), media_type="text/plain")
    assert [kept.get(key) for key in keys] == [Blob(key.encode(), "text/plain") for key in keys]


CALLS: dict[str, Callable[[Blobs], object]] = {
    "PUT": lambda kept: kept.put(KEY, PHOTO.data, media_type=PHOTO.media_type),
    "GET": lambda kept: kept.get(KEY),
    "DELETE": lambda kept: kept.delete(KEY),
}
"""What can be done with a file, by S3's name for it."""

NO_KEYS = [
    "",
    "/",
    "..",
    "a/../b",
    "../a",
    "/etc/passwd",
    "a//b",
    "a/",
    ".a",
    "a/.b",
    "A",
    "a b",
    "a%2fb",
    "a\\b",
    "钥",
    "a\0",
]


@pytest.mark.parametrize("key", [*NO_KEYS, "a" * (LONGEST_KEY + 1)], ids=ascii)
def test_what_is_no_key_is_refused_whatever_is_done_with_it(kept: Blobs, key: str) -> None:
    for do in (kept.get, kept.delete, partial(kept.put, data=b"", media_type="a/b")):
        with pytest.raises(ValueError, match="no key"):
            do(key)


def test_a_file_in_a_folder_is_its_owners(tmp_path: Path) -> None:
    FolderBlobs(tmp_path / "files").put(KEY, PHOTO.data, media_type=PHOTO.media_type)
    [file] = (tmp_path / "files").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("call", ["os.fsync", "pathlib.Path.replace"])
def test_a_disk_that_fails_leaves_the_file_as_it_was(tmp_path: Path, call: str) -> None:
    kept = FolderBlobs(tmp_path)
    kept.put(KEY, PHOTO.data, media_type=PHOTO.media_type)
    with patch(call, side_effect=OSError("no space left")), pytest.raises(OSError, match="no space"):
        kept.put(KEY, b"something else", media_type="a/b")
    assert kept.get(KEY) == PHOTO
    assert len(list(tmp_path.iterdir())) == 1


@pytest.fixture
def weather() -> Iterator[Weather]:
    with between.weather() as here:
        yield here


def s3_says(code: str, status: int) -> Fault:
    """S3 says no in its own words."""
    return answers(status, f"<Error><Code>{code}</Code><Message>bad weather</Message></Error>".encode())


IN_DYNAMODBS_WORDS = {"throttled", "throttled with the whole account", "over the limit of requests"}
FAULTS = {name: fault for name, fault in (BEFORE | AFTER).items() if name not in IN_DYNAMODBS_WORDS} | {
    "asked to slow down": s3_says("SlowDown", 503),
    "an error of S3": s3_says("InternalError", 500),
    "sent too slowly": s3_says("RequestTimeout", 400),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("call", CALLS)
def test_one_fault_of_s3_is_not_even_noticed(bucket: Blobs, weather: Weather, fault: Fault, call: str) -> None:
    CALLS["PUT"](bucket)
    weather.clears()
    weather.brings(fault, to=on(call), times=1)
    CALLS[call](bucket)
    assert weather.count(on(call)) == 2
    assert bucket.get(KEY) == (None if call == "DELETE" else PHOTO)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("call", CALLS)
def test_a_fault_of_s3_that_stays_is_known_to_pass(bucket: Blobs, weather: Weather, fault: Fault, call: str) -> None:
    CALLS["PUT"](bucket)
    weather.brings(fault, to=on(call))
    with pytest.raises(Exception) as raised:  # noqa: PT011 - which one is what is asked next
        CALLS[call](bucket)
    assert is_passing_fault(raised.value)


def test_a_bucket_that_may_not_be_asked_is_no_passing_fault(bucket: Blobs, weather: Weather) -> None:
    weather.brings(s3_says("AccessDenied", 403), to=on("GET"))
    with pytest.raises(ClientError) as raised:
        bucket.get(KEY)
    assert not is_passing_fault(raised.value)


def test_the_embedded_bucket_is_empty_again_when_the_store_is_cleared(bucket: Blobs, embedded_store: Store) -> None:
    bucket.put(KEY, PHOTO.data, media_type=PHOTO.media_type)
    embedded_store.clear()
    assert bucket.get(KEY) is None
    assert boto3.client("s3").list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


def test_a_setting_names_the_keeper(tmp_path: Path) -> None:
    client = s3(Settings())
    assert isinstance(blobs("s3:yima-attachments", lambda: client), S3Blobs)
    kept = blobs(f"folder:{tmp_path}", lambda: client)
    kept.put(KEY, b"", media_type="a/b")
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    "address", ["", "s3:", "s3", "folder:", "ftp:x", "s3:UPPER", "s3:a/b", "s3:x", "/tmp", "S3:yima"]
)
def test_a_setting_that_names_none_is_refused(address: str) -> None:
    with pytest.raises(SettingsError, match=f"YIMA_ATTACHMENTS is {re.escape(repr(address))}"):
        blobs(address, lambda: s3(Settings()))


@pytest.mark.usefixtures("embedded_store")
def test_a_city_has_no_client_of_s3_before_the_first_file() -> None:
    here = another_process(StoppedClock())
    del here.blobs
    assert isinstance(here.blobs, S3Blobs)
    assert "s3" not in vars(here)
    assert here.blobs.get(KEY) is None
    assert "s3" in vars(here)
