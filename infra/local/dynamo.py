"""The stores of a local city: moto inside our process, AWS's own engine beside it, or a server that somebody runs.

Each is a context manager that sets the environment our code reads, yields a `Store`, and puts everything back.
moto is kept honest in three places; each says which fault of moto it is there for (docs/adr/0004-local-emulation.md).
"""

from __future__ import annotations

import functools
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from infra.local.engine import Engine, running
from infra.local.environment import (
    DEFAULT_REGION,
    environment,
    refuse_remote_store,
    stand_in_credentials,
)

KMS_ALIASES = ("alias/yima-issuer", "alias/yima-root")
"""The key-encryption keys that infra/aws declares and the settings name by default."""

BUCKET, UPLOADS_BUCKET = "yima-attachments", "yima-uploads"
"""Where the settings keep files by default."""

DEFAULTS = dict.fromkeys(
    ("DYNAMODB_ENDPOINT", "YIMA_KEY_WRAP", "YIMA_ROOT_KEY_WRAP", "YIMA_ATTACHMENTS", "YIMA_UPLOADS")
)
"""What the settings take where the environment says nothing."""

_turn = threading.RLock()


@dataclass(frozen=True, slots=True)
class Store:
    """A running store: what it is called, where it answers (None: inside this process), and how to empty it."""

    kind: str
    endpoint: str | None
    region: str
    clear: Callable[[], None]


@contextmanager
def embedded() -> Iterator[Store]:
    """DynamoDB, its streams, KMS and S3 by moto, in this process; everything is gone afterwards."""
    from moto import mock_aws

    region = _region()
    _one_request_at_a_time()
    _forget_used_iterators()
    variables = _surroundings(region) | DEFAULTS
    with _pointed_at(variables), mock_aws(config={"core": {"mock_credentials": False}}):
        _create_kms_keys(region)
        _empty_buckets(region)
        yield Store("embedded", None, region, functools.partial(_clear_moto, region))


@contextmanager
def dynamodb_local(data: Path | None) -> Iterator[Store]:
    """AWS's own engine over a data folder, or in memory where `data` is None; raises `Refused` where it cannot run."""
    with (
        tempfile.TemporaryDirectory() as scratch,
        running(data) as engine,
        on_engine(engine, data or Path(scratch)) as store,
    ):
        yield store


@contextmanager
def on_engine(engine: Engine, keys: Path) -> Iterator[Store]:
    """Point this process at an engine that runs already (starting one takes a second, so tests share it).

    It has no KMS and no S3, so the key-encryption keys are files in the folder `keys`, with what people send in beside.
    """
    region = _region()
    variables = _surroundings(region) | _files(keys)
    variables |= {"DYNAMODB_ENDPOINT": engine.endpoint, "AWS_ACCESS_KEY_ID": engine.access_key}
    with _pointed_at(variables):
        yield Store("dynamodb-local", engine.endpoint, region, functools.partial(_delete_all, engine.endpoint, keys))


@contextmanager
def given_endpoint(endpoint: str, keys: Path) -> Iterator[Store]:
    """A server that somebody else runs and that speaks the DynamoDB API; `keys` is the folder of the key files.

    Credentials are stand-ins, unless real ones were asked for. Raises `Refused` where it is on another machine.
    """
    refuse_remote_store(endpoint, os.environ)
    region = _region()
    asked = os.environ.get("YIMA_ALLOW_REAL_CREDENTIALS") == "1"
    variables = ({} if asked else _surroundings(region)) | _files(keys) | {"DYNAMODB_ENDPOINT": endpoint}
    with _pointed_at(variables):
        yield Store("endpoint", endpoint, region, functools.partial(_delete_all, endpoint, keys))


@contextmanager
def _pointed_at(variables: dict[str, str | None]) -> Iterator[None]:
    """Set the environment for a store. boto3's default session remembers credentials, so it is replaced too."""
    before = boto3.DEFAULT_SESSION
    boto3.DEFAULT_SESSION = None
    try:
        with environment(variables):
            yield
    finally:
        boto3.DEFAULT_SESSION = before


def _region() -> str:
    return os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or DEFAULT_REGION


def _surroundings(region: str) -> dict[str, str | None]:
    return stand_in_credentials() | {"AWS_REGION": region, "AWS_DEFAULT_REGION": region}


def _files(folder: Path) -> dict[str, str | None]:
    """Issuer and root keys rest under different keys, here as in the cloud; and files are kept in a folder."""
    return {
        "YIMA_ATTACHMENTS": f"folder:{_attachments(folder)}",
        "YIMA_UPLOADS": f"folder:{_uploads(folder)}",
        "YIMA_KEY_WRAP": f"file:{(folder / 'issuer.key').resolve()}",
        "YIMA_ROOT_KEY_WRAP": f"file:{(folder / 'root.key').resolve()}",
    }


def _attachments(folder: Path) -> Path:
    return (folder / "attachments").resolve()


def _uploads(folder: Path) -> Path:
    return (folder / "uploads").resolve()


def _one_request_at_a_time() -> None:
    """moto keeps its tables in plain dictionaries and threads would see each other's half-done work: queue them."""
    from moto.core.botocore_stubber import BotocoreStubber

    answer = BotocoreStubber.__call__
    if hasattr(answer, "__wrapped__"):
        return

    @functools.wraps(answer)
    def answer_in_turn(self: Any, *args: Any, **kwargs: Any) -> Any:
        with _turn:
            return answer(self, *args, **kwargs)

    BotocoreStubber.__call__ = answer_in_turn  # type: ignore[method-assign]


def _forget_used_iterators() -> None:
    """moto remembers every shard iterator it ever gave: a city that runs overnight would fill the memory."""
    from moto.dynamodbstreams.models import DynamoDBStreamsBackend

    read = DynamoDBStreamsBackend.get_records
    if hasattr(read, "__wrapped__"):
        return

    @functools.wraps(read)
    def read_once(self: Any, iterator_arn: str, limit: int) -> Any:
        try:
            return read(self, iterator_arn, limit)
        finally:
            self.shard_iterators.pop(iterator_arn, None)

    DynamoDBStreamsBackend.get_records = read_once  # type: ignore[method-assign]


def _create_kms_keys(region: str) -> None:
    kms = boto3.client("kms", region_name=region)
    existing = {alias["AliasName"] for alias in kms.list_aliases()["Aliases"]}
    for alias in KMS_ALIASES:
        if alias not in existing:
            kms.create_alias(AliasName=alias, TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])


def _empty_buckets(region: str) -> None:
    """Buckets with nothing in them. moto's own model is asked: making a client of S3 takes longer than all the rest."""
    from moto.core.models import DEFAULT_ACCOUNT_ID
    from moto.s3.models import s3_backends
    from moto.utilities.utils import get_partition

    with _turn:
        backend = s3_backends[DEFAULT_ACCOUNT_ID][get_partition(region)]
        backend.reset()
        for bucket in (BUCKET, UPLOADS_BUCKET):
            backend.create_bucket(bucket, region)


def _clear_moto(region: str) -> None:
    """Drop all tables and files at once: a hundred times quicker than deleting them; KMS keys stay."""
    from moto.core.models import DEFAULT_ACCOUNT_ID
    from moto.dynamodb.models import dynamodb_backends
    from moto.dynamodbstreams.models import dynamodbstreams_backends

    with _turn:
        dynamodb_backends[DEFAULT_ACCOUNT_ID][region].reset()
        dynamodbstreams_backends[DEFAULT_ACCOUNT_ID][region].reset()
        _empty_buckets(region)


def _delete_all(endpoint: str, folder: Path) -> None:
    """Delete this city's tables and files, and nobody else's."""
    for files in (_attachments(folder), _uploads(folder)):
        shutil.rmtree(files, ignore_errors=True)
    client = boto3.client("dynamodb", endpoint_url=endpoint, region_name=_region())
    prefix = os.environ.get("YIMA_TABLE_PREFIX", "yima-")
    for page in client.get_paginator("list_tables").paginate():
        for name in page["TableNames"]:
            if name.startswith(prefix):
                client.delete_table(TableName=name)
