"""What the city asks of a store, on moto and on AWS's own engine alike."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from chalicelib.platform.aws import s3
from chalicelib.platform.blobs import Blob, blobs
from chalicelib.platform.settings import Settings
from infra.local.dynamo import Store, dynamodb_local, embedded, given_endpoint, on_engine
from infra.local.engine import Engine
from infra.local.environment import ROOT, Refused

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLE = "yima-trial"


def table_on(store: Store) -> DynamoDBClient:
    """A client, and a table with a stream."""
    client = boto3.client("dynamodb", endpoint_url=store.endpoint)
    client.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "holder", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "holder", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    return client


def spend(client: DynamoDBClient, position: bytes) -> bytes:
    """Move a mark forward; answers the mark that stands: ours, or the later one that refused it."""
    try:
        client.update_item(
            TableName=TABLE,
            Key={"holder": {"S": "one"}},
            UpdateExpression="SET spent = :p",
            ConditionExpression="attribute_not_exists(spent) OR spent < :p",
            ExpressionAttributeValues={":p": {"B": position}},
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except client.exceptions.ConditionalCheckFailedException as refusal:
        answer: dict[str, Any] = {**refusal.response}
        return bytes(answer["Item"]["spent"]["B"])
    return position


def test_a_refused_condition_answers_with_the_item_that_refused_it(store: Store) -> None:
    client = table_on(store)
    assert spend(client, b"\x02") == b"\x02"
    assert spend(client, b"\x01") == b"\x02"
    assert spend(client, b"\x02") == b"\x02"
    assert spend(client, b"\x03") == b"\x03"


def test_of_many_at_once_exactly_one_moves_the_mark(store: Store) -> None:
    client = table_on(store)

    def race(_: int) -> bool:
        try:
            client.put_item(
                TableName=TABLE, Item={"holder": {"S": "one"}}, ConditionExpression="attribute_not_exists(holder)"
            )
        except client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    with ThreadPoolExecutor(16) as threads:
        assert sum(threads.map(race, range(50))) == 1


def test_clear_leaves_no_table(store: Store) -> None:
    client = table_on(store)
    store.clear()
    assert client.list_tables()["TableNames"] == []


def test_files_that_people_send_in_are_kept_beside_the_tables_until_it_is_cleared(store: Store) -> None:
    settings = Settings.from_environment()
    kept = blobs(settings.attachments, lambda: s3(settings))
    kept.put("appeals/0a1b/1", b"a photograph", media_type="image/jpeg")
    assert kept.get("appeals/0a1b/1") == Blob(b"a photograph", "image/jpeg")
    store.clear()
    assert kept.get("appeals/0a1b/1") is None


def test_the_embedded_store_has_the_two_key_encryption_keys() -> None:
    with embedded():
        kms = boto3.client("kms")
        sealed = kms.encrypt(KeyId="alias/yima-issuer", Plaintext=b"secret", EncryptionContext={"yima": "a"})
        opened = kms.decrypt(
            KeyId="alias/yima-issuer", CiphertextBlob=sealed["CiphertextBlob"], EncryptionContext={"yima": "a"}
        )
        assert opened["Plaintext"] == b"secret"
        with pytest.raises(ClientError):
            kms.decrypt(KeyId="alias/yima-root", CiphertextBlob=sealed["CiphertextBlob"])


def test_the_environment_is_ours_inside_and_untouched_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "somebody")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA0000000000000000")
    with embedded():
        assert os.environ["AWS_ACCESS_KEY_ID"] == "yimalocal"
        assert "AWS_PROFILE" not in os.environ
    assert os.environ["AWS_PROFILE"] == "somebody"
    assert os.environ["AWS_ACCESS_KEY_ID"] == "AKIA0000000000000000"


def test_a_server_elsewhere_is_refused_unless_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="YIMA_ALLOW_REMOTE"), given_endpoint("http://db.example:8000", tmp_path):
        pass
    monkeypatch.setenv("YIMA_ALLOW_REMOTE", "1")
    with given_endpoint("http://db.example:8000", tmp_path) as store:
        assert store.endpoint == os.environ["DYNAMODB_ENDPOINT"] == "http://db.example:8000"


@pytest.mark.dynamodb_local
@pytest.mark.usefixtures("needs_engine")
def test_state_survives_a_restart_of_the_engine(tmp_path: Path) -> None:
    with dynamodb_local(tmp_path) as store:
        spend(table_on(store), b"\x07")
        keys = os.environ["YIMA_KEY_WRAP"], os.environ["YIMA_ROOT_KEY_WRAP"]
    with dynamodb_local(tmp_path) as store:
        assert spend(boto3.client("dynamodb", endpoint_url=store.endpoint), b"\x01") == b"\x07"
        assert keys == (os.environ["YIMA_KEY_WRAP"], os.environ["YIMA_ROOT_KEY_WRAP"])


@pytest.mark.dynamodb_local
@pytest.mark.usefixtures("needs_engine")
def test_a_neighbour_without_the_access_key_sees_nothing(engine: Engine, tmp_path: Path) -> None:
    with on_engine(engine, tmp_path) as store:
        table_on(store)
        stranger = boto3.client(
            "dynamodb", endpoint_url=store.endpoint, aws_access_key_id="stranger", aws_secret_access_key="stranger"
        )
        assert stranger.list_tables()["TableNames"] == []
        store.clear()


@pytest.mark.dynamodb_local
@pytest.mark.usefixtures("needs_engine")
def test_two_cities_do_not_share_a_data_folder(tmp_path: Path) -> None:
    with dynamodb_local(tmp_path), pytest.raises(Refused, match="Another city"), dynamodb_local(tmp_path):
        pass


@pytest.mark.dynamodb_local
@pytest.mark.usefixtures("needs_engine")
def test_the_engine_ends_with_us_even_when_we_are_killed() -> None:
    script = (
        "import sys; from infra.local.dynamo import dynamodb_local\n"
        "with dynamodb_local(None) as store: print(store.endpoint, flush=True); sys.stdin.read()"
    )
    us = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)
    assert us.stdout is not None
    endpoint = us.stdout.readline().decode().strip()
    assert endpoint.startswith("http://127.0.0.1:")
    us.kill()
    us.communicate()
    assert is_given_up(endpoint)


def is_given_up(endpoint: str) -> bool:
    """Whether nobody listens there any more; the engine takes a moment to end."""
    host, port = endpoint.removeprefix("http://").split(":")
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            socket.create_connection((host, int(port))).close()
        except ConnectionRefusedError:
            return True
    return False
