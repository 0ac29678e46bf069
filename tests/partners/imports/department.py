"""A department that hands in whole files, and the functions that read them, as far as they have come."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from contextlib import suppress
from itertools import count
from typing import Any

import boto3

from chalicelib.partners.clients import DEPARTMENT_SCOPES
from chalicelib.partners.imports.model import file_key
from chalicelib.partners.imports.rows import takers
from chalicelib.partners.imports.store import RefusedRows
from chalicelib.partners.imports.turns import Turns
from chalicelib.wiring import City
from infra.local.functions import Streamed
from infra.local.streams import BatchFailed, Positions, StreamPump
from tests.status.evidence.department import fact, somebody
from tests.world import Caller, Reply

SCOPES = DEPARTMENT_SCOPES | {"import:write", "tag:report", "card:report"}
COLUMNS = ("document_type", "document_number", "kind", "happened_at", "attributes.risk", "reference")
_keys = count(1)
Row = dict[str, Any]


def facts(number: int) -> list[Row]:
    """So many arrivals, each of somebody else."""
    return [fact(somebody()) for _ in range(number)]


def cells_of(row: Row) -> list[str]:
    """A fact as the cells of one row."""
    flat = row | {f"attributes.{name}": value for name, value in row.get("attributes", {}).items()}
    return [str(flat.get(name, "")) for name in COLUMNS]


def as_csv(rows: Iterable[Row]) -> bytes:
    """Facts as a file of CSV."""
    file = io.StringIO()
    csv.writer(file).writerows([COLUMNS, *map(cells_of, rows)])
    return file.getvalue().encode()


def as_jsonl(rows: Iterable[Row]) -> bytes:
    """Facts as JSON Lines."""
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


class Department:
    """Calls the API with a department's token, and puts files where it is told to."""

    def __init__(self, city: City, api: Caller, name: str = "疾病预防控制中心") -> None:
        self.city, self.api = city, api
        self.client_id, secret = city.clients.register(name, scopes=SCOPES)
        self.token = api.token_for(type(city.clients.register(name))(self.client_id, secret))

    def opens(self, *, key: str | None = None, **wish: Any) -> Reply:
        """Ask for a link; evidence as CSV unless told otherwise."""
        body = {"kind": "evidence", "format": "csv", **wish}
        return self.api.post("/v1/imports", body, token=self.token, key=key or f"import-{next(_keys)}")

    def hands_in(self, file: bytes, **wish: Any) -> str:
        """Open an import and put the file there; answers its id."""
        reply = self.opens(**wish)
        assert reply.status == 201, reply
        import_id: str = reply.body["import_id"]
        self.city.uploads.put(file_key(import_id), file)
        return import_id

    def sees(self, import_id: str) -> dict[str, Any]:
        """How far an import is."""
        reply = self.api.get(f"/v1/imports/{import_id}", token=self.token)
        assert reply.status == 200, reply
        shown: dict[str, Any] = reply.body
        return shown

    def counts(self, import_id: str) -> tuple[str, int, int, int, int]:
        """State, and how many rows were read, accepted, repeated and refused."""
        seen = self.sees(import_id)
        return seen["state"], seen["rows"], seen["accepted"], seen["repeated"], seen["refused"]

    def refused(self, import_id: str) -> list[tuple[int, str]]:
        """Line and reason of every row that was refused, page by page."""
        found, cursor = [], ""
        while True:
            reply = self.api.get(f"/v1/imports/{import_id}/refused{cursor}", token=self.token)
            found += [(row["line"], row["code"]) for row in reply.body["rows"]]
            if reply.body["next_cursor"] is None:
                return found
            cursor = f"?cursor={reply.body['next_cursor']}"

    def imports(self, file: bytes, **wish: Any) -> dict[str, Any]:
        """Hand a file in and have it read to its end; answers what is seen then."""
        import_id = self.hands_in(file, **wish)
        Functions(self.city).arrive(import_id).follow()
        return self.sees(import_id)


class Functions:
    """The functions that read files. A turn is a few rows here, so that a small file takes several."""

    def __init__(self, city: City, *, rows: int = 4, together: int = 2) -> None:
        self.city = city
        self.waits: list[float] = []
        self._left: int | None = None
        kinds = takers(lambda: city.reports, lambda: city.tags, lambda: city.card_reports)
        city.import_turns = Turns(city.uploads, kinds, sleep=self.waits.append, rows=rows, together=together)
        city.__dict__.pop("running_imports", None)
        city.running_imports._refused = RefusedRows(sleep=self.waits.append)
        arn = city.dynamodb.describe_table(TableName="yima-imports")["Table"]["LatestStreamArn"]
        streams = boto3.client("dynamodbstreams", endpoint_url=city.settings.dynamodb_endpoint)
        function = Streamed("continue_imports", "imports", batch=1, call=self._call)
        positions = city.__dict__.setdefault("positions_of_a_test", Positions())
        self._pump = StreamPump(streams, arn, function, positions=positions, report=print)

    def arrive(self, import_id: str) -> Functions:
        """EventBridge tells of the file."""
        self.city.running_imports.arrived(file_key(import_id), now=int(self.city.clock()))
        return self

    def follow(self) -> None:
        """Everything that is in the stream, and what comes of it, until nothing does."""
        while self._pump.pump():
            pass

    def step(self, records: int = 1) -> None:
        """So many records of the stream and no more. Of each turn there are two: that it was taken, and what it did."""
        self._left = records
        with suppress(BatchFailed):
            self._pump.pump()
        self._left = None

    def sweep(self) -> None:
        """The schedule comes round."""
        self.city.running_imports.sweep(now=int(self.city.clock()))

    def _call(self, event: dict[str, Any]) -> dict[str, Any]:
        if self._left is not None:
            if self._left == 0:
                return {"batchItemFailures": [{"itemIdentifier": event["Records"][0]["dynamodb"]["SequenceNumber"]}]}
            self._left -= 1
        failed = self.city.running_imports.continued(event["Records"], clock=self.city.clock)
        return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in failed]}
