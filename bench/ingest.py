"""Whole files from departments: how fast rows are read and checked apart from storage, and that memory does not grow.

Each size is read in a process of its own, as Lambda reads it: turn after turn, each from the checkpoint before. The
file is made up as it is read, and nothing is stored: a row ends where its reference would be claimed.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from bench.report import Promise, Section
from bench.surroundings import ROOT, plain_environment
from bench.timing import Effort

SIZES, QUICK_SIZES = (10_000, 1_000_000), (1_000, 4_000)
LEAST_ROWS_A_SECOND, MOST_GROWTH = 2_000, 1.1
BLOCK = 1_000
"""Rows that the file consists of, again and again."""

FILES = {"evidence, CSV": "evidence csv", "evidence, JSON Lines": "evidence jsonl", "tags, CSV": "tags csv"}
FILES |= {"cards, CSV": "cards csv"}
VALUES: Mapping[str, str] = {
    "kind": "arrival",
    "happened_at": "2026-09-20T10:00:00+08:00",
    "attributes.risk": "high",
    "expires_at": "2036-09-20T10:00:00+08:00",
    "tag": "veteran",
    "card_type": "transit_card",
    "document_type": "resident_id",
}
NOW = 1_790_000_000


def measure(effort: Effort) -> Section:
    """Every kind of file at the smaller size, and the first at the larger one too."""
    small, large = QUICK_SIZES if effort.brief else SIZES
    read = {name: _in_a_child(what, small) for name, what in FILES.items()}
    first = next(iter(FILES))
    grown = _in_a_child(FILES[first], large)
    promises = [_fast(name, one) for name, one in read.items()]
    growth = grown["peak_kb"] / read[first]["peak_kb"]
    flat = Promise(f"memory from {SIZES[0]:,} to {SIZES[1]:,} rows", growth, MOST_GROWTH, "x")
    rows = [_row(name, one, promise) for (name, one), promise in zip(read.items(), promises, strict=True)]
    rows.append(_row(first, grown, flat))
    header = ("file", "rows", "rows a second of CPU", "peak memory, MB", "promise")
    return Section("Imports of whole files", header, rows, (*promises, flat), note="Apart from storage.")


def _fast(name: str, one: dict[str, Any]) -> Promise:
    speed = one["rows"] / one["cpu_s"]
    return Promise(f"rows of {name} a second", speed, LEAST_ROWS_A_SECOND, "", at_least=True)


def _row(name: str, one: dict[str, Any], promise: Promise) -> tuple[str, ...]:
    speed = one["rows"] / one["cpu_s"]
    return name, f"{one['rows']:,}", f"{speed:,.0f}", f"{one['peak_kb'] / 1024:.0f}", str(promise)


def _in_a_child(what: str, rows: int) -> dict[str, Any]:
    """What another process says that it took."""
    command = [sys.executable, "-m", "bench.ingest", *what.split(), str(rows)]
    told = subprocess.run(command, cwd=ROOT, env=plain_environment(), stdout=subprocess.PIPE, text=True, check=True)
    measured: dict[str, Any] = json.loads(told.stdout)
    return measured


class MadeUp:
    """An upload that is made as it is read: a head, and one block of rows again and again."""

    def __init__(self, head: bytes, block: bytes, blocks: int) -> None:
        self._head, self._block = head, block
        self.size = len(head) + blocks * len(block)

    def stream(self, key: str, *, version: str, start: int) -> Iterator[bytes]:
        """The bytes from `start` on."""
        if start < len(self._head):
            yield self._head[start:]
            start = len(self._head)
        number, within = divmod(start - len(self._head), len(self._block))
        while len(self._head) + number * len(self._block) < self.size:
            yield self._block[within:]
            number, within = number + 1, 0


def _made_up(kind: str, form: str, rows: int) -> MadeUp:
    """A file of one kind."""
    from chalicelib.partners.imports.model import ImportKind
    from chalicelib.partners.imports.rows import ROWS

    columns = [name for name in ROWS[ImportKind(kind)].columns.all if name in VALUES or name in _OF_EACH]
    block = [
        {name: _OF_EACH[name](number) if name in _OF_EACH else VALUES[name] for name in columns}
        for number in range(BLOCK)
    ]
    if form == "csv":
        text = "".join(",".join(row.values()) + "\r\n" for row in block)
        return MadeUp((",".join(columns) + "\r\n").encode(), text.encode(), rows // BLOCK)
    return MadeUp(b"", b"".join(json.dumps(_nested(row)).encode() + b"\n" for row in block), rows // BLOCK)


def _nested(row: Mapping[str, str]) -> dict[str, Any]:
    """A row of cells as the JSON that it stands for."""
    inner = {name.partition(".")[2]: value for name, value in row.items() if "." in name}
    outer: dict[str, Any] = {name: value for name, value in row.items() if "." not in name}
    return outer | ({"attributes": inner} if inner else {})


def _number(number: int) -> str:
    """A resident's number with a good check digit."""
    from chalicelib.people.model import resident_id_check_digit

    first_17 = f"310101{1950 + number % 50}0101{number % 1000:03d}"
    return first_17 + resident_id_check_digit(first_17)


_OF_EACH: dict[str, Callable[[int], str]] = {
    "document_number": _number,
    "card_number": lambda number: f"310400{number:010d}",
    "reference": lambda number: f"LAB-2026-09-20-{number:06d}",
}


def _read(kind: str, form: str, rows: int) -> dict[str, Any]:
    """Read a whole file, turn after turn."""
    from chalicelib.partners.imports.model import Encoding, Format, Import, ImportKind
    from chalicelib.partners.imports.turns import Turns

    file = _made_up(kind, form, rows)
    one = Import(
        "bench", "client", "CDC", ImportKind(kind), Format(form), Encoding.UTF_8, None, "", NOW, bytes=file.size
    )
    turns = Turns(file, {each: _checking(each) for each in ImportKind})  # type: ignore[arg-type]
    begin, ended = time.process_time(), False
    while not ended:
        turned = turns.run(one, now=NOW)
        one, ended = turned.after, turned.ended
    assert (one.rows, one.accepted) == (rows, rows), one
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"rows": rows, "cpu_s": time.process_time() - begin, "peak_kb": peak}


def _checking(kind: Any) -> Callable[[], Any]:
    """What is done with a row before anything is stored."""
    from chalicelib.people.documents.cards import normalised_card
    from chalicelib.people.residents import canonical
    from chalicelib.status.evidence.reported import check, check_reference
    from chalicelib.status.residents import Document

    def take(source: Any, row: Any, *, now: float) -> bool:
        if kind == "evidence":
            check(row.said(), now=now)
        if kind == "cards":
            normalised_card(row.card_type, row.card_number)
        check_reference(row.reference)
        canonical(Document(row.document_type, row.document_number))
        return False

    return lambda: take


def main() -> None:
    """Read one file in this process; prints what it took as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.ingest")
    parser.add_argument("kind", choices=("evidence", "tags", "cards"))
    parser.add_argument("form", choices=("csv", "jsonl"))
    parser.add_argument("rows", type=int, help=f"a multiple of {BLOCK}")
    options = parser.parse_args()
    print(msgspec.json.encode(_read(options.kind, options.form, options.rows)).decode())


if __name__ == "__main__":
    main()
