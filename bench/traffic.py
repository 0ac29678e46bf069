"""What holders and verifiers send, and what then goes to the store: everything a case is run on."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bench.stage import NOW, Stage
from chalicelib.codes.issue import CodeIssuer
from chalicelib.codes.wire import read, to_text
from chalicelib.people.assurance import REAL_PERSON
from chalicelib.status.model import UNMARKED, HolderStatus, Scan, Standing
from chalicelib.status.register import StatusRegister

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Event = dict[str, Any]
VERIFIER, VERIFIER_NAME, PLACE = "client-000000000000cafe", "人民广场站", "人民广场站 2 号口"
TAG, KEY_ID = 111, 5
"""Offsets of one byte of the tag and one of the key id in the 112 bytes of a code."""

GREEN = "green|calm@1|otherwise|"
"""The stored timeline of somebody of whom nothing is known."""


class Unmarked(StatusRegister):
    """Says that the holder has never presented a code, so that an issuer never waits for the next second."""

    def __init__(self, holder: str) -> None:
        self._status = HolderStatus(holder, GREEN, Standing.ACTIVE, b"", UNMARKED, "")

    def read(self, holder: str) -> HolderStatus:
        """Without asking the store."""
        return self._status


class Recorder:
    """Stands where the DynamoDB client stands: keeps the arguments, and answers at once."""

    def __init__(self, item: dict[str, Any]) -> None:
        self.arguments: list[dict[str, Any]] = []
        self._answer = {"Attributes": item}

    def update_item(self, **arguments: Any) -> dict[str, Any]:
        """The item as it was given to us."""
        self.arguments.append(arguments)
        return self._answer


class Traffic:
    """What comes in at one stage."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._issuer = CodeIssuer(
            stage.city.settings.region,
            ring=stage.city.ring,
            register=Unmarked(stage.holder),
            specimen=True,
            entropy=lambda size: next(stage.nonces).to_bytes(size, "big"),
        )

    def codes(self, count: int, *, at: float = NOW) -> list[str]:
        """Fresh codes of the holder. Their nonces count upwards, so each is newer than the last."""
        return [self._issuer.issue(self._stage.holder, now=at)[0].text for _ in range(count)]

    def spoilt(self, offset: int) -> str:
        """A fresh code with one bit flipped in one of its 112 bytes."""
        raw = bytearray(read(self.codes(1)[0]).raw)
        raw[offset] ^= 4
        return to_text(bytes(raw))

    def scan(self, code: str, *, verifier: str = VERIFIER) -> Event:
        """What API Gateway hands over when a verifier scans a code."""
        body = json.dumps({"code": code, "purpose": "entry", "place": PLACE}, ensure_ascii=False)
        return event("/v1/verifications", self._stage.token(verifier, "code:verify", VERIFIER_NAME), body)

    def scans(self, count: int) -> list[Event]:
        """Scans of good codes."""
        return [self.scan(code) for code in self.codes(count)]

    def forged(self, count: int) -> list[Event]:
        """Scans of codes whose tag is wrong."""
        return [self.scan(self.spoilt(TAG)) for _ in range(count)]

    def of_unknown_keys(self, count: int) -> list[Event]:
        """Scans of codes that name a key we do not have."""
        return [self.scan(self.spoilt(KEY_ID)) for _ in range(count)]

    def expired(self, count: int) -> list[Event]:
        """Scans of codes whose minute is over."""
        return [self.scan(code) for code in self.codes(count, at=NOW - 90)]

    def wishes(self, count: int) -> list[Event]:
        """Requests for a code."""
        token = self._stage.token(self._stage.holder, f"code:issue scan:read {REAL_PERSON}")
        return [event("/v1/codes", token, "{}") for _ in range(count)]

    def spendings(self, count: int) -> list[dict[str, Any]]:
        """The very arguments with which a verification calls UpdateItem."""
        recorder = Recorder(self.item())
        register = StatusRegister(recorder, self._stage.table)  # type: ignore[arg-type]
        for code in self.codes(count):
            register.present(self._stage.holder, mark=read(code).body.position, scan=A_SCAN)
        return recorder.arguments

    def item(self) -> dict[str, Any]:
        """The holder's item, as the client hands it over."""
        return dict(self.read_by(self._stage.boto3)(None)["Item"])

    def read_by(self, client: DynamoDBClient) -> Callable[[Any], Any]:
        """One strongly consistent GetItem."""
        key: Any = {"holder": {"S": self._stage.holder}}
        return lambda _: client.get_item(TableName=self._stage.table, Key=key, ConsistentRead=True)

    def update_by(self, client: DynamoDBClient) -> Callable[[dict[str, Any]], Any]:
        """One UpdateItem, its arguments ready."""
        return lambda arguments: client.update_item(**arguments)


A_SCAN = Scan(VERIFIER, VERIFIER_NAME, "entry", PLACE, int(NOW))


def event(path: str, token: str, body: str) -> Event:
    """A POST as a REST API's proxy integration passes it on, with the headers of a regional endpoint."""
    headers = {
        "Accept": "*/*",
        "Accept-Encoding": "gzip, deflate, br",
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Host": "api.city.example",
        "User-Agent": "yima-gate/2.1",
        "X-Amzn-Trace-Id": "Root=1-6b02bea0-3a5b8d0c1f6e4b2a9c7d5e3f",
        "X-Forwarded-For": "203.0.113.7",
        "X-Forwarded-Port": "443",
        "X-Forwarded-Proto": "https",
    }
    context = {
        "accountId": "000000000000",
        "apiId": "0123456789",
        "httpMethod": "POST",
        "identity": {"sourceIp": "203.0.113.7", "userAgent": "yima-gate/2.1"},
        "path": f"/api{path}",
        "protocol": "HTTP/1.1",
        "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
        "resourceId": "a1b2c3",
        "resourcePath": path,
        "stage": "api",
    }
    return {
        "resource": path,
        "path": path,
        "httpMethod": "POST",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": context,
        "body": body,
        "isBase64Encoded": False,
    }
