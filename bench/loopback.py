"""A store on the loopback that answers as DynamoDB does, in a process of its own: `python -m bench.loopback`.

Both sides of every comparison talk to it through the real HTTP client, so what is measured is the client's CPU and
never the store's. It keeps its items in memory, decides conditions for real, and sends the headers that DynamoDB
sends (the client checks `x-amz-crc32`). It prints its port, and ends when its standard input does.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import zlib
from collections import Counter
from collections.abc import Callable
from typing import Any, BinaryIO

from bench.expressions import Expressions, Item, NotSpoken

Request = dict[str, Any]
Answer = dict[str, Any]
JSON_TYPE = "application/x-amz-json-1.0"


class Fault(Exception):
    """An answer other than 200; the first argument is DynamoDB's name for it."""

    def __init__(self, name: str, **details: Any) -> None:
        super().__init__(name)
        self.body = {"__type": f"com.amazonaws.dynamodb.v20120810#{name}", "message": name, **details}


class Tables:
    """Everything the store keeps."""

    def __init__(self) -> None:
        self._keys: dict[str, list[str]] = {}
        self._items: dict[str, dict[tuple[str, ...], Item]] = {}
        self._calls: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._verbs: dict[str, Callable[[Request], Answer]] = {
            "CreateTable": self._create,
            "DescribeTable": self._describe,
            "UpdateTimeToLive": lambda request: {},
            "GetItem": self._get,
            "PutItem": self._put,
            "UpdateItem": self._update,
            "Query": self._query,
            "Calls": lambda request: dict(self._calls),
        }

    def answer(self, verb: str, request: Request) -> Answer:
        """One call, counted unless it asks for the count itself."""
        with self._lock:
            if verb != "Calls":
                self._calls[verb] += 1
            try:
                return self._verbs[verb](request)
            except (KeyError, NotSpoken) as error:
                raise Fault("ValidationException", said=str(error)) from error

    def _create(self, request: Request) -> Answer:
        name = request["TableName"]
        self._keys[name] = [part["AttributeName"] for part in request["KeySchema"]]
        self._items[name] = {}
        return self._describe(request)

    def _describe(self, request: Request) -> Answer:
        name = request["TableName"]
        if name not in self._keys:
            raise Fault("ResourceNotFoundException")
        described = {"TableName": name, "TableStatus": "ACTIVE", "KeySchema": [], "AttributeDefinitions": []}
        return {"TableDescription": described, "Table": described}

    def _get(self, request: Request) -> Answer:
        item = self._items[request["TableName"]].get(self._key(request, request["Key"]))
        return {"Item": item} if item else {}

    def _put(self, request: Request) -> Answer:
        place = self._key(request, request["Item"])
        self._check(request, self._items[request["TableName"]].get(place))
        self._items[request["TableName"]][place] = request["Item"]
        return {}

    def _update(self, request: Request) -> Answer:
        items, place = self._items[request["TableName"]], self._key(request, request["Key"])
        before = items.get(place)
        self._check(request, before)
        items[place] = Expressions(request).assign(request["UpdateExpression"], before or dict(request["Key"]))
        return {"Attributes": items[place]} if request.get("ReturnValues") == "ALL_NEW" else {}

    def _query(self, request: Request) -> Answer:
        speaks, condition = Expressions(request), request["KeyConditionExpression"]
        found = [item for item in self._items[request["TableName"]].values() if speaks.holds(condition, item)]
        return {"Items": found, "Count": len(found), "ScannedCount": len(found)}

    def _check(self, request: Request, item: Item | None) -> None:
        if Expressions(request).holds(request.get("ConditionExpression"), item):
            return
        shown = request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD" and item
        raise Fault("ConditionalCheckFailedException", **({"Item": item} if shown else {}))

    def _key(self, request: Request, item: Item) -> tuple[str, ...]:
        return tuple(item[name]["S"] for name in self._keys[request["TableName"]])


def _serve(connection: socket.socket, tables: Tables) -> None:
    """One keep-alive connection until the client leaves; every answer is one write."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with connection, connection.makefile("rb") as stream:
        while head := _head(stream):
            verb = head["x-amz-target"].partition(".")[2]
            connection.sendall(_response(tables, verb, stream.read(int(head["content-length"]))))


def _head(stream: BinaryIO) -> dict[str, str]:
    """The headers of the next request, names in lower case; empty at the end."""
    headers = {}
    if not stream.readline():
        return {}
    while line := stream.readline().strip():
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.lower()] = value.strip()
    return headers


def _response(tables: Tables, verb: str, body: bytes) -> bytes:
    status, answer = "200 OK", {}
    try:
        answer = tables.answer(verb, json.loads(body))
    except Fault as fault:
        status, answer = "400 Bad Request", fault.body
    raw = json.dumps(answer, separators=(",", ":")).encode()
    head = (
        f"HTTP/1.1 {status}\r\nServer: Server\r\nDate: Sun, 22 Nov 2026 00:00:00 GMT\r\n"
        f"Content-Type: {JSON_TYPE}\r\nContent-Length: {len(raw)}\r\nConnection: keep-alive\r\n"
        "x-amzn-RequestId: 4KBNVRGD25RG1KEO9UT4V3FQDJVV4KQNSO5AEMVJF66Q9ASUAAJG\r\n"
        f"x-amz-crc32: {zlib.crc32(raw)}\r\n\r\n"
    )
    return head.encode() + raw


def main() -> None:
    """Listen on a free port, say which, and serve until whoever started us is gone."""
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_accept, args=(listener, Tables()), daemon=True).start()
    print(listener.getsockname()[1], flush=True)
    sys.stdin.read()


def _accept(listener: socket.socket, tables: Tables) -> None:
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=_serve, args=(connection, tables), daemon=True).start()


if __name__ == "__main__":
    main()
