"""A shorter way for the two DynamoDB calls of the hot path, at half of boto3's CPU.

Most of what boto3 does in a call is being able to make any call: endpoint rules, shapes of parameters, headers built
anew for every attempt, answers parsed by description. GetItem and UpdateItem always look alike, so here they go to
botocore's own HTTP session at once: the same bytes on the wire, the same connections, certificates and time limits.

Only a plain answer is taken. Whatever else happens (a fault, a late answer, a stranger's page, no credentials), boto3
makes the call again in full: that is the second and last attempt, and it says in boto3's words what is wrong.
"""

from __future__ import annotations

import hashlib
import hmac
from binascii import a2b_base64
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from zlib import crc32

import msgspec
from botocore.awsrequest import AWSPreparedRequest, AWSResponse, HeadersDict
from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import BotoCoreError, NoCredentialsError

SHORT = frozenset({"GetItem", "UpdateItem"})
REFUSED_CONDITION = "ConditionalCheckFailedException"
MEDIA = "application/x-amz-json-1.0"


class Shortcut:
    """Mixed into the client's class before its base: the client stays boto3's in every other way."""

    meta: Any
    exceptions: Any
    _endpoint: Any
    _request_signer: Any

    def _make_api_call(self, operation_name: str, api_params: dict[str, Any]) -> Any:
        """Where every call of a boto3 client passes."""
        if operation_name in SHORT:
            answer = self._directly(operation_name, api_params)
            if answer is not None:
                return answer
        return super()._make_api_call(operation_name, api_params)  # type: ignore[misc]

    def _directly(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any] | None:
        """The answer, None where there is no plain one. A refused condition is raised as boto3 raises it."""
        try:
            response = self._sent(operation, self._request(operation, arguments))
            answer = read(response)
        except (BotoCoreError, msgspec.DecodeError, ValueError):
            return None
        if response.status_code == 200:
            return answer
        if str(answer.get("__type")).endswith(f"#{REFUSED_CONDITION}"):
            error = {"Code": REFUSED_CONDITION, "Message": answer.get("message", "")}
            raise self.exceptions.ConditionalCheckFailedException({**answer, "Error": error}, operation)
        return None

    def _request(self, operation: str, arguments: dict[str, Any]) -> AWSPreparedRequest:
        """The request, signed; raises `NoCredentialsError`."""
        if self._request_signer._credentials is None:
            raise NoCredentialsError
        url, body = self.meta.endpoint_url.rstrip("/") + "/", msgspec.json.encode(arguments)
        headers = signed_headers(
            f"DynamoDB_20120810.{operation}",
            body,
            url=url,
            region=self.meta.region_name,
            credentials=self._request_signer._credentials.get_frozen_credentials(),
            now=datetime.now(UTC),
        )
        headers |= {"Content-Length": str(len(body)), "User-Agent": self.meta.config.user_agent}
        return AWSPreparedRequest("POST", url, HeadersDict(headers), body, stream_output=False)  # type: ignore[arg-type]

    def _sent(self, operation: str, request: AWSPreparedRequest) -> Any:
        """The response; a listener (moto is one) may give it instead of the service, as in every boto3 call."""
        _, response = self.meta.events.emit_until_response(f"before-send.dynamodb.{operation}", request=request)
        return self._endpoint.http_session.send(request) if response is None else response


def take(**making: Any) -> None:
    """Give a client the shortcut: a listener to botocore's event `creating-client-class.dynamodb`."""
    making["base_classes"].insert(0, Shortcut)


def read(response: AWSResponse) -> dict[str, Any]:
    """The answer in a response; raises ValueError or `DecodeError` where it is damaged or none of DynamoDB's."""
    content = response.content
    stated = response.headers.get("x-amz-crc32")
    if stated is not None and int(stated) != crc32(content):
        raise ValueError("damaged on its way")
    answer = opened(msgspec.json.decode(content))
    if not isinstance(answer, dict):
        raise ValueError("not an answer")
    return answer


def signed_headers(
    target: str, body: bytes, *, url: str, region: str, credentials: ReadOnlyCredentials, now: datetime
) -> dict[str, str]:
    """The headers of a DynamoDB request with their AWS Signature Version 4.

    1. The canonical request, of headers in the order of their names.
    2. What is signed: the time, the scope, the digest of 1.
    3. The signature, under a key for this day, region and service.
    """
    place, instant = urlsplit(url), now.strftime("%Y%m%dT%H%M%SZ")
    headers = {"Content-Type": MEDIA, "Host": place.netloc, "X-Amz-Date": instant}
    if credentials.token:
        headers["X-Amz-Security-Token"] = credentials.token
    headers["X-Amz-Target"] = target
    names = ";".join(headers).lower()
    lines = "".join(f"{name.lower()}:{value}\n" for name, value in headers.items())
    canonical = f"POST\n{place.path}\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{instant[:8]}/{region}/dynamodb/aws4_request"
    to_sign = f"AWS4-HMAC-SHA256\n{instant}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = _hmac(_signing_key(credentials.secret_key, scope), to_sign).hex()
    return headers | {
        "Authorization": f"AWS4-HMAC-SHA256 Credential={credentials.access_key}/{scope}, "
        f"SignedHeaders={names}, Signature={signature}"
    }


@lru_cache(maxsize=4)
def _signing_key(secret: str, scope: str) -> bytes:
    """The key of a day, region and service, derived in four steps."""
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = _hmac(key, part)
    return key


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")


def opened(value: Any) -> Any:
    """DynamoDB's JSON with its binaries as bytes, as boto3 hands it over: `{"B": "AAAA"}` -> `{"B": b"\\0\\0\\0"}`."""
    if isinstance(value, dict):
        return {name: _content(name, content) for name, content in value.items()}
    return [opened(member) for member in value] if isinstance(value, list) else value


def _content(name: str, content: Any) -> Any:
    """What stands under a name, which may be the name of a type or of an attribute."""
    if name == "B" and isinstance(content, str):
        return a2b_base64(content, strict_mode=True)
    return opened(content)
